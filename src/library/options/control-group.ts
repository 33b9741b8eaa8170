import { integer, refuse } from "./values.ts";

/** Bytes, or a number with a power of 1024 behind it. */
export type MemorySize = number | `${number}${"K" | "M" | "G"}` | "max";

/** How much one of a unit is to the kernel; the product has to fit 63 bits. */
const UNITS: Readonly<Record<string, bigint>> = { K: 2n ** 10n, M: 2n ** 20n, G: 2n ** 30n, "%": 1000n };

/**
 * The executable's argument for a limit of `--cgroup-memory`, `--cgroup-pids` or
 * `--cgroup-cpu`: a number, unless that is a percentage, or a text with one of
 * `units` behind it.
 */
export function groupLimit(option: string, value: unknown, units: string, accepted: string): string {
  if (value === "max") return value;
  if (typeof value === "number" && units !== "%") return integer(option, value, 1, Number.MAX_SAFE_INTEGER);
  const [, digits = "0", unit = ""] = (typeof value === "string" && /^([0-9]+)([KMG%])$/.exec(value)) || [];
  const size = BigInt(digits) * (UNITS[unit] ?? 0n);
  const isAccepted = units.includes(unit) && size > 0n && size < 2n ** 63n;
  return isAccepted ? (value as string) : refuse(option, value, accepted);
}
