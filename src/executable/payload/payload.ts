import { endGroup } from "../linux/cgroup";
import * as linux from "../linux/linux";
import { Signal } from "../linux/signals";
import { Plan } from "../plan/plan";
import { Report } from "../report/report";
import { Child } from "./child";
import { makeControlGroup } from "./control-group";

/** The wait status of a payload whose end was missed: exit status 255. */
export const UNKNOWN_END: i32 = 0xff << 8;

/** The number of a payload that there is none of: no process has it, and no group. */
const NO_PROCESS: i32 = i32.MAX_VALUE;

/** The child that is to be: the function that clone(2) calls has no other way to it. */
let next: Child | null = null;

function runNext(): i32 {
  return next!.run();
}

/** The payload's process, as the init knows it. */
export class Payload {
  pid: i32 = 0;
  hasEnded: bool = false;
  /** There is no such process, and never will be: the init pauses until it is told to end. */
  readonly isNone: bool;
  /** Signals reach it. A sandbox that is being set up does not hear them. */
  isThere: bool;
  private waitStatus: i32 = UNKNOWN_END;
  /** The signal for which it was killed before it was there, or 0. */
  private killedFor: i32 = 0;
  private plan: Plan;
  private child: Child;

  constructor(plan: Plan, child: Child) {
    this.plan = plan;
    this.isNone = plan.pauses;
    this.child = child;
    this.isThere = !plan.pauses && !child.isInSetUp();
  }

  /**
   * Starts it. False when it could not even be forked, after saying why. A
   * signal that comes in meanwhile waits with all the others.
   */
  start(report: Report): bool {
    if (this.isNone) {
      this.pid = NO_PROCESS;
      return true;
    }
    next = this.child;
    makeControlGroup(this.plan);
    const pid = this.child.clone(runNext.index);
    if (pid < 0) {
      this.child.cannotStart(-pid);
      endGroup();
      return false;
    }
    this.pid = pid;
    // The child does this too. qemu-user makes a plain fork of a vfork: a signal to the group could come before the group.
    if (!this.plan.sharesGroup && !this.plan.newSession) linux.setpgid(pid, pid);
    this.child.started(pid, report);
    return true;
  }

  /** `signal` has come, and asks for its end: what is not there yet ends at once. */
  endUnlessThere(signal: i32): void {
    this.isThere = !this.child.isInSetUp();
    if (this.isThere) return;
    this.killedFor = signal;
    // Whom we may not signal did not get that one either, which was said.
    linux.kill(this.pid, Signal.KILL);
  }

  /** The signal that stopped what is behind an init inside, told since the last call; else 0. */
  toldStop(): i32 {
    return this.child.toldStop();
  }

  /** The wait status, told likewise; else -1. */
  toldEnd(): i32 {
    return this.child.toldEnd();
  }

  /** It has ended, and others have not: whoever is outside need not wait for them. */
  tellEnd(): void {
    this.child.tellEnd(this.waitStatus);
  }

  /** SIGKILL has ended it, and not by us. Whether it is not for us to say why. */
  leavesKillToOthers(): bool {
    return this.child.leavesKillToOthers();
  }

  /** Takes note of its end, told as wait4(2) tells it. */
  ended(waitStatus: i32): void {
    this.hasEnded = true;
    this.waitStatus = waitStatus;
    if (this.killedFor != 0) this.waitStatus = this.killedFor;
  }

  /** Its exit status, or 128 + the signal that killed it; as `--expect` and `--map-exit` have it; if it never ran, only where the plan says so. */
  exitStatus(): i32 {
    const signal = this.waitStatus & 0x7f;
    const own = signal == Signal.NONE ? (this.waitStatus >> 8) & 0xff : 128 + signal;
    const status: i32 = this.child.neverRan() && !this.plan.mapsFailures ? own : this.plan.exitStatus.get(own);
    this.child.finished(status);
    const left = endGroup();
    if (left < 0) this.plan.messages.trouble(words("cannot remove the control group"), -left);
    return status;
  }
}
