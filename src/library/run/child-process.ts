// What execa starts is not what it was asked for: the executable stands before the program. execa makes its result, its
// messages and its log of what it was asked for, though, and there it is to be the caller's own command. So execa is asked
// for that, and the file and arguments are exchanged where Node.js makes the process: it tells of every process that it is
// about to make (diagnostics_channel, "child_process").

import { type ChildProcess, spawn } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Options as ExecaOptions } from "execa";
import { ExecutableError } from "../shared/errors.ts";
import { loadedExeca } from "./execa.ts";
import { behind, type Template } from "./template.ts";

/** A command as the caller has written it. */
export type Label = { readonly file: string; readonly args: readonly string[] } | Template;

/** Sends a signal to the process; returns whether it could. */
type Kill = (signal?: NodeJS.Signals | number) => boolean;

/** What is executed. */
export interface Image {
  /** The file and its arguments. Behind them stand the words of a template, which only execa knows. */
  readonly words: readonly string[];
  readonly argv0: string | undefined;
  /** What takes the place of `send` whenever the process is to be signalled, by the caller or by execa. */
  readonly kill: (child: ChildProcess, send: Kill, signal?: NodeJS.Signals | number) => boolean;
}

/** What of a subprocess matters here: its whole type follows from the caller's options, which only the caller knows. */
export interface Started {
  readonly nodeChildProcess: ChildProcess;
  readonly pid?: number;
  kill(error: Error): boolean;
  pipe(...args: readonly unknown[]): unknown;
  catch(onRejected: () => void): Promise<unknown>;
}

/** What `spawn` of node:child_process has made of its options. */
interface Asked {
  file: string;
  args: readonly string[];
  readonly [IMAGE]?: Image;
}

interface Spawning extends ChildProcess {
  spawn?: (asked: Asked) => unknown;
}

/** Under this key the image goes through execa to Node.js, and nobody else's process is exchanged. execa loses a symbol. */
export const IMAGE = "reinImage";
const CHANNEL = "child_process";

/**
 * execa's subprocess for what the caller has written, in which the image is
 * executed. Where the process cannot be exchanged (Bun, Deno) execa is asked for
 * the image.
 */
export function execaWithImage(label: Label, image: Image, options: ExecaOptions): Started {
  if (!canExchange()) return startWith(labelOf(image.words, label), withArgv0(options, image.argv0));
  let isExchanged = false;
  const exchange = (message: unknown): void => {
    const { process: child } = message as { process: Spawning };
    const { spawn } = child;
    child.spawn = (asked) => {
      delete child.spawn;
      if (asked[IMAGE] === image) {
        isExchanged = true;
        const words = isTemplate(label) ? [...image.words, asked.file, ...asked.args.slice(1)] : image.words;
        const [file = asked.file, ...args] = words;
        asked.file = file;
        asked.args = [image.argv0 ?? file, ...args];
        child.kill = image.kill.bind(undefined, child, child.kill.bind(child));
      }
      return spawn?.call(child, asked);
    };
  };
  subscribe(CHANNEL, exchange);
  try {
    Object.assign(options, { [IMAGE]: image });
    const subprocess = startWith(label, options);
    if (isExchanged || subprocess.pid === undefined) return subprocess;
    // Nothing may run without what was to confine it.
    subprocess.nodeChildProcess.kill("SIGKILL");
    throw new ExecutableError(image.words[0] ?? "the program", "this Node.js does not let it be started");
  } finally {
    unsubscribe(CHANNEL, exchange);
  }
}

function startWith(label: Label, options: ExecaOptions): Started {
  const { execa } = loadedExeca();
  return isTemplate(label) ? execa(options)(label.strings, ...label.values) : execa(label.file, label.args, options);
}

/** The image as a command, for where it cannot be put into the place of one. */
function labelOf(words: readonly string[], label: Label): Label {
  if (isTemplate(label)) return behind(words, label);
  const [file = label.file, ...args] = words;
  return { file, args };
}

function isTemplate(label: Label): label is Template {
  return "strings" in label;
}

function withArgv0(options: ExecaOptions, argv0: string | undefined): ExecaOptions {
  return argv0 === undefined ? options : { ...options, argv0 };
}

let isPossible: boolean | undefined;

function canExchange(): boolean {
  isPossible ??= process.versions.bun === undefined && process.versions.deno === undefined && tryToExchange();
  return isPossible;
}

/** Whether Node.js tells of a process, and makes it as it is told to: here none. */
function tryToExchange(): boolean {
  let isAsked = false;
  const note = (message: unknown): void => {
    (message as { process: Spawning }).process.spawn = () => {
      isAsked = true;
    };
  };
  subscribe(CHANNEL, note);
  try {
    spawn("true").on("error", () => {});
  } catch {
    // By Node.js's permissions nothing may be started, of which execa makes an error.
  } finally {
    unsubscribe(CHANNEL, note);
  }
  return isAsked;
}
