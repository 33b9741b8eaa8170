import { nextNumber, openNumbers } from "../linux/directory";
import * as linux from "../linux/linux";

const LAST: u32 = 0xffff_ffff;
const ownDescriptors = bytes("/proc/self/fd");

/**
 * Closes every descriptor above 2 but two of them (each may be below 3: no such
 * one). The payload has its own; held by the init as well, the other end of a
 * pipe would see no end of file as long as the container lives.
 */
export function closeAllBut(one: i32, other: i32): void {
  const lower = max(min(one, other), 2);
  const upper = max(max(one, other), lower);
  if (closeRange(3, <u32>lower - 1) && closeRange(<u32>lower + 1, <u32>upper - 1) && closeRange(<u32>upper + 1, LAST))
    return;
  // Before Linux 5.9, or behind a seccomp filter that does not know close_range: one by one.
  const directory = openNumbers(ownDescriptors);
  if (directory < 0) return;
  for (let file = nextNumber(); file >= 0; file = nextNumber()) {
    if (file > 2 && file != one && file != other && file != directory) linux.close(file);
  }
}

function closeRange(first: u32, last: u32): bool {
  return first > last || linux.close_range(first, last, 0) == 0;
}
