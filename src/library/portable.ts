// The command `rein` where there is no executable: on a developer's machine that is no Linux. It forwards, waits, ends
// the tree, and exits with the right status.

import { readFileSync } from "node:fs";
import { execa } from "execa";
import { statusOf } from "./lifetime.ts";
import { type PortablePlan, readPlan } from "./portable-options.ts";
import { signalTree } from "./tree.ts";

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
  const also = leftOut.size === 0 ? "" : `, and ${[...leftOut].join(", ")} is left out`;
  say(
    `there is no executable for ${process.platform}-${process.arch}: orphans are not adopted, reaped or ended${also}`,
  );
}

async function runPlan(plan: PortablePlan): Promise<number> {
  const [file = "", ...args] = plan.command;
  const subprocess = execa(file, args, {
    stdio: "inherit",
    env: plan.environment,
    extendEnv: false,
    reject: false,
    // The signals that come decide; and what a signal is to do to the whole group it does by the tree.
    forceKillAfterDelay: false,
    ...(plan.directory === undefined ? {} : { cwd: plan.directory }),
  });
  const { pid } = subprocess;
  const stopForwarding = pid === undefined ? () => {} : forward(plan, pid);
  const { exitCode, signal, code, originalMessage } = await subprocess;
  stopForwarding();
  if (signal !== undefined) return statusOf(signal);
  if (exitCode !== undefined) return exitCode;
  say(`cannot run ${file}: ${originalMessage}`);
  return code === "ENOENT" ? NOT_FOUND : NOT_EXECUTABLE;
}

/** Passes signals on, and kills who does not stop in time. Returns what ends that. */
function forward(plan: PortablePlan, pid: number): () => void {
  const timers: NodeJS.Timeout[] = [];
  let isStopping = false;
  const listeners = FORWARDED.map((signal) => {
    const onSignal = (): void => {
      const sent = plan.rewrite.has(signal) ? plan.rewrite.get(signal) : signal;
      if (sent === undefined) return;
      const isFirst = plan.stopSignals.has(signal) && !isStopping;
      isStopping ||= isFirst;
      const delay = isFirst ? plan.stopDelay : 0;
      if (delay === 0) send(plan, pid, sent);
      else timers.push(setTimeout(() => send(plan, pid, sent), delay));
      if (isFirst && plan.grace !== undefined) {
        timers.push(setTimeout(() => void signalTree(pid, "SIGKILL"), delay + plan.grace));
      }
    };
    process.on(signal, onSignal);
    return { signal, onSignal };
  });
  return () => {
    for (const { signal, onSignal } of listeners) process.off(signal, onSignal);
    for (const timer of timers) clearTimeout(timer);
  };
}

function send(plan: PortablePlan, pid: number, signal: NodeJS.Signals): void {
  if (plan.verbosity > 0) say(`passing ${signal} on`);
  if (plan.toGroup) void signalTree(pid, signal);
  else
    try {
      process.kill(pid, signal);
    } catch {
      // It ended meanwhile.
    }
}
