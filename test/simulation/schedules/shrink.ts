// Makes a failing schedule short: whatever can be left out while it still fails goes.

import { errnoName } from "../kernel/errno.ts";
import type { Instance } from "../kernel/module.ts";
import type { Program } from "../kernel/programs.ts";
import { commandLine } from "../oracle/options.ts";
import { run } from "./run.ts";
import type { Schedule } from "./schedule.ts";

/** `list` without each of its elements in turn. */
function* without<T>(list: readonly T[]): Generator<T[]> {
  for (let i = list.length - 1; i >= 0; i--) yield list.filter((_, index) => index !== i);
}

function* simplerPrograms(program: Program): Generator<Program> {
  for (const steps of without(program.steps)) yield { ...program, steps };
  for (const key of ["endsOn", "ignores", "notes"] as const)
    if ((program[key] ?? []).length > 0) yield { ...program, [key]: [] };
  if (program.isStuck === true) yield { ...program, isStuck: false };
}

function* simpler(schedule: Schedule): Generator<Schedule> {
  const { setup } = schedule;
  for (const events of without(schedule.events)) yield { ...schedule, events };
  for (const faults of without(schedule.faults)) yield { ...schedule, faults };
  for (const options of without(setup.options)) yield { ...schedule, setup: { ...setup, options } };
  for (const children of without(setup.children)) yield { ...schedule, setup: { ...setup, children } };
  for (const payload of simplerPrograms(setup.payload)) yield { ...schedule, setup: { ...setup, payload } };
  if (setup.ignored.length > 0) yield { ...schedule, setup: { ...setup, ignored: [] } };
  if (setup.blocked.length > 0) yield { ...schedule, setup: { ...setup, blocked: [] } };
  if (setup.terminal !== "none") yield { ...schedule, setup: { ...setup, terminal: "none" } };
  if (setup.stderr !== "reads") yield { ...schedule, setup: { ...setup, stderr: "reads" } };
  if (setup.status !== "reads") yield { ...schedule, setup: { ...setup, status: "reads" } };
  if (setup.proc !== "own") yield { ...schedule, setup: { ...setup, proc: "own" } };
}

/** A short schedule that fails in the same way. */
export function shrink(schedule: Schedule, kind: string, instance: Instance): Schedule {
  let current = schedule;
  for (let isShorter = true; isShorter; ) {
    isShorter = false;
    for (const candidate of simpler(current)) {
      if (run(candidate, instance).violation?.kind !== kind) continue;
      current = candidate;
      isShorter = true;
      break;
    }
  }
  return current;
}

/** A schedule and what happens in it, for a person. */
export function describe(schedule: Schedule, instance: Instance): string {
  const { setup } = schedule;
  const steps: string[] = [];
  const { violation, status } = run(schedule, instance, steps);
  const { argv, variable, variables } = commandLine(setup);
  const before = [...variables, ...(setup.variables ?? []), ...(variable === "" ? [] : [`REIN_OPTIONS="${variable}"`])];
  return [
    `seed ${schedule.seed}: ${violation?.message ?? `exit status ${status}`}`,
    `command: ${[...before, ...argv].map(abridged).join(" ")}`,
    `setup: ${setup.mode}, as ${setup.identity ?? "root"}, /proc ${setup.proc}, terminal ${setup.terminal}, stderr ${setup.stderr}, status ${setup.status}`,
    `payload: ${JSON.stringify(setup.payload)}`,
    ...schedule.events.map((event) => `event: ${JSON.stringify(event)}`),
    ...schedule.faults.map(({ call, nth, errno }) => `fault: ${call} number ${nth} fails with ${errnoName(errno)}`),
    "steps:",
    ...steps.slice(-60).map((step) => `  ${step}`),
  ].join("\n");
}

function abridged(word: string): string {
  return word.length > 6000 ? `${word.slice(0, 20)}... (${word.length} bytes)` : word;
}
