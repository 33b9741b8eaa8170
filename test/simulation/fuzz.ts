// Fuzzing of the option readers of every dialect: random command lines,
// environments and scenarios, each run compared with what an oracle expects.
//
//   node test/simulation/fuzz.ts --vectors N --seed S     N vectors of each subject, from number 0 (or --from) on
//   node test/simulation/fuzz.ts --subject sandbox        only that: inits or sandbox
//   node test/simulation/fuzz.ts --subject P --seed S --only I        vector I of that seed again

import { parseArgs } from "node:util";
import { Campaign, type Share } from "./fuzz/campaign.ts";
import { subjects } from "./fuzz/subjects.ts";
import { describeFinding, fuzz, SHARE } from "./fuzz/workers.ts";
import { describe } from "./oracle/vector.ts";

function subjectOf(name: string): Share["subject"] {
  if (name === "inits" || name === "sandbox") return name;
  throw new Error(`no such subject: ${name}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      subject: { type: "string", multiple: true, default: Object.keys(subjects) },
      vectors: { type: "string", default: "1000000" },
      seed: { type: "string", default: `${Date.now() % 2 ** 31}` },
      from: { type: "string", default: "0" },
      only: { type: "string" },
    },
  });
  const seed = Number(values.seed);
  const chosen = values.subject.map(subjectOf);
  console.log(`seed ${seed}`);
  for (const subject of chosen) {
    if (values.only !== undefined) repeat(subject, seed, Number(values.only));
    else await run(subject, seed, Number(values.from), Number(values.vectors));
  }
}

function repeat(subject: Share["subject"], seed: number, index: number): void {
  const { endings, found } = new Campaign().run({ subject, seed, from: index, to: index + 1 });
  console.log(`${describe(subjects[subject]().vectorOf(seed, index))}\n\n${Object.keys(endings)}`);
  for (const one of found) console.log(`\n${describeFinding(subject, seed, one)}`);
  if (found.length > 0) process.exitCode = 1;
}

async function run(subject: Share["subject"], seed: number, from: number, total: number): Promise<void> {
  const start = performance.now();
  const rate = (vectors: number): string => `${Math.round(vectors / ((performance.now() - start) / 1000))} a second`;
  let shown = 0;
  const summary = await fuzz({
    subject,
    seed,
    from,
    to: from + total,
    onProgress({ vectors, found }) {
      for (; shown < found.length; shown++) console.log(`\n${describeFinding(subject, seed, found[shown]!)}`);
      if (process.stderr.isTTY) process.stderr.write(`\r${vectors} of ${total}, ${rate(vectors)} `);
      else if (vectors % (SHARE * 50) === 0) console.error(`${vectors} of ${total}, ${rate(vectors)}`);
    },
  });
  console.log(`${subject}: ${summary.vectors} vectors, ${rate(summary.vectors)}`);
  for (const [ending, count] of [...summary.endings].sort((a, b) => b[1] - a[1])) console.log(`${count} ${ending}`);
  if (summary.found.length > 0) process.exitCode = 1;
}

await main();
