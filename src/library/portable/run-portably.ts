// portable/: the command `rein` where there is no executable, on a developer's machine that is no Linux. It forwards,
// waits, ends the tree, and exits with the right status.

import { readFileSync } from "node:fs";
import { execa } from "execa";
import { exitStatusOf, NOT_EXECUTABLE, NOT_FOUND } from "../shared/exit-status.ts";
import { say } from "../shared/messages.ts";
import { oneWordAdvice } from "../shared/one-word.ts";
import { type PortablePlan, readPlan } from "./command-line.ts";
import { Forwarding } from "./forwarding.ts";

/** Runs a command line of the executable's; resolves with the exit status. */
export async function runPortably(args: readonly string[]): Promise<number> {
  const plan = readPlan(args, process.env, (file) => readFileSync(file, "utf8"));
  sayLimits(plan);
  const status = await runPlan(plan);
  return plan.exitStatus.get(status) ?? status;
}

function sayLimits({ leftOut }: PortablePlan): void {
  const also = leftOut.size === 0 ? "" : `; left out: ${[...leftOut].join(", ")}`;
  say(
    `there is no executable for ${process.platform}-${process.arch}: orphans are not adopted, reaped or ended${also}`,
  );
}

async function runPlan(plan: PortablePlan): Promise<number> {
  const [file = "", ...args] = plan.command;
  // This process makes no file: its own mask is the command's.
  if (plan.umask !== undefined) process.umask(plan.umask);
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
  if (signal !== undefined) return exitStatusOf(signal);
  if (exitCode !== undefined) return exitCode;
  say(`cannot run ${file}: ${originalMessage}${oneWordAdvice(file, code)}`);
  return code === "ENOENT" ? NOT_FOUND : NOT_EXECUTABLE;
}
