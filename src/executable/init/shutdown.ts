import * as linux from "../linux/linux";
import { Signal, signalBit } from "../linux/signals";
import { NEVER } from "../plan/plan";
import { now } from "./clock";
import { InitContext } from "./context";
import { NO_GROUP, ProcessTree } from "./process-tree";
import { isUnhandled } from "./unhandled";

/** How long drain waits after SIGKILL: one in an uninterruptible wait (a dead NFS server) may never be gone. */
const LAST_WAIT: i64 = 2000;
/** How long between two looks at those whose end nobody tells of. */
const LOOK: i64 = 100;

/**
 * The timed part of an end: holding the first stop signal back, killing after
 * the grace time, draining after the payload's end. Times are milliseconds of
 * `now()`; `NEVER` where nothing is due.
 */
export class Shutdown {
  private init: InitContext;
  private tree: ProcessTree;
  /** The stop signals that are held back, a bit each. */
  private held: u64 = 0;
  private stopDelayIsOver: bool = false;
  private releaseAt: i64 = NEVER;
  private killAt: i64 = NEVER;
  /** What the time at `killAt` was given for, for the message. */
  private allowance: i64 = 0;
  private groupHasTerm: bool = false;
  /** A stop signal has come for the payload. */
  private isStopping: bool = false;
  private giveUpAt: i64 = NEVER;
  private hasGivenUp: bool = false;
  private looksAgainAt: i64 = NEVER;
  /** Every process has been given SIGKILL. */
  killing: bool = false;

  constructor(init: InitContext) {
    this.init = init;
    this.tree = new ProcessTree(init);
  }

  /** The payload has started. */
  payloadStarted(): void {
    if (this.init.plan.drain != NEVER || this.init.plan.waitsForAll) this.tree.begin();
  }

  /**
   * Whether `signal` has to wait. The first stop signal does, and others until
   * its time has come; repeats merge, as pending signals do: kubelet repeats its
   * SIGTERM when a call to the runtime timed out, which is no reason to cut the
   * load balancer's time short.
   */
  holds(signal: i32): bool {
    if (this.init.plan.stopDelay == NEVER || this.stopDelayIsOver || !this.isStopSignal(signal)) return false;
    if ((this.held & signalBit(signal)) != 0) {
      this.init.report.dropped(signal, bytes("held already"));
      return true;
    }
    const time = now();
    if (this.held == 0) this.releaseAt = time + this.init.plan.stopDelay;
    this.held |= signalBit(signal);
    this.init.report.held(signal, max<i64>(this.releaseAt - time, 0));
    return true;
  }

  /** Takes one of the held signals whose time has come; `Signal.NONE` when there is none. */
  released(): i32 {
    if (this.held == 0 || (now() < this.releaseAt && !this.init.payload.hasEnded)) return Signal.NONE;
    this.stopDelayIsOver = true;
    this.releaseAt = NEVER;
    const signal = <i32>ctz(this.held) + 1;
    this.held &= this.held - 1;
    return signal;
  }

  /** `original` came in and went on as `signal`, or could not (NONE): if it asks for an end, the grace time starts, once. */
  wentOn(original: i32, signal: i32): void {
    if (this.init.plan.toGroup && signal == Signal.TERM) this.groupHasTerm = true;
    if (!this.isStopSignal(original)) return;
    this.isStopping = true;
    if (this.init.plan.grace != NEVER && !this.killing) this.killIn(this.init.plan.grace);
    // SIGKILL at once: whoever asked would wait for ever.
    if (this.init.plan.payloadIsPid1 && isUnhandled(this.init.self, this.init.payload.pid, signal)) this.killIn(0);
  }

  /** The payload has ended: whoever is left is asked to end as well, if the plan says so. */
  payloadEnded(): void {
    if (this.init.plan.waitsForAll && !this.isStopping && !this.init.payload.isNone) return;
    if (this.init.plan.newSession && (this.init.plan.drain == NEVER || !this.groupHasTerm)) {
      linux.kill(-this.init.payload.pid, Signal.TERM);
      this.groupHasTerm = true;
    }
    if ((this.init.plan.drain == NEVER && !this.init.plan.waitsForAll) || this.killing) return;
    // The payload's group may have had its SIGTERM already; a second one makes many programs give up cleaning up.
    this.endOthers(this.groupHasTerm ? this.init.payload.pid : NO_GROUP);
  }

  /** `signal` comes when the payload has ended. Whether it is for those who are waited for. */
  stopsOthers(signal: i32): bool {
    if (!this.init.plan.waitsForAll || this.killing || !this.isStopSignal(signal)) return false;
    this.endOthers(NO_GROUP);
    if (this.init.plan.grace != NEVER) this.killIn(this.init.plan.grace);
    return true;
  }

  private endOthers(except: i32): void {
    this.tree.terminate(except);
    if (this.init.plan.drain == NEVER) return;
    this.init.report.draining(this.init.plan.drain);
    this.killIn(this.init.plan.drain);
  }

  /** How long the init may wait for a signal; below zero: for ever. */
  timeLeft(): i64 {
    // Without a sign NEVER, -1, is the latest of all times.
    const next = <i64>min<u64>(min<u64>(this.looksAgainAt, this.releaseAt), min<u64>(this.killAt, this.giveUpAt));
    return next == NEVER ? NEVER : max<i64>(next - now(), 0);
  }

  /** Does what has become due. */
  advance(): void {
    if (this.killAt != NEVER && now() >= this.killAt) {
      this.killAt = NEVER;
      this.killing = true;
      this.giveUpAt = now() + LAST_WAIT;
      this.init.report.killing(this.allowance);
    }
    // Again at every turn: somebody may have forked while the descendants were looked for.
    if (this.killing && !this.tree.kill() && this.init.self == 1) {
      // Who may not end the payload does so by its own end.
      this.init.payload.ended(Signal.KILL);
      this.hasGivenUp = true;
    }
    if (this.giveUpAt != NEVER && now() >= this.giveUpAt) {
      this.giveUpAt = NEVER;
      this.hasGivenUp = true;
    }
  }

  /** Whether the init's work is done; `childless` when it has no child any more. */
  isOver(childless: bool): bool {
    if (!this.init.payload.hasEnded) return false;
    this.looksAgainAt = NEVER;
    if (this.hasGivenUp) return true;
    if (this.init.plan.lingers && !childless) {
      this.init.payload.tellEnd();
      return false;
    }
    if (this.init.plan.drain == NEVER && !this.init.plan.waitsForAll) return true;
    if (!childless) return false;
    if (!this.tree.hasStrangers()) return true;
    // Nobody tells of the end of a process that is not our child.
    this.looksAgainAt = now() + LOOK;
    return false;
  }

  /** In that time at the latest: a second stop signal, or the drain, does not put off what is due earlier. */
  private killIn(milliseconds: i64): void {
    const at = now() + milliseconds;
    if (this.killAt != NEVER && this.killAt < at) return;
    this.killAt = at;
    this.allowance = milliseconds;
  }

  private isStopSignal(signal: i32): bool {
    return (this.init.plan.stopSignals & signalBit(signal)) != 0;
  }
}
