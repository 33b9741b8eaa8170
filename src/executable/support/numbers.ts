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

/** The longest duration that is taken: a year, in milliseconds. */
const LONGEST: i64 = 366 * 24 * 3600 * 1000;

/**
 * Reads a duration: a whole number with a unit `ms`, `s`, `m` or `h`; without one, seconds.
 * Returns milliseconds, or -1.
 */
export function parseDuration(text: string): i64 {
  let unit: i64 = 1000;
  let digits = text;
  if (text.endsWith("ms")) {
    unit = 1;
    digits = text.substring(0, text.length - 2);
  } else if (text.endsWith("s")) {
    digits = text.substring(0, text.length - 1);
  } else if (text.endsWith("m")) {
    unit = 60_000;
    digits = text.substring(0, text.length - 1);
  } else if (text.endsWith("h")) {
    unit = 3_600_000;
    digits = text.substring(0, text.length - 1);
  }
  const count = parseWhole(digits, LONGEST / unit);
  return count < 0 ? -1 : count * unit;
}

/** Writes the decimal digits of a number from 0 up at `offset`, and a NUL. */
export function putDigits(offset: usize, value: i32): void {
  let size = 1;
  for (let rest = value; rest > 9; rest /= 10) size++;
  store<u8>(offset + size, 0);
  for (let rest = value; size > 0; rest /= 10) store<u8>(offset + --size, <u8>(0x30 + (rest % 10)));
}
