import { staticBuffer } from "../support/static-buffers";
import { AT_FDCWD, Open } from "./flags";
import * as linux from "./linux";

const CAPACITY: i32 = 1023;
/** The file read last, NUL-terminated. */
export const contents: usize = staticBuffer(1024);

/**
 * Reads the beginning of a file, at most 1023 bytes, into `contents`: enough for
 * the files of /proc and of control groups that are read while the payload
 * runs. Returns the size, or `-errno`.
 */
export function readSmallFile(path: usize): i32 {
  const file = linux.openat(AT_FDCWD, path, Open.READ | Open.CLOSE_ON_EXEC | Open.NON_BLOCKING, 0);
  if (file < 0) return file;
  const size = linux.read(file, contents, CAPACITY);
  linux.close(file);
  store<u8>(contents + (size < 0 ? 0 : size), 0);
  return size;
}

/** The number after the first `key` in `contents`, or -1. */
export function numberAfter(key: string): i64 {
  const at = indexOf(contents, key);
  if (at == 0) return -1;
  let end = at + key.length;
  let value: i64 = 0;
  let digits = 0;
  for (; load<u8>(end) >= 0x30 && load<u8>(end) <= 0x39; end++, digits++) value = value * 10 + (load<u8>(end) - 0x30);
  return digits == 0 ? -1 : value;
}

/** Where `text` first stands in the NUL-terminated bytes from `offset` on; 0 when it does not. */
export function indexOf(offset: usize, text: string): usize {
  for (let at = offset; load<u8>(at) != 0; at++) {
    let same = 0;
    while (same < text.length && load<u8>(at + same) == <u8>text.charCodeAt(same)) same++;
    if (same == text.length) return at;
  }
  return 0;
}
