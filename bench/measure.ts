import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import os from "node:os";
import { createInterface } from "node:readline";
import type { Mode } from "./candidates.ts";

/** A command to measure: an init's words and its payload's. */
export type Command = readonly string[];

/** Small and the same everywhere: some inits read all of it. */
const ENVIRONMENT = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/", TERM: "dumb" };

const running = new Set<ChildProcess>();

/** Ends all that was started: the runner takes its commands along, and they their payloads. */
export function endAll(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** Runs the runner, which measures commands in turns. */
export class Measure {
  private before: readonly string[];

  /** `before` are the words that run the runner: its file, and what is to be around it. */
  constructor(before: readonly string[]) {
    this.before = before;
  }

  /** The numbers that a measurement gives: an array a round. `progress` hears of every round. */
  async rounds(
    what: "start" | "result" | "signal" | "stop",
    rounds: number,
    mode: Mode,
    commands: readonly Command[],
    progress: (done: number) => void,
  ): Promise<number[][]> {
    const child = this.start(what, rounds, mode, commands);
    const result: number[][] = [];
    for await (const line of createInterface({ input: child.stdout! })) {
      result.push(numbers(line));
      progress(result.length);
    }
    await end(child);
    return result;
  }

  /** Runs all commands at the same time, `copies` of each, with payloads that wait, while `look` has a look at them. */
  async hold<T>(
    mode: Mode,
    commands: readonly Command[],
    look: (pids: number[]) => Promise<T>,
    copies = 1,
  ): Promise<T> {
    const child = this.start("hold", copies, mode, commands);
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    const { value } = await lines.next();
    if (typeof value !== "string") throw new Error("the commands did not start");
    const result = await look(numbers(value));
    child.stdin!.end();
    await end(child);
    return result;
  }

  /** Keeps every processor busy with something else while `work` is done. */
  async whileBusy<T>(spin: Command, work: () => Promise<T>): Promise<T> {
    const spinners = os.cpus().map(() => spawn(spin[0]!, spin.slice(1), { stdio: "ignore" }));
    for (const child of spinners) running.add(child);
    try {
      return await work();
    } finally {
      for (const child of spinners) {
        child.kill("SIGKILL");
        running.delete(child);
      }
    }
  }

  /** In a session of its own, so without a terminal: how an init deals with one is not what is measured. */
  private start(what: string, rounds: number, mode: Mode, commands: readonly Command[]): ChildProcess {
    const words = commands.flatMap((command, i) => (i === 0 ? command : [",", ...command]));
    const [file, ...options] = this.before;
    const child = spawn(file!, [...options, what, `${rounds}`, mode, ...words], {
      cwd: "/",
      env: ENVIRONMENT,
      stdio: ["pipe", "pipe", "inherit"],
      detached: true,
    });
    running.add(child);
    child.once("close", () => running.delete(child));
    return child;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (running.has(child)) await once(child, "close");
  if (child.exitCode !== 0) throw new Error(`the measurement failed (${child.exitCode ?? child.signalCode})`);
}

function numbers(line: string): number[] {
  return line.trim().split(" ").map(Number);
}
