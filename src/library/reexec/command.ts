import { openSync, statSync } from "node:fs";
import { checkNames } from "../options/execa-options.ts";
import { argumentsAndOptions, withoutPrototype } from "../options/handed-in.ts";
import type { CommandOptions, NoOptions } from "../options/options.ts";
import { list, name as nameCheck, text } from "../options/values.ts";
import { isDirect, type Program, start } from "../run/start.ts";
import type { Started, Subprocess } from "../run/subprocess.ts";
import { ExecutableError, ReexecError } from "../shared/errors.ts";
import { mainProgram } from "./main-program.ts";
import { lookUp, self } from "./registry.ts";

/**
 * Starts this program again, for the function that is registered under the base
 * name of `name`: in a process of its own, and with namespaces, mounts, limits
 * and filters of its own as asked for.
 *
 *     command("childProcess", [], { namespaces: ["user", "pid", "mount", "network"] })
 *
 * Node.js is given the options that it runs with here, except for those of its
 * inspector; `nodeOptions` gives it others. Everything else is as in `run`.
 * @throws ReexecError when no function is registered under the name, or `init`
 * was not called before: the new process would do what this one does, and so on
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
  checkRegistered(nameCheck("name", name));
  const { nodeOptions = ownNodeOptions(), ...others } = options;
  const all = [...list("nodeOptions", nodeOptions, text), ...mainArguments(), ...list("args", args, text)];
  return start({ ...ownImage(isDirect(options)), args: all, argv0: name }, withoutPrototype(others));
}

function checkRegistered(name: string): void {
  const found = lookUp(name);
  if (found === "not registered") {
    throw new ReexecError(`no function is registered under the name ${JSON.stringify(name)}`);
  }
  if (found === "not initialised") {
    throw new ReexecError(
      "init() or dispatch() was not called: the new process would do what this one does, and so on",
    );
  }
}

/** Without the inspector's: its port is taken, and `--inspect-brk` would wait for somebody to attach to it. */
function ownNodeOptions(): string[] {
  const inspector = /^--(inspect|debug-port)/;
  const withValue = new Set(["--inspect-port", "--debug-port"]);
  return process.execArgv.filter((one, index, all) => !inspector.test(one) && !withValue.has(all[index - 1] ?? ""));
}

function mainArguments(): readonly string[] {
  const { mainArguments } = mainProgram();
  if (mainArguments !== undefined) return mainArguments;
  throw new ReexecError("this program came from standard input, where nobody can read it again");
}

/**
 * Where Node.js is. With the executable in between `/proc/self` is that one's;
 * the path in its place leads elsewhere when the file was replaced while it
 * runs, as by an update, and then a descriptor of the old one does it.
 */
function ownImage(direct: boolean): Pick<Program, "file" | "image"> {
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

function identity(path: string): string | undefined {
  const status = statSync(path, { bigint: true, throwIfNoEntry: false });
  return status && `${status.dev}:${status.ino}`;
}
