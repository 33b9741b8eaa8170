// Options that are bound, as by `run({ … })`, and those of the call.

import { OptionError } from "../shared/errors.ts";
import { needingExecutable } from "./arguments.ts";
import type { RunOptions } from "./options.ts";

/** Of these execa merges what is in them; of all others the later one counts. */
const MERGED: ReadonlySet<string> = new Set(["env", "lines", "verbose", "buffer", "maxBuffer", "stripFinalNewline"]);

/** What options are with others bound before them, as a type. */
export type Merged<Bound, Options, Any = RunOptions> = [keyof Bound] extends [never]
  ? Options
  : [keyof Options] extends [never]
    ? Bound
    : Both<Bound, Options> extends infer Merged extends Any
      ? Merged
      : never;

type Both<Bound, Options> = Bound extends unknown ? Omit<Bound, keyof Options> & Options : never;

/**
 * Both together, as execa has them: the later one counts, and `undefined` takes the bound one away.
 * @throws OptionError where that would be an option that confines: `preset: options.preset` must not run without any
 */
export function mergeOptions<Options extends object>(bound: object, options: object): Options {
  const merged: Record<string, unknown> = Object.assign(Object.create(null), bound);
  for (const [key, value] of Object.entries(options)) {
    const before = merged[key];
    if (value === undefined && needingExecutable({ [key]: before }).length > 0) {
      throw new OptionError(key, "undefined cannot take away what is bound and confines; call run itself");
    }
    merged[key] = MERGED.has(key) && isObject(before) && isObject(value) ? { ...before, ...value } : value;
  }
  return merged as Options;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
