/**
 * Runs PID 1 against the simulated kernel, as often as asked.
 *
 *   node test/simulation/simulate.ts [--schedules N] [--seed S] [--threads T]
 *   node test/simulation/simulate.ts --replay SEED
 *
 * The first form reports what was found, and with which errors of which calls;
 * the second shows the one schedule of a seed, made as short as it can be.
 */
import { parseArgs } from "node:util";
import { measureCoverage } from "./coverage.ts";
import { generate } from "./generate.ts";
import { Instance, Program } from "./module.ts";
import { run } from "./scheduler.ts";
import { describe, shrink } from "./shrink.ts";
import { runCampaign } from "./workers.ts";

const { values } = parseArgs({
  options: {
    schedules: { type: "string", default: "100000" },
    seed: { type: "string" },
    threads: { type: "string", default: "2" },
    replay: { type: "string" },
    coverage: { type: "string", default: "2000" },
  },
});

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
  const tally = await runCampaign(seed, schedules, Number(values.threads), (so) => {
    if (process.stderr.isTTY)
      process.stderr.write(`\r${so.schedules} of ${schedules}, ${rate(so.schedules)} a second `);
  });
  if (process.stderr.isTTY) process.stderr.write("\n");
  const calls = (tally.calls / Math.max(1, tally.schedules)).toFixed(1);
  console.log(`${tally.schedules} schedules, ${rate(tally.schedules)} a second, ${calls} system calls each`);
  const injected = Object.entries(tally.injected).sort(([a], [b]) => (a < b ? -1 : 1));
  console.log(`${injected.length} kinds of failure brought about:`);
  console.log(injected.map(([name, count]) => `  ${name} ${count}`).join("\n"));
  for (const [name, count] of Object.entries(tally.known)) console.log(`known: ${name}, ${count} times`);
  console.log(measureCoverage(seed, Number(values.coverage)).summary);
  for (const failure of tally.failures) console.log(`seed ${failure.seed}: ${failure.message}`);
  const first = tally.failures[0];
  if (first !== undefined) replay(first.seed);
  return first === undefined;
}

const isRight = values.replay === undefined ? await simulate() : replay(Number(values.replay));
process.exitCode = isRight ? 0 : 1;
