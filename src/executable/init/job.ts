import * as linux from "../linux/linux";
import { Signal } from "../linux/signals";
import { Terminal } from "../payload/terminal";
import { HandshakeMessage, send } from "../reexec/handshake";
import { information, takeIfPending } from "../signals/incoming";
import { InitContext } from "./context";
import { Forwarder } from "./forward";

/**
 * Job control: the payload is one job with the init for whoever started it.
 *
 * A shell watches the process that it started. If Ctrl-Z stopped the payload
 * alone, the shell would go on waiting for the init, without a prompt and with
 * nobody to say `fg` to.
 */
export class Job {
  private init: InitContext;
  private terminal: Terminal;
  private forwarder: Forwarder;
  private sharesGroup: bool;
  private stopsOnSignal: bool;
  /**
   * In a sandbox: the socket to the init outside, which is told of stops. Else -1. That we stop would not do, not as PID 1
   * either: that it was for reading the terminal in the background nobody would see.
   */
  private supervisor: i32;

  constructor(init: InitContext, terminal: Terminal, forwarder: Forwarder) {
    this.init = init;
    this.sharesGroup = init.plan.sharesGroup;
    this.stopsOnSignal = init.plan.stopsOnSignal;
    // In the caller's group the supervisor has the signal from the terminal itself.
    this.supervisor = init.plan.sharesGroup ? -1 : init.plan.handshake;
    this.terminal = terminal;
    this.forwarder = forwarder;
  }

  /** `signal` has come in, and is to go on: who continues finds the terminal his own again, or would stop at the next read. */
  signalComes(signal: i32): void {
    if (signal == Signal.CONT && this.supervisor >= 0 && this.forwarder.groupIsStopped && this.terminal.isOurs())
      this.terminal.giveTo(this.init.payload.pid);
  }

  /** `signal` has come in, and gone on where it was to. */
  signalTaken(signal: i32): void {
    const isStop = signal >= Signal.TSTP && signal <= Signal.TTOU;
    if (this.stopsOnSignal && isStop && this.init.self != 1 && !this.init.payload.hasEnded) this.stopTogether(signal);
  }

  /** `signal` has stopped the payload. */
  payloadStopped(signal: i32): void {
    if (this.stopsOnSignal) return;
    const wantsTerminal = signal == Signal.TTIN || signal == Signal.TTOU;
    if (wantsTerminal && this.terminal.isOurs()) {
      // Started with `&` and brought to the foreground since: a shell tells that to nobody who was not stopped.
      this.forwarder.groupIsStopped = true;
      this.goOn();
      return;
    }
    if (signal == Signal.TSTP && this.terminal.file >= 0 && !this.forwarder.hasStopped && this.isAlone()) {
      // Ctrl-Z: the whole container's terminal would hang, with nobody to say `fg`. The kernel ignores it in such groups
      // (orphaned ones); the payload's is none, as its parent, the init, is in another.
      this.forwarder.groupIsStopped = true;
      this.goOn();
      return;
    }
    // PID 1 cannot stop, and without a supervisor there is no shell above it to say `fg`.
    if ((this.init.self != 1 || this.supervisor >= 0) && this.isJobControl(signal)) this.stopTogether(signal);
  }

  /**
   * Whether the stop is a shell's business: passed on by us, or the terminal's.
   * One who stops the payload by its own number will continue just that, and
   * nobody would wake the init.
   */
  private isJobControl(signal: i32): bool {
    if (this.forwarder.hasStopped) return true;
    // With -c Ctrl-Z is the only sign: the terminal is left alone.
    if (this.terminal.file < 0) return this.sharesGroup && signal == Signal.TSTP;
    return signal == Signal.TTIN || signal == Signal.TTOU || this.terminal.isForeground(this.init.payload.pid);
  }

  /** Whether there is no shell above that would see us stop. */
  private isAlone(): bool {
    return (this.init.self == 1 && this.supervisor < 0) || linux.getsid(0) == this.init.self;
  }

  /** Others are waited for: a Ctrl-C is to reach somebody, though none of them may be in the payload's group. */
  payloadEnded(): void {
    if (this.init.plan.waitsForAll) this.terminal.takeBackFrom(this.init.payload.pid);
  }

  private stopTogether(signal: i32): void {
    this.forwarder.groupIsStopped = true;
    const wasForeground = this.terminal.takeBackFrom(this.init.payload.pid);
    if (this.supervisor >= 0) {
      // In a sandbox the supervisor stops, for whom we are the payload, and continues us with SIGCONT. PID 1 could not stop.
      send(this.supervisor, <HandshakeMessage>signal);
      return;
    }
    // A stop signal discards a pending SIGCONT: one that came right after the payload's stop would be lost, and both would
    // sleep on. So the last thing before is a look for it; what comes between the look and the stop no call can save.
    const isContinued = takeIfPending(Signal.CONT);
    if (!isContinued) {
      // Ctrl-Z stops the whole foreground group, here only the payload's: the others of the caller's pipeline are to stop
      // as well, or the shell takes the job for a running one. (The init's own copy is dropped as its own doing.)
      if (wasForeground && signal == Signal.TSTP) linux.kill(0, Signal.TSTP);
      linux.kill(this.init.self, Signal.STOP);
    }
    // Here the init has been continued. The SIGCONT that did it is forwarded to the whole group: now, or it is pending.
    if (this.terminal.isOurs()) this.terminal.giveTo(this.init.payload.pid);
    if (isContinued) this.forwarder.take(information);
  }

  private goOn(): void {
    if (this.terminal.isOurs()) this.terminal.giveTo(this.init.payload.pid);
    this.forwarder.send(Signal.CONT);
  }
}
