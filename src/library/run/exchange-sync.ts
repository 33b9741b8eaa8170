// As in child-process.ts, execa is asked for the caller's command, and the executable is put into its place. Of `spawnSync`
// Node.js tells nobody beforehand: execa finds another one there, for as long as it keeps this thread.

import childProcess, { type SpawnSyncOptions, type SpawnSyncReturns } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import type { SyncOptions } from "execa";
import { UnsupportedError } from "../shared/errors.ts";
import { IMAGE, type Label } from "./child-process.ts";
import { loadedExeca } from "./execa.ts";

export type Spawned = SpawnSyncReturns<Buffer>;

/** What is executed. */
export interface SyncImage {
  /** The file and its arguments. Behind them stand the words of a template, which only execa knows. */
  readonly words: readonly string[];
  readonly argv0: string;
  /** Descriptors of here that it gets behind the caller's. */
  readonly descriptors: readonly number[];
  /** Makes the program's end of the executable's. */
  readonly ended: (spawned: Spawned) => Spawned;
}

/** As execa calls it. */
type SpawnSync = (file: string, args: readonly string[], options: Asked) => Spawned;
type Asked = SpawnSyncOptions & { readonly stdio: readonly unknown[]; readonly [IMAGE]?: SyncImage };

/**
 * execa's result for what the caller has written, in whose place the image was executed.
 * @throws UnsupportedError where the process cannot be exchanged (Bun, Deno)
 */
export function execaSyncWithImage(label: Label, image: SyncImage, options: SyncOptions): unknown {
  if (!canExchange())
    throw new UnsupportedError(["runSync"], "this runtime lets nothing be started before the program");
  const exchanged: SpawnSync = (file, args, asked) => {
    const { [IMAGE]: wanted, ...others } = asked;
    // What the caller's own transforms start meanwhile is theirs.
    if (wanted !== image) return original(file, args, asked);
    const [first = file, ...words] = "file" in label ? image.words : [...image.words, file, ...args];
    const stdio = [...others.stdio, ...image.descriptors];
    const spawned = original(first, words, { ...others, stdio, argv0: image.argv0 } as Asked);
    // There is none where nothing was started.
    const output = spawned.output?.slice(0, others.stdio.length) ?? spawned.output;
    return image.ended({ ...spawned, output });
  };
  const original = childProcess.spawnSync as unknown as SpawnSync;
  return withSpawnSync(exchanged, () => execaSync(label, Object.assign(options, { [IMAGE]: image })));
}

/** Without any exchange. */
export function execaSync(label: Label, options: SyncOptions): unknown {
  const { execaSync } = loadedExeca();
  return "file" in label
    ? execaSync(label.file, label.args, options)
    : execaSync(options)(label.strings, ...label.values);
}

function withSpawnSync<T>(spawnSync: SpawnSync, call: () => T): T {
  const original = childProcess.spawnSync;
  const put = (one: unknown): void => {
    Object.assign(childProcess, { spawnSync: one });
    syncBuiltinESMExports();
  };
  try {
    put(spawnSync);
    return call();
  } finally {
    put(original);
  }
}

let isPossible: boolean | undefined;

function canExchange(): boolean {
  isPossible ??= tryToExchange();
  return isPossible;
}

/** Whether execa comes by what is put there. */
function tryToExchange(): boolean {
  let isAsked = false;
  const note: SpawnSync = () => {
    isAsked = true;
    return { pid: 0, output: [null, Buffer.of(), Buffer.of()], status: 0, signal: null } as unknown as Spawned;
  };
  try {
    withSpawnSync(note, () => loadedExeca().execaSync("true"));
  } catch {
    // The module cannot be written to.
  }
  return isAsked;
}
