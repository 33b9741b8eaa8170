// An entry point's life in a PID namespace of its own, as PID 1 or below another, and what can be seen of it.

import type { Socket } from "node:net";
import type { TestContext } from "node:test";
import { pid1 } from "../../../support/modes.ts";
import { payload } from "../../../support/payload.ts";
import { children, descendants } from "../../../support/processes.ts";
import { type Running, startCommand } from "../../../support/rein.ts";
import { eventually } from "../../../support/waiting.ts";
import type { Form } from "./form.ts";
import { look, quiet } from "./quiet.ts";
import { environmentOf, type Side, withoutSide, wordsOf } from "./side.ts";

export type Place = "PID 1" | "not PID 1";
export const places: readonly Place[] = ["PID 1", "not PID 1"];

/** A PID 1 that tells the entry point's status on descriptor 3, and stays until it has read a line there. */
const OTHER_PID_1 = ["sh", "-c", '"$@" 3>&-; echo "$?" >&3; read -r line <&3', "sh"];

/** What was seen; two of them are compared field by field. */
export interface Observation {
  readonly status: string;
  readonly stdout: string;
  readonly stderr: string;
  /** What was looked at meanwhile and at the end. */
  readonly processes: string;
}

export class Life {
  readonly running: Running;
  readonly #place: Place;
  /** The namespace's PID 1, seen from outside. */
  readonly #first: number;
  readonly #notes: string[] = [];
  #status: string | undefined;
  /** Resolves with the entry point's end. */
  readonly #over: Promise<void>;

  private constructor(running: Running, place: Place) {
    this.running = running;
    // An early end may come before the namespace's PID 1 was seen.
    this.#first = this.#gone ? 0 : running.pid;
    this.#place = place;
    const exit = async (): Promise<string> => {
      const { status, signal } = await running.exit();
      return signal ?? `${status}`;
    };
    const told = place === "PID 1" ? exit() : running.extra.get(3)?.next();
    this.#over = (told ?? Promise.resolve("")).then(
      (status) => {
        this.#status = status;
      },
      () => {},
    );
  }

  /** Starts a form with a command; `launch` are words for what the caller leaves it (support/payload/launch.c). */
  static async start(
    t: TestContext,
    side: Side,
    form: Form,
    place: Place,
    command: readonly string[],
    launch: readonly string[] = [],
  ): Promise<Life> {
    const before = place === "PID 1" ? [] : OTHER_PID_1;
    const left = launch.length > 0 ? [payload, "launch", ...launch, "--"] : [];
    const words = [...pid1.prefix, ...before, ...left, ...wordsOf(side, form), ...command];
    const running = startCommand(t, words, { environment: environmentOf(side, form), extraPipes: 1 });
    await running.findInit(pid1);
    return new Life(running, place);
  }

  /** All processes in the namespace but the other PID 1. */
  #members(): number[] {
    const below = descendants(this.#first);
    return this.#place === "PID 1" ? [this.#first, ...below] : below;
  }

  get #gone(): boolean {
    return this.running.process.exitCode !== null || this.running.process.signalCode !== null;
  }

  /** Waits until nobody in the namespace does anything any more, or all is over. */
  async quiet(): Promise<void> {
    await quiet(this.#first, this.running);
  }

  /** Waits for the payload's "ready", or for the end of an entry point that does not come so far. */
  async ready(): Promise<void> {
    await Promise.race([this.running.ready().catch(() => {}), this.#over]);
    await this.quiet();
  }

  /** Sends the entry point a signal, as an engine would, and waits until its effects are over. */
  async signal(number: number): Promise<void> {
    const entry = this.#place === "PID 1" ? this.#first : children(this.#first)[0];
    if (entry === undefined || this.#status !== undefined || this.#gone) return;
    try {
      process.kill(entry, number);
    } catch {
      // It ended by itself meanwhile: its status tells.
    }
    await this.quiet();
  }

  /** Types at the payload. */
  async type(text: string): Promise<void> {
    await new Promise((written) => this.running.stdin.write(text, written));
    await this.quiet();
  }

  /** Notes who is there, in which state. */
  note(what: string): void {
    const seen = this.#gone ? [] : this.#members().map(look);
    // When another PID 1 reaps is not the init's doing.
    const others = this.#place === "PID 1" ? new Set() : new Set(children(this.#first));
    const lines = seen.filter((one) => one !== undefined && !(one.state === "Z" && others.has(one.pid)));
    this.#notes.push(`${what}:`, ...lines.map((one) => one?.line ?? "").toSorted());
  }

  /** Its end, for which the payload's stdin is closed. A life that goes on then is noted, and ended. */
  async end(): Promise<Observation> {
    const { stdin } = this.running;
    await new Promise<void>((done) => {
      for (const event of ["finish", "close", "error"]) stdin.once(event, () => done());
      if (stdin.destroyed) done();
      stdin.end();
    });
    let quiet = false;
    const rest = this.quiet().then(() => {
      quiet = true;
    });
    await eventually(`its end\n${this.running.seen()}`, () => this.#status !== undefined || quiet);
    await rest;
    const goesOn = this.#status === undefined && !this.#gone;
    if (goesOn) {
      this.note("goes on");
      process.kill(this.#first, "SIGKILL");
    } else if (this.#place === "not PID 1") {
      this.note("left");
      (this.running.process.stdio[3] as Socket).write("\n");
    }
    await this.running.closed();
    await this.#over;
    const { stdout, stderr } = this.running;
    return {
      status: goesOn ? "none" : (this.#status ?? "unknown"),
      stdout: withoutSide(stdout.text),
      stderr: withoutSide(stderr.text),
      processes: this.#notes.join("\n"),
    };
  }
}
