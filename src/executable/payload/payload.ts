import { putErrno } from "../linux/errno";
import { CLONE_VFORK, CLONE_VM } from "../linux/flags";
import * as linux from "../linux/linux";
import { Signal } from "../linux/signals";
import { Plan } from "../plan";
import { Report } from "../report/report";
import { checkMemory, say } from "../report/voice";
import { Stage } from "./stage";
import { Terminal } from "./terminal";

/** The wait status of a payload whose end was missed: exit status 255. */
export const UNKNOWN_END: i32 = 0xff << 8;

/** The number of a payload that there is none of: no process has it, and no group. */
const NO_PROCESS: i32 = i32.MAX_VALUE;

/** The stage that is to run in the child: the function that clone(2) calls has no other way to it. */
let next: Stage | null = null;

function runNext(): i32 {
  return next!.run();
}

/** The payload's process, as the init knows it. */
export class Payload {
  pid: i32 = 0;
  hasEnded: bool = false;
  /** There is no such process, and never will be: the init pauses until it is told to end. */
  readonly isNone: bool;
  private waitStatus: i32 = UNKNOWN_END;
  private plan: Plan;
  private stage: Stage;

  constructor(plan: Plan, terminal: Terminal, self: i32) {
    this.plan = plan;
    this.isNone = plan.pauses;
    this.stage = new Stage(plan, terminal, self);
  }

  /**
   * Starts it. False when it could not even be forked, after saying why.
   *
   * CLONE_VM | CLONE_VFORK (vfork(2)): no page table is copied, the call comes
   * back when the command is being executed or has failed, and the child tells
   * which by writing to the memory that both share. A signal that comes in
   * meanwhile waits with all the others.
   */
  start(): bool {
    // Nothing is allocated from here on.
    checkMemory(this.plan.voice);
    if (this.isNone) {
      this.pid = NO_PROCESS;
      return true;
    }
    next = this.stage;
    const pid = linux.clone(CLONE_VM | CLONE_VFORK | Signal.CHLD, runNext.index);
    if (pid < 0) {
      say(putErrno(this.plan.voice.fatal().text("cannot start a process: "), -pid));
      return false;
    }
    this.pid = pid;
    // The child does this too. qemu-user makes a plain fork of a vfork: a signal to the group could come before the group.
    if (!this.plan.sharesGroup && !this.plan.newSession) linux.setpgid(pid, pid);
    return true;
  }

  /** Says whether the command runs. */
  reportStart(report: Report): void {
    if (this.isNone) return;
    if (this.plan.newSession) this.plan.voice.sessionLed(this.stage.terminalErrno);
    const command = this.stage.command;
    if (!this.stage.hasFailed) report.started(this.pid, command.name);
    else if (command.failedErrno != 0) report.notStarted(command.failedPath, command.failedErrno);
  }

  /** Takes note of its end, told as wait4(2) tells it. */
  ended(waitStatus: i32): void {
    this.hasEnded = true;
    this.waitStatus = waitStatus;
  }

  /** Its exit status, or 128 + the signal that killed it; as `--expect` and `--map-exit` have it; if it never ran, only where the plan says so. */
  exitStatus(): i32 {
    const signal = this.waitStatus & 0x7f;
    const status = signal == Signal.NONE ? (this.waitStatus >> 8) & 0xff : 128 + signal;
    return this.stage.hasFailed && !this.plan.mapsFailures ? status : this.plan.exitStatus[status];
  }
}
