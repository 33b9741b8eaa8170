// Which values fit an option of a sandbox or of filters.

import type { ValueKind } from "./sandbox-options.ts";
import { capabilityOf, whole } from "./values.ts";

const LARGEST_DESCRIPTOR = 2n ** 31n - 1n;
const LARGEST_ID = 2n ** 32n - 2n;
/** KTIME_SEC_MAX (linux/ktime.h) */
const LONGEST_OFFSET = 9_223_372_036n;
/** namespaces(7); the kernel's short names of two are taken as well as the words for them. */
export const namespaceKinds: readonly string[] = [
  ...["user", "mount", "mnt", "pid", "network", "net", "ipc", "uts", "cgroup", "time"],
];
export const profiles: readonly string[] = ["default", "strict"];
export const propagations: readonly string[] = ["private", "slave"];
export const scopes: readonly string[] = ["abstract-unix", "signal"];

function isWhole(text: string, maximum: bigint): boolean {
  return whole(text, maximum) !== undefined;
}

/** Whether it is `max`, or a number from 1 up, of a unit that may stand behind it, and fits in 63 bits. */
function isLimit(text: string, form: RegExp, units: Readonly<Record<string, bigint>> = {}): boolean {
  const [, digits, unit = ""] = form.exec(text) ?? [];
  return (
    text === "max" || (/[1-9]/.test(digits ?? "") && isWhole(digits ?? "", (2n ** 63n - 1n) / (units[unit] ?? 1n)))
  );
}

/** A range's ids, inside and outside, and their count; undefined when it is none. */
export function rangeOf(text: string): readonly [bigint, bigint, bigint] | undefined {
  const [, ...words] = /^([0-9]+):([0-9]+):([0-9]+)$/.exec(text) ?? [];
  const [inside, outside, count] = words.map((word) => whole(word, LARGEST_ID + 1n));
  if (inside === undefined || outside === undefined || count === undefined || count === 0n) return undefined;
  const last = (inside > outside ? inside : outside) + count - 1n;
  return last <= LARGEST_ID ? [inside, outside, count] : undefined;
}

/** Whether a value is of the kind. */
export const fits: Readonly<Record<ValueKind, (value: string) => boolean>> = {
  text: () => true,
  descriptor: (value) => isWhole(value, LARGEST_DESCRIPTOR),
  id: (value) => isWhole(value, LARGEST_ID),
  range: (value) => rangeOf(value) !== undefined,
  join: (value) => {
    const colon = value.indexOf(":");
    return namespaceKinds.includes(value.slice(0, Math.max(colon, 0))) && colon < value.length - 1;
  },
  // What begins with two dashes is said to be no place at all.
  absolute: (value) => value.startsWith("/") || value.startsWith("--"),
  mode: (value) => /^0*[0-7]{1,4}$/.test(value),
  size: (value) => /[1-9]/.test(value) && isWhole(value, 2n ** 63n - 1n),
  offset: (value) => isWhole(value.replace(/^-/, ""), LONGEST_OFFSET),
  port: (value) => value === "none" || isWhole(value, 65_535n),
  capability: (value) => capabilityOf(value) !== undefined,
  variable: (value) => /^[^=]+$/.test(value),
  memory: (value) => isLimit(value, /^(.*?)([KMG]?)$/s, { K: 1n << 10n, M: 1n << 20n, G: 1n << 30n }),
  processes: (value) => isLimit(value, /^(.*)$/s),
  cpu: (value) => isLimit(value, /^(.*)(%)$/s, { "%": 1000n }),
  profile: (value) => profiles.includes(value),
  propagation: (value) => propagations.includes(value),
  scope: (value) => scopes.includes(value),
};
