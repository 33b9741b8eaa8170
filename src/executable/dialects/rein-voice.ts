import { Errno, putErrno } from "../linux/errno";
import { putSignal, Signal } from "../linux/signals";
import { messageLine, say, Verbosity, Voice } from "../report/voice";
import { Line } from "../support/line";

/** `rein: what: why`: a line each, on stderr only. */
export class ReinVoice extends Voice {
  get refusalStatus(): i32 {
    return 125;
  }

  fatal(): Line {
    return begin();
  }

  cannotExecute(path: usize, errno: i32, reason: usize, detail: usize): i32 {
    const line = putErrno(begin().text("cannot run ").outsideBytes(path).text(": "), errno);
    if (load<u8>(reason) != 0) line.text(" (").bytes(reason).outsideBytes(detail).text(")");
    say(line);
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

  notAReaper(): void {}

  started(pid: i32, command: usize): void {
    if (this.says(Verbosity.INFORMATION))
      say(begin().text("started ").outsideBytes(command).text(", process ").number(pid));
  }

  forwarded(signal: i32, original: i32): void {
    if (!this.says(Verbosity.INFORMATION)) return;
    const line = putSignal(begin().text("forwarded "), signal);
    if (signal != original) putSignal(line.text(" for "), original);
    say(line);
  }

  notForwarded(signal: i32, errno: i32): void {
    say(putErrno(putSignal(begin().text("cannot forward "), signal).text(": "), errno));
  }

  dropped(signal: i32, reason: usize): void {
    if (this.says(Verbosity.DETAILS)) say(putSignal(begin().text("dropped "), signal).text(": ").bytes(reason));
  }

  held(signal: i32, milliseconds: i64): void {
    if (!this.says(Verbosity.INFORMATION)) return;
    say(putSignal(begin().text("holding "), signal).text(" back for ").duration(milliseconds));
  }

  reaped(pid: i32, warn: bool): void {
    if (warn || this.says(Verbosity.DETAILS)) say(begin().text("reaped zombie process ").number(pid));
  }

  stopped(signal: i32): void {
    if (this.says(Verbosity.INFORMATION)) say(putSignal(begin().text("the command was stopped by "), signal));
  }

  payloadEnded(status: i32, signal: i32): void {
    if (!this.says(Verbosity.INFORMATION)) return;
    const line = begin().text("the command ");
    if (signal == Signal.NONE) say(line.text("exited with status ").number(status));
    else say(putSignal(line.text("was killed by "), signal));
  }

  outOfMemory(kills: i64, file: usize): void {
    const line = begin().text(
      "the command was killed by SIGKILL, and its control group has run out of memory: oom_kill ",
    );
    say(line.number(kills).text(" in ").bytes(file));
  }

  draining(milliseconds: i64): void {
    if (!this.says(Verbosity.INFORMATION)) return;
    say(begin().text("the others have ").duration(milliseconds).text(" to end"));
  }

  killing(milliseconds: i64): void {
    say(begin().text("not everyone has ended within ").duration(milliseconds).text(": sending SIGKILL"));
  }

  trouble(call: usize, errno: i32): void {
    say(putErrno(begin().bytes(call).text(": "), errno));
  }
}

function begin(): Line {
  return messageLine.text("rein: ");
}
