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
