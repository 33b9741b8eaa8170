import { mainProgram } from "../reexec/main-program.ts";
import { UnsupportedError } from "../shared/errors.ts";
import { executablePath } from "../shared/executable.ts";
import { say } from "../shared/messages.ts";
import { become, refuse } from "./become.ts";
import { packageOptions } from "./package-file.ts";
import { variableWithoutAuto, withoutAuto } from "./preload.ts";

/** What a container's first process does on the import of rein/auto: it becomes the executable, or says why it cannot. */
export function takeOver(): void {
  if (!process.getBuiltinModule("node:worker_threads").isMainThread) return;
  try {
    const options = withoutAuto(process.execArgv);
    const { NODE_OPTIONS } = process.env;
    // Where this process stays the first one, what it starts finds them.
    process.execArgv = options;
    if (NODE_OPTIONS !== undefined) setVariable("NODE_OPTIONS", variableWithoutAuto(NODE_OPTIONS));
    const { script, mainArguments, args } = mainProgram();
    // Node.js has read it when the first import is done.
    if (mainArguments === undefined) throw new UnsupportedError(["rein/auto"], "the program came from standard input");
    // Deno has none.
    if (process.execve === undefined) throw new UnsupportedError(["rein/auto"], "there is no process.execve");
    const node = [process.execPath, ...options, ...mainArguments, ...args];
    // What REIN_OPTIONS says is known better, and the executable reads it itself.
    const known = process.env.REIN_OPTIONS === undefined ? packageOptions(script) : [];
    become(executablePath(), [...known, "--argv0", process.argv0, "--", ...node]);
  } catch (error) {
    if (!(error instanceof UnsupportedError)) refuse(error);
    say(`${error.message}; Node.js stays the first process of this container`);
  }
}

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
