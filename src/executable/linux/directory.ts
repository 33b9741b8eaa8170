import { staticBuffer } from "../support/static-buffers";
import { AT_FDCWD, Open } from "./flags";
import * as linux from "./linux";
import { DIRECTORY_ENTRY_NAME, DirectoryEntry } from "./structures";

const CAPACITY: i32 = 4096;
/** For one walk at a time. */
const entries = staticBuffer(CAPACITY);

/** A walk over the entries of a directory that are named by numbers: the processes in /proc, the descriptors in /proc/self/fd. */
export class NumberedEntries {
  private directory: i32 = -1;
  private filled: i32 = 0;
  private position: i32 = 0;

  /** Starts the walk. Returns the directory's descriptor, or `-errno`. */
  open(path: usize): i32 {
    this.directory = linux.openat(AT_FDCWD, path, Open.READ | Open.CLOSE_ON_EXEC | Open.NON_BLOCKING, 0);
    this.filled = 0;
    this.position = 0;
    return this.directory;
  }

  /** The next number; -1 at the end, where the walk closes its directory. */
  next(): i32 {
    while (true) {
      if (this.position >= this.filled) {
        this.filled = linux.getdents64(this.directory, entries, CAPACITY);
        this.position = 0;
        if (this.filled <= 0) {
          linux.close(this.directory);
          return -1;
        }
      }
      const entry = entries + this.position;
      this.position += changetype<DirectoryEntry>(entry).size;
      const number = numberAt(entry + DIRECTORY_ENTRY_NAME);
      if (number >= 0) return number;
    }
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
