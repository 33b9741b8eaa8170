import { Signal } from "../../linux/signals";
import { putErrno } from "../../report/errno-phrases";
import { Level, Messages, messageLine, putReason, REWRITTEN_TO_0, say } from "../../report/messages";
import { Line } from "../../support/line";

/** dumb-init's own words (its dumb-init.c): `[dumb-init] what.` */
export class DumbInitMessages extends Messages {
  get refusalStatus(): i32 {
    return 1;
  }

  protected begin(level: Level): Line {
    return messageLine.text("[dumb-init] ");
  }

  /** Says a line of what `-v` asks for. */
  debug(text: usize): void {
    if (this.debugs) say(this.fatal().packed(text));
  }

  private get debugs(): bool {
    return this.says(Level.INFORMATION);
  }

  cannotExecute(path: usize, errno: i32, reason: usize, detail: usize): i32 {
    say(putReason(putErrno(this.fatal().outsideBytes(path).text(": "), errno), reason, detail));
    return 2;
  }

  override terminalGivenUp(errno: i32, wasLeader: bool): void {
    if (!this.debugs) return;
    if (errno != 0) this.cannot(words("detach from"), errno);
    else if (!wasLeader) this.debug(words("Detached from controlling tty, but was not session leader."));
    else this.debug(words("Detached from controlling tty, ignoring the first SIGHUP and SIGCONT we receive."));
  }

  override tookHandOff(signal: i32): void {
    if (!this.debugs) return;
    this.received(signal);
    say(this.fatal().text("Ignoring tty hand-off signal ").number(signal).text("."));
  }

  override sessionLed(errno: i32): void {
    if (this.debugs && errno != 0) this.cannot(words("attach to"), errno);
    this.debug(words("setsid complete."));
  }

  private cannot(what: usize, errno: i32): void {
    const line = this.fatal().text("Unable to ").packed(what).text(" controlling tty (errno=").number(errno).text(" ");
    say(putErrno(line, errno).text(")."));
  }

  started(pid: i32, command: usize): void {
    if (this.debugs) say(this.fatal().text("Child spawned with PID ").number(pid).text("."));
  }

  forwarded(signal: i32, original: i32): void {
    if (!this.debugs) return;
    this.received(original);
    if (signal != original) this.translated(original, signal);
    say(this.fatal().text("Forwarded signal ").number(signal).text(" to children."));
    this.suspends(original);
  }

  override dropped(signal: i32, reason: usize): void {
    if (!this.debugs) return;
    this.received(signal);
    const isIgnored = reason == REWRITTEN_TO_0;
    if (isIgnored) this.translated(signal, 0);
    const line = this.fatal()
      .text("Not forwarding signal ")
      .number(isIgnored ? 0 : signal)
      .text(" to children (");
    say(line.bytes(isIgnored ? bytes("ignored") : reason).text(")."));
    this.suspends(signal);
  }

  override childrenChanged(): void {
    if (this.debugs) this.received(Signal.CHLD);
  }

  override childEnded(pid: i32, status: i32, signal: i32): void {
    if (!this.debugs) return;
    const line = this.fatal().text("A child with PID ").number(pid);
    if (signal == Signal.NONE) line.text(" exited with exit status ").number(status);
    else line.text(" was terminated by signal ").number(signal);
    say(line.text("."));
  }

  reaped(pid: i32, warn: bool): void {}

  /** It is not said which of the two: dumb-init stops with the signal. */
  override stopped(signal: i32): void {}

  payloadEnded(status: i32, signal: i32): void {
    if (!this.debugs) return;
    this.debug(words("Forwarded signal 15 to children."));
    const exitStatus = signal == Signal.NONE ? status : 128 + signal;
    say(this.fatal().text("Child exited with status ").number(exitStatus).text(". Goodbye."));
  }

  private received(signal: i32): void {
    say(this.fatal().text("Received signal ").number(signal).text("."));
  }

  private translated(signal: i32, to: i32): void {
    say(this.fatal().text("Translating signal ").number(signal).text(" to ").number(to).text("."));
  }

  private suspends(signal: i32): void {
    if (signal >= Signal.TSTP && signal <= Signal.TTOU) this.debug(words("Suspending self due to TTY signal."));
  }
}
