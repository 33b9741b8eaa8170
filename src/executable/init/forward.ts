import { Errno } from "../linux/errno";
import { ENDING } from "../linux/input";
import * as linux from "../linux/linux";
import { Signal, signalBit } from "../linux/signals";
import { SignalInformation } from "../linux/structures";
import { REWRITTEN_TO_0 } from "../report/messages";
import { InitContext } from "./context";
import { becomeOwnerOf } from "./owner";
import { Shutdown } from "./shutdown";

/** Sent by the kernel for what a process did itself: a fault, a limit of its own. */
const FAULTS: u64 =
  signalBit(Signal.ILL) | signalBit(Signal.TRAP) | signalBit(Signal.ABRT) | signalBit(Signal.BUS) |
  signalBit(Signal.FPE) | signalBit(Signal.SEGV) | signalBit(Signal.SYS) | signalBit(Signal.XCPU); // biome-ignore format: a set

/** What the init may send itself: by a write (see isOwnDoing), and with its caller's group (Job.stopTogether). */
const OWN: u64 = signalBit(Signal.PIPE) | signalBit(Signal.XFSZ) | signalBit(Signal.TSTP);

/** Sent by a terminal to its whole foreground group. */
const TERMINAL_SIGNALS: u64 =
  signalBit(Signal.INT) | signalBit(Signal.QUIT) | signalBit(Signal.TSTP) | signalBit(Signal.WINCH);

/** Passes signals on to the payload. */
export class Forwarder {
  private init: InitContext;
  private shutdown: Shutdown;
  /** The payload's whole group was stopped by its terminal: all of it is to go on. */
  groupIsStopped: bool = false;
  /** The signal that was passed on last asks for a stop. */
  hasStopped: bool = false;

  constructor(init: InitContext, shutdown: Shutdown) {
    this.init = init;
    this.shutdown = shutdown;
  }

  /** Passes a signal on that has just come in, or says why not. */
  take(information: SignalInformation): void {
    const signal = information.signal;
    // Not even said: the message would go to the broken pipe, and raise the next signal.
    if (this.isOwnDoing(information)) return;
    if (this.init.payload.hasEnded) this.tooLate(signal);
    else if (this.payloadHasItAlready(information)) {
      this.init.report.dropped(signal, bytes("the terminal sent it to the command too"));
      this.endSetUp(signal);
    } else if (!this.shutdown.holds(signal)) this.pass(signal, this.isForGroup(information));
  }

  /** Passes the held signals on whose time has come; the payload's end leaves nothing to wait for. */
  release(): void {
    for (let signal = this.shutdown.released(); signal != Signal.NONE; signal = this.shutdown.released()) {
      if (this.init.payload.hasEnded) this.tooLate(signal);
      else this.pass(signal);
    }
  }

  private tooLate(signal: i32): void {
    if (!this.shutdown.stopsOthers(signal)) this.init.report.dropped(signal, bytes("the command has ended"));
  }

  private pass(original: i32, isForGroup: bool = false): void {
    const signal = this.init.plan.rewrite.get(original);
    if (signal == Signal.NONE) {
      this.init.report.dropped(original, REWRITTEN_TO_0);
      return;
    }
    if (!this.init.payload.isThere && this.isForNobody(signal)) return;
    const result = this.send(signal, isForGroup);
    if (result < 0) this.init.report.notForwarded(signal, -result);
    else {
      this.hasStopped = signal == Signal.TSTP || signal == Signal.TTIN || signal == Signal.TTOU;
      this.init.report.forwarded(signal, original);
    }
    // Whoever asked for an end wants it all the same.
    this.shutdown.wentOn(original, result < 0 ? Signal.NONE : signal);
  }

  /** There is no command, or not yet. */
  private isForNobody(signal: i32): bool {
    if (this.init.payload.isNone) this.endPause(signal);
    else this.endSetUp(signal);
    return this.init.payload.isNone;
  }

  /** A sandbox that is still being set up is deaf to it. */
  private endSetUp(signal: i32): void {
    if ((ENDING & signalBit(signal)) != 0) this.init.payload.endUnlessThere(signal);
  }

  private endPause(signal: i32): void {
    if ((this.init.plan.stopSignals & signalBit(signal)) == 0) {
      this.init.report.dropped(signal, bytes("there is no command"));
      return;
    }
    this.init.plan.messages.pauseEnded(signal);
    this.init.payload.ended(0);
    this.shutdown.payloadEnded();
  }

  /** Sends `signal` to the payload or its group. Returns 0 or `-errno`. */
  send(signal: i32, isForGroup: bool = false): i32 {
    const continues = signal == Signal.CONT && this.groupIsStopped;
    if (continues) this.groupIsStopped = false;
    const goesToGroup = this.init.plan.toGroup || continues || isForGroup;
    const result = this.sendAsWeAre(signal, goesToGroup);
    const isRefused = result == -Errno.EPERM && becomeOwnerOf(this.init.payload.pid, this.init);
    return isRefused ? this.sendAsWeAre(signal, goesToGroup) : result;
  }

  private sendAsWeAre(signal: i32, goesToGroup: bool): i32 {
    if (goesToGroup) {
      const result = linux.kill(-this.init.payload.pid, signal);
      // ESRCH: the payload has moved to another group; it itself is still there.
      if (result != -Errno.ESRCH) return result;
    }
    return linux.kill(this.init.payload.pid, signal);
  }

  /**
   * A message written to a broken pipe raises SIGPIPE, and one to a file beyond
   * its limit SIGXFSZ, in the writer: forwarded, a lost log reader would kill
   * the payload, and under dumb-init's `-v` every message about the signal
   * raises the next (docs/other-inits.md).
   */
  private isOwnDoing(information: SignalInformation): bool {
    if (information.code > 0) return (FAULTS & signalBit(information.signal)) != 0;
    return information.pid == this.init.self && (OWN & signalBit(information.signal)) != 0;
  }

  /**
   * At a stop the init of a sandbox has the terminal for a moment (see
   * Job.stopTogether). A Ctrl-C just then, passed on to a shell alone, would be
   * lost: it waits for its pipeline, which has not been told.
   */
  private isForGroup(information: SignalInformation): bool {
    return (
      this.init.plan.handshake >= 0 && information.code > 0 && (TERMINAL_SIGNALS & signalBit(information.signal)) != 0
    );
  }

  /** In the caller's group the payload gets Ctrl-C from the terminal itself; forwarded, it would come twice. */
  private payloadHasItAlready(information: SignalInformation): bool {
    const isTerminals =
      this.init.plan.sharesGroup && !this.init.plan.hasOwnSession && !this.init.payload.isNone && information.code > 0;
    return isTerminals && (TERMINAL_SIGNALS & signalBit(information.signal)) != 0;
  }
}
