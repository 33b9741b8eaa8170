// How the oracle expects a message to look: what it shows of texts from outside,
// and what is left of it where it is too long.

import { isUtf8 } from "node:buffer";

/** The longest line that a message can be, its end included. */
export const LONGEST_LINE = 4096;
/** What is sure to be there of a longer one: less its end and its last character. */
export const SURE: number = LONGEST_LINE - 5;

/** What a character of UTF-8 may be; a byte that is of none comes by itself. */
const CHARACTER = /[\xc2-\xdf].|[\xe0-\xef]..|[\xf0-\xf4].{3}|./sy;
/** Controls, ends of line, and the controls of writing direction. */
const UNPRINTABLE = /^[\p{Cc}\u2028-\u202e\u2066-\u2069]$/u;

/** A text from outside as messages show it: the character in which its thousandth byte is comes whole. */
export function shown(text: string): string {
  let result = "";
  let size = 0;
  while (size < 1000 && size < text.length) {
    CHARACTER.lastIndex = size;
    const [found = ""] = CHARACTER.exec(text) ?? [];
    const bytes = Buffer.from(found, "latin1");
    const isShown = isUtf8(bytes) && !UNPRINTABLE.test(bytes.toString());
    const part = isShown ? found : (text[size] ?? "");
    result += isShown ? part : `\\x${part.charCodeAt(0).toString(16).padStart(2, "0")}`;
    size += part.length;
  }
  return size < text.length ? `${result}...` : result;
}

export function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** A whole message with its end, as a pattern. */
export function messagePattern(text: string): string {
  return text.length <= LONGEST_LINE ? quoted(text) : `${quoted(text.slice(0, SURE))}[^\n]{0,4}\n`;
}
