import * as host from "../host/host";

/** Room for those of any number, and a NUL. */
const DIGITS = 24;
const PLUS: i32 = 0x2b;
const MINUS: i32 = 0x2d;

/** Reads a whole decimal number from 0 to `maximum`: digits only, at least one. Returns -1 for anything else. */
export function parseWhole(text: string, maximum: i64): i64 {
  if (text.length == 0) return -1;
  let value: i64 = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    if (value > (maximum - digit) / 10) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Whether it is digits and nothing else, however large a number that would be. */
export function isDigits(text: string): bool {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x30 || text.charCodeAt(i) > 0x39) return false;
  return text.length > 0;
}

/** Reads the number at the front of a text as atoi(3) does: white space, a sign, digits; 0 without any. */
export function leadingNumber(text: string): i32 {
  let at = 0;
  while (isSpace(text.charCodeAt(at))) at++;
  const sign = text.charCodeAt(at);
  if (sign == MINUS || sign == PLUS) at++;
  let value = 0;
  while (true) {
    const digit = text.charCodeAt(at++) - 0x30;
    if (digit < 0 || digit > 9) return sign == MINUS ? -value : value;
    value = value * 10 + digit;
  }
}

/** As isspace(3) has it. */
function isSpace(unit: i32): bool {
  return unit == 0x20 || (unit >= 0x09 && unit <= 0x0d);
}

/** The longest duration that is taken: a year, in milliseconds. */
const LONGEST: i64 = 366 * 24 * 3600 * 1000;

/**
 * Reads a duration: a whole number with a unit `ms`, `s`, `m` or `h`; without one, seconds.
 * Returns milliseconds, or -1.
 */
export function parseDuration(text: string): i64 {
  let size = 0;
  while (size < text.length && text.charCodeAt(size) <= 0x39) size++;
  const unit = unitOf(text.substring(size));
  const count = unit == 0 ? -1 : parseWhole(text.substring(0, size), LONGEST / unit);
  return count < 0 ? -1 : count * unit;
}

/** The unit's milliseconds; 0 when it is none. */
function unitOf(name: string): i64 {
  if (name == "ms") return 1;
  if (name == "m") return 60_000;
  if (name == "h") return 3_600_000;
  return name == "s" || name.length == 0 ? 1000 : 0;
}

/** Writes the decimal digits of a number from 0 up at `offset`, and a NUL. */
export function putDigits(offset: usize, value: i64): void {
  let size = 1;
  for (let rest = value; rest > 9; rest /= 10) size++;
  store<u8>(offset + size, 0);
  for (let rest = value; size > 0; rest /= 10) store<u8>(offset + --size, <u8>(0x30 + (rest % 10)));
}

/** The address of the decimal digits of a number from 0 up, with a NUL: for a vector of arguments. */
export function decimal(value: i64): u64 {
  const digits = heap.alloc(DIGITS);
  putDigits(digits, value);
  return host.addressOf(digits);
}

/** Writes the four octal digits of a mode at `offset`, and a NUL. */
export function putOctal(offset: usize, mode: i32): void {
  for (let i = 0; i < 4; i++) store<u8>(offset + i, <u8>(0x30 + ((mode >> (9 - 3 * i)) & 7)));
  store<u8>(offset + 4, 0);
}

/** Reads octal digits, a mode's, up to `maximum`. Returns -1 for anything else. */
export function parseOctal(text: string, maximum: i32): i32 {
  let value = text.length == 0 ? -1 : 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 7) return -1;
    value = value * 8 + digit;
    if (value > maximum) return -1;
  }
  return value;
}
