export enum EnvironmentChangeKind {
  CLEAR,
  UNSET,
  SET,
  /** The value is what the file holds that `NAME_FILE` names. */
  FROM_FILE,
}

/** One change to the payload's environment, as an option asks for it, after the `previous` one. */
export class EnvironmentChange {
  constructor(
    public previous: EnvironmentChange | null,
    public kind: EnvironmentChangeKind,
    public name: string,
    public value: string,
  ) {}
}
