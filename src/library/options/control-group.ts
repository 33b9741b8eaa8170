import { integer, refuse } from "./values.ts";

/** Bytes, or a number with a power of 1024 behind it. */
export type MemorySize = number | `${number}${"K" | "M" | "G"}` | "max";

/** The executable's argument for a limit of `--cgroup-memory`, `--cgroup-pids` or `--cgroup-cpu`: `form` is how a text may be. */
export function groupLimit(option: string, value: unknown, form: RegExp, accepted: string): string {
  if (typeof value === "number") return integer(option, value, 1, Number.MAX_SAFE_INTEGER);
  return typeof value === "string" && form.test(value) ? value : refuse(option, value, accepted);
}
