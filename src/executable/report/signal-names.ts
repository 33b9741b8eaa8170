import { Signal } from "../linux/signals";
import { signalNames } from "../options/words";
import { upperCase } from "../support/bytes";
import { Line } from "../support/line";
import { parseWhole } from "../support/numbers";
import { indexOfWord, putWord } from "../support/word-list";

/** Second names of three of them (signal(7)), and which these are. */
const aliases: usize = wordList("IOT,CLD,POLL");
const aliased: usize = memory.data<u8>([6, 17, 29]);

/** Puts `SIGTERM` or `SIGRTMIN+3` into a line. */
export function putSignal(line: Line, signal: i32): Line {
  line.text("SIG");
  if (putWord(line, signalNames, signal - 1)) return line;
  // 32 and 33, which C libraries use themselves, have no name.
  if (signal < Signal.RTMIN) return line.number(signal);
  line.text("RTMIN");
  return signal == Signal.RTMIN ? line : line.text("+").number(signal - Signal.RTMIN);
}

/**
 * Reads a signal as people write it: `15`, `TERM`, `SIGTERM`, `term`, `RTMIN+3`, `RTMAX-1`.
 * Returns its number 1..64, or -1.
 */
export function parseSignal(text: string): i32 {
  const number = parseWhole(text, Signal.RTMAX);
  if (number >= 0) return number > 0 ? <i32>number : -1;
  let name = upperCase(text);
  if (name.startsWith("SIG")) name = name.substring(3);
  const index = indexOfWord(signalNames, name);
  if (index >= 0) return index + 1;
  const alias = indexOfWord(aliases, name);
  if (alias >= 0) return load<u8>(aliased + alias);
  if (name == "RTMIN") return Signal.RTMIN;
  if (name == "RTMAX") return Signal.RTMAX;
  const distance = parseWhole(name.substring(6), Signal.RTMAX - Signal.RTMIN);
  if (distance >= 0) {
    if (name.startsWith("RTMIN+")) return Signal.RTMIN + <i32>distance;
    if (name.startsWith("RTMAX-")) return Signal.RTMAX - <i32>distance;
  }
  return -1;
}
