import { Errno } from "../linux/errno";
import { RWF_NOWAIT } from "../linux/flags";
import * as linux from "../linux/linux";
import { isPipe, isReady } from "../linux/readiness";
import { Poll } from "../linux/structures";
import { Line } from "../support/line";

/** How long a line waits for a reader, in milliseconds. */
const PATIENCE: i64 = 100;
/** How often it waits so, where others fill what the reader has emptied. */
const ATTEMPTS = 3;

/**
 * Ends the line, writes it to `file` and starts the next. Returns 0, or
 * `-errno` (`-EAGAIN` for a line that was dropped).
 *
 * With a full pipe and a stuck reader behind stderr (a wedged log driver) a
 * blocking write would stop PID 1 from reaping and forwarding, so a line waits
 * a moment for its reader, and the ones after that do not wait any more until
 * one gets through. The descriptor may not be made non-blocking for that: the
 * payload has it too.
 */
export function writeLine(line: Line, file: i32): i32 {
  const size = line.end();
  const patience: i64 = line.isStuck ? 0 : PATIENCE;
  let result = linux.pwritev2(file, line.buffer, size, RWF_NOWAIT);
  if (result == -Errno.EAGAIN && isPipe(file)) {
    // Not by a plain write: the payload may have filled the pipe again since poll(2) was asked.
    for (let i = 0; i < ATTEMPTS && result == -Errno.EAGAIN && isReady(file, Poll.OUT, patience); i++)
      result = linux.pwritev2(file, line.buffer, size, RWF_NOWAIT);
  } else if (result < 0 && isReady(file, Poll.OUT, patience)) {
    // Terminals and older kernels' pipes cannot do that, and a file says EAGAIN when it has to wait for its disk. Asked
    // by poll(2), a pipe is writable when PIPE_BUF bytes fit, which a line never exceeds.
    result = linux.write(file, line.buffer, size);
  }
  line.isStuck = result < 0;
  return min(result, 0);
}
