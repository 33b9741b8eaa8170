import type { Options as ExecaOptions } from "execa";
import { needingExecutable, OWN_OPTIONS, optionArguments } from "../options/arguments.ts";
import { withoutPrototype } from "../options/handed-in.ts";
import type { ReinOptions } from "../options/options.ts";
import { milliseconds } from "../options/values.ts";
import { OptionError, UnsupportedError } from "../shared/errors.ts";
import { executablePath, findExecutable, isSwitchedOff } from "../shared/executable.ts";
import { LONGEST_TIMER } from "../shared/timer.ts";
import { execaWithImage, type Image, type Label, type Started } from "./child-process.ts";
import { Descriptors } from "./descriptors.ts";
import { refusalOf } from "./refusal.ts";
import { killFromHere, killThroughExecutable } from "./stop.ts";
import { withEvents } from "./subprocess.ts";

const DEFAULT_DELAY = 5000;

/** What is to be executed. */
export interface Program {
  /** What the caller has written, for results and messages. */
  readonly label: Label;
  /** The file and its arguments; none of a template. */
  readonly words: readonly string[];
  readonly argv0: string | undefined;
  /** A descriptor of here that the file's name leads to, as in /proc/self/fd/N. */
  readonly image: number | undefined;
}

/** What is needed for a start. */
export interface Prepared {
  /** The executable and its arguments; nothing where the program is started directly. */
  readonly words: readonly string[] | undefined;
  readonly descriptors: Descriptors;
  /** The number of the descriptor for events; -1 for none. */
  readonly statusFile: number;
  readonly complete: ReinOptions;
}

/** The options whose names were checked: checks their values, and says how the program is started as they say. */
export function prepare(program: Program, options: ExecaOptions & ReinOptions): Prepared {
  const complete = withDefaults(options);
  const descriptors = new Descriptors(options);
  const image = program.image === undefined ? -1 : descriptors.addKept(program.image);
  // The set-up reads a content, and closes it.
  const args = optionArguments(complete, (content) => descriptors.add(content));
  const needing = needingExecutable(options);
  const executable = isDirect(options) ? undefined : findExecutable();
  if (executable === undefined) {
    if (needing.length > 0) throw new UnsupportedError(needing, reasonForNone());
    if (!isDirect(options)) warnOnce();
    return { words: undefined, descriptors, statusFile: -1, complete };
  }

  const statusFile = options.events === false ? -1 : descriptors.add("pipe");
  if (statusFile >= 0) args.push("--json-status-fd", String(statusFile));
  args.push(...placeArguments(options));
  if (descriptors.sharesTerminal && mayShareGroup(options)) args.push("--single-child");
  // It takes away all variables, which are set again before an option asks for them. Everybody can read arguments; not these.
  if (options.preset !== undefined)
    args.splice(args.indexOf("--confine") + 1, 0, "--args", String(descriptors.add(variableArguments(options))));
  for (const kept of descriptors.kept) args.push("--keep-fd", String(kept));
  if (program.argv0 !== undefined) args.push("--argv0", program.argv0);
  args.push("--", ...(image < 0 ? program.words : [`/proc/self/fd/${image}`, ...program.words.slice(1)]));
  return { words: [executable, ...args], descriptors, statusFile, complete };
}

/** The options whose names were checked: starts the program as they say. */
export function start(program: Program, options: ExecaOptions & ReinOptions): Started {
  const { words, descriptors, statusFile, complete } = prepare(program, options);
  if (words === undefined) return startDirectly(program, options, complete);
  const all = {
    ...execasOwn(options),
    ...descriptors.options,
    ...lastResort(complete),
    env: variables(options),
    ...(statusFile < 0 ? {} : { buffer: withoutBuffer(options.buffer, statusFile) }),
  };
  // Whatever name the file goes by.
  const rein: Image = { words, argv0: "rein", kill: killThroughExecutable() };
  return withEvents(execaWithImage(program.label, rein, all as ExecaOptions), statusFile, false, (failure) =>
    refusalOf(failure, options),
  );
}

/** Whether the executable is not wanted in between. */
export function isDirect(options: ReinOptions): boolean {
  return options.init === false && needingExecutable(options).length === 0;
}

/** Without the executable: execa, and what can be done from here. */
function startDirectly(program: Program, options: ExecaOptions & ReinOptions, { grace }: ReinOptions): Started {
  // execa would end the root before its tree is read from /proc, and who loses its parent is in no tree.
  const own: ExecaOptions = { ...execasOwn(options), cleanup: false };
  const { stopSignals = [] } = options;
  const limit = grace === undefined || grace === false ? undefined : milliseconds("grace", grace);
  const kill = killFromHere(
    options.killSignal === undefined ? stopSignals : [options.killSignal, ...stopSignals],
    limit,
  );
  const subprocess = execaWithImage(labelOnThisSystem(program), { ...program, kill }, own);
  return withEvents(subprocess, -1, options.cleanup !== false, () => ({}));
}

/** On Windows execa looks for the file itself: it has to be the one that is executed. */
export function labelOnThisSystem({ label, words: [file, ...args] }: Program): Label {
  return process.platform === "win32" && file !== undefined ? { file, args } : label;
}

let hasWarned = false;

/** Where there should be an executable and is none, as in a bundle without it, less is done than the caller counts on. */
function warnOnce(): void {
  if (hasWarned || process.platform !== "linux" || isSwitchedOff()) return;
  hasWarned = true;
  process.emitWarning(
    `programs are started without rein's executable: ${reasonForNone()}. Nothing ends them when this process is killed, ` +
      "and orphans are neither reaped nor ended; REIN_EXECUTABLE=none, or init: false, says that this is meant",
    { type: "ReinWarning", code: "REIN_NO_EXECUTABLE" },
  );
}

function reasonForNone(): string {
  try {
    executablePath();
    return "there is none";
  } catch (error) {
    if (error instanceof UnsupportedError) return error.reason;
    throw error;
  }
}

/** Those of execa's alone. */
export function execasOwn(options: ExecaOptions & ReinOptions): ExecaOptions {
  return Object.fromEntries(Object.entries(options).filter(([key]) => !OWN_OPTIONS.has(key))) as ExecaOptions;
}

function withDefaults(options: ExecaOptions & ReinOptions): ReinOptions {
  const delay = options.forceKillAfterDelay ?? true;
  return withoutPrototype({
    ...options,
    grace: options.grace === undefined ? (delay === true ? DEFAULT_DELAY : delay) : options.grace,
    drain: options.drain === undefined ? DEFAULT_DELAY : options.drain,
    // Who wants no cleanup, as execa has it, means any end of this process.
    parentDeathSignal:
      options.parentDeathSignal === undefined ? options.cleanup !== false && "SIGTERM" : options.parentDeathSignal,
  });
}

/**
 * Whether the program may be in our process group: Ctrl-C and Ctrl-Z on the terminal are for both then, as with execa.
 * From a sandbox `kill(0, SIGKILL)` would end us.
 */
function mayShareGroup({ namespaces, join, mounts, preset, newSession, signalGroup }: ReinOptions): boolean {
  const isConfined = preset !== undefined || namespaces !== undefined || join !== undefined || mounts !== undefined;
  return !isConfined && newSession !== true && signalGroup !== true;
}

/** Elsewhere it would do on other files what it is to do here. A program that has nothing of here starts in its own /tmp. */
function placeArguments({ mounts = [], preset, directory, cwd }: ExecaOptions & ReinOptions): string[] {
  if (preset !== undefined && directory === undefined && cwd === undefined) return ["--chdir", "/tmp"];
  return mounts.length > 0 || preset !== undefined ? ["--same-directory"] : [];
}

/** The variables that are named, for --args. */
function variableArguments({ env, extendEnv = false }: ExecaOptions): Uint8Array {
  const variables = Object.entries({ ...(extendEnv ? process.env : {}), ...env });
  const words = variables.flatMap(([name, value]) => (value === undefined ? [] : ["--setenv", name, value]));
  return new TextEncoder().encode(words.map((word) => `${word}\0`).join(""));
}

/** What is for the init of the container is not for this one. */
export function variables({ env }: ExecaOptions): NonNullable<ExecaOptions["env"]> {
  return { ...checkVariables(env), REIN_OPTIONS: undefined };
}

/** The program's variable `A=B` would be its variable `A`, and `REIN_OPTIONS=` the executable's options. */
function checkVariables(env: ExecaOptions["env"]): ExecaOptions["env"] {
  const wrong = Object.keys(env ?? {}).find((key) => key.includes("="));
  if (wrong !== undefined) throw new OptionError(`env[${JSON.stringify(wrong)}]`, "a variable's name has no =");
  return env;
}

/**
 * The executable kills who does not stop, with the whole tree; execa kills the executable only when that did not help,
 * and never where its timers could not wait for so long.
 */
function lastResort({ grace = false, drain = false }: ReinOptions): ExecaOptions {
  if (grace === false) return { forceKillAfterDelay: false };
  const delay = milliseconds("grace", grace) + (drain === false ? 0 : milliseconds("drain", drain)) + 1000;
  return { forceKillAfterDelay: delay <= LONGEST_TIMER && delay };
}

function withoutBuffer(buffer: ExecaOptions["buffer"], statusFile: number): NonNullable<ExecaOptions["buffer"]> {
  const others = typeof buffer === "object" ? buffer : buffer === undefined ? {} : { all: buffer, ipc: buffer };
  return { ...others, [`fd${statusFile}`]: false };
}
