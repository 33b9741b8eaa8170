import { Errno } from "../linux/errno";
import { Wait } from "../linux/flags";
import * as linux from "../linux/linux";
import { wasListener } from "../linux/listener";
import { Signal } from "../linux/signals";
import { UNKNOWN_END } from "../payload/payload";
import { explainKill } from "../report/out-of-memory";
import { loopBuffer } from "../support/static-buffers";
import { InitContext } from "./context";
import { Job } from "./job";
import { Shutdown } from "./shutdown";

const statusBuffer = loopBuffer(4);
/** The low byte of a wait status that tells of a stop (wait(2): WIFSTOPPED). */
const STOPPED = 0x7f;

/** Takes note of every child that ends or stops: the payload and the orphans that the kernel gave us. */
export class Reaper {
  private init: InitContext;
  private job: Job;
  private shutdown: Shutdown;
  isChildless: bool = false;

  constructor(init: InitContext, job: Job, shutdown: Shutdown) {
    this.init = init;
    this.job = job;
    this.shutdown = shutdown;
  }

  /** Until there is nothing more to take note of: one SIGCHLD may stand for any number of children. */
  reapAll(): void {
    let isFirst = true;
    while (true) {
      const pid = linux.wait4(-1, statusBuffer, Wait.NO_HANG | Wait.UNTRACED | Wait.ALL);
      if (pid == -Errno.EINTR) continue;
      if (pid <= 0) {
        this.isChildless = pid == -Errno.ECHILD;
        // Nobody but us can have waited for the payload; should it be gone all the same, waiting on would be for ever.
        if (this.isChildless && !this.init.payload.hasEnded && !this.init.payload.isNone)
          this.init.payload.ended(UNKNOWN_END);
        this.noteTold();
        return;
      }
      if (isFirst) this.init.report.childrenChanged();
      isFirst = false;
      const status = load<i32>(statusBuffer);
      const isStop = (status & 0xff) == STOPPED;
      // After its end its number may be an orphan's.
      if (pid == this.init.payload.pid && !this.init.payload.hasEnded) this.notePayload(status, isStop);
      else if (!isStop) {
        // Who listens may have ended before the payload, and before it was told who that is.
        this.noteTold();
        if (!wasListener(pid)) this.init.report.reaped(pid, status);
      }
    }
  }

  private noteTold(): void {
    if (this.init.payload.hasEnded) return;
    const signal = this.init.payload.toldStop();
    if (signal != Signal.NONE) this.job.payloadStopped(signal);
    const status = this.init.payload.toldEnd();
    if (status >= 0) this.notePayload(status, false);
  }

  private notePayload(status: i32, isStop: bool): void {
    if (isStop) {
      const signal = (status >> 8) & 0xff;
      this.init.report.stopped(signal);
      this.job.payloadStopped(signal);
      return;
    }
    // Who listens, too: after the payload's end nothing is read any more.
    this.init.payload.toldStop();
    this.init.payload.ended(status);
    this.init.report.exited(this.init.payload.pid, status);
    const wasKilled = (status & 0x7f) == Signal.KILL && !this.shutdown.killing;
    if (wasKilled && !this.init.payload.leavesKillToOthers()) explainKill(this.init.report);
    this.job.payloadEnded();
    this.shutdown.payloadEnded();
  }
}
