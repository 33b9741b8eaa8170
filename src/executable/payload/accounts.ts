import { Errno } from "../linux/errno";
import { isNoFile } from "../linux/file-status";
import { readWholeFile, wholeFile } from "../linux/whole-file";
import { LARGEST_ID } from "../plan/id-map";
import { stringAt } from "../support/bytes";

const NEWLINE: u8 = 0x0a;
const COLON: u8 = 0x3a;
const COMMA: u8 = 0x2c;

/**
 * /etc/passwd or /etc/group, a record a line with fields parted by colons
 * (passwd(5), group(5)). Read from the image's own files: there is no C library
 * here, and no name service that an image would configure.
 */
export class Accounts {
  /** 0, or the errno of reading. A missing file is an empty one: `FROM scratch` has none. */
  readonly errno: i32;
  /** It was not opened: a FIFO has nobody who writes, opening a device does something, and the caller's input is not ours. */
  readonly isNoFile: bool;
  private end: usize;
  private line: usize = 0;
  private next: usize = wholeFile;

  constructor(path: usize) {
    this.isNoFile = isNoFile(path);
    const size = this.isNoFile ? 0 : readWholeFile(path);
    this.errno = size < 0 && size != -Errno.ENOENT && size != -Errno.ENOTDIR ? -size : 0;
    this.end = wholeFile + max(size, 0);
  }

  /** Goes back to before the first record. */
  rewind(): void {
    this.next = wholeFile;
  }

  /** Goes on to the next record; false at the end. */
  nextRecord(): bool {
    if (this.next >= this.end) return false;
    this.line = this.next;
    while (this.next < this.end && load<u8>(this.next) != NEWLINE) this.next++;
    this.next++;
    return true;
  }

  /** The record's field at `index`, from 0; empty when there is none. */
  field(index: i32): string {
    const start = this.fieldStart(index);
    return stringAt(start, <i32>(this.fieldEnd(start) - start));
  }

  /** Whether the record has that name; an empty one is nobody's. */
  isNamed(name: string): bool {
    const size = <i32>(this.fieldEnd(this.line) - this.line);
    return size > 0 && size == name.length && isAt(this.line, name);
  }

  /** The field's number, or -1 when it is none that an id can be. */
  id(index: i32): i64 {
    const start = this.fieldStart(index);
    const end = this.fieldEnd(start);
    let value: i64 = 0;
    for (let at = start; at < end; at++) {
      const digit = <i64>load<u8>(at) - 0x30;
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
      if (value > LARGEST_ID) return -1;
    }
    return start == end ? -1 : value;
  }

  /** Whether `name` is among the field's names, which commas part. */
  lists(index: i32, name: string): bool {
    let start = this.fieldStart(index);
    const end = this.fieldEnd(start);
    while (start < end) {
      let stop = start;
      while (stop < end && load<u8>(stop) != COMMA) stop++;
      if (<i32>(stop - start) == name.length && isAt(start, name)) return true;
      start = stop + 1;
    }
    return false;
  }

  private fieldStart(index: i32): usize {
    let at = this.line;
    for (let skipped = 0; skipped < index; skipped++) {
      at = this.fieldEnd(at);
      if (at < this.end && load<u8>(at) == COLON) at++;
    }
    return at;
  }

  private fieldEnd(start: usize): usize {
    let at = start;
    while (at < this.end && load<u8>(at) != COLON && load<u8>(at) != NEWLINE) at++;
    return at;
  }
}

function isAt(offset: usize, text: string): bool {
  for (let i = 0; i < text.length; i++) if (load<u8>(offset + i) != <u8>text.charCodeAt(i)) return false;
  return true;
}
