/** A limit of the control group that the command is born in, as `--cgroup-memory` and its like ask for it. */
export class CgroupLimit {
  constructor(
    /** The one that was asked for before. */
    public previous: CgroupLimit | null,
    /** What enables the controller, as `+memory`; NUL-terminated, as the next two. */
    public enabling: usize,
    /** The file of the limit. */
    public file: usize,
    /** What is written there. */
    public value: usize,
  ) {}
}
