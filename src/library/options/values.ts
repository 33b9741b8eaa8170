// Checks of single values. Each returns what the executable is given, or throws an error that names the option.

import { constants } from "node:os";
import { inspect } from "node:util";
import { OptionError } from "../shared/errors.ts";
import { CAPABILITIES } from "./capabilities.ts";
import type { Duration, Signal } from "./options.ts";

const LARGEST_ID = 0xffff_fffe;
const REAL_TIME_SIGNAL = /^SIGRTM(IN(\+([12]?\d|30))?|AX(-([12]?\d|30))?)$/;

function refuse(option: string, value: unknown, accepted: string): never {
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

export function whole(option: string, value: unknown, least: number, most: number): string {
  const isWhole = Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
  return isWhole ? String(value) : refuse(option, value, `a whole number from ${least} to ${most}`);
}

/** A user's or group's number. */
export function id(option: string, value: unknown): string {
  return whole(option, value, 0, LARGEST_ID);
}

export function port(option: string, value: unknown): string {
  return whole(option, value, 0, 65535);
}

/** File permissions, as octal digits. */
export function mode(option: string, value: unknown): string {
  return Number(whole(option, value, 0, 0o7777))
    .toString(8)
    .padStart(4, "0");
}

export function oneOf<T extends string>(option: string, value: unknown, accepted: readonly T[]): T {
  return accepted.includes(value as T) ? (value as T) : refuse(option, value, `one of ${accepted.join(", ")}`);
}

/** Milliseconds, or a number with a unit. */
export function duration(option: string, value: Duration): string {
  if (typeof value === "number") return `${whole(option, value, 0, Number.MAX_SAFE_INTEGER)}ms`;
  if (typeof value === "string" && /^\d+(ms|s|m|h)$/.test(value)) return value;
  return refuse(option, value, "a time: give milliseconds, or a text as 500ms, 10s, 2m or 1h");
}

/** As the executable takes it. */
export function signal(option: string, value: Signal): string {
  if (Number.isInteger(value)) return whole(option, value, 1, 64);
  const isName = typeof value === "string" && (value in constants.signals || REAL_TIME_SIGNAL.test(value));
  return isName ? value : refuse(option, value, "a signal: give a name as SIGTERM or SIGRTMIN+3, or a number");
}

/** One that an init can pass on: the first two nobody can catch, and the third is about its own children. */
export function passableSignal(option: string, value: Signal): string {
  const word = signal(option, value);
  const { SIGKILL, SIGSTOP, SIGCHLD } = constants.signals;
  const number = typeof value === "number" ? value : constants.signals[value as NodeJS.Signals];
  if ([SIGKILL, SIGSTOP, SIGCHLD].includes(number)) refuse(option, value, "a signal that can be passed on");
  return word;
}

export function capability(option: string, value: unknown): string {
  const plain = text(option, value).replace(/^CAP_/, "");
  const isKnown = value === "ALL" || (CAPABILITIES as readonly string[]).includes(plain);
  return isKnown ? (value as string) : refuse(option, value, "a capability: give a name as NET_RAW, or ALL");
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
      throw new OptionError(`${option}.${key}`, "there is no such option");
  }
  return value;
}
