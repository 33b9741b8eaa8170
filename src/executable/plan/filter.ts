import { FilterProgram } from "../linux/filter";
import { Line } from "../support/line";

export enum Profile {
  /** No built-in one: the filter is read from a descriptor. */
  NONE,
  /** Denies what Docker's default profile denies a container without capabilities; what it does not know is allowed. */
  DEFAULT,
  /** Allows what a script needs that computes: files, memory, threads, processes, time, pipes, sockets of AF_UNIX. */
  STRICT,
  /** `--confine`: denies what would outlast the command. No option's value. */
  CONFINED,
}

/** A filter of system calls (seccomp(2)) that an option asks for. */
export class Filter {
  /** Its struct sock_fprog; 0 until it is read. */
  program: usize = 0;
  /** What it refuses is told. */
  isTold: bool = false;
  /** It was asked for before, with another descriptor. */
  hasReplaced: bool = false;

  constructor(
    /** The one that was asked for before. */
    readonly previous: Filter | null,
    /** The option's name, for messages. */
    readonly option: string,
    /** Where a compiled program is read from; -1 for the built-in one. */
    public file: i32,
    readonly profile: Profile,
  ) {}

  /** Is asked for again, with another descriptor. */
  replaceFile(file: i32): void {
    this.file = file;
    this.hasReplaced = true;
  }

  get isEmpty(): bool {
    return changetype<FilterProgram>(this.program).count == 0;
  }

  /** Puts what the filter is into a message: the option and its value. */
  putName(line: Line): Line {
    line.text(this.option);
    return this.file < 0 ? line : line.text(" ").number(this.file);
  }
}
