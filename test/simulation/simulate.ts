/**
 * Runs PID 1 against the simulated kernel, as often as asked.
 *
 *   node test/simulation/simulate.ts [--schedules N] [--seed S] [--threads T] [--coverage COVERAGE]
 *   node test/simulation/simulate.ts --replay SEED
 *
 * The first form reports what was found, which calls were made to fail with
 * which errors, and how much of the module was reached by the first COVERAGE of
 * the schedules; the second shows the one schedule of a seed, made as short as it can be.
 */
import { parseArgs } from "node:util";
import { Instance, Program } from "./kernel/module.ts";
import { describeCoverage, measureCoverage } from "./schedules/coverage.ts";
import { generate } from "./schedules/generate.ts";
import { describeInjected } from "./schedules/injected-faults.ts";
import { run } from "./schedules/run.ts";
import { describe, shrink } from "./schedules/shrink.ts";
import { runCampaign } from "./schedules/workers.ts";

const { values } = parseArgs({
  options: {
    schedules: { type: "string", default: "100000" },
    seed: { type: "string" },
    threads: { type: "string", default: "2" },
    replay: { type: "string" },
    coverage: { type: "string", default: "20000" },
  },
});

/** How long nothing is said where progress is no line on a terminal, in milliseconds. */
const SILENCE = 10_000;

/** Shows what a seed's schedule does; returns whether it does right. */
function replay(seed: number): boolean {
  const instance = new Instance(Program.product());
  const schedule = generate(seed);
  const { violation } = run(schedule, instance);
  console.log(describe(violation === undefined ? schedule : shrink(schedule, violation.kind, instance), instance));
  return violation === undefined;
}

async function simulate(): Promise<boolean> {
  const schedules = Number(values.schedules);
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
  console.log(`seed ${seed}: replay all of it with --schedules ${schedules} --seed ${seed}`);
  const start = performance.now();
  const rate = (count: number): number => Math.round((count / (performance.now() - start)) * 1000);
  const { isTTY } = process.stderr;
  let saidAt = start;
  const tally = await runCampaign(seed, schedules, Number(values.threads), (so) => {
    const line = `${so.schedules} of ${schedules}, ${rate(so.schedules)} a second, ${so.failures.length} failures`;
    if (isTTY) process.stderr.write(`\r${line} `);
    else if (performance.now() - saidAt >= SILENCE) {
      console.error(line);
      saidAt = performance.now();
    }
  });
  if (isTTY) process.stderr.write("\n");
  const calls = (tally.calls / Math.max(1, tally.schedules)).toFixed(1);
  console.log(`${tally.schedules} schedules, ${rate(tally.schedules)} a second, ${calls} system calls each`);
  console.log(describeInjected(tally));
  console.log(describeCoverage(await measureCoverage(seed, Number(values.coverage))));
  for (const failure of tally.failures) console.log(`seed ${failure.seed}: ${failure.message}`);
  const first = tally.failures[0];
  if (first !== undefined) replay(first.seed);
  return first === undefined;
}

const isRight = values.replay === undefined ? await simulate() : replay(Number(values.replay));
process.exitCode = isRight ? 0 : 1;
