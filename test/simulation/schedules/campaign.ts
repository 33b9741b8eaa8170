// Many schedules, one after the other.

import type { Instance } from "../kernel/module.ts";
import { generate } from "./generate.ts";
import { seedAt } from "./random.ts";
import { run } from "./run.ts";

export interface Failure {
  readonly seed: number;
  readonly kind: string;
  readonly message: string;
}

export interface Tally {
  schedules: number;
  calls: number;
  failures: Failure[];
  /** How often each `call errno` was brought about. */
  injected: Record<string, number>;
}

export function emptyTally(): Tally {
  return { schedules: 0, calls: 0, failures: [], injected: {} };
}

/** Adds one tally to another. */
export function add(total: Tally, part: Tally): void {
  total.schedules += part.schedules;
  total.calls += part.calls;
  total.failures.push(...part.failures);
  for (const [name, count] of Object.entries(part.injected)) total.injected[name] = (total.injected[name] ?? 0) + count;
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
    if (violation !== undefined)
      tally.failures.push({ seed: schedule.seed, kind: violation.kind, message: violation.message });
  }
  return tally;
}
