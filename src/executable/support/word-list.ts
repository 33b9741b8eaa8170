/**
 * Lists of words, as the build makes them of `wordList("…")`: an option is
 * looked for in up to four, so that no word may cost more than a look at its
 * length; and a table of strings would take twenty bytes a word for their headers.
 */
import { stringAt } from "./bytes";
import { Line } from "./line";

/** The place in the list, from 0, of the word that `text` is from `start` on; -1 when it is not there. */
export function indexOfWord(list: usize, text: string, start: i32 = 0): i32 {
  const size = text.length - start;
  let index = 0;
  for (let at = list; load<u8>(at) != 0; at = nextWord(at)) {
    if (<i32>load<u8>(at) == size && beginsWith(at, text, start)) return index;
    index++;
  }
  return -1;
}

/** More than one word. */
export const SEVERAL: i32 = -2;

/** The place of the one word that begins so, or is it; -1 for none, or SEVERAL. */
export function indexOfBeginning(list: usize, beginning: string): i32 {
  let found = indexOfWord(list, beginning);
  if (found >= 0) return found;
  let index = 0;
  for (let at = list; load<u8>(at) != 0; at = nextWord(at)) {
    if (<i32>load<u8>(at) > beginning.length && beginsWith(at, beginning, 0)) found = found == -1 ? index : SEVERAL;
    index++;
  }
  return found;
}

/** The word at `index` of a list, or null when the list is shorter. */
export function wordAt(list: usize, index: i32): string | null {
  const at = placeOf(list, index);
  return load<u8>(at) == 0 ? null : stringAt(at + 1, load<u8>(at));
}

/** Puts the word at `index` of a list into a line. False when the list is shorter. */
export function putWord(line: Line, list: usize, index: i32): bool {
  const at = placeOf(list, index);
  const size: usize = load<u8>(at);
  for (let i: usize = 1; i <= size; i++) line.byte(load<u8>(at + i));
  return size > 0;
}

/** Of the word at `index`, or of the list's end. */
function placeOf(list: usize, index: i32): usize {
  let at = list;
  for (let skipped = 0; skipped < index && load<u8>(at) != 0; skipped++) at = nextWord(at);
  return at;
}

/** Behind the word at `at`. */
export function nextWord(at: usize): usize {
  return at + 1 + load<u8>(at);
}

/** Whether the word begins with all that `text` is from `start` on; it is no shorter. */
function beginsWith(at: usize, text: string, start: i32): bool {
  const end = changetype<usize>(text) + ((<usize>text.length) << 1);
  for (let unit = changetype<usize>(text) + ((<usize>start) << 1); unit < end; unit += 2) {
    at++;
    if (<u32>load<u8>(at) != load<u16>(unit)) return false;
  }
  return true;
}
