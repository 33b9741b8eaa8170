import { room, roomsAreIntact } from "../support/room";
import { Errno } from "./errno";
import { AT_FDCWD, Open } from "./flags";
import * as linux from "./linux";

/** The longest file that is read whole: accounts and secrets. */
export const WHOLE_FILE_CAPACITY: i32 = 524_288;
/** The file read last, with a NUL behind it; cleared by whole words (see Everyone). */
export const wholeFile: usize = room(WHOLE_FILE_CAPACITY + 4);

/** How much of `wholeFile` has ever been written. */
export let wholeFileUsed: i32 = 0;

/** Reads a file into `wholeFile`, with a NUL behind it. Returns its size, or `-errno`: EFBIG when it does not fit. */
export function readWholeFile(path: usize): i32 {
  if (!roomsAreIntact()) return -Errno.ENOMEM;
  const file = linux.openat(AT_FDCWD, path, Open.READ | Open.CLOSE_ON_EXEC, 0);
  if (file < 0) return file;
  let size = 0;
  while (true) {
    const got =
      size == WHOLE_FILE_CAPACITY ? -Errno.EFBIG : linux.read(file, wholeFile + size, WHOLE_FILE_CAPACITY - size);
    if (got == -Errno.EINTR) continue;
    if (got <= 0) {
      linux.close(file);
      store<u8>(wholeFile + size, 0);
      return got < 0 ? got : size;
    }
    size += got;
    wholeFileUsed = max(wholeFileUsed, size);
  }
}
