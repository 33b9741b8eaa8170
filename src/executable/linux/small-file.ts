import * as host from "../host/host";
import { staticBuffer } from "../support/static-buffers";
import { Errno } from "./errno";
import { AT_FDCWD, Open } from "./flags";
import * as linux from "./linux";
import { OPEN_HOW_SIZE, OpenHow } from "./mount-flags";

const CAPACITY: i32 = 1023;
const FLAGS: i32 = Open.READ | Open.CLOSE_ON_EXEC | Open.NON_BLOCKING;
/** Of a number that fits. */
const MOST_DIGITS: i32 = 18;
const how = staticBuffer(OPEN_HOW_SIZE);
/** The file read last, NUL-terminated. */
export const CONTENTS_SIZE: usize = 1024;
export const contents: usize = staticBuffer(1024);

/**
 * Reads the beginning of a file, at most 1023 bytes, into `contents`: enough for
 * the files of /proc and of control groups that are read while the payload
 * runs. Returns the size, or `-errno`.
 */
export function readSmallFile(path: usize): i32 {
  return read(linux.openat(AT_FDCWD, path, FLAGS, 0));
}

/** The same of what `openKernelFile` opens. */
export function readKernelFile(directory: i32, path: usize, resolve: u64): i32 {
  return read(openKernelFile(directory, path, resolve));
}

/**
 * Opens for reading what the payload may have put something in the place of. The
 * path begins at `directory`, and is followed as `resolve` has it (openat2(2)).
 * Returns a descriptor, or `-errno`.
 */
export function openKernelFile(directory: i32, path: usize, resolve: u64): i32 {
  const file = openResolving(directory, path, FLAGS, resolve);
  // Before Linux 5.6, or behind a filter that does not know it.
  const isUnknown = file == -Errno.ENOSYS || file == -Errno.EPERM;
  return isUnknown ? linux.openat(directory, path, FLAGS, 0) : file;
}

/** openat2(2). Returns a descriptor, or `-errno`. */
export function openResolving(directory: i32, path: usize, flags: i32, resolve: u64): i32 {
  const wanted = changetype<OpenHow>(how);
  wanted.flags = flags;
  wanted.resolve = resolve;
  return linux.openat2(directory, host.addressOf(path), how);
}

function read(file: i32): i32 {
  if (file < 0) return file;
  const size = linux.read(file, contents, CAPACITY);
  linux.close(file);
  store<u8>(contents + (size < 0 ? 0 : size), 0);
  return size;
}

/** The number after the first `key` in `contents`, or -1. */
export function numberAfter(key: usize): i64 {
  const at = indexOf(contents, key);
  if (at == 0) return -1;
  let end = at + host.length(host.addressOf(key));
  let value: i64 = 0;
  let digits = 0;
  for (; load<u8>(end) >= 0x30 && load<u8>(end) <= 0x39; end++, digits++) value = value * 10 + (load<u8>(end) - 0x30);
  return digits == 0 || digits > MOST_DIGITS ? -1 : value;
}

/** Where `text` first stands in the bytes from `offset` on; both are NUL-terminated. 0 when it does not. */
export function indexOf(offset: usize, text: usize): usize {
  for (let at = offset; load<u8>(at) != 0; at++) {
    let same: usize = 0;
    while (load<u8>(text + same) != 0 && load<u8>(at + same) == load<u8>(text + same)) same++;
    if (load<u8>(text + same) == 0) return at;
  }
  return 0;
}
