/**
 * The words for a failure, as one text of `words`: `ours|bubblewrap's`. Programs read what
 * bubblewrap says, as codex does "Can't mount proc on /newroot/proc: Operation
 * not permitted", whereupon it tries without: under its name the first line is
 * its own, and what is known beyond it comes on another.
 *
 * - `|28 words` are those for this errno alone; those for any come behind them.
 * - `%` stands for what the failure is about, `@` for the option without its
 *   dashes, `<` and `>` for the source and the target of the option. Behind a
 *   slash a path goes on without its own.
 * - With `!` at the end the kernel's word does not follow.
 */
import * as host from "../host/host";
import { Line } from "../support/line";
import { staticBuffer } from "../support/static-buffers";
import { Messages } from "./messages";

/** What of a path is shown. */
const LONGEST: i32 = 1000;
/** As much as shows that more follows. */
const MORE: i32 = 4;
const shown = staticBuffer(LONGEST + MORE + 1);
const BAR: u8 = 0x7c;
const END: u8 = 0x21;
const SLASH: u8 = 0x2f;
const ZERO: u8 = 0x30;

/** What the words of bubblewrap may name, as addresses of NUL-terminated bytes; 0 for nothing. */
export class Named {
  subject: u64 = 0;
  /** Without its dashes. */
  option: u64 = 0;
  source: u64 = 0;
  target: u64 = 0;

  /** What the character stands for; 0 where it is itself. */
  by(character: u8): u64 {
    switch (character) {
      case 0x25: // %
        return this.subject;
      case 0x3c: // <
        return this.source;
      case 0x3e: // >
        return this.target;
      case 0x40: // @
        return this.option;
      default:
        return 0;
    }
  }
}

/** The beginning of a path of the process's memory, in ours. */
export function copyPath(address: u64, longest: i32 = LONGEST): usize {
  const size = min(host.length(address), longest);
  host.copyIn(shown, address, size);
  store<u8>(shown + size, 0);
  return shown;
}

const unpacked = new Line();
const nothing = new Named();

/** Until the next text is. */
function unpack(text: usize): usize {
  return unpacked.packed(text).terminated();
}

/** Whether bubblewrap's words are wanted. */
export function isBubblewraps(): bool {
  return Messages.current!.isBubblewraps;
}

/** bubblewrap's words for the failure, where they are wanted and there are such; else 0. */
export function bubblewrapsWords(text: usize, errno: i32): usize {
  if (!isBubblewraps()) return 0;
  for (let at = unpack(text); load<u8>(at) != 0; ) {
    if (load<u8>(at++) != BAR) continue;
    let wanted = 0;
    while (<u8>(load<u8>(at) - ZERO) < 10) wanted = wanted * 10 + load<u8>(at++) - ZERO;
    if (wanted == 0) return at;
    if (wanted == errno) return at + 1;
  }
  return 0;
}

/** Puts our words. */
export function putOurs(line: Line, text: usize): Line {
  for (let at = unpack(text); load<u8>(at) != 0 && load<u8>(at) != BAR; at++) line.byte(load<u8>(at));
  return line;
}

/** Puts words of bubblewrap, as `bubblewrapsWords` gave them. Returns whether they are the whole line. */
export function putBubblewraps(line: Line, words: usize, named: Named): bool {
  let before: u8 = 0;
  let at = words;
  while (load<u8>(at) != 0 && load<u8>(at) != BAR && load<u8>(at) != END) {
    const byte = load<u8>(at++);
    const address = named.by(byte);
    if (address == 0) line.byte(byte);
    else {
      let path = copyPath(address, LONGEST + MORE);
      while (before == SLASH && load<u8>(path) == SLASH) path++;
      line.outsideBytes(path);
    }
    before = byte;
  }
  return load<u8>(at) == END;
}

/** Puts the words of the one who speaks, which name nothing. Returns whether they are the whole line. */
export function putEither(line: Line, text: usize, errno: i32 = 0): bool {
  const words = bubblewrapsWords(text, errno);
  if (words != 0) return putBubblewraps(line, words, nothing);
  putOurs(line, text);
  return false;
}

/** Before what is known beyond a failure that is in the line. */
export function beyond(line: Line): Line {
  return Messages.current!.beyond(line);
}
