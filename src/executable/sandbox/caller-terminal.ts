import { AT_FDCWD, F_DUPFD, Open } from "../linux/flags";
import * as linux from "../linux/linux";
import { isTerminal, openTerminal, Terminal } from "../payload/terminal";
import { awayFromStreams } from "../reexec/standard-streams";

/**
 * Takes from our standard streams what a confined command must not read of the
 * caller's terminal. In a session of its own no SIGTTIN stops it: from the
 * background it would have what is typed to the shell, passwords too. Its input
 * is the terminal only where the caller is in the foreground. And what is for
 * output can be read as well, as shells have it (one descriptor, three times).
 * Every signal is blocked.
 */
export function keepFromReading(): void {
  if (isTerminal(0) && !isInForeground()) replace(0, bytes("/dev/null"), Open.READ);
  // Where that may not be opened, being another user's after su(1), it stays as it is.
  if (isTerminal(1)) replace(1, bytes("/proc/self/fd/1"), Open.WRITE);
  if (isTerminal(2)) replace(2, bytes("/proc/self/fd/2"), Open.WRITE);
}

function isInForeground(): bool {
  const file = openTerminal();
  const terminal = new Terminal(file);
  const isOurs = terminal.isOurs() && terminal.isOurInput();
  if (file > 2) linux.close(file);
  return isOurs;
}

function replace(stream: i32, path: usize, flags: i32): void {
  const flagsOfAll = Open.NO_CONTROLLING_TERMINAL | Open.CLOSE_ON_EXEC;
  const file = awayFromStreams(linux.openat(AT_FDCWD, path, flags | flagsOfAll, 0));
  // Rather none than one that can be read.
  if (file < 0 && stream != 0) return;
  linux.close(stream);
  if (file < 0) return;
  linux.fcntl(file, F_DUPFD, stream);
  linux.close(file);
}
