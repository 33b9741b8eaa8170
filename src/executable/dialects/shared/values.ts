/** The kinds of values that options take: each is read, or refused with what it would accept. */

import { parseAsLibcap, parseCapability } from "../../confine/capabilities";
import { Signal } from "../../linux/signals";
import { Option } from "../../options/option";
import { capabilityNames, signalNames } from "../../options/words";
import { parseSignal } from "../../report/signal-names";
import { upperCase } from "../../support/bytes";
import { parseDuration, parseOctal, parseWhole } from "../../support/numbers";
import { indexOfWord } from "../../support/word-list";
import { OptionReader } from "./option-reader";

export const LARGEST_DESCRIPTOR: i64 = 0x7fff_ffff;
/** KTIME_SEC_MAX (linux/ktime.h), which no clock can pass. */
const LONGEST_OFFSET: i64 = 9_223_372_036;
const LARGEST_STATUS: i64 = 255;
const ZERO: i32 = 0x30;

/** The option's value, a whole number from 0 to `maximum`. */
export function number(options: OptionReader, maximum: i64): i64 {
  return numberIn(options, options.value(), maximum);
}

/** The same of a part of the value. */
function numberIn(options: OptionReader, text: string, maximum: i64): i64 {
  const value = parseWhole(text, maximum);
  if (value < 0) {
    const isId = options.id == Option.UID || options.id == Option.GID;
    if (!options.isReins) options.refuseValueOf(text, isId ? words("|Invalid @: %") : words("|Invalid fd: %"));
    options.refuse(options.isNot(text).text("a number that it takes; give 0 to ").number(maximum));
  }
  return value;
}

export function descriptor(options: OptionReader): i32 {
  return <i32>number(options, LARGEST_DESCRIPTOR);
}

/** A descriptor in place of an earlier one. */
export function laterDescriptor(options: OptionReader, earlier: i32): i32 {
  if (earlier >= 0) options.givenAgain();
  return descriptor(options);
}

/** An exit status: the value, or a part of it. */
export function exitStatus(options: OptionReader, text: string): i32 {
  return <i32>numberIn(options, text, LARGEST_STATUS);
}

export function signal(options: OptionReader, text: string): i32 {
  const signal = parseSignal(text);
  if (signal < 0) {
    const start = upperCase(text).startsWith("SIG") ? 3 : 0;
    options.refuseWord(
      text,
      words("a signal; give a name or number, as TERM, SIGTERM, 15 or RTMIN+3"),
      text,
      signalNames,
      start,
    );
  }
  return signal;
}

/** A signal that can come in and be passed on. */
export function incomingSignal(options: OptionReader, text: string): i32 {
  const number = signal(options, text);
  if (number == Signal.KILL || number == Signal.STOP || number == Signal.CHLD) {
    options.refuseValueOf(text, words("a signal that an init can pass on"));
  }
  return number;
}

/** Where the colon of `FROM:TO` is; `accepted` says what is meant. */
export function colonIn(options: OptionReader, value: string, accepted: usize): i32 {
  const colon = value.indexOf(":");
  if (colon < 0) options.refuse(options.isNot(value).text("a pair; give ").bytes(accepted));
  return colon;
}

/** Milliseconds. */
export function duration(options: OptionReader): i64 {
  const text = options.value();
  const milliseconds = parseDuration(text);
  if (milliseconds < 0)
    options.refuseValueOf(
      text,
      words("a time; give a whole number, as 500ms, 10s, 2m or 1h, of up to 366 days; a bare one is seconds"),
    );
  return milliseconds;
}

/** Seconds, which may be below 0. */
export function offset(options: OptionReader): i64 {
  const text = options.value();
  const isNegative = text.startsWith("-");
  const size = parseWhole(isNegative ? text.substring(1) : text, LONGEST_OFFSET);
  if (size < 0) options.refuseValueOf(text, words("a number of seconds; give one as 86400 or -3600"));
  return isNegative ? -size : size;
}

/** A variable's name. */
export function variable(options: OptionReader): string {
  const name = options.value();
  if (name.length == 0 || name.includes("="))
    options.refuseValueOf(name, words("a variable's name; give one without ="));
  return name;
}

/** A set of capabilities, a bit each. */
export function capabilities(options: OptionReader): u64 {
  const value = options.value();
  const capabilities = options.isReins ? parseCapability(value) : parseAsLibcap(value);
  if (capabilities == 0)
    options.refuseWord(
      value,
      words("a capability; give a name of capabilities(7), as NET_RAW, or ALL|unknown cap: %"),
      value,
      capabilityNames,
      upperCase(value).startsWith("CAP_") ? 4 : 0,
    );
  return capabilities;
}

/** A file's mode. */
export function mode(options: OptionReader): i32 {
  const text = options.value();
  const mode = parseOctal(text, 0o7777);
  if (mode < 0)
    options.refuseValueOf(text, words("a mode; give octal digits, as 0755|--@ takes an octal argument <= 07777"));
  return mode;
}

/** What is taken from a file's mode. */
export function mask(options: OptionReader): i32 {
  const text = options.value();
  const mask = parseOctal(text, 0o777);
  if (mask < 0) options.refuseValueOf(text, words("a mask; give octal digits up to 0777, as 0022"));
  return mask;
}

/** As the kernel reads it: without the zeros at its front, which would make it octal. */
export function oomScore(options: OptionReader): string {
  const text = options.value();
  const sign = text.startsWith("-") ? 1 : 0;
  if (parseWhole(text.substring(sign), 1000) < 0)
    options.refuseValueOf(text, words("an adjustment; give -1000 to 1000"));
  let start = sign;
  while (start < text.length - 1 && text.charCodeAt(start) == ZERO) start++;
  return text.substring(0, sign) + text.substring(start);
}

/** The place of the value in a list of words; `accepted` says what is meant. */
export function word(options: OptionReader, list: usize, accepted: usize): i32 {
  const text = options.value();
  const index = indexOfWord(list, text);
  if (index < 0) options.refuseValueOf(text, accepted);
  return index;
}
