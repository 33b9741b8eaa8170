import { FileRight, RuleType } from "../linux/landlock";

/** What is allowed where nothing else is. */
export class LandlockRule {
  /** There may be no such file, or one that takes no rule, as a pipe, which is nobody's to deny. */
  mayFail: bool = false;
  /** A file that is not there is passed over. */
  mayBeMissing: bool = false;

  constructor(
    public previous: LandlockRule | null,
    /** The option's name and value, for messages. */
    readonly option: string,
    readonly value: string,
    readonly type: RuleType,
    readonly rights: u64,
    readonly port: i32,
  ) {}
}

/** What the `--landlock-*` options ask for. */
export class Landlock {
  /** The latest; each knows the one before it. */
  rules: LandlockRule | null = null;
  /** All rights to files are denied where no rule allows them. */
  handlesFiles: bool = false;
  /** Connecting and binding over TCP likewise. */
  handlesTcp: bool = false;
  /** Who outside cannot be reached, a `Scope` bit each. */
  scopes: i32 = 0;
  /** A kernel that cannot do all of it is refused, and not only told of. */
  isStrict: bool = false;
  /** The kernel's audit log is to have what is refused. */
  isLogged: bool = false;
  /** A kernel that has none of it is only told of, too. */
  mayBeMissing: bool = false;

  /** Every file that has a path may be executed, as with `--confine`. */
  get allowsExecution(): bool {
    let rule = this.rules;
    while (rule != null) {
      const current: LandlockRule = rule;
      if (current.type == RuleType.PATH && (current.rights & FileRight.EXECUTE) != 0 && current.value == "/")
        return true;
      rule = current.previous;
    }
    return false;
  }

  get isWanted(): bool {
    return this.handlesFiles || this.handlesTcp || this.scopes != 0;
  }
}
