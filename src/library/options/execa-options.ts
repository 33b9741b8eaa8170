import type { Options as ExecaOptions } from "execa";
import { OptionError } from "../shared/errors.ts";
import { OWN_OPTIONS } from "./arguments.ts";
import { didYouMean } from "./nearest.ts";
import type { RefusedOption } from "./options.ts";

type Refused = RefusedOption | "argv0" | "nodeOptions" | "script";

/** All that execa knows: a name that nobody knows must not be passed over, it may have been meant to confine. */
const EXECAS: Readonly<Record<Exclude<keyof ExecaOptions, Refused>, true>> = {
  ...{ preferLocal: true, localDir: true, cwd: true, env: true, extendEnv: true, input: true, inputFile: true },
  ...{ stdin: true, stdout: true, stderr: true, stdio: true, all: true, encoding: true, lines: true },
  ...{ stripFinalNewline: true, maxBuffer: true, buffer: true, ipc: true, serialization: true, ipcInput: true },
  ...{ verbose: true, reject: true, timeout: true, cancelSignal: true, gracefulCancel: true, cleanup: true },
  ...{ forceKillAfterDelay: true, killSignal: true, uid: true, gid: true, windowsHide: true },
  windowsVerbatimArguments: true,
};

/** Of these `false` asks for nothing. */
const MAY_BE_FALSE: ReadonlySet<string> = new Set<RefusedOption>(["shell", "node", "detached", "killDescendants"]);

const REFUSED: Readonly<Record<Refused, string>> = {
  shell: 'the executable stands before the program; run("sh", ["-c", …])',
  node: "command() runs functions of this program; run(process.execPath, …) runs others",
  nodePath: "there is no other Node.js for it",
  nodeOptions: "command() takes it",
  script: "command() takes it",
  argv0: "command() needs it for the function's name",
  detached: "nothing is to outlive this process; what a program leaves may, with drain: false",
  killDescendants: "the whole tree always ends",
};

/** What one of them takes, and the other does not. */
const TAKEN = { run: new Set(["argv0"]), command: new Set(["nodeOptions", "script"]) };

/** Refuses an option that there is none of. */
export function checkNames(options: object, caller: "run" | "command"): void {
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined || OWN_OPTIONS.has(key) || Object.hasOwn(EXECAS, key)) continue;
    if (TAKEN[caller].has(key)) continue;
    if (value === false && MAY_BE_FALSE.has(key)) continue;
    const reason = Object.hasOwn(REFUSED, key)
      ? `cannot be given: ${REFUSED[key as Refused]}`
      : `there is no such option${didYouMean(key, [...OWN_OPTIONS, ...Object.keys(EXECAS)])}`;
    throw new OptionError(key, reason);
  }
}
