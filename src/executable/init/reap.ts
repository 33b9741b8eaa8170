import { Errno } from "../linux/errno";
import { Wait } from "../linux/flags";
import * as linux from "../linux/linux";
import { Signal } from "../linux/signals";
import { Payload, UNKNOWN_END } from "../payload/payload";
import { Report } from "../report/report";
import { loopBuffer } from "../support/static-buffers";
import { Job } from "./job";
import { explainKill } from "./out-of-memory";
import { Shutdown } from "./shutdown";

const statusBuffer = loopBuffer(4);
/** The low byte of a wait status that tells of a stop (wait(2): WIFSTOPPED). */
const STOPPED = 0x7f;

/** Takes note of every child that ends or stops: the payload and the orphans that the kernel gave us. */
export class Reaper {
  private report: Report;
  private job: Job;
  private shutdown: Shutdown;
  private payload: Payload;
  isChildless: bool = false;

  constructor(report: Report, job: Job, shutdown: Shutdown, payload: Payload) {
    this.report = report;
    this.job = job;
    this.shutdown = shutdown;
    this.payload = payload;
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
        if (this.isChildless && !this.payload.hasEnded && !this.payload.isNone) this.payload.ended(UNKNOWN_END);
        this.noteToldStop();
        return;
      }
      if (isFirst) this.report.childrenChanged();
      isFirst = false;
      const status = load<i32>(statusBuffer);
      const isStop = (status & 0xff) == STOPPED;
      // After its end its number may be an orphan's.
      if (pid == this.payload.pid && !this.payload.hasEnded) this.notePayload(status, isStop);
      else if (!isStop) this.report.reaped(pid, status);
    }
  }

  private noteToldStop(): void {
    const signal = this.payload.hasEnded ? Signal.NONE : this.payload.toldStop();
    if (signal != Signal.NONE) this.job.payloadStopped(signal);
  }

  private notePayload(status: i32, isStop: bool): void {
    if (isStop) {
      const signal = (status >> 8) & 0xff;
      this.report.stopped(signal);
      this.job.payloadStopped(signal);
      return;
    }
    this.payload.ended(status);
    this.report.exited(this.payload.pid, status);
    if ((status & 0x7f) == Signal.KILL && !this.shutdown.killing) explainKill(this.report);
    this.shutdown.payloadEnded();
  }
}
