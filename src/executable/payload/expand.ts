/** `--expand`: variables in the command's words, where there is no shell to put them there. */

import * as host from "../host/host";
import { argument, setArgument } from "../linux/arguments";
import { Messages, refuse } from "../report/messages";
import { bytesFrom, stringAt } from "../support/bytes";
import { Line } from "../support/line";
import { Environment } from "./environment";

const DOLLAR: u8 = 0x24;
const OPENING: u8 = 0x7b;
const CLOSING: u8 = 0x7d;
const COLON: u8 = 0x3a;
const DASH: u8 = 0x2d;

/** Puts the variables of `environment` into all words from the argument at `index` on. Ends the process, after saying why, for what it cannot read. */
export function expandArguments(index: i32, environment: Environment, messages: Messages): void {
  for (; argument(index) != 0; index++) {
    const word = bytesFrom(argument(index));
    const size = expand(word, 0, environment, messages);
    const expanded = heap.alloc(size + 1);
    expand(word, expanded, environment, messages);
    store<u8>(expanded + size, 0);
    setArgument(index, host.addressOf(expanded));
  }
}

/** Writes the word at `target`, where that is not 0. Returns its size. */
function expand(word: usize, target: usize, environment: Environment, messages: Messages): i32 {
  let size = 0;
  for (let at = word; load<u8>(at) != 0; at++) {
    let value = host.addressOf(at);
    let length = 1;
    if (load<u8>(at) == DOLLAR) {
      at++;
      if (load<u8>(at) != DOLLAR) {
        const name = at + 1;
        let end = name;
        if (load<u8>(at) == OPENING) while (isOfName(load<u8>(end))) end++;
        at = end;
        const hasDefault = load<u8>(end) == COLON && load<u8>(end + 1) == DASH;
        // A default is no word to expand once more.
        if (hasDefault) for (at += 2; load<u8>(at) != 0 && load<u8>(at) != CLOSING && load<u8>(at) != DOLLAR; ) at++;
        if (end == name || load<u8>(at) != CLOSING)
          refuse(messages, problem(word, messages).text("give ${NAME} or ${NAME:-DEFAULT}, and $$ for a $"));
        const variable = stringAt(name, <i32>(end - name));
        value = environment.valueOf(variable);
        length = value == 0 ? 0 : host.length(value);
        if (length == 0 && hasDefault) {
          value = host.addressOf(end + 2);
          length = <i32>(at - end) - 2;
        } else if (value == 0)
          refuse(messages, problem(word, messages).outside(variable).text(" is not set, and has no default"));
      }
    }
    if (target != 0) host.copyIn(target + size, value, length);
    size += length;
  }
  return size;
}

function isOfName(byte: u8): bool {
  const letter: u8 = byte | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte == 0x5f;
}

function problem(word: usize, messages: Messages): Line {
  return messages.fatal().text('--expand: "').outsideBytes(word).text('": ');
}
