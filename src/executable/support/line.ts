/**
 * One line of text in the making, in a buffer of its own: nothing is allocated,
 * so that the PID 1 loop may speak for years. What does not fit is cut off; the
 * line's end always fits.
 */

import { staticBuffer } from "./static-buffers";
import { printableSize } from "./utf8";

const CAPACITY: i32 = 4096;
/** What of a text from outside is shown. */
const LONGEST: i32 = 1000;
const LARGEST_CHARACTER: i32 = 4;
/** The beginning of a text from outside, as bytes. */
const beginning: usize = staticBuffer(LONGEST + LARGEST_CHARACTER + 1);
const NEWLINE: u8 = 0x0a;
const pairs = wordPairs();
const FIRST_PAIR: u8 = 0x7f;

export class Line {
  /** Where the line is. */
  buffer: usize = staticBuffer(CAPACITY);
  private size: i32 = 0;
  /** Something did not fit. */
  isCut: bool = false;
  /** The line before this one could not be written; kept by `writeLine`. */
  isStuck: bool = false;

  /** Moves to the heap, and to a page that is in memory anyway, where no more than `longest` bytes will ever be put there. */
  moveToHeap(longest: i32): void {
    if (longest < CAPACITY) this.buffer = heap.alloc(longest + 1);
  }

  byte(value: u8): Line {
    if (this.size < CAPACITY - 1) store<u8>(this.buffer + this.size++, value);
    else this.isCut = true;
    return this;
  }

  text(text: string): Line {
    for (let i = 0; i < text.length; i++) this.byte(<u8>text.charCodeAt(i));
    return this;
  }

  /** The bytes from `offset` to the first NUL. */
  bytes(offset: usize): Line {
    for (let at = offset; load<u8>(at) != 0; at++) this.byte(load<u8>(at));
    return this;
  }

  /** The text that `words` has made. */
  packed(offset: usize): Line {
    for (let at = offset; load<u8>(at) != 0; at++) this.unpacked(load<u8>(at));
    return this;
  }

  /** What one byte of a packed text stands for (scripts/packed-texts.ts). */
  unpacked(code: u8): void {
    if (code == NEWLINE || (code >= 0x20 && code < FIRST_PAIR)) {
      this.byte(code);
      return;
    }
    const pair = pairs + ((<usize>(code - FIRST_PAIR)) << 1);
    this.unpacked(load<u8>(pair));
    this.unpacked(load<u8>(pair + 1));
  }

  /** A text from outside, which has no NUL (see `outsideBytes`). */
  outside(text: string): Line {
    const size = min(text.length, LONGEST + LARGEST_CHARACTER);
    for (let i = 0; i < size; i++) store<u8>(beginning + i, <u8>text.charCodeAt(i));
    store<u8>(beginning + size, 0);
    return this.outsideBytes(beginning);
  }

  /** NUL-terminated bytes from outside: cut where they are long, what is not printable as `\x1b`, for a message is one line. */
  outsideBytes(offset: usize): Line {
    let at = offset;
    while (load<u8>(at) != 0 && at < offset + LONGEST) {
      const size = printableSize(at);
      if (size == 0) this.escaped(load<u8>(at++));
      for (const end = at + size; at < end; at++) this.byte(load<u8>(at));
    }
    return load<u8>(at) != 0 ? this.text("...") : this;
  }

  number(value: i64): Line {
    if (value < 0) this.byte(0x2d);
    let divisor: u64 = 1;
    const magnitude: u64 = value < 0 ? <u64>-value : <u64>value;
    while (magnitude / divisor > 9) divisor *= 10;
    for (; divisor > 0; divisor /= 10) this.byte(<u8>(0x30 + ((magnitude / divisor) % 10)));
    return this;
  }

  /** Milliseconds as people write them: `1500ms`, `10s`. */
  duration(milliseconds: i64): Line {
    if (milliseconds % 1000 != 0) return this.number(milliseconds).text("ms");
    return this.number(milliseconds / 1000).text("s");
  }

  get length(): i32 {
    return this.size;
  }

  clear(): void {
    this.size = 0;
    this.isCut = false;
  }

  /** The text so far as a NUL-terminated string, for the kernel to read; the next text starts anew. */
  terminated(): usize {
    store<u8>(this.buffer + this.size, 0);
    this.clear();
    return this.buffer;
  }

  /** Of a line that is cut: the last character may be a part of one, which is none to who reads the log. */
  private dropLastCharacter(): void {
    do this.size--;
    while ((load<u8>(this.buffer + this.size) & 0xc0) == 0x80);
  }

  private escaped(byte: u8): void {
    this.text("\\x")
      .byte(hexadecimal(byte >> 4))
      .byte(hexadecimal(byte & 15));
  }

  /** Ends the line with a newline and starts the next. Returns the size; the line stays in `buffer` until something is put. */
  end(): i32 {
    if (this.isCut) this.dropLastCharacter();
    store<u8>(this.buffer + this.size, NEWLINE);
    const size = this.size + 1;
    this.clear();
    return size;
  }
}

/** The digit for a value below 16. */
export function hexadecimal(value: u8): u8 {
  return value < 10 ? 0x30 + value : 0x57 + value;
}
