/** Which word of a list was meant by one that is not in it, much as the library tells it (src/library/options/nearest.ts). */
import { Line } from "./line";
import { scratch } from "./scratch";
import { nextWord, putWord } from "./word-list";

/** As long as the longest word; what is longer is not nearly one. */
const LONGEST = 40;
/** The bit that letters of both cases differ by. */
const CASE: i32 = 0x20;

/** The place in the list of the word that `text` nearly is from `start` on; -1 for none. Two letters of four may be others, as exchanged ones are. */
export function nearestWord(list: usize, text: string, start: i32): i32 {
  const size = text.length - start;
  if (size > LONGEST) return -1;
  let least = (size + 2) / 3 + 1;
  let nearest = -1;
  let index = 0;
  for (let at = list; load<u8>(at) != 0; at = nextWord(at)) {
    const distance = distanceTo(at, text, start);
    if (distance < least) {
      least = distance;
      nearest = index;
    }
    index++;
  }
  return nearest;
}

/** Puts ` (did you mean TERM?)` into a line where a word of the list was nearly written. */
export function putNearest(line: Line, list: usize, text: string, start: i32): Line {
  const nearest = nearestWord(list, text, start);
  if (nearest < 0) return line;
  line.text(" (did you mean ");
  putWord(line, list, nearest);
  return line.text("?)");
}

/** How many letters must be put in, left out or exchanged, in either case: Levenshtein's distance. */
function distanceTo(word: usize, text: string, start: i32): i32 {
  const size: usize = load<u8>(word);
  for (let i: usize = 0; i <= size; i++) store<u8>(scratch + i, <u8>i);
  for (let at = start; at < text.length; at++) {
    const letter = text.charCodeAt(at) | CASE;
    let before = <i32>load<u8>(scratch);
    store<u8>(scratch, <u8>(before + 1));
    for (let i: usize = 1; i <= size; i++) {
      const above = <i32>load<u8>(scratch + i);
      const exchanged = before + ((<i32>load<u8>(word + i) | CASE) == letter ? 0 : 1);
      store<u8>(scratch + i, <u8>min(exchanged, min(above, <i32>load<u8>(scratch + i - 1)) + 1));
      before = above;
    }
  }
  return load<u8>(scratch + size);
}
