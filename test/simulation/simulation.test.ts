// The executable's own code as PID 1, in a hundred thousand worlds that no real machine produces on demand.

import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { describe, test } from "node:test";
import { Instance, Program } from "./kernel/module.ts";
import type { Tally } from "./schedules/campaign.ts";
import { generate } from "./schedules/generate.ts";
import { neverInjected } from "./schedules/injected-faults.ts";
import { regressions } from "./schedules/regressions.ts";
import { run } from "./schedules/run.ts";
import { describe as show, shrink } from "./schedules/shrink.ts";
import { runCampaign } from "./schedules/workers.ts";

const SCHEDULES = 100_000;
const NEW_SCHEDULES = 50_000;
const THREADS = 2;
const FIXED_SEED = 20_260_101;

/** The first failure as a short schedule, step by step. */
function explain(seed: number, tally: Tally): string {
  const failure = tally.failures[0];
  if (failure === undefined) return "";
  const instance = new Instance(Program.product());
  const short = shrink(generate(failure.seed), failure.kind, instance);
  return `${show(short, instance)}\nof seed ${seed}; replay this one: node test/simulation/simulate.ts --replay ${failure.seed}`;
}

async function check(seed: number, schedules: number, say: (line: string) => void): Promise<void> {
  const start = performance.now();
  let next = 0;
  const tally = await runCampaign(seed, schedules, THREADS, (so) => {
    if (so.schedules < next) return;
    next += schedules / 5;
    say(`seed ${seed}: ${so.schedules} of ${schedules}`);
  });
  const seconds = (performance.now() - start) / 1000;
  say(`seed ${seed}: ${Math.round(tally.schedules / seconds)} schedules a second`);
  assert.equal(tally.failures.length, 0, explain(seed, tally));
  assert.equal(tally.schedules, schedules);
  assert.deepEqual(neverInjected(tally), [], "failures that no schedule has brought about");
}

describe("PID 1 against a simulated kernel", () => {
  test(`${SCHEDULES} schedules of a fixed seed`, (t) => check(FIXED_SEED, SCHEDULES, (line) => t.diagnostic(line)));

  test(`${NEW_SCHEDULES} schedules of a new seed`, (t) => {
    const seed = randomInt(2 ** 32);
    return check(seed, NEW_SCHEDULES, (line) => t.diagnostic(line));
  });

  test("a seed repeats its run exactly", () => {
    const instance = new Instance(Program.product());
    for (let seed = 1; seed <= 50; seed++) {
      const first: string[] = [];
      const second: string[] = [];
      run(generate(seed), instance, first);
      run(generate(seed), instance, second);
      assert.deepEqual(first, second);
    }
  });
});

describe("what the simulation has found", () => {
  for (const { name, schedule, kinds } of regressions) {
    test(name, () => {
      const instance = new Instance(Program.product());
      const { violation } = run(schedule, instance);
      assert.equal(
        violation,
        undefined,
        kinds.includes(violation?.kind ?? "") ? show(schedule, instance) : violation?.message,
      );
    });
  }
});
