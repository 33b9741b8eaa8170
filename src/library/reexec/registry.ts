// reexec/: a program that is started again for one of its functions. These are its functions by their names, and must
// not import execa: a started function would have to wait until that is loaded.

import { basename } from "node:path";
import { RegistrationError } from "../shared/errors.ts";

/**
 * A function that stands in for `main` in a process of its own. Its arguments
 * are in `process.argv`, from the third element on; the signal is the one that
 * `dispatch` was given.
 */
export type Entrypoint = (signal: AbortSignal) => unknown;

const entrypoints = new Map<string, Entrypoint>();
let hasLooked = false;

/**
 * Registers a function under a name: a process that is started under it runs
 * that function. Register before `init` or `dispatch` is called.
 * @throws RegistrationError when the name is taken, empty, or a path
 */
export function register(name: string, entrypoint: Entrypoint): void {
  if (name === "" || basename(name) !== name) {
    const problem = "reexec func does not expect a path component";
    throw new RegistrationError(`${problem}: ${JSON.stringify(name)}`, name);
  }
  if (entrypoints.has(name)) {
    throw new RegistrationError(`reexec func already registered under name ${JSON.stringify(name)}`, name);
  }
  entrypoints.set(name, entrypoint);
}

/**
 * Runs the function that this process was started for. Returns false at once
 * when there is none, and the program goes on as itself; otherwise a promise of
 * true, which rejects as the function does.
 *
 * The name is the base name of `process.argv0`; or else of the main script, so
 * that links to one script are programs of different names.
 */
export function dispatch(signal: AbortSignal = new AbortController().signal): false | Promise<true> {
  hasLooked = true;
  const entrypoint = entrypoints.get(basename(process.argv0)) ?? entrypoints.get(basename(process.argv[1] ?? ""));
  return entrypoint === undefined ? false : enter(entrypoint, signal);
}

async function enter(entrypoint: Entrypoint, signal: AbortSignal): Promise<true> {
  await entrypoint(signal);
  return true;
}

/**
 * `dispatch` for most programs: a failure of the function is written to stderr,
 * and makes the exit code 1.
 *
 *     if (await init()) process.exit();
 *
 * A function that is not async has run when `init` returns, so that
 * `if (init()) process.exit()` does for it, too.
 */
export function init(): false | Promise<true> {
  const running = dispatch();
  return running === false ? false : running.catch(fail);
}

function fail(error: unknown): true {
  console.error(error);
  process.exitCode = 1;
  return true;
}

/**
 * A path that leads to the program that runs here, Node.js: on Linux
 * `/proc/self/exe`, which works also when the file was replaced or deleted.
 */
export function self(platform: NodeJS.Platform = process.platform): string {
  return platform === "linux" ? "/proc/self/exe" : process.execPath;
}

/** @internal Whether `name` would run a function: what is told to start another process of this program. */
export function lookUp(name: string): "found" | "not registered" | "not initialised" {
  if (!hasLooked) return "not initialised";
  return entrypoints.has(basename(name)) ? "found" : "not registered";
}
