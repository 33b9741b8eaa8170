// run/: a program is started, under the executable or without it, and watched until it ends. This is the public call.

import { fileURLToPath } from "node:url";
import { checkNames } from "../options/execa-options.ts";
import { argumentsAndOptions } from "../options/handed-in.ts";
import type { NoOptions, RunOptions } from "../options/options.ts";
import { list, name, text } from "../options/values.ts";
import type { Started } from "./child-process.ts";
import { start } from "./start.ts";
import type { Subprocess } from "./subprocess.ts";

/**
 * Runs a program under the executable: signals are forwarded, zombies reaped,
 * its whole tree ends with it, and it ends with this process; with namespaces,
 * mounts, limits and filters of its own as asked for.
 *
 * Takes execa's options and returns execa's subprocess, whose `pid` is the
 * executable's. All options are checked first; then nothing
 * has been started.
 * @throws OptionError for an option that is unknown or has a wrong value
 * @throws ExecutableError when the executable is broken
 * @throws UnsupportedError when an option needs the executable, and there is none
 */
export function run<const Options extends RunOptions = NoOptions>(
  file: string | URL,
  args?: readonly string[],
  options?: Options,
): Subprocess<Options>;
export function run<const Options extends RunOptions = NoOptions>(
  file: string | URL,
  options?: Options,
): Subprocess<Options>;
export function run(file: string | URL, ...more: readonly unknown[]): Started {
  const { args, options } = argumentsAndOptions<RunOptions>(more);
  checkNames(options, "run");
  const command = {
    file: name("file", file instanceof URL ? fileURLToPath(file) : file),
    args: list("args", args, text),
  };
  const program = {
    ...command,
    label: command,
    image: undefined,
    argv0: options.argv0 === undefined ? undefined : text("argv0", options.argv0),
  };
  return start(program, options);
}
