// run/: a program is started, under the executable or without it, and watched until it ends. This is the public call.

import type { TemplateExpression } from "execa";
import type { Merged } from "../options/bound.ts";
import type { NoOptions, RunOptions } from "../options/options.ts";
import { bindable } from "./bind.ts";
import { start } from "./start.ts";
import type { Subprocess } from "./subprocess.ts";

/** `run`, or what it makes of options that are bound to it. */
export interface Run<Bound extends RunOptions = NoOptions> {
  /** The same with these options, to which those of each call are added. */
  <const Options extends RunOptions>(options: Options): Run<Merged<Bound, Options>>;
  /** The words of the template are the file and its arguments; a value is one word, an array several. */
  (strings: TemplateStringsArray, ...values: readonly TemplateExpression[]): Subprocess<Bound>;
  <const Options extends RunOptions = NoOptions>(
    file: string | URL,
    args?: readonly string[],
    options?: Options,
  ): Subprocess<Merged<Bound, Options>>;
  <const Options extends RunOptions = NoOptions>(
    file: string | URL,
    options?: Options,
  ): Subprocess<Merged<Bound, Options>>;
}

/**
 * Runs a program under the executable: signals are forwarded, zombies reaped,
 * its whole tree ends with it, and it ends with this process; with namespaces,
 * mounts, limits and filters of its own as asked for.
 *
 *     await run("grep", ["-r", word, "src"], { cwd: folder });
 *     await run`grep -r ${word} src`;
 *     const confined = run({ preset: "untrusted", timeout: 10_000 });
 *     await confined`python3 -c ${code}`;
 *
 * Takes execa's options and returns execa's subprocess, whose `pid` is the
 * executable's. All options are checked first; then nothing
 * has been started. Of options that are bound the later ones count, and what is
 * in `env` is merged.
 * @throws OptionError for an option that is unknown or has a wrong value
 * @throws ExecutableError when the executable is broken
 * @throws UnsupportedError when an option needs the executable, and there is none
 * @throws TypeError of execa's for a template without words, or with a value that is neither text nor number
 */
export const run = bindable<RunOptions>("run", start) as Run;
