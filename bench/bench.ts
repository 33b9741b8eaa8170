/**
 * Compares rein with other inits and with the floor, the least that a C program
 * could do, all in one run and in turns: read the ratios, the times are this
 * machine's.
 *
 *   node bench/bench.ts                      all figures
 *   node bench/bench.ts --quick              fewer rounds
 *   node bench/bench.ts --json FILE          the figures for programs, too
 *   node bench/bench.ts --only start         one of start, memory, size, signal, orphans; can be repeated
 *   node bench/bench.ts --executable FILE    another file than the one built last
 *   node bench/bench.ts --also NAME=FILE     one more build of rein to compare with; can be repeated
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildPrograms, findCandidates, type Mode } from "./candidates.ts";
import { type Amounts, type Bench, FIGURES, type Figure } from "./figures.ts";
import { endAll, Measure } from "./measure.ts";
import { table } from "./table.ts";

const FULL: Amounts = { starts: 2000, signals: 2000, orphans: 1000, orphanRounds: 25, holds: 3 };
const QUICK: Amounts = { starts: 300, signals: 300, orphans: 1000, orphanRounds: 5, holds: 1 };

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const options = {
  quick: { type: "boolean", default: false },
  json: { type: "string" },
  only: { type: "string", multiple: true, default: [] as string[] },
  executable: { type: "string", default: join(root, `dist/linux-${process.arch}/rein`) },
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

interface Machine {
  kernel: string;
  architecture: string;
  cpu: string;
  cores: number;
  memory: number;
  /** The load average before the run: others take their share of the processors, too. */
  load: number;
}

function machine(): Machine {
  const cpus = os.cpus();
  return {
    kernel: `${os.type()} ${os.release()}`,
    architecture: process.arch,
    cpu: cpus[0]?.model.trim() ?? "",
    cores: cpus.length,
    memory: os.totalmem(),
    load: os.loadavg()[0]!,
  };
}

async function run(folder: string): Promise<void> {
  const { values } = parseArgs({ options });
  const chosen = values.only.length === 0 ? Object.keys(FIGURES) : values.only;
  for (const name of chosen) {
    if (!(name in FIGURES)) throw new Error(`--only ${name}: give one of ${Object.keys(FIGURES).join(", ")}`);
  }
  const others = new Map<string, string>();
  for (const text of values.also) {
    const [, name, file] = /^([^=/]+)=(.+)$/.exec(text) ?? [];
    if (name === undefined || file === undefined) throw new Error(`--also ${text}: give NAME=FILE`);
    others.set(name, file);
  }
  if (!existsSync(values.executable)) throw new Error(`there is no ${values.executable}; npm run build makes it`);
  const programs = buildPrograms(folder);
  const { candidates, missing } = findCandidates(programs, values.executable, others, folder);
  for (const name of missing) console.error(`${name}: not installed, left out`);
  const modes: Mode[] = canBePid1() ? ["plain", "namespace"] : ["plain"];
  if (modes.length === 1) console.error("no PID namespaces without root: measured as ordinary processes only");

  const bench: Bench = {
    candidates,
    programs,
    measure: new Measure(programs.measure),
    amounts: values.quick ? QUICK : FULL,
    modes,
    progress,
  };
  const date = new Date().toISOString();
  const facts = machine();
  const figures: Figure[] = [];
  console.log(`${date}, ${facts.kernel}, ${facts.cpu} (${facts.cores} cores)`);
  for (const { name, version } of candidates) if (version !== "") console.log(`${name}: ${version}`);
  for (const name of chosen) {
    for (const figure of await FIGURES[name]!(bench)) {
      figures.push(figure);
      console.log(`\n${table(figure).trimEnd()}`);
    }
  }
  if (values.json === undefined) return;
  const versions = candidates.map(({ name, version, size }) => ({ name, version, size }));
  const report = { date, quick: values.quick, machine: facts, candidates: versions, missing, figures };
  writeFileSync(resolve(values.json), `${JSON.stringify(report, null, 2)}\n`);
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
