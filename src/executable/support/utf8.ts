/**
 * The length of the UTF-8 character at `offset` when a line of text may show it;
 * 0 for what is none, for controls (of C1 as well: some terminals obey U+009B
 * like ESC [), and for what makes the rest of the line read as another one: ends
 * of line and the controls of writing direction (CVE-2021-42574).
 */
export function printableSize(offset: usize): i32 {
  const size = characterSize(offset);
  const first = load<u8>(offset);
  if (size == 1) return first < 0x20 || first == 0x7f ? 0 : 1;
  if (first == 0xc2 && load<u8>(offset + 1) < 0xa0) return 0;
  if (first != 0xe2) return size;
  // U+2028 to U+202E, and U+2066 to U+2069.
  const rest = ((<u32>load<u8>(offset + 1)) << 8) | load<u8>(offset + 2);
  return (rest >= 0x80a8 && rest <= 0x80ae) || (rest >= 0x81a6 && rest <= 0x81a9) ? 0 : size;
}

/** The length of the UTF-8 character at `offset` (RFC 3629), NUL-terminated bytes being there; 0 when there is none. */
export function characterSize(offset: usize): i32 {
  const first = <u32>load<u8>(offset);
  if (first < 0x80) return 1;
  const size = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  let value = first & (0x7f >> size);
  for (let i = 1; i < size; i++) {
    const next = <u32>load<u8>(offset + i);
    if ((next & 0xc0) != 0x80) return 0;
    value = (value << 6) | (next & 0x3f);
  }
  // Longer than need be, half of a surrogate pair, or beyond the last character.
  const isNone =
    (size == 3 && (value < 0x800 || value >> 11 == 0x1b)) || (size == 4 && (value < 0x10000 || value > 0x10ffff));
  return isNone ? 0 : size;
}
