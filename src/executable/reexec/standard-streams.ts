/**
 * The standard streams that the caller has closed. The kernel gives the lowest
 * number that is free: what we open would be taken for such a stream, and
 * messages to stderr go into it (the handshake took them for the words of a
 * stage). So their numbers are held as long as we are this program; the next
 * execve closes them, and the command finds what its caller had.
 */

import { F_DUPFD_CLOEXEC } from "../linux/flags";
import * as linux from "../linux/linux";
import { createData, seal } from "../linux/memory-file";

const LAST: i32 = 2;

let areHeld: bool = false;

/** Whether one is closed, as far as anybody has come across it. */
export function lacksStreams(): bool {
  return areHeld;
}

/** Holds the numbers of all that are closed. Returns 0, or `-errno`. */
export function holdClosedStreams(): i32 {
  while (true) {
    // Nothing comes from it, no write goes well, and it leads nowhere: whoever got it from us would have nothing.
    const file = createData();
    if (file < 0) return file;
    if (file > LAST) {
      linux.close(file);
      return 0;
    }
    const sealed = seal(file);
    if (sealed < 0) return sealed;
    areHeld = true;
  }
}

/** A descriptor that was just opened in a stream's place, moved out of it; any other as it is. Returns `-errno` where that failed. */
export function awayFromStreams(file: i32): i32 {
  if (file < 0 || file > LAST) return file;
  const moved = linux.fcntl(file, F_DUPFD_CLOEXEC, LAST + 1);
  linux.close(file);
  const held = moved < 0 ? moved : holdClosedStreams();
  return held < 0 ? held : moved;
}
