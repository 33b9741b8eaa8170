import { cloneInto } from "../linux/cgroup";
import { CLONE_VFORK, CLONE_VM } from "../linux/flags";
import { Signal } from "../linux/signals";
import { Descriptors } from "../plan/descriptors";
import { Report } from "../report/report";
import { Terminal } from "./terminal";

/** What the init starts: the payload, or the first stage of a sandbox, which becomes it. */
export abstract class Child {
  /**
   * Makes the process, which runs the function at `entry` of the table. Returns its pid, or `-errno`.
   * CLONE_VM | CLONE_VFORK (vfork(2)): no page table is copied, the call comes
   * back when the command is being executed or has failed, and the child tells
   * which by writing to the memory that both share.
   */
  clone(entry: i32): i32 {
    return cloneInto(CLONE_VM | CLONE_VFORK | Signal.CHLD, entry);
  }

  /** Makes ready what needs memory or can be refused, before there is a child. `init` is the pid of the init. */
  abstract prepare(terminal: Terminal, init: i32): void;

  /**
   * Lets go of what is the caller's and not the payload's, before the payload is
   * there; `kept` is what the init itself needs.
   */
  leaveCaller(kept: Descriptors): void {}

  /** Runs in the child. Returns only when the command could not be executed: the exit status, after saying why. */
  abstract run(): i32;

  /** Says why there is no child. */
  abstract cannotStart(errno: i32): void;

  /** In the init, when the child is there. */
  started(pid: i32, report: Report): void {}

  /** Whether the child ended before it was the command. */
  abstract neverRan(): bool;

  /** Whether the command is not there yet, and what is may be in a call that only SIGKILL ends. */
  isInSetUp(): bool {
    return false;
  }

  /** The signal that has stopped the payload since the last call, where an init further inside has told of it; else 0. */
  toldStop(): i32 {
    return 0;
  }

  /** The wait status of the payload, where an init further inside has told that it has ended and others have not; else -1. */
  toldEnd(): i32 {
    return -1;
  }

  /** Tells whoever is outside that the payload has ended, when others have not; once, however often it is called. */
  tellEnd(waitStatus: i32): void {}

  /** SIGKILL has ended it, and not by us. Whether it is not for us to say why: a sandbox hides the control group's files from its init. */
  leavesKillToOthers(): bool {
    return false;
  }

  /** When the work is done, with the exit status that will be the init's. */
  finished(status: i32): void {}
}
