// Starts the executable under test, and tells what it and its payload say and do.

import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import type { TestContext } from "node:test";
import { Lines } from "./lines.ts";
import type { Mode } from "./modes.ts";
import { payload } from "./payload.ts";
import { children, environment, processes } from "./processes.ts";
import { eventually, within } from "./waiting.ts";

/** The executable under test: another init can be put in its place, to see a test fail that should. */
export const executable: string = process.env.REIN_EXECUTABLE ?? join(import.meta.dirname, "../../dist/linux-x64/rein");

if (!existsSync(executable)) throw new Error(`${executable} is not there: build it with npm run build`);

export interface Options {
  /** The init's own options. */
  readonly options?: readonly string[];
  /** Words for the payload program's `launch`, which then becomes the init: see payload/launch.c. */
  readonly launch?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** How many pipes there are after stderr, as descriptors 3 and on. */
  readonly extraPipes?: number;
  /** A stdin that is not a pipe. */
  readonly stdin?: "ignore";
  /** Another executable, or another name for it. */
  readonly executable?: string;
}

export interface Ending {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Anything started for a test; it and all below it end with the test at the latest. */
export class Running {
  readonly process: ChildProcess;
  readonly stdout: Lines;
  readonly stderr: Lines;
  /** The pipes after stderr, by descriptor. */
  readonly extra: ReadonlyMap<number, Lines>;
  #pid: number | undefined;
  readonly #exit: Promise<Ending>;
  readonly #closed: Promise<Ending>;
  readonly #command: string;

  constructor(words: readonly string[], options: Options, mark: string) {
    this.#command = words.map((word) => (word.length > 200 ? `${word.slice(0, 200)}…` : word)).join(" ");
    const stdio: StdioOptions = [options.stdin ?? "pipe", "pipe", "pipe"];
    for (let i = 0; i < (options.extraPipes ?? 0); i++) stdio.push("pipe");
    this.process = spawn(words[0] ?? "", words.slice(1), {
      stdio,
      cwd: options.directory,
      // Whose input is a socket, as Node.js's pipes are, and who has no shell above, is run by a remote shell daemon for
      // bash: it would read ~/.bashrc, in which anything may wait, as pyenv's lock does for a minute.
      env: { ...process.env, SHLVL: "2", ...options.environment, [MARK]: mark },
      // A session of its own: the terminal that the tests are run from stays out of them.
      detached: true,
    });
    this.#exit = new Promise((resolve, reject) => {
      this.process.on("exit", (status, signal) => resolve({ status, signal }));
      this.process.on("error", reject);
    });
    this.#closed = new Promise((resolve, reject) => {
      this.process.on("close", (status, signal) => resolve({ status, signal }));
      this.process.on("error", reject);
    });
    // Whoever waits for them sees their failure; nobody has to wait.
    this.#exit.catch(() => {});
    this.#closed.catch(() => {});
    this.process.stdin?.on("error", () => {});
    const seen = (): string => this.seen();
    this.stdout = new Lines("stdout", this.process.stdout as Readable, seen);
    this.stderr = new Lines("stderr", this.process.stderr as Readable, seen);
    const extra = new Map<number, Lines>();
    for (let i = 3; i < stdio.length; i++) {
      extra.set(i, new Lines(`descriptor ${i}`, this.process.stdio[i] as Readable, seen));
    }
    this.extra = extra;
  }

  /** What was run and what it said so far, for a failure's message. */
  seen(): string {
    const { exitCode, signalCode } = this.process;
    const end = (text: string): string => (text.length > 2000 ? `…${text.slice(-2000)}` : text);
    const streams = [this.stdout, this.stderr, ...this.extra.values()];
    return [
      `command: ${this.#command}`,
      `state: ${exitCode ?? signalCode ?? "running"}`,
      ...streams.map((lines) => `${lines.name}: ${end(lines.text)}`),
    ].join("\n");
  }

  /** The init's pid as seen from outside; with PID namespaces not the pid of what was spawned. */
  get pid(): number {
    if (this.#pid === undefined) throw new Error(`the init was not seen\n${this.seen()}`);
    return this.#pid;
  }

  /** Waits until the init has a pid; not until it is of any use. */
  async findInit(mode: Mode): Promise<void> {
    const outer = this.process.pid;
    if (outer === undefined) await this.#exit;
    if (mode.prefix.length === 0) {
      this.#pid = outer;
      return;
    }
    this.#pid = await eventually(`the init is there\n${this.seen()}`, () => {
      if (this.process.exitCode !== null || this.process.signalCode !== null) return -1;
      return outer === undefined ? undefined : children(outer)[0];
    });
    if (this.#pid === -1) this.#pid = undefined;
  }

  get stdin(): Writable {
    if (this.process.stdin === null) throw new Error("there is no stdin");
    return this.process.stdin;
  }

  line(): Promise<string> {
    return this.stdout.next();
  }

  lineMatching(pattern: RegExp): Promise<RegExpExecArray> {
    return this.stdout.matching(pattern);
  }

  errorLine(): Promise<string> {
    return this.stderr.next();
  }

  errorLineMatching(pattern: RegExp): Promise<RegExpExecArray> {
    return this.stderr.matching(pattern);
  }

  /** The payload's "ready". */
  async ready(): Promise<void> {
    await this.lineMatching(/^ready \d+$/);
  }

  /** Sends the init a signal by number. */
  signal(number: number): void {
    process.kill(this.pid, number);
  }

  /** How it ended; does not wait for its output's end, which its payload may still hold open. */
  exit(): Promise<Ending> {
    return within("the init's end", this.#exit, () => this.seen());
  }

  /** How it ended, when nobody is left who could write to its stdout or stderr. */
  closed(): Promise<Ending> {
    return within("the end of all", this.#closed, () => this.seen());
  }

  /** Ends it; what it started ends with the test. */
  stop(): void {
    this.process.kill("SIGKILL");
    for (const stream of this.process.stdio) stream?.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    await this.#exit.catch(() => {});
  }
}

/** A variable that tells whose test a process belongs to, wherever it has been moved to. */
const MARK = "REIN_TEST_ID";

/** Ends all processes whose mark starts so. Those without one left are in a namespace that ends by itself. */
function sweep(mark: string): void {
  for (let found = true; found; ) {
    found = false;
    for (const pid of processes()) {
      if (pid === process.pid || !environment(pid).includes(`\0${MARK}=${mark}`)) continue;
      found = true;
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself meanwhile.
      }
    }
  }
}

const marks = new WeakMap<TestContext, string>();
let count = 0;

/** The mark of a test's processes, which end with it. */
function markOf(t: TestContext): string {
  const known = marks.get(t);
  if (known !== undefined) return known;
  const mark = `${process.pid}.${++count}.`;
  marks.set(t, mark);
  t.after(() => sweep(mark));
  return mark;
}

// The last resort, for a test process that ends before its tests do.
const sweepAll = (): void => sweep(`${process.pid}.`);
process.on("exit", sweepAll);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    sweepAll();
    process.kill(process.pid, signal);
  });
}

/** The words that start the init in a mode with a payload. */
export function words(mode: Mode, command: readonly string[], options: Options = {}): string[] {
  const launch = options.launch === undefined ? [] : [payload, "launch", ...options.launch, "--"];
  return [...mode.prefix, ...launch, options.executable ?? executable, ...(options.options ?? []), "--", ...command];
}

/** Starts any command for a test. */
export function startCommand(t: TestContext, command: readonly string[], options: Options = {}): Running {
  const started = new Running(command, options, markOf(t));
  t.after(() => started[Symbol.asyncDispose]());
  return started;
}

/** Starts the init in a mode; returns when it has a pid. Wait for `ready()` before anything is asked of the payload. */
export async function start(
  t: TestContext,
  mode: Mode,
  command: readonly string[],
  options: Options = {},
): Promise<Running> {
  const started = startCommand(t, words(mode, command, options), options);
  await started.findInit(mode);
  return started;
}

export interface Result extends Ending {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs any command to its end, with nothing on its stdin. */
export async function runCommand(t: TestContext, command: readonly string[], options: Options = {}): Promise<Result> {
  const started = startCommand(t, command, { stdin: "ignore", ...options });
  const ending = await started.closed();
  return { ...ending, stdout: started.stdout.text, stderr: started.stderr.text };
}

/** Runs the init in a mode to its end. */
export function run(t: TestContext, mode: Mode, command: readonly string[], options: Options = {}): Promise<Result> {
  return runCommand(t, words(mode, command, options), options);
}
