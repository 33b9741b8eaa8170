import { Errno } from "../../linux/errno";
import { Signal } from "../../linux/signals";
import { putErrno } from "../../report/errno-phrases";
import { Level, Messages, messageLine, putReason, say } from "../../report/messages";
import { putSignal } from "../../report/signal-names";
import { Line } from "../../support/line";

/** `rein: what: why`, a line each. */
export class ReinMessages extends Messages {
  get refusalStatus(): i32 {
    return 125;
  }

  protected begin(level: Level): Line {
    return messageLine.text("rein: ");
  }

  cannotExecute(path: usize, errno: i32, reason: usize, detail: usize): i32 {
    const line = this.fatal().text("cannot run ").outsideBytes(path).text(": ");
    say(putReason(putErrno(line, errno), reason, detail));
    switch (errno) {
      case Errno.ENOENT:
      case Errno.ENOTDIR:
      case Errno.ELOOP:
      case Errno.ENAMETOOLONG:
        return 127;
      default:
        return 126;
    }
  }

  override namespaceLeftOut(kind: usize): void {
    if (!this.says(Level.WARNING)) return;
    say(
      this.warning()
        .text("there is no ")
        .bytes(kind)
        .text(" namespace: the kernel has none, or they are switched off (user.max_user_namespaces)"),
    );
  }

  override startsElsewhere(wanted: usize, other: usize): void {
    if (!this.says(Level.WARNING)) return;
    const line = this.warning().text("the working directory ").outsideBytes(wanted);
    line.text(" cannot be entered in the sandbox: the command starts in ").outsideBytes(other);
    say(line.text("; give --chdir"));
  }

  started(pid: i32, command: usize): void {
    if (!this.says(Level.INFORMATION)) return;
    say(this.begin(Level.INFORMATION).text("started ").outsideBytes(command).text(", process ").number(pid));
  }

  forwarded(signal: i32, original: i32): void {
    if (!this.says(Level.INFORMATION)) return;
    const line = putSignal(this.begin(Level.INFORMATION).text("forwarded "), signal);
    if (signal != original) putSignal(line.text(" for "), original);
    say(line);
  }

  reaped(pid: i32, warn: bool): void {
    if (warn || this.says(Level.DETAIL)) say(this.begin(Level.WARNING).text("reaped zombie process ").number(pid));
  }

  payloadEnded(status: i32, signal: i32): void {
    if (!this.says(Level.INFORMATION)) return;
    const line = this.begin(Level.INFORMATION).text("the command ");
    if (signal == Signal.NONE) say(line.text("exited with status ").number(status));
    else say(putSignal(line.text("was killed by "), signal));
  }
}
