// execa starts what `pipe` is given by name. It would drop the options that are not its own, and with them what confines.

import { OWN_OPTIONS } from "../options/arguments.ts";
import { OptionError } from "../shared/errors.ts";

type Pipe = (...args: readonly unknown[]) => unknown;

/** execa's `pipe`, which refuses this package's options; what it returns has such a one again. */
export function guarded(pipe: Pipe): Pipe {
  return (...args) => {
    for (const option of args.filter(isRecord)) refuseOwn(option);
    const piped = pipe(...args);
    // Options alone are bound, as in pipe({ … })`cat`.
    if (typeof piped === "function") return guarded(piped as Pipe);
    return Object.assign(piped as object, { pipe: guarded((piped as { pipe: Pipe }).pipe) });
  };
}

function refuseOwn(options: Readonly<Record<string, unknown>>): void {
  const own = Object.keys(options).find((key) => OWN_OPTIONS.has(key) && options[key] !== undefined);
  if (own === undefined) return;
  throw new OptionError(
    own,
    "pipe() starts the program by execa, without it; give it as .pipe(run(file, args, options))",
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
