/** Lists of phrases, as the build makes them of `phrases`: packed, with a comma between two. */
import { Line } from "./line";

const COMMA: u8 = 0x2c;

/** Puts the phrase at `index` of a list into a line. False when the list is shorter or has an empty one there. */
export function putPhrase(line: Line, list: usize, index: i32): bool {
  let at = list;
  for (let skipped = 0; skipped < index; at++) {
    if (load<u8>(at) == 0) return false;
    if (load<u8>(at) == COMMA) skipped++;
  }
  const start = at;
  for (; load<u8>(at) != 0 && load<u8>(at) != COMMA; at++) line.unpacked(load<u8>(at));
  return at > start;
}
