import { Errno } from "../../linux/errno";
import * as linux from "../../linux/linux";
import { Signal } from "../../linux/signals";
import { putErrno } from "../../report/errno-phrases";
import { Level, Messages, messageLine, putReason, say } from "../../report/messages";
import { describeSignal } from "../../report/signal-phrases";
import { Line } from "../../support/line";
import { putWord } from "../../support/word-list";

/** In the order of `Level`. */
const levels: usize = wordList("FATAL,WARN ,INFO ,DEBUG");

/** tini's own words (its tini.c), all of them on stderr: tini writes those below WARN to stdout, into the payload's data. */
export class TiniMessages extends Messages {
  get refusalStatus(): i32 {
    return 1;
  }

  protected begin(level: Level): Line {
    putWord(messageLine.text("["), levels, level);
    return messageLine.text(" tini (").number(linux.getpid()).text(")] ");
  }

  cannotExecute(path: usize, errno: i32, reason: usize, detail: usize): i32 {
    const line = this.fatal().text("exec ").outsideBytes(path).text(" failed: ");
    say(putReason(putErrno(line, errno), reason, detail));
    if (errno == Errno.ENOENT) return 127;
    return errno == Errno.EACCES ? 126 : 1;
  }

  override notAReaper(): void {
    if (!this.says(Level.WARNING)) return;
    say(
      this.begin(Level.WARNING).text(`Tini is not running as PID 1 and isn't registered as a child subreaper.
Zombie processes will not be re-parented to Tini, so zombie reaping won't work.
To fix the problem, use the -s option or set the environment variable TINI_SUBREAPER to register Tini as a child subreaper, or run Tini as PID 1.`),
    );
  }

  started(pid: i32, command: usize): void {
    if (!this.says(Level.INFORMATION)) return;
    const line = this.begin(Level.INFORMATION).text("Spawned child process '").outsideBytes(command);
    say(line.text("' with pid '").number(pid).text("'"));
  }

  forwarded(signal: i32, original: i32): void {
    if (!this.says(Level.DETAIL)) return;
    say(describeSignal(this.begin(Level.DETAIL).text("Passing signal: '"), original).text("'"));
  }

  override notForwarded(signal: i32, errno: i32): void {
    if (!this.says(Level.WARNING)) return;
    const line = this.begin(Level.WARNING);
    if (errno == Errno.ESRCH) say(line.text("Child was dead when forwarding signal"));
    else say(putErrno(line.text("Unexpected error when forwarding signal: '"), errno).text("'"));
  }

  override childrenChanged(): void {
    if (this.says(Level.DETAIL)) say(this.begin(Level.DETAIL).text("Received SIGCHLD"));
  }

  reaped(pid: i32, warn: bool): void {
    if (this.says(Level.DETAIL)) say(this.begin(Level.DETAIL).text("Reaped child with pid: '").number(pid).text("'"));
    if (warn && this.says(Level.WARNING))
      say(this.begin(Level.WARNING).text("Reaped zombie process with pid=").number(pid));
  }

  payloadEnded(status: i32, signal: i32): void {
    if (!this.says(Level.INFORMATION)) return;
    const line = this.begin(Level.INFORMATION).text("Main child exited ");
    if (signal == Signal.NONE) say(line.text("normally (with status '").number(status).text("')"));
    else say(describeSignal(line.text("with signal (with signal '"), signal).text("')"));
  }
}
