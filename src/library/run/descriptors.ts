import { isatty } from "node:tty";
import type { Options } from "execa";

/** What execa takes for one descriptor; its own type tells inputs from outputs, which matters to nobody here. */
export type Entry = unknown;

/** The descriptors of a process to be started: the caller's, and behind them those that this package needs. */
export class Descriptors {
  readonly #entries: Entry[];
  /** How many are the caller's; those above 2 are to reach the program. */
  readonly #callers: number;
  /** Those of this package's own that are to reach it, too. */
  readonly #kept: number[] = [];
  readonly #hasChannel: boolean;

  constructor({ stdio, stdin, stdout, stderr, ipc, ipcInput, gracefulCancel }: Options) {
    if (Array.isArray(stdio)) this.#entries = [...stdio];
    else if (stdio !== undefined) this.#entries = [stdio, stdio, stdio];
    else this.#entries = [stdin, stdout, stderr];
    while (this.#entries.length < 3) this.#entries.push(undefined);
    this.#callers = this.#entries.length;
    // As execa decides it.
    this.#hasChannel = ipc ?? (ipcInput !== undefined || gracefulCancel === true);
  }

  /** Adds one; returns its number in the new process. */
  add(entry: Entry): number {
    return this.#entries.push(entry) - 1;
  }

  /** Adds one that the program is to have, too. */
  addKept(entry: Entry): number {
    const number = this.add(entry);
    this.#kept.push(number);
    return number;
  }

  /** The descriptors above 2 that the program is to have: a sandbox closes all others. */
  get kept(): number[] {
    const kept = [...this.#kept];
    for (let number = 3; number < this.#callers; number++) kept.push(number);
    // The last one is Node.js's channel for messages.
    if (this.#hasChannel) kept.push(this.#entries.length);
    return kept;
  }

  /** Whether the program reads the terminal that this process reads. */
  get sharesTerminal(): boolean {
    const [input] = this.#entries;
    const all: readonly unknown[] = Array.isArray(input) ? input : [input];
    return all.some(isInput) && isatty(0);
  }

  /** The number of the first that can be added. */
  get first(): number {
    return this.#callers;
  }

  /** Those that were added to the caller's. */
  get added(): readonly Entry[] {
    return this.#entries.slice(this.#callers);
  }

  /** What execa is given in place of the caller's options. */
  get options(): Readonly<Record<"stdio" | "stdin" | "stdout" | "stderr", unknown>> {
    return { stdio: this.#entries, stdin: undefined, stdout: undefined, stderr: undefined };
  }
}

/** Of a stream it is asked by its number: whoever asks for `process.stdin` opens the terminal. */
function isInput(entry: unknown): boolean {
  if (typeof entry === "object" && entry !== null) return "fd" in entry && entry.fd === 0;
  return entry === "inherit" || entry === 0;
}
