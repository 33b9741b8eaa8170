/**
 * Byte strings. The kernel's strings are bytes of no known encoding; here such
 * a string is a `string` whose every code unit is one byte, so that nothing is
 * lost or refused and `==`, `switch` and `startsWith` work on it.
 */
import * as host from "../host/host";

/** The `size` bytes at `offset`, as a string. */
export function stringAt(offset: usize, size: i32): string {
  const text = changetype<string>(__new((<usize>size) << 1, idof<string>()));
  for (let i = 0; i < size; i++) putUnit(text, i, load<u8>(offset + i));
  return text;
}

/** The NUL-terminated string at an address of the process's own. */
export function stringFrom(address: u64): string {
  const size = host.length(address);
  const text = changetype<string>(__new((<usize>size) << 1, idof<string>()));
  // Through the text's own second half: a unit is never written over a byte that has not been read.
  const copy = changetype<usize>(text) + size;
  host.copyIn(copy, address, size);
  for (let i = 0; i < size; i++) putUnit(text, i, load<u8>(copy + i));
  return text;
}

/** A copy of the NUL-terminated bytes at an address of the process's own. */
export function bytesFrom(address: u64): usize {
  const size = host.length(address) + 1;
  const copy = heap.alloc(size);
  host.copyIn(copy, address, size);
  return copy;
}

/** Writes the bytes of `text` at `offset`, without a NUL. */
export function putString(offset: usize, text: string): void {
  const size = text.length;
  const units = changetype<usize>(text);
  for (let i = 0; i < size; i++) {
    store<u8>(offset + i, <u8>load<u16>(units + ((<usize>i) << 1)));
  }
}

/** A new NUL-terminated copy of `text`, for the kernel to read. */
export function terminated(text: string): usize {
  const copy = heap.alloc(<usize>text.length + 1);
  putString(copy, text);
  store<u8>(copy + text.length, 0);
  return copy;
}

/** Writes one unit of `text` over: for a text of one's own, as literals are shared. */
export function putUnit(text: string, index: i32, unit: i32): void {
  store<u16>(changetype<usize>(text) + ((<usize>index) << 1), <u16>unit);
}

/** `text` with a..z as A..Z. (`toUpperCase` would bring Unicode's tables along, larger than all the rest.) */
export function upperCase(text: string): string {
  const upper = text.concat("");
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x61 && unit <= 0x7a) putUnit(upper, i, unit - 0x20);
  }
  return upper;
}
