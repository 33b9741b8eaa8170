// The command `rein` where there is no executable: on a developer's machine that is no Linux. It forwards, waits, ends
// the tree, and exits with the right status.

import { readFileSync } from "node:fs";
import { execa } from "execa";
import { statusOf } from "../run/lifetime.ts";
import { signalTree } from "../shared/process-tree.ts";
import { type PortablePlan, readPlan } from "./command-line.ts";

const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;
const FORWARDED: readonly NodeJS.Signals[] =
  process.platform === "win32"
    ? ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"]
    : ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGCONT", "SIGALRM"];

/** Runs a command line of the executable's; resolves with the exit status. */
export async function runPortably(words: readonly string[]): Promise<number> {
  const plan = readPlan(words, process.env, (file) => readFileSync(file, "utf8"));
  sayLimits(plan);
  const status = await runPlan(plan);
  return plan.exitStatus.get(status) ?? status;
}

function say(text: string): void {
  process.stderr.write(`rein: ${text}\n`);
}

function sayLimits({ leftOut }: PortablePlan): void {
  const also = leftOut.size === 0 ? "" : `; left out: ${[...leftOut].join(", ")}`;
  say(
    `there is no executable for ${process.platform}-${process.arch}: orphans are not adopted, reaped or ended${also}`,
  );
}

async function runPlan(plan: PortablePlan): Promise<number> {
  const [file = "", ...args] = plan.command;
  // Before the start: a program may be ready, and somebody stop it, while execa still goes on here.
  const forwarding = new Forwarding(plan);
  const subprocess = execa(file, args, {
    stdio: "inherit",
    env: plan.environment,
    extendEnv: false,
    reject: false,
    // The signals that come decide; and what a signal is to do to the whole group it does by the tree.
    forceKillAfterDelay: false,
    ...(plan.directory === undefined ? {} : { cwd: plan.directory }),
  });
  forwarding.pid = subprocess.pid;
  const { exitCode, signal, code, originalMessage } = await subprocess;
  forwarding.end();
  if (signal !== undefined) return statusOf(signal);
  if (exitCode !== undefined) return exitCode;
  say(`cannot run ${file}: ${originalMessage}`);
  return code === "ENOENT" ? NOT_FOUND : NOT_EXECUTABLE;
}

/** Passes signals on, and kills who does not stop in time. */
class Forwarding {
  /** The program's; signals are taken by the event loop only when it is known. */
  pid: number | undefined;
  readonly #plan: PortablePlan;
  readonly #timers: NodeJS.Timeout[] = [];
  #isStopping = false;

  constructor(plan: PortablePlan) {
    this.#plan = plan;
    for (const signal of FORWARDED) process.on(signal, this.#take);
  }

  end(): void {
    for (const signal of FORWARDED) process.off(signal, this.#take);
    for (const timer of this.#timers) clearTimeout(timer);
  }

  readonly #take = (signal: NodeJS.Signals): void => {
    const { rewrite, stopSignals, stopDelay, grace } = this.#plan;
    const sent = rewrite.has(signal) ? rewrite.get(signal) : signal;
    if (sent === undefined || this.pid === undefined) return;
    const { pid } = this;
    const isFirst = stopSignals.has(signal) && !this.#isStopping;
    this.#isStopping ||= isFirst;
    const delay = isFirst ? stopDelay : 0;
    if (delay === 0) this.#send(pid, sent);
    else this.#timers.push(setTimeout(() => this.#send(pid, sent), delay));
    if (isFirst && grace !== undefined) {
      this.#timers.push(setTimeout(() => void signalTree(pid, "SIGKILL"), delay + grace));
    }
  };

  #send(pid: number, signal: NodeJS.Signals): void {
    if (this.#plan.verbosity > 0) say(`passing ${signal} on`);
    if (this.#plan.toGroup) void signalTree(pid, signal);
    else
      try {
        process.kill(pid, signal);
      } catch {
        // It ended meanwhile.
      }
  }
}
