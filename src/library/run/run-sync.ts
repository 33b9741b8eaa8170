// The public call that waits for the program's end.

import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import type { Options as ExecaOptions, SyncOptions, SyncResult, TemplateExpression } from "execa";
import type { Merged } from "../options/bound.ts";
import type { NoOptions, RunSyncOptions } from "../options/options.ts";
import { OptionError, RefusalError, StartError } from "../shared/errors.ts";
import { REFUSED } from "../shared/exit-status.ts";
import { bindable } from "./bind.ts";
import { eventsIn, type StatusEvent } from "./events.ts";
import { execaSync, execaSyncWithImage, type Spawned } from "./exchange-sync.ts";
import { refusalOf } from "./refusal.ts";
import { execasOwn, labelOnThisSystem, type Program, prepare, variables } from "./start.ts";
import { programsSignal } from "./subprocess.ts";

/** `runSync`, or what it makes of options that are bound to it. */
export interface RunSync<Bound extends RunSyncOptions = NoOptions> {
  /** The same with these options, to which those of each call are added. */
  <const Options extends RunSyncOptions>(options: Options): RunSync<Merged<Bound, Options, RunSyncOptions>>;
  /** The words of the template are the file and its arguments; a value is one word, an array several. */
  (strings: TemplateStringsArray, ...values: readonly TemplateExpression[]): SyncResult<Bound>;
  <const Options extends RunSyncOptions = NoOptions>(
    file: string | URL,
    args?: readonly string[],
    options?: Options,
  ): SyncResult<Merged<Bound, Options, RunSyncOptions>>;
  <const Options extends RunSyncOptions = NoOptions>(
    file: string | URL,
    options?: Options,
  ): SyncResult<Merged<Bound, Options, RunSyncOptions>>;
}

/**
 * `run` that waits, as execa's `execaSync` does: returns the result, or throws
 * execa's `ExecaSyncError`, with the same `cause` as the error of `run`. Nothing
 * else happens in this thread until the program has ended: signals, messages and
 * `cancelSignal` have to wait, so that what needs them is refused.
 * @throws OptionError for an option that is unknown or has a wrong value, or that cannot be kept
 * @throws ExecutableError when the executable is broken
 * @throws UnsupportedError when an option needs the executable, and there is none; with the executable in Bun and Deno
 */
export const runSync = bindable<RunSyncOptions & ExecaOptions>("runSync", startSync) as RunSync;

function startSync(program: Program, options: RunSyncOptions & ExecaOptions): unknown {
  const { words, descriptors, statusFile } = prepare(program, options);
  const own = execasOwn(options) as SyncOptions;
  if (words === undefined) return execaSync(labelOnThisSystem(program), own);
  if (isKill(options.killSignal)) {
    throw new OptionError("killSignal", "SIGKILL would end the executable and leave the program's tree; grace kills");
  }
  // What was opened before one that cannot be is closed, too.
  const files: number[] = [];
  try {
    for (const entry of descriptors.added) files.push(openFile(entry instanceof Uint8Array ? entry : new Uint8Array()));
    const status = statusFile < 0 ? undefined : files[statusFile - descriptors.first];
    const ended = (spawned: Spawned): Spawned =>
      status === undefined ? spawned : programsEnd(spawned, eventsIn(textOf(status)), options);
    const image = { words, argv0: "rein", descriptors: files, ended };
    return execaSyncWithImage(program.label, image, { ...own, env: variables(options) });
  } finally {
    for (const file of files) closeSync(file);
  }
}

/** As the subprocess of `run` has it: the typed cause of a failure, and the signal that the executable cannot end by. */
function programsEnd(
  spawned: Spawned,
  events: readonly StatusEvent[],
  options: ExecaOptions & RunSyncOptions,
): Spawned {
  const find = <Name extends StatusEvent["event"]>(name: Name): Extract<StatusEvent, { event: Name }> | undefined =>
    events.find((one): one is Extract<StatusEvent, { event: Name }> => one.event === name);
  const notStarted = find("not-started");
  if (notStarted !== undefined) return { ...spawned, error: new StartError(notStarted.path, -notStarted.errno) };
  if (spawned.status === REFUSED && find("started") === undefined) {
    const failure = find("set-up-failed");
    return { ...spawned, error: new RefusalError(failure && refusalOf(failure, options)) };
  }
  const signal = programsSignal(spawned.status, { exited: find("exited") });
  return signal === undefined ? spawned : { ...spawned, status: null, signal };
}

function isKill(signal: unknown): boolean {
  return signal === constants.signals.SIGKILL || /^(SIG)?KILL$/i.test(String(signal));
}

/**
 * A file that nobody else finds, which is read from its start: while this thread waits it can neither write to a pipe nor
 * read from one, and what is in a pipe counts for `maxBuffer`.
 */
function openFile(content: Uint8Array): number {
  const folder = mkdtempSync(join(tmpdir(), "rein-"));
  try {
    const path = join(folder, "file");
    writeFileSync(path, content, { mode: 0o600 });
    return openSync(path, "r+");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** From its start: whoever has written there has moved on. */
function textOf(file: number): string {
  const content = Buffer.alloc(fstatSync(file).size);
  readSync(file, content, 0, content.length, 0);
  return content.toString();
}
