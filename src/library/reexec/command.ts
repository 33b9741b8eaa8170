import { existsSync, openSync, realpathSync, statSync } from "node:fs";
import { basename, sep } from "node:path";
import { checkNames } from "../options/execa-options.ts";
import { argumentsAndOptions, withoutPrototype } from "../options/handed-in.ts";
import type { CommandOptions, NoOptions } from "../options/options.ts";
import { absolutePath, list, name as nameCheck, text } from "../options/values.ts";
import type { Started } from "../run/child-process.ts";
import { isDirect, type Program, start } from "../run/start.ts";
import type { Subprocess } from "../run/subprocess.ts";
import { ExecutableError, OptionError, ReexecError } from "../shared/errors.ts";
import { goesOn } from "./enter.ts";
import { EVALUATED, isApplication, mainProgram } from "./main-program.ts";
import { lookUp, self } from "./registry.ts";
import { isTooDeep, soughtName, variablesFor } from "./started-for.ts";

/**
 * Starts this program again, for the function that is registered under the base
 * name of `name`: in a process of its own, and with namespaces, mounts, limits
 * and filters of its own as asked for.
 *
 *     command("childProcess", [], { namespaces: ["user", "pid", "mount", "network"] })
 *
 * Node.js is given the options that it runs with here, except for those of its
 * inspector; `nodeOptions` gives it others. `script` names another script that
 * registers the function. Everything else is as in `run`.
 * @throws ReexecError when no function is registered under the name, or `init`
 * was not called before: the new process would do what this one does, and so on;
 * and when the main script is another program's, as a test runner's
 */
export function command<const Options extends CommandOptions = NoOptions>(
  name: string,
  args?: readonly string[],
  options?: Options,
): Subprocess<Options>;
export function command<const Options extends CommandOptions = NoOptions>(
  name: string,
  options?: Options,
): Subprocess<Options>;
export function command(name: string, ...more: readonly unknown[]): Started {
  const { args, options } = argumentsAndOptions<CommandOptions>(more);
  checkNames(options, "command");
  const { nodeOptions, script, env, ...others } = options;
  const main = mainArguments(nameCheck("name", name), script);
  const isScript = (script ?? mainProgram().script) !== undefined;
  const node = nodeOptions === undefined ? ownNodeOptions(isScript) : givenNodeOptions(nodeOptions);
  const label = { file: name, args: list("args", args, text) };
  const { file, image } = ownImage(isDirect(options));
  const words = [file, ...node, ...main, ...label.args];
  const variables = { ...env, ...variablesFor(basename(name), others.gracefulCancel === true) };
  return start({ label, words, argv0: name, image }, withoutPrototype({ ...others, env: variables }));
}

/** The new process must not do what this one does, and so on. */
function checkIsNoChain(): void {
  const sought = soughtName();
  if (sought !== undefined) {
    const reason = "which was not registered here before init() or dispatch() was called";
    throw new ReexecError(`this process was itself started for the function ${JSON.stringify(sought)}, ${reason}`);
  }
  if (goesOn()) {
    throw new ReexecError(
      "this process was started for a function, and goes on as the program: if (!init()) await main()",
    );
  }
  if (isTooDeep())
    throw new ReexecError("functions have started one another too often: this looks like a chain without end");
}

const ADVICE = "give the option script: import.meta.filename of a module that registers it";

/** What tells Node.js to run the program that has the function. */
function mainArguments(name: string, script: string | undefined): readonly string[] {
  checkIsNoChain();
  if (script !== undefined) return [otherScript(script)];
  const { problem, file } = lookUp(name);
  if (problem !== undefined) throw new ReexecError(problem);
  const { script: own, mainArguments } = mainProgram();
  if (process.execArgv.includes("--test"))
    throw new ReexecError(`the main program is Node.js's test runner; ${ADVICE}`);
  if (mainArguments === undefined) {
    const problem = "this program came from standard input, or as the text of a worker, where nobody can read it again";
    throw new ReexecError(`${problem}; ${ADVICE}`);
  }
  if (own !== undefined) checkIsOurs(own, name, file);
  // Where the program is on the command line the first argument stands in the script's place.
  return own === undefined && !isApplication() ? [...mainArguments, "[eval]"] : mainArguments;
}

function otherScript(script: unknown): string {
  const path = absolutePath("script", script);
  if (!existsSync(path)) throw new OptionError("script", `there is no ${path}`);
  if (isApplication()) throw new OptionError("script", "a single executable application runs no other script");
  return path;
}

/**
 * Under a test runner, or a framework's server, the main script is not the program that has registered the function: it
 * is a package's, and the function comes from outside of all packages. That one would be started again.
 */
function checkIsOurs(script: string, name: string, file: string | undefined): void {
  const modules = `${sep}node_modules${sep}`;
  const main = existsSync(script) ? realpathSync(script) : script;
  if (file === undefined || file.includes(modules)) return;
  // Of `output: "standalone"` the main script is Next.js's, too, and in no package.
  if (!main.includes(modules) && !file.includes(`${sep}.next${sep}`)) return;
  throw new ReexecError(
    `${main} would be started for ${JSON.stringify(name)}, and it is registered by ${file}; ${ADVICE}`,
  );
}

// Their port is taken, and `--inspect-brk` would wait for somebody to attach to it.
const INSPECTOR = /^--(inspect|debug-port)/;
// They start it again and again, or among tests. Of a test runner's own processes they are no options.
const RUNNER = /^--(test|watch|watch-path)(=|$)/;
const INPUT_TYPE = /^--input-type(=|$)/;
const WITH_VALUE = /^(--(inspect-port|debug-port|watch-path|input-type|eval|print)|-[ep]+)$/;

function givenNodeOptions(given: unknown): readonly string[] {
  if (isApplication()) throw new OptionError("nodeOptions", "those of a single executable application are in its file");
  return list("nodeOptions", given, text);
}

/** For a script without the program on the command line, which Node.js would run in its place, and what is for that alone. */
function ownNodeOptions(forScript: boolean): string[] {
  // They would be arguments of the function's: an application has its `execArgv` in it.
  if (isApplication()) return [];
  const dropped = [INSPECTOR, RUNNER, ...(forScript ? [EVALUATED, INPUT_TYPE] : [])];
  const isDropped = (one: string | undefined): one is string =>
    one !== undefined && dropped.some((pattern) => pattern.test(one));
  return process.execArgv.filter((one, index, all) => {
    const before = all[index - 1];
    return !isDropped(one) && !(isDropped(before) && WITH_VALUE.test(before));
  });
}

/**
 * Where Node.js is. With the executable in between `/proc/self` is that one's;
 * the path in its place leads elsewhere when the file was replaced while it
 * runs, as by an update, and then a descriptor of the old one does it.
 */
function ownImage(direct: boolean): { readonly file: string; readonly image: Program["image"] } {
  if (direct || process.platform !== "linux") return { file: self(), image: undefined };
  const running = identity(self());
  if (running === undefined || running === identity(process.execPath))
    return { file: process.execPath, image: undefined };
  try {
    return { file: self(), image: openSync(self(), "r") };
  } catch (error) {
    throw new ExecutableError(self(), "this program's own file cannot be opened", { cause: error });
  }
}

/** Undefined also where Node.js's permissions do not let it be read. */
function identity(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
