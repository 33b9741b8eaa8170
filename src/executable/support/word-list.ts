/**
 * Lists of words, as NUL-terminated bytes with a comma between two: a table of
 * strings would take twenty bytes a word for their headers alone.
 */
import { Line } from "./line";

const COMMA: u8 = 0x2c;

/** The place in the list, from 0, of the word that `text` is from `start` on; -1 when it is not there. */
export function indexOfWord(list: usize, text: string, start: i32 = 0): i32 {
  // Two neighbours of the list, with their comma, are no word of it.
  if (text.includes(",")) return -1;
  const size = text.length - start;
  let at = list;
  let index = 0;
  while (true) {
    let same = 0;
    while (same < size && load<u8>(at + same) == <u8>text.charCodeAt(start + same)) same++;
    if (same == size && isEnd(load<u8>(at + same))) return index;
    while (!isEnd(load<u8>(at))) at++;
    if (load<u8>(at) == 0) return -1;
    at++;
    index++;
  }
}

/** More than one word. */
export const SEVERAL: i32 = -2;

/** The place of the one word that begins so, or is it; -1 for none, or SEVERAL. */
export function indexOfBeginning(list: usize, beginning: string): i32 {
  let found = indexOfWord(list, beginning);
  if (found >= 0 || beginning.includes(",")) return found;
  let at = list;
  let index = 0;
  while (true) {
    let same = 0;
    while (same < beginning.length && load<u8>(at + same) == <u8>beginning.charCodeAt(same)) same++;
    if (same == beginning.length) found = found == -1 ? index : SEVERAL;
    while (!isEnd(load<u8>(at))) at++;
    if (load<u8>(at) == 0) return found;
    at++;
    index++;
  }
}

/** Puts the word at `index` of a list, which may be prose, into a line. False when the list is shorter or has an empty word there. */
export function putWord(line: Line, list: usize, index: i32): bool {
  let at = list;
  for (let skipped = 0; skipped < index; at++) {
    if (load<u8>(at) == 0) return false;
    if (load<u8>(at) == COMMA) skipped++;
  }
  const start = at;
  for (; !isEnd(load<u8>(at)); at++) line.coded(load<u8>(at));
  return at > start;
}

function isEnd(byte: u8): bool {
  return byte == 0 || byte == COMMA;
}
