import { SCRATCH_SIZE, scratch } from "../support/scratch";
import { buffersAreIntact } from "../support/static-buffers";
import { Errno } from "./errno";
import { AT_FDCWD, Open } from "./flags";
import * as linux from "./linux";
import { isReady } from "./readiness";
import { Poll } from "./structures";

/** The longest file that is read whole: accounts and secrets. */
export const WHOLE_FILE_CAPACITY: i32 = SCRATCH_SIZE - 4;
/** The file read last, with a NUL behind it. */
export const wholeFile: usize = scratch;

/** How much of `wholeFile` has ever been written. */
export let wholeFileUsed: i32 = 0;

/** How many milliseconds a pipe may be silent: with every signal blocked nobody could end a wait for ever. */
const PATIENCE: i64 = 5000;

/**
 * Reads a file into `wholeFile`, with a NUL behind it. Returns its size, or
 * `-errno`: EFBIG when it does not fit, EAGAIN when it is a pipe from which
 * nothing comes.
 */
export function readWholeFile(path: usize): i32 {
  if (!buffersAreIntact()) return -Errno.ENOMEM;
  // Opening a FIFO waits for a writer otherwise.
  const file = linux.openat(AT_FDCWD, path, Open.READ | Open.CLOSE_ON_EXEC | Open.NON_BLOCKING, 0);
  if (file < 0) return file;
  const size = readWholeFileFrom(file);
  linux.close(file);
  return size;
}

/** The same from an open file, up to its end. */
export function readWholeFileFrom(file: i32): i32 {
  if (!buffersAreIntact()) return -Errno.ENOMEM;
  let size = 0;
  let hasWaited: bool = false;
  while (true) {
    let got =
      size == WHOLE_FILE_CAPACITY ? -Errno.EFBIG : linux.read(file, wholeFile + size, WHOLE_FILE_CAPACITY - size);
    if (got == -Errno.EINTR) continue;
    // A FIFO that nobody has opened for writing yet reads as empty.
    if (got == -Errno.EAGAIN || (got == 0 && size == 0 && !hasWaited)) {
      hasWaited = isReady(file, Poll.IN, PATIENCE);
      if (hasWaited) continue;
      got = -Errno.EAGAIN;
    }
    if (got <= 0) {
      store<u8>(wholeFile + size, 0);
      return got < 0 ? got : size;
    }
    size += got;
    wholeFileUsed = max(wholeFileUsed, size);
  }
}
