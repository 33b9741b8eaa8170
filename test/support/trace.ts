// An init that halts after each of its system calls, for tests of what happens between two of them.

import { spawnSync } from "node:child_process";
import type { TestContext } from "node:test";
import { payload, payloadUnavailable } from "./payload.ts";
import { type Running, startCommand } from "./rein.ts";

function whyNot(): string | false {
  if (payloadUnavailable !== false) return payloadUnavailable;
  if (process.getuid?.() !== 0) return "only root can trace and choose pids";
  // Of a process that is gone: the number is free.
  const { pid } = spawnSync(payload, ["exit"]);
  const words = ["take-number", `${pid}`, "wait", payload, "exit"];
  const probe = spawnSync(payload, words, { encoding: "utf8", timeout: 5000 });
  return probe.status !== 0 && `no pid can be chosen here: ${probe.stderr}`;
}

/** Why no process can be traced here, and no pid be chosen, or false. */
export const tracingUnavailable: string | false = whyNot();

/** One system call that is over. */
export interface Call {
  readonly name: string;
  readonly result: number;
}

/** Halts a process after each system call, until it is let go. */
export class Tracer {
  readonly #running: Running;

  private constructor(running: Running) {
    this.#running = running;
  }

  /** Returns when the process is traced. */
  static async attach(t: TestContext, pid: number): Promise<Tracer> {
    const running = startCommand(t, [payload, "trace", `${pid}`]);
    await running.lineMatching(/^tracing$/);
    return new Tracer(running);
  }

  /** The next call after which the process halts; undefined when it has ended. */
  async call(): Promise<Call | undefined> {
    const line = await this.#running.line();
    const [name = "", result] = line.split(" ");
    return line === "gone" ? undefined : { name, result: Number(result) };
  }

  goOn(): void {
    this.#running.stdin.write("\n");
  }

  /** Lets the process run until such a call is over; there it halts. */
  async haltAfter(name: string, result?: number): Promise<void> {
    for (;;) {
      const call = await this.call();
      if (call === undefined) throw new Error(`it ended before ${name}`);
      if (call.name === name && (result === undefined || call.result === result)) return;
      this.goOn();
    }
  }

  /** Lets the process run, untraced. */
  async letGo(): Promise<void> {
    this.#running.stdin.end();
    await this.#running.exit();
  }
}
