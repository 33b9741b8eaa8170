import { Errno, putErrno } from "../linux/errno";
import * as linux from "../linux/linux";
import { describeSignal } from "../linux/signal-descriptions";
import { Signal } from "../linux/signals";
import { messageLine, say, Verbosity, Voice } from "../report/voice";
import { Line } from "../support/line";

/** tini's own words (its tini.c), all of them on stderr: tini writes those below WARN to stdout, into the payload's data. */
export class TiniVoice extends Voice {
  get refusalStatus(): i32 {
    return 1;
  }

  fatal(): Line {
    return begin(FATAL);
  }

  cannotExecute(path: usize, errno: i32, reason: usize, detail: usize): i32 {
    const line = putErrno(begin(FATAL).text("exec ").outsideBytes(path).text(" failed: "), errno);
    if (load<u8>(reason) != 0) line.text(" (").bytes(reason).outsideBytes(detail).text(")");
    say(line);
    if (errno == Errno.ENOENT) return 127;
    return errno == Errno.EACCES ? 126 : 1;
  }

  notAReaper(): void {
    if (!this.says(Verbosity.WARNINGS)) return;
    say(
      begin(WARN).text(`Tini is not running as PID 1 and isn't registered as a child subreaper.
Zombie processes will not be re-parented to Tini, so zombie reaping won't work.
To fix the problem, use the -s option or set the environment variable TINI_SUBREAPER to register Tini as a child subreaper, or run Tini as PID 1.`),
    );
  }

  started(pid: i32, command: usize): void {
    if (!this.says(Verbosity.INFORMATION)) return;
    say(begin(INFO).text("Spawned child process '").outsideBytes(command).text("' with pid '").number(pid).text("'"));
  }

  forwarded(signal: i32, original: i32): void {
    if (!this.says(Verbosity.DETAILS)) return;
    say(describeSignal(begin(DEBUG).text("Passing signal: '"), original).text("'"));
  }

  notForwarded(signal: i32, errno: i32): void {
    if (errno != Errno.ESRCH) {
      say(putErrno(begin(WARN).text("Unexpected error when forwarding signal: '"), errno).text("'"));
    } else if (this.says(Verbosity.WARNINGS)) {
      say(begin(WARN).text("Child was dead when forwarding signal"));
    }
  }

  dropped(signal: i32, reason: usize): void {
    if (!this.says(Verbosity.DETAILS)) return;
    say(describeSignal(begin(DEBUG).text("Not passing signal: '"), signal).text("': ").bytes(reason));
  }

  held(signal: i32, milliseconds: i64): void {
    if (!this.says(Verbosity.INFORMATION)) return;
    const line = describeSignal(begin(INFO).text("Holding signal: '"), signal);
    say(line.text("' for ").duration(milliseconds));
  }

  childrenChanged(): void {
    if (this.says(Verbosity.DETAILS)) say(begin(DEBUG).text("Received SIGCHLD"));
  }

  reaped(pid: i32, warn: bool): void {
    if (this.says(Verbosity.DETAILS)) say(begin(DEBUG).text("Reaped child with pid: '").number(pid).text("'"));
    if (warn && this.says(Verbosity.WARNINGS)) {
      say(begin(WARN).text("Reaped zombie process with pid=").number(pid));
    }
  }

  stopped(signal: i32): void {
    if (this.says(Verbosity.DETAILS))
      say(describeSignal(begin(DEBUG).text("Main child stopped by '"), signal).text("'"));
  }

  payloadEnded(status: i32, signal: i32): void {
    if (!this.says(Verbosity.INFORMATION)) return;
    const line = begin(INFO).text("Main child exited ");
    if (signal == Signal.NONE) say(line.text("normally (with status '").number(status).text("')"));
    else say(describeSignal(line.text("with signal (with signal '"), signal).text("')"));
  }

  outOfMemory(kills: i64, file: usize): void {
    if (!this.says(Verbosity.WARNINGS)) return;
    const line = begin(WARN).text("Main child was killed, and its control group has run out of memory: oom_kill ");
    say(line.number(kills).text(" in ").bytes(file));
  }

  draining(milliseconds: i64): void {
    if (!this.says(Verbosity.INFORMATION)) return;
    say(begin(INFO).text("Waiting ").duration(milliseconds).text(" for other processes"));
  }

  killing(milliseconds: i64): void {
    if (!this.says(Verbosity.WARNINGS)) return;
    say(begin(WARN).text("Processes left after ").duration(milliseconds).text(": sending SIGKILL"));
  }

  trouble(call: usize, errno: i32): void {
    say(putErrno(begin(WARN).bytes(call).text(" failed: "), errno));
  }
}

const FATAL = bytes("FATAL");
const WARN = bytes("WARN ");
const INFO = bytes("INFO ");
const DEBUG = bytes("DEBUG");

function begin(level: usize): Line {
  return messageLine.text("[").bytes(level).text(" tini (").number(linux.getpid()).text(")] ");
}
