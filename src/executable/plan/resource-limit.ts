/** A resource limit (getrlimit(2)) as `--rlimit` sets it. */
export class ResourceLimit {
  /** The one that was asked for before. */
  previous: ResourceLimit | null = null;
  /** A limit that is lower already stays. */
  isAtMost: bool = false;

  constructor(
    public resource: i32,
    public soft: u64,
    public hard: u64,
    /** As it was given, for messages. */
    public text: string,
  ) {}
}
