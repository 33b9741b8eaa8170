// Many schedules, one after the other.

import { generate } from "./generate.ts";
import type { Instance } from "./module.ts";
import { seedAt } from "./random.ts";
import { knownBug } from "./regressions.ts";
import { run } from "./scheduler.ts";

export interface Failure {
  readonly seed: number;
  readonly kind: string;
  readonly message: string;
}

export interface Tally {
  schedules: number;
  calls: number;
  failures: Failure[];
  /** How often a bug was met that is known, by its name. */
  known: Record<string, number>;
  /** How often each `call errno` was brought about. */
  injected: Record<string, number>;
}

export function emptyTally(): Tally {
  return { schedules: 0, calls: 0, failures: [], known: {}, injected: {} };
}

/** Adds one tally to another. */
export function add(total: Tally, part: Tally): void {
  total.schedules += part.schedules;
  total.calls += part.calls;
  total.failures.push(...part.failures);
  for (const key of ["known", "injected"] as const)
    for (const [name, count] of Object.entries(part[key])) total[key][name] = (total[key][name] ?? 0) + count;
}

/** Runs the schedules at `from` up to `to` of those that `seed` stands for. */
export function campaign(instance: Instance, seed: number, from: number, to: number, mostFailures = 10): Tally {
  const tally = emptyTally();
  for (let index = from; index < to && tally.failures.length < mostFailures; index++) {
    const schedule = generate(seedAt(seed, index));
    const { violation, calls, injected } = run(schedule, instance);
    tally.schedules++;
    tally.calls += calls;
    for (const name of injected) tally.injected[name] = (tally.injected[name] ?? 0) + 1;
    if (violation === undefined) continue;
    const bug = knownBug(schedule, violation);
    if (bug !== undefined) tally.known[bug] = (tally.known[bug] ?? 0) + 1;
    else tally.failures.push({ seed: schedule.seed, kind: violation.kind, message: violation.message });
  }
  return tally;
}
