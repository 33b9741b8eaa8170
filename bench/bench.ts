/**
 * Compares rein with other inits and with the floor, the least that a C program
 * could do, all in one run and in turns: read the ratios, the times are this
 * machine's. Writes run.json and the page that is drawn from it.
 *
 *   node bench/bench.ts                      all figures; ./scripts/bench builds before
 *   node bench/bench.ts --quick              few rounds: to see that it works
 *   node bench/bench.ts --output FOLDER      not docs/bench (or dist/bench, of --quick and --only)
 *   node bench/bench.ts --only start         one of the names in figures.ts; can be repeated
 *   node bench/bench.ts --executable FILE    another file than the one built last; REIN=FILE does the same
 *   node bench/bench.ts --also NAME=FILE     one more build of rein to compare with; can be repeated
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { findCandidates, findInPath, type Mode, packageVersion } from "./candidates.ts";
import type { Amounts, Bench, Figure } from "./figure.ts";
import { FIGURES } from "./figures.ts";
import { machine } from "./machine.ts";
import { endAll, Measure } from "./measure.ts";
import { writePage } from "./page.ts";
import { buildPrograms } from "./programs.ts";
import { table } from "./table.ts";

const FULL: Amounts = {
  starts: 2000,
  countsPeers: true,
  signals: 4000,
  orphans: 1000,
  orphanRounds: 25,
  holds: 3,
  watch: 5000,
  crowd: 1000,
  settling: 500,
  crowdRounds: 3,
  family: 1000,
  familyRounds: 20,
  sandboxes: 200,
  growth: [1, 10, 100, 1000, 10_000],
  growthRounds: 5,
  nodeStarts: 50,
};
const QUICK: Amounts = {
  starts: 20,
  countsPeers: false,
  signals: 40,
  orphans: 50,
  orphanRounds: 2,
  holds: 1,
  watch: 100,
  crowd: 10,
  settling: 50,
  crowdRounds: 1,
  family: 20,
  familyRounds: 2,
  sandboxes: 2,
  growth: [1, 10],
  growthRounds: 1,
  nodeStarts: 1,
};

/** What is measured besides the inits, where it is installed. */
const OTHER_PROGRAMS = ["bwrap", "unshare", "runc", "crun"];

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const options = {
  quick: { type: "boolean", default: false },
  output: { type: "string" },
  only: { type: "string", multiple: true, default: [] as string[] },
  executable: { type: "string", default: process.env.REIN || join(root, `dist/linux-${process.arch}/rein`) },
  also: { type: "string", multiple: true, default: [] as string[] },
} as const;

/** Whether we may make PID namespaces. */
function canBePid1(): boolean {
  return spawnSync("unshare", ["--pid", "--fork", "true"], { stdio: "ignore" }).status === 0;
}

/** One line that is written over on a terminal, a line a step in a log. */
function progress(what: string, done: number, all: number): void {
  const text = `${what}: ${done} of ${all}`;
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}${done === all ? "\n" : ""}`);
  else if (done === all) process.stderr.write(`${text}\n`);
}

async function run(folder: string): Promise<void> {
  const { values } = parseArgs({ options });
  const chosen = values.only.length === 0 ? Object.keys(FIGURES) : values.only;
  for (const name of chosen) {
    if (!(name in FIGURES)) throw new Error(`--only ${name}: give one of ${Object.keys(FIGURES).join(", ")}`);
  }
  const builds = new Map<string, string>();
  for (const text of values.also) {
    const [, name, file] = /^([^=/]+)=(.+)$/.exec(text) ?? [];
    if (name === undefined || file === undefined) throw new Error(`--also ${text}: give NAME=FILE`);
    builds.set(name, file);
  }
  if (!existsSync(values.executable)) throw new Error(`there is no ${values.executable}; npm run build makes it`);
  const programs = buildPrograms(folder);
  const { candidates, missing } = findCandidates(programs, values.executable, builds, folder);
  for (const name of missing) console.error(`${name}: not installed, left out`);
  const modes: Mode[] = canBePid1() ? ["plain", "namespace"] : ["plain"];
  if (modes.length === 1) console.error("no PID namespaces without root: measured as ordinary processes only");

  const leftOut = new Set(missing.map((name) => `${name}: not installed, left out`));
  const bench: Bench = {
    candidates,
    programs,
    measure: new Measure([programs.measure]),
    amounts: values.quick ? QUICK : FULL,
    modes,
    progress,
    note(text) {
      if (!leftOut.has(text)) console.error(text);
      leftOut.add(text);
    },
  };
  const date = new Date().toISOString();
  const facts = machine();
  const figures: Record<string, Figure[]> = {};
  console.log(`${date}, ${facts.kernel}, ${facts.cpu} (${facts.cores} cores)`);
  for (const { name, version } of candidates) if (version !== "") console.log(`${name}: ${version}`);
  for (const name of chosen) {
    try {
      figures[name] = await FIGURES[name]!(bench);
    } catch (error) {
      // The others are not lost by it.
      bench.note(`${name}: failed: ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
      continue;
    }
    for (const figure of figures[name]) console.log(`\n${table(figure).trimEnd()}`);
  }
  const others = OTHER_PROGRAMS.map((name) => ({ name, version: packageVersion(findInPath(name) ?? "") }));
  const versions = [...candidates.map(({ name, version }) => ({ name, version })), ...others];
  versions.push({ name: "node", version: process.version });
  const seconds = Math.round((Date.now() - Date.parse(date)) / 1000);
  const report = { date, seconds, quick: values.quick, machine: facts, versions, leftOut: [...leftOut], figures };
  // Part of a run must not take the place of a whole one.
  const isWhole = !values.quick && values.only.length === 0;
  const output = resolve(values.output ?? join(root, isWhole ? "docs/bench" : "dist/bench"));
  mkdirSync(output, { recursive: true });
  writeFileSync(join(output, "run.json"), `${JSON.stringify(report, null, 1)}\n`);
  await writePage(output);
  console.log(`\n${seconds} s; ${join(output, "README.md")} has it all`);
}

const folder = mkdtempSync(join(os.tmpdir(), "rein-bench-"));
// However we end, nothing of the run is left.
process.on("exit", () => {
  endAll();
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => process.exit(128 + os.constants.signals[signal]));
}
try {
  await run(folder);
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
