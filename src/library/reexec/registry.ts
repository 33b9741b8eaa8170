// reexec/: a program that is started again for one of its functions. These are its functions by their names, and must
// not import execa: a started function would have to wait until that is loaded.

import { lstatSync, realpathSync, statSync } from "node:fs";
import { basename } from "node:path";
import { RegistrationError } from "../shared/errors.ts";
import { say } from "../shared/messages.ts";
import { callerOf } from "./caller.ts";
import { type Entrypoint, enter } from "./enter.ts";
import { isMainThread, mainProgram } from "./main-program.ts";
import { forgetSought, soughtName } from "./started-for.ts";

interface Registered {
  readonly name: string;
  readonly entrypoint: Entrypoint;
  /** The file that registered it, where that can be told. */
  readonly file: string | undefined;
  /** Whether `dispatch` has looked since: a process that is started for it finds it, too. */
  isStartable: boolean;
}

const functions = new Map<string, Registered>();
let hasLooked = false;
let initialised: Promise<true> | undefined;

/**
 * Registers a function under a name: a process that is started under it runs
 * that function. Register before `init` or `dispatch` is called, and in every
 * process of the program.
 * @throws RegistrationError when the name is taken, empty, a path, or the one of
 * Node.js or of the script, under which the program itself is started; and when
 * there is no function
 */
export function register(name: string, entrypoint: Entrypoint): void {
  if (name === "" || basename(name) !== name) {
    const problem = "reexec func does not expect a path component";
    throw new RegistrationError(`${problem}: ${JSON.stringify(name)}`, name);
  }
  if (functions.has(name)) {
    throw new RegistrationError(`reexec func already registered under name ${JSON.stringify(name)}`, name);
  }
  if (typeof entrypoint !== "function") {
    throw new RegistrationError(`what is registered under ${JSON.stringify(name)} is no function`, name);
  }
  if (namesOfProgram().has(name)) {
    const problem = `${JSON.stringify(name)} is the name that this program itself is started under`;
    throw new RegistrationError(`${problem}: it would never run; give the function another`, name);
  }
  functions.set(name, { name, entrypoint, file: callerOf(register), isStartable: false });
}

/**
 * Runs the function that this process was started for. Returns false at once
 * when there is none, and the program goes on as itself; otherwise a promise of
 * true, which rejects as the function does. In a worker thread there is none:
 * the process's first thread has it.
 *
 * The name is the base name of `process.argv0`; or else of the main script, so
 * that links to one script are programs of different names.
 */
export function dispatch(signal?: AbortSignal): false | Promise<true> {
  return begin(signal);
}

function begin(signal?: AbortSignal, failed?: (error: unknown) => true): false | Promise<true> {
  const found = look();
  if (found === undefined) return false;
  const { name, entrypoint } = found;
  const cancels = forgetSought();
  return enter(name, entrypoint, signal ?? (cancels ? cancelSignal() : new AbortController().signal), failed);
}

function look(): Registered | undefined {
  hasLooked = true;
  for (const one of functions.values()) one.isStartable = true;
  const found = functions.get(basename(process.argv0)) ?? functions.get(basename(mainProgram().script ?? ""));
  return found !== undefined && isMainThread() ? found : undefined;
}

/** Of execa's `gracefulCancel`. */
function cancelSignal(): AbortSignal {
  const controller = new AbortController();
  const listen = async (): Promise<void> => {
    const { getCancelSignal } = await import("execa");
    const signal = await getCancelSignal();
    signal.addEventListener("abort", () => controller.abort(signal.reason), { once: true });
    if (signal.aborted) controller.abort(signal.reason);
  };
  void listen();
  return controller.signal;
}

/**
 * `dispatch` for most programs:
 *
 *     if (!init()) await main();
 *
 * The started process ends by itself when the function has nothing left to do,
 * and its output is out, as every Node.js program does. A failure of the function
 * is written to stderr, and ends the process with 1.
 */
export function init(): false | Promise<true> {
  const running = initialised ?? begin(undefined, fail);
  // A function that is started is so once, however many modules ask.
  if (running !== false) initialised = running;
  return running;
}

/** As of an error that nobody catches: what the function has left open keeps no process. But its output is written. */
function fail(error: unknown): true {
  console.error(error);
  process.exitCode = 1;
  process.stdout.write("", () => process.stderr.write("", () => process.exit()));
  return true;
}

/** Those under which it is started when it is to be itself. A link to the script is another name of the program. */
function namesOfProgram(): Set<string> {
  const names = new Set(["node", "nodejs", basename(process.execPath)]);
  const { script } = mainProgram();
  if (script === undefined) return names;
  try {
    names.add(basename(realpathSync(script)));
    if (lstatSync(script).isSymbolicLink() && statSync(script).isFile()) return names;
  } catch {
    // Node.js was given it without its extension.
  }
  return names.add(basename(script));
}

/**
 * A path that leads to the program that runs here, Node.js: on Linux
 * `/proc/self/exe`, which works also when the file was replaced or deleted.
 */
export function self(platform: NodeJS.Platform = process.platform): string {
  return platform === "linux" ? "/proc/self/exe" : process.execPath;
}

/** @internal What is registered under a name, and what it says to one who would start a process for it. */
export function lookUp(name: string): { readonly problem?: string; readonly file?: string | undefined } {
  if (!hasLooked) {
    return { problem: "init() or dispatch() was not called: the new process would do what this one does, and so on" };
  }
  const found = functions.get(basename(name));
  if (found === undefined) {
    const names = [...functions.keys()].map((one) => JSON.stringify(one)).join(", ") || "none";
    return { problem: `no function is registered under the name ${JSON.stringify(name)}; registered: ${names}` };
  }
  if (found.isStartable) return { file: found.file };
  return {
    problem: `${JSON.stringify(name)} was registered after init() or dispatch() was called: the new process would not find it`,
  };
}

const sought = soughtName();
if (sought !== undefined && isMainThread()) {
  process.once("exit", () => {
    if (soughtName() === undefined) return;
    say(
      `this process was started for the function ${JSON.stringify(sought)}, and nobody has registered it here before init() or dispatch() was called`,
    );
    process.exitCode ||= 1;
  });
}
