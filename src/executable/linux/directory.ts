import { staticBuffer } from "../support/static-buffers";
import { Open } from "./flags";
import * as linux from "./linux";
import { DIRECTORY_ENTRY_NAME, DirectoryEntry } from "./structures";

const CAPACITY: i32 = 4096;
/** For one walk at a time. */
const entries = staticBuffer(CAPACITY);

const itself = bytes(".");

/** A walk over the entries of a directory that are named by numbers: the processes in /proc, the descriptors in /proc/self/fd. */
export class NumberedEntries {
  private directory: i32 = -1;
  private filled: i32 = 0;
  private position: i32 = 0;
  /** The walk ended before the end. */
  get hasFailed(): bool {
    return this.filled < 0;
  }

  /** Names beyond `maximum` are no numbers. */
  constructor(private readonly maximum: i32) {}

  /** Starts the walk in an open directory, which stays open. Returns a descriptor of the walk's own, or `-errno`. */
  open(directory: i32): i32 {
    this.directory = linux.openat(directory, itself, Open.READ | Open.CLOSE_ON_EXEC | Open.NON_BLOCKING, 0);
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
      const number = numberAt(entry + DIRECTORY_ENTRY_NAME, this.maximum);
      if (number >= 0) return number;
    }
  }
}

/** The number up to `maximum` that the NUL-terminated bytes at `offset` are, or -1. */
export function numberAt(offset: usize, maximum: i32): i32 {
  let value: i32 = 0;
  let at = offset;
  for (; load<u8>(at) != 0; at++) {
    const digit = <i32>load<u8>(at) - 0x30;
    if (digit < 0 || digit > 9 || value > (maximum - digit) / 10) return -1;
    value = value * 10 + digit;
  }
  return at == offset ? -1 : value;
}
