import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { getSystemErrorMessage, getSystemErrorName } from "node:util";
import { type Options as ExecaOptions, execa, type ResultPromise } from "execa";
import { needingExecutable, OWN_OPTIONS, optionWords } from "../options/arguments.ts";
import { checkNames } from "../options/execa-options.ts";
import type { Duration, NoOptions, ReinOptions, RunOptions } from "../options/options.ts";
import { duration, list, name, text } from "../options/values.ts";
import { RefusalError, StartError, UnsupportedError } from "../shared/errors.ts";
import { executablePath, findExecutable } from "../shared/executable.ts";
import { Descriptors } from "./descriptors.ts";
import { type StatusEvent, StatusEvents } from "./events.ts";
import { bind } from "./lifetime.ts";

/** execa's subprocess, and the executable's events. */
export type Subprocess<Options extends ExecaOptions = ExecaOptions> = ResultPromise<Options> & {
  /** What happens, for one reader; nothing where there is no executable in between, or with `events: false`. */
  readonly events: AsyncIterable<StatusEvent>;
};

/** Exit status of the executable's own refusals. */
const REFUSED = 125;
const DEFAULT_DELAY = 5000;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Runs a program under the executable: signals are forwarded, zombies reaped,
 * its whole tree ends with it, and it ends with this process; with namespaces,
 * mounts, limits and filters of its own as asked for.
 *
 * Takes execa's options and returns execa's subprocess, with two differences:
 * `pid` is the executable's, and a program that a signal ended has the
 * `exitCode` 128+n, as in a shell. All options are checked first; then nothing
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
export function run(file: string | URL, args: readonly string[] | RunOptions = [], options: RunOptions = {}): Started {
  if (!Array.isArray(args)) return run(file, [], args as RunOptions);
  checkNames(options, "run");
  const program = {
    file: file instanceof URL ? fileURLToPath(file) : name("file", file),
    args: list("args", args, text),
    argv0: options.argv0 === undefined ? undefined : text("argv0", options.argv0),
  };
  return start(program, options);
}

/** What of a subprocess matters here: its whole type follows from the caller's options, which only the caller knows. */
export interface Started {
  readonly nodeChildProcess: ChildProcess;
  readonly pid?: number;
  kill(error: Error): boolean;
}

/** What is to be executed. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly argv0: string | undefined;
  /** A descriptor of here that `file` leads to, as in /proc/self/fd/N. */
  readonly image?: number;
}

/** The options whose names were checked: starts the program as they say. */
export function start(program: Program, options: ExecaOptions & ReinOptions): Started {
  const settled = withDefaults(options);
  const descriptors = new Descriptors(options);
  const image = program.image === undefined ? -1 : descriptors.addKept(program.image);
  const words = optionWords(settled, (content) => descriptors.addKept(content));
  const needing = needingExecutable(options);
  const executable = isDirect(options) ? undefined : findExecutable();
  if (executable === undefined) {
    if (needing.length > 0) throw new UnsupportedError(needing, reasonForNone());
    return startDirectly(program, options);
  }

  const statusFile = options.events === false ? -1 : descriptors.add("pipe");
  if (statusFile >= 0) words.push("--json-status-fd", String(statusFile));
  for (const kept of descriptors.kept) words.push("--keep-fd", String(kept));
  if (program.argv0 !== undefined) words.push("--argv0", program.argv0);
  words.push("--", image < 0 ? program.file : `/proc/self/fd/${image}`, ...program.args);

  const all = {
    ...execasOwn(options),
    ...descriptors.options,
    ...lastResort(settled),
    // Whatever name the file goes by.
    argv0: "rein",
    // What is for the init of the container is not for this one.
    env: { ...options.env, REIN_OPTIONS: undefined },
    ...(statusFile < 0 ? {} : { buffer: withoutBuffer(options.buffer, statusFile) }),
  };
  return withEvents(execa(executable, words, all as ExecaOptions), statusFile, false);
}

/** Whether the executable is not wanted in between. */
export function isDirect(options: ReinOptions): boolean {
  return options.init === false && needingExecutable(options).length === 0;
}

/** Without the executable: execa, and what can be done from here. */
function startDirectly({ file, args, argv0 }: Program, options: ExecaOptions & ReinOptions): Started {
  // execa would end the root before its tree is read from /proc, and who loses its parent is in no tree.
  const own = { ...execasOwn(options), cleanup: false };
  const subprocess = execa(file, args, argv0 === undefined ? own : { ...own, argv0 });
  return withEvents(subprocess, -1, options.cleanup !== false);
}

function reasonForNone(): string {
  try {
    executablePath();
    return "there is no executable";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function execasOwn(options: ExecaOptions & ReinOptions): ExecaOptions {
  return Object.fromEntries(Object.entries(options).filter(([key]) => !OWN_OPTIONS.has(key))) as ExecaOptions;
}

function withDefaults(options: ExecaOptions & ReinOptions): ReinOptions {
  const delay = options.forceKillAfterDelay ?? true;
  return {
    ...options,
    grace: options.grace ?? (delay === true ? DEFAULT_DELAY : delay),
    drain: options.drain ?? DEFAULT_DELAY,
    parentDeathSignal: options.parentDeathSignal ?? "SIGTERM",
  };
}

/** The executable kills who does not stop, with the whole tree; execa kills the executable only when that did not help. */
function lastResort({ grace = false, drain = false }: ReinOptions): ExecaOptions {
  if (grace === false) return { forceKillAfterDelay: false };
  return { forceKillAfterDelay: milliseconds(grace) + (drain === false ? 0 : milliseconds(drain)) + 1000 };
}

function milliseconds(value: Duration): number {
  const [, number, unit] = /^(\d+)(\D+)$/.exec(duration("duration", value)) ?? [];
  return Number(number) * (UNITS[unit ?? ""] ?? 1);
}

function withoutBuffer(buffer: ExecaOptions["buffer"], statusFile: number): NonNullable<ExecaOptions["buffer"]> {
  const others = typeof buffer === "object" ? buffer : buffer === undefined ? {} : { all: buffer, ipc: buffer };
  return { ...others, [`fd${statusFile}`]: false };
}

/** Adds the events, the typed causes of failures that they tell, and the tie to this process's life. */
function withEvents(subprocess: Started, statusFile: number, endsTree: boolean): Started {
  const { nodeChildProcess, pid } = subprocess;
  const stream = statusFile < 0 ? undefined : nodeChildProcess.stdio?.[statusFile];
  const noteFailure = (event: StatusEvent): void => {
    if (event.event !== "not-started") return;
    const meaning = getSystemErrorMessage(-event.errno);
    subprocess.kill(new StartError(event.path, getSystemErrorName(-event.errno), meaning));
  };
  const readable = stream !== null && stream !== undefined && "resume" in stream ? stream : undefined;
  const events = new StatusEvents(readable, noteFailure);
  const unbind = pid === undefined ? () => {} : bind(pid, endsTree);
  nodeChildProcess.once?.("exit", (status) => {
    unbind();
    // The executable's own 125, and not the program's.
    if (status === REFUSED && readable !== undefined && !events.hasBegun) {
      subprocess.kill(new RefusalError("rein refused what was asked for; it has said why on stderr"));
    }
  });
  if (readable !== undefined) exitAfterEvents(nodeChildProcess, events);
  return Object.assign(subprocess, { events });
}

/**
 * Lets nobody hear of the end before the last event was read. execa decides at
 * the "exit" what its error will be, and then a cause that is still in the pipe
 * would come too late.
 */
function exitAfterEvents(nodeChildProcess: ChildProcess, events: StatusEvents): void {
  const emit = nodeChildProcess.emit.bind(nodeChildProcess) as (...words: readonly unknown[]) => boolean;
  const emitLater = (...words: readonly unknown[]): boolean => {
    if (words[0] !== "exit" || events.hasEnded) return emit(...words);
    void events.finish().then(() => emit(...words));
    return true;
  };
  Object.assign(nodeChildProcess, { emit: emitLater });
}
