/**
 * Lists of words, as NUL-terminated bytes with a comma between two: a table of
 * strings would take twenty bytes a word for their headers alone.
 */
import { Line } from "./line";

const COMMA: u8 = 0x2c;

/** The place of `word` in the list, from 0; -1 when it is not there. */
export function indexOfWord(list: usize, word: string): i32 {
  // Two neighbours of the list, with their comma, are no word of it.
  if (word.includes(",")) return -1;
  let at = list;
  let index = 0;
  while (true) {
    let same = 0;
    while (same < word.length && load<u8>(at + same) == <u8>word.charCodeAt(same)) same++;
    if (same == word.length && isEnd(load<u8>(at + same))) return index;
    while (!isEnd(load<u8>(at))) at++;
    if (load<u8>(at) == 0) return -1;
    at++;
    index++;
  }
}

/** Puts the word at `index` into a line. False when the list is shorter or has an empty word there. */
export function putWord(line: Line, list: usize, index: i32): bool {
  let at = list;
  for (let skipped = 0; skipped < index; at++) {
    if (load<u8>(at) == 0) return false;
    if (load<u8>(at) == COMMA) skipped++;
  }
  const start = at;
  for (; !isEnd(load<u8>(at)); at++) line.byte(load<u8>(at));
  return at > start;
}

function isEnd(byte: u8): bool {
  return byte == 0 || byte == COMMA;
}
