import { SCRATCH_SIZE, scratch } from "../support/scratch";
import { Errno } from "./errno";
import { AT_FDCWD, Open } from "./flags";
import { awaitInputOrEnd, FOR_EVER } from "./input";
import * as linux from "./linux";

/** The longest file that is read whole: accounts and secrets. */
export const WHOLE_FILE_CAPACITY: i32 = SCRATCH_SIZE - 4;
/** The file read last, with a NUL behind it. */
export const wholeFile: usize = scratch;

/** How much of `wholeFile` has ever been written. */
export let wholeFileUsed: i32 = 0;

/** How many milliseconds a pipe that has a name may be silent: it may be one that nobody ever writes to. */
const PATIENCE: i64 = 5000;

/**
 * Reads a file into `wholeFile`, with a NUL behind it. Returns its size, or
 * `-errno`: EFBIG when it does not fit, EAGAIN when it is a pipe from which
 * nothing comes. A signal that asks for the end ends the process meanwhile.
 */
export function readWholeFile(path: usize): i32 {
  // Opening a FIFO waits for a writer otherwise.
  const file = linux.openat(AT_FDCWD, path, Open.READ | Open.CLOSE_ON_EXEC | Open.NON_BLOCKING, 0);
  if (file < 0) return file;
  const size = readUpToEnd(file, PATIENCE);
  linux.close(file);
  return sizeThatFits(size);
}

/** The same from a descriptor that the caller has given, up to its end, and for as long as that takes. */
export function readWholeFileFrom(file: i32): i32 {
  return sizeThatFits(readUpToEnd(file, FOR_EVER));
}

/** The next part likewise, which may be WHOLE_FILE_CAPACITY bytes and not all. */
export function readPartFrom(file: i32): i32 {
  return readUpToEnd(file, FOR_EVER);
}

function sizeThatFits(size: i32): i32 {
  return size == WHOLE_FILE_CAPACITY ? -Errno.EFBIG : size;
}

function readUpToEnd(file: i32, patience: i64): i32 {
  // The caller's own descriptor may be one that a read of waits itself.
  const isGiven = patience < 0;
  let size = 0;
  let hasWaited = isGiven;
  let result = isGiven ? awaitInputOrEnd(file, patience) : 0;
  while (result >= 0) {
    // Of what fills the place nobody asks for more: a read of no bytes tells the same as the end.
    const got = linux.read(file, wholeFile + size, WHOLE_FILE_CAPACITY - size);
    if (got == -Errno.EINTR) continue;
    // A FIFO that nobody has opened for writing yet reads as empty.
    if (got == -Errno.EAGAIN || (got == 0 && size == 0 && !hasWaited)) {
      result = awaitInputOrEnd(file, patience);
      hasWaited = true;
      continue;
    }
    if (got <= 0) {
      result = got < 0 ? got : size;
      break;
    }
    size += got;
    wholeFileUsed = max(wholeFileUsed, size);
    if (isGiven) result = awaitInputOrEnd(file, patience);
  }
  store<u8>(wholeFile + size, 0);
  return result;
}
