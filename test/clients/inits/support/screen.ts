// What is typed at a terminal, and what it shows, one step after the other.

import type { Ending } from "../../../support/rein.ts";
import { screenEnds, type Terminal } from "../../../support/terminal.ts";
import { eventually } from "../../../support/waiting.ts";
import { look, quiet, turns } from "./quiet.ts";

export class Screen {
  readonly #terminal: Terminal;
  readonly notes: string[] = [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  get text(): string {
    return this.#terminal.running.stdout.text;
  }

  get #root(): number {
    return this.#terminal.running.process.pid ?? 0;
  }

  get #gone(): boolean {
    const { exitCode, signalCode } = this.#terminal.running.process;
    return exitCode !== null || signalCode !== null;
  }

  async quiet(): Promise<void> {
    await quiet(this.#root, this.#terminal.running);
  }

  /** Does something to the terminal, which wakes somebody; returns when that has had its effects. */
  async #after(act: () => void): Promise<void> {
    if (this.#gone) return;
    const before = turns(this.#root);
    const shown = this.text;
    act();
    // The kernel hands on what is typed by a thread of its own: until then all sleep.
    await eventually(`somebody is woken\n${this.#terminal.running.seen()}`, () => {
      return (
        this.#gone ||
        this.text !== shown ||
        turns(this.#root).split("\n").slice(1).join() !== before.split("\n").slice(1).join()
      );
    });
    await this.quiet();
  }

  type(text: string): Promise<void> {
    return this.#after(() => this.#terminal.type(text));
  }

  resize(): Promise<void> {
    return this.#after(() => this.#terminal.resize(50, 100));
  }

  hangUp(): Promise<void> {
    return this.#after(() => this.#terminal.hangUp());
  }

  /** Notes who leads the foreground group. */
  async noteForeground(): Promise<void> {
    this.notes.push(`foreground: ${look(await this.#terminal.foreground())?.line}`);
  }

  /** The end, and whether it came by itself; else it is brought about. */
  async end(): Promise<Ending & { ended: boolean }> {
    await this.quiet();
    const ended = this.#gone;
    if (!ended) this.#terminal.running.process.stdio[3]?.destroy();
    const ending = await this.#terminal.ending();
    await screenEnds(this.#terminal);
    return { ...ending, ended };
  }
}
