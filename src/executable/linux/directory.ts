import { staticBuffer } from "../support/static-buffers";
import { Open } from "./flags";
import * as linux from "./linux";
import { DIRECTORY_ENTRY_NAME, DIRECTORY_ENTRY_TYPE, DirectoryEntry } from "./structures";

const CAPACITY: i32 = 4096;
/** For one walk at a time. */
const entries = staticBuffer(CAPACITY);

const itself = bytes(".");
/** readdir(3) */
const DT_DIR: u8 = 4;
const DOT: u8 = 0x2e;

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
    this.take(linux.openat(directory, itself, Open.READ | Open.CLOSE_ON_EXEC | Open.NON_BLOCKING, 0));
    return this.directory;
  }

  /** The same in one that is open for reading, and is the walk's from now on. */
  take(directory: i32): void {
    this.directory = directory;
    this.filled = 0;
    this.position = 0;
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

/** The NUL-terminated name of a directory in an open one, until the next walk; 0 where none can be found. */
export function directoryIn(directory: i32): usize {
  const list = linux.openat(directory, itself, Open.READ | Open.CLOSE_ON_EXEC, 0);
  if (list < 0) return 0;
  let found: usize = 0;
  while (found == 0) {
    const filled = linux.getdents64(list, entries, CAPACITY);
    if (filled <= 0) break;
    for (let at = entries; at < entries + filled; at += changetype<DirectoryEntry>(at).size) {
      const name = at + DIRECTORY_ENTRY_NAME;
      if (load<u8>(at + DIRECTORY_ENTRY_TYPE) == DT_DIR && !isDots(name)) found = name;
    }
  }
  linux.close(list);
  return found;
}

/** `.` or `..` */
function isDots(name: usize): bool {
  return load<u8>(name) == DOT && (load<u8>(name + 1) == 0 || (load<u8>(name + 1) == DOT && load<u8>(name + 2) == 0));
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
