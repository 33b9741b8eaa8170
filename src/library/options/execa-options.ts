import type { Options as ExecaOptions } from "execa";
import { OptionError } from "../shared/errors.ts";
import { OWN_OPTIONS } from "./arguments.ts";
import { didYouMean } from "./nearest.ts";
import type { RefusedOption, WaitingOption } from "./options.ts";

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
const MAY_BE_FALSE: ReadonlySet<string> = new Set<RefusedOption | WaitingOption>([
  ...(["shell", "node", "detached", "killDescendants", "ipc", "gracefulCancel"] as const),
]);

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

/** What `runSync` cannot keep: while it waits, nothing else happens in this thread. */
const WAITING: Readonly<Record<WaitingOption, string>> = {
  ipc: "no message comes while this thread waits; run() has it",
  ipcInput: "no message is sent while this thread waits; run() has it",
  serialization: "there are no messages while this thread waits",
  cancelSignal: "nobody can cancel while this thread waits; timeout, or run()",
  gracefulCancel: "nobody can cancel while this thread waits; timeout, or run()",
  forceKillAfterDelay: "this thread cannot kill while it waits; the executable does, by grace",
  cleanup: "this thread ends nothing while it waits; parentDeathSignal: false",
  events: "there is nobody to read them while this thread waits; run() has them",
};

type Caller = "run" | "runSync" | "command";

/** What one of them takes, and another does not. */
const TAKEN: Readonly<Record<Caller, ReadonlySet<string>>> = {
  run: new Set(["argv0"]),
  runSync: new Set(["argv0"]),
  command: new Set(["nodeOptions", "script"]),
};

/** Refuses an option that there is none of. */
export function checkNames(options: object, caller: Caller): void {
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (caller === "runSync" && Object.hasOwn(WAITING, key) && !(value === false && MAY_BE_FALSE.has(key))) {
      throw new OptionError(key, `cannot be given: ${WAITING[key as WaitingOption]}`);
    }
    if (OWN_OPTIONS.has(key) || Object.hasOwn(EXECAS, key)) continue;
    if (TAKEN[caller].has(key)) continue;
    if (value === false && MAY_BE_FALSE.has(key)) continue;
    const reason = Object.hasOwn(REFUSED, key)
      ? `cannot be given: ${REFUSED[key as Refused]}`
      : `there is no such option${didYouMean(key, [...OWN_OPTIONS, ...Object.keys(EXECAS)])}`;
    throw new OptionError(key, reason);
  }
}
