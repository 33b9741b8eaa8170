// options/: what a caller may ask for, a subject a file, each with its types, its checks and the executable's arguments
// for it; nothing is started here. These are the single values that options are made of: each check returns the value
// as the executable takes it, or throws an `OptionError` that names the place in the call.

import { constants } from "node:os";
import { inspect } from "node:util";
import { OptionError } from "../shared/errors.ts";
import { didYouMean } from "./nearest.ts";

/** Milliseconds, or a text with a unit: `500ms`, `10s`, `2m`, `1h`. */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h"}`;

/** A signal by name, with or without SIG, also a real-time one that Node.js has no name for (`SIGRTMIN+3`), or by number. */
export type Signal = NodeJS.Signals | ShortName<NodeJS.Signals> | RealTimeSignal | number;

type ShortName<Name> = Name extends `SIG${infer Short}` ? Short : never;

type RealTimeSignal = `${"" | "SIG"}${"RTMIN" | `RTMIN+${number}` | "RTMAX" | `RTMAX-${number}`}`;

/** How many milliseconds each unit of a duration has. */
export const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** The longest duration that the executable takes, in milliseconds. */
export const LONGEST_DURATION: number = 366 * 86_400_000;

const LARGEST_ID = 0xffff_fffe;
const REAL_TIME_SIGNAL = /^SIGRTM(IN(\+([12]?\d|30))?|AX(-([12]?\d|30))?)$/;

export function refuse(option: string, value: unknown, accepted: string): never {
  throw new OptionError(option, `${inspect(value, { depth: 0, breakLength: Infinity })} is not ${accepted}`);
}

/** A string that can be an argument of a program. */
export function text(option: string, value: unknown): string {
  if (typeof value !== "string") refuse(option, value, "a string");
  if (value.includes("\0")) refuse(option, value, "a string without NUL bytes");
  return value;
}

/** A string that is not empty. */
export function name(option: string, value: unknown): string {
  return text(option, value) || refuse(option, value, "a name");
}

export function path(option: string, value: unknown): string {
  return text(option, value) || refuse(option, value, "a path");
}

/** A path that does not depend on where anybody is: inside a sandbox the working directory is another. */
export function absolutePath(option: string, value: unknown): string {
  return text(option, value).startsWith("/") ? (value as string) : refuse(option, value, "an absolute path");
}

export function boolean(option: string, value: unknown): boolean {
  return typeof value === "boolean" ? value : refuse(option, value, "true or false");
}

export function integer(option: string, value: unknown, least: number, most: number): string {
  const isAccepted = Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
  return isAccepted ? String(value) : refuse(option, value, `a whole number from ${least} to ${most}`);
}

/** A user's or group's number. */
export function id(option: string, value: unknown): string {
  return integer(option, value, 0, LARGEST_ID);
}

export function port(option: string, value: unknown): string {
  return integer(option, value, 0, 65535);
}

/** File permissions, as octal digits. */
export function mode(option: string, value: unknown, most = 0o7777): string {
  return Number(integer(option, value, 0, most))
    .toString(8)
    .padStart(4, "0");
}

export function oneOf<T extends string>(option: string, value: unknown, accepted: readonly T[]): T {
  if (accepted.includes(value as T)) return value as T;
  const hint = typeof value === "string" ? didYouMean(value, accepted) : "";
  refuse(option, value, `one of ${accepted.join(", ")}${hint}`);
}

/** Milliseconds, or a number with a unit. */
export function duration(option: string, value: Duration): string {
  milliseconds(option, value);
  return typeof value === "number" ? `${value}ms` : value;
}

/** The same as a number of milliseconds. */
export function milliseconds(option: string, value: Duration): number {
  const text = typeof value === "number" ? `${integer(option, value, 0, Number.MAX_SAFE_INTEGER)}ms` : value;
  const [, number, unit = ""] = (typeof text === "string" && /^(\d+)(ms|s|m|h)$/.exec(text)) || [];
  if (number === undefined) refuse(option, value, "a time: give milliseconds, or a text as 500ms, 10s, 2m or 1h");
  const time = Number(number) * (MILLISECONDS[unit] ?? 1);
  if (time > LONGEST_DURATION) throw new OptionError(option, "is longer than 366 days");
  return time;
}

export function signal(option: string, value: Signal): string {
  if (Number.isInteger(value)) return integer(option, value, 1, 64);
  const name = typeof value === "string" ? value.replace(/^(?!SIG)/, "SIG") : "";
  const isName = Object.hasOwn(constants.signals, name) || REAL_TIME_SIGNAL.test(name);
  return isName ? name : refuse(option, value, "a signal: give a name as SIGTERM or SIGRTMIN+3, or a number");
}

/** One that an init can pass on: the first two nobody can catch, and the third is about its own children. */
export function passableSignal(option: string, value: Signal): string {
  const accepted = signal(option, value);
  const { SIGKILL, SIGSTOP, SIGCHLD } = constants.signals;
  const number = typeof value === "number" ? value : constants.signals[accepted as NodeJS.Signals];
  if ([SIGKILL, SIGSTOP, SIGCHLD].includes(number)) refuse(option, value, "a signal that can be passed on");
  return accepted;
}

/** `USER[:GROUP]` */
export function user(option: string, value: unknown): string {
  return /^[^:]+(:[^:]+)?$/.test(text(option, value)) ? (value as string) : refuse(option, value, "USER or USER:GROUP");
}

/** Every element, with its place in the message. */
export function list<T, R>(option: string, value: unknown, each: (option: string, value: T) => R): R[] {
  if (!Array.isArray(value)) refuse(option, value, "an array");
  return value.map((element: T, index) => each(`${option}[${index}]`, element));
}

/** An object's own properties, none of which may be another than these. */
export function record<T extends object>(option: string, value: T, known?: readonly string[]): T {
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(option, value, "an object");
  for (const key of Object.keys(value)) {
    if (known !== undefined && !known.includes(key))
      throw new OptionError(`${option}.${key}`, `there is no such option${didYouMean(key, known)}`);
  }
  return value;
}
