// What the values of an init's options mean, once more.

import { capabilities, LAST_SIGNAL, resources, signals } from "./names.ts";

const DAY = 24 * 3_600_000;
const LONGEST_TIME = 366 * DAY;
const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, "": 1000 } as const;

/** Thrown where the executable's reading is not known to be right: nothing is judged but the form of its messages. */
export class Undecided extends Error {}

export const EVERY_CAPABILITY = 2n ** 64n - 1n;

/** A whole number in decimal up to `maximum`; undefined for what is none. */
export function whole(text: string, maximum: bigint): bigint | undefined {
  if (!/^[0-9]+$/.test(text)) return undefined;
  const digits = text.replace(/^0+(?=.)/, "");
  if (digits.length > 20) return undefined;
  const value = BigInt(digits);
  return value <= maximum ? value : undefined;
}

export function signalOf(text: string): number | undefined {
  if (/^[0-9]+$/.test(text)) return Number(whole(text, BigInt(LAST_SIGNAL)) ?? 0n) || undefined;
  const name = text.replace(/[a-z]/g, (letter) => letter.toUpperCase()).replace(/^SIG/, "");
  // RTMIN+03 is RTMIN+3.
  const [, base, digits] = /^(RTM(?:IN\+|AX-))0*([0-9]+)$/.exec(name) ?? [];
  return signals.get(base === undefined ? name : `${base}${digits}`);
}

/** The bits to drop. */
export function capabilityOf(text: string): bigint | undefined {
  const name = text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
  if (name === "ALL") return EVERY_CAPABILITY;
  const number = capabilities.get(name.replace(/^CAP_/, ""));
  return number === undefined ? undefined : 1n << BigInt(number);
}

/** Whether bubblewrap takes it: ALL, or what cap_from_name(3) finds at its front. */
export function isCapabilityOfBubblewrap(text: string): boolean {
  if (/^all$/i.test(text)) return true;
  const [, hexadecimal, octal, decimal] = /^(?:0x([0-9a-f]*)|0([0-7]*)|([1-9][0-9]*))/i.exec(text) ?? [];
  if (hexadecimal !== undefined) return Number(`0x0${hexadecimal}`) < 64;
  if (octal !== undefined) return Number(`0o0${octal}`) < 64;
  if (decimal !== undefined) return Number(decimal) < 64;
  const name = /^cap_([a-z_]*)/i.exec(text)?.[1];
  return name !== undefined && capabilities.has(name.toUpperCase());
}

export interface Limit {
  readonly resource: number;
  readonly soft: bigint;
  readonly hard: bigint;
}

const UNLIMITED = 2n ** 64n - 1n;

export function limitOf(text: string): Limit | undefined {
  const [, name, soft, hard = soft] = /^([^=]*)=([^:]*)(?::([\s\S]*))?$/.exec(text) ?? [];
  if (name === undefined || soft === undefined || hard === undefined) return undefined;
  const [low, high] = [soft, hard].map((word) => (word === "unlimited" ? UNLIMITED : whole(word, 2n ** 63n - 1n)));
  if (low === undefined || high === undefined || low > high) return undefined;
  const resource = resources.get(name);
  return resource === undefined ? undefined : { resource, soft: low, hard: high };
}

/** Milliseconds. */
export function timeOf(text: string): number | undefined {
  const [, digits, unit] = /^([0-9]+)(ms|s|m|h|)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const each = MILLISECONDS[unit as keyof typeof MILLISECONDS];
  const count = whole(digits, BigInt(LONGEST_TIME));
  if (count === undefined) return undefined;
  const total = Number(count) * each;
  return total <= LONGEST_TIME ? total : undefined;
}
