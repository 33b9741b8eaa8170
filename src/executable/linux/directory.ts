import { staticBuffer } from "../support/static-buffers";
import { AT_FDCWD, Open } from "./flags";
import * as linux from "./linux";
import { DIRECTORY_ENTRY_NAME, DirectoryEntry } from "./structures";

const CAPACITY: i32 = 4096;
const entries = staticBuffer(CAPACITY);
let directory: i32 = -1;
let filled: i32 = 0;
let position: i32 = 0;

/**
 * Starts a walk over the entries of a directory that are named by numbers (the
 * processes in /proc, the descriptors in /proc/self/fd). There is one walk at a
 * time, for nothing may be allocated while the payload runs.
 * Returns the directory's descriptor, or `-errno`.
 */
export function openNumbers(path: usize): i32 {
  directory = linux.openat(AT_FDCWD, path, Open.READ | Open.CLOSE_ON_EXEC, 0);
  filled = 0;
  position = 0;
  return directory;
}

/** The next number; -1 at the end, where the walk closes its directory. */
export function nextNumber(): i32 {
  while (true) {
    if (position >= filled) {
      filled = linux.getdents64(directory, entries, CAPACITY);
      position = 0;
      if (filled <= 0) {
        linux.close(directory);
        return -1;
      }
    }
    const entry = entries + position;
    position += changetype<DirectoryEntry>(entry).size;
    const number = numberAt(entry + DIRECTORY_ENTRY_NAME);
    if (number >= 0) return number;
  }
}

/** The number that the NUL-terminated bytes at `offset` are, or -1. */
export function numberAt(offset: usize): i32 {
  let value: i32 = 0;
  let at = offset;
  for (; load<u8>(at) != 0; at++) {
    const digit = <i32>load<u8>(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return at == offset ? -1 : value;
}
