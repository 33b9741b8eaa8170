import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { command } from "rein";
import { type Spread, spread } from "./statistics.ts";

const { values: options } = parseArgs({
  options: { quick: { type: "boolean", default: false }, check: { type: "boolean", default: false } },
});
const rounds = options.quick ? 10 : 60;

const library = join(import.meta.dirname, "../dist/library");
const module = join(import.meta.dirname, "library-function.ts");
const isRoot = process.getuid?.() === 0;

/** What was measured of one start: milliseconds to the first line, kilobytes that it holds. */
interface Sample {
  readonly time: number;
  readonly memory: number;
}

type Way = () => Promise<Sample>;

/** Kilobytes of a process's status, as VmRSS. */
function kilobytes(pid: number | undefined): number {
  const [, size = "NaN"] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(size);
}

function below(pid: number | undefined): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}

async function firstLine(stream: Readable | null | undefined): Promise<number> {
  if (stream === null || stream === undefined) throw new Error("it has no output");
  await once(stream, "data");
  return performance.now();
}

async function end(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

/** In milliseconds: by then the executable has given back what only its start took. */
const STARTED = 200;

/** `imported` is what the started program imports. */
async function byCommand(init: boolean, imported: string): Promise<Sample> {
  const env = { REIN_BENCH_IMPORT: imported };
  const start = performance.now();
  const subprocess = command("work", { init, env, stdin: "ignore", buffer: false, reject: false });
  const time = (await firstLine(subprocess.nodeChildProcess.stdout)) - start;
  if (init) await sleep(STARTED);
  const tree = [subprocess.pid, ...(init ? below(subprocess.pid) : [])];
  const memory = tree.reduce((sum: number, pid) => sum + kilobytes(pid), 0);
  subprocess.kill();
  await subprocess;
  return { time, memory };
}

async function byFork(): Promise<Sample> {
  const start = performance.now();
  const child = fork(module, ["work"], { stdio: ["ignore", "pipe", "inherit", "ipc"] });
  const time = (await firstLine(child.stdout)) - start;
  const memory = kilobytes(child.pid);
  await end(child);
  return { time, memory };
}

/** Its memory is by how much this process grows. */
async function byWorker(): Promise<Sample> {
  const before = kilobytes(process.pid);
  const start = performance.now();
  const worker = new Worker(module, { argv: ["work"], stdout: true });
  const time = (await firstLine(worker.stdout)) - start;
  const memory = Math.max(kilobytes(process.pid) - before, 0);
  await worker.terminate();
  return { time, memory };
}

/** A program to its first line; the memory of its first process. */
async function byProgram(file: string, args: readonly string[]): Promise<Sample> {
  const start = performance.now();
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
  const time = (await firstLine(child.stdout)) - start;
  if (file === executable) await sleep(STARTED);
  const memory = kilobytes(child.pid);
  await end(child);
  return { time, memory };
}

const shell = ["sh", "-c", "echo ready; exec sleep 600"] as const;
const executable = join(import.meta.dirname, `../dist/linux-${process.arch}/rein`);
const unshare = ["--pid", "--fork", "--kill-child", "--", process.execPath];
const auto = join(library, "auto.js");
const nothing = join(import.meta.dirname, "library-nothing.js");

/** A process of its own, which says how long an import took after another. */
function byImport(specifier: string, before: string): Way {
  const resolve = (name: string): string => JSON.stringify(pathToFileURL(createRequire(import.meta.url).resolve(name)));
  const code = `await import(${resolve(before)});
    const start = performance.now(); await import(${resolve(specifier)});
    console.log(performance.now() - start); setInterval(() => {}, 1 << 30);`;
  return async () => {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [text] = (await once(child.stdout, "data")) as [Buffer];
    const memory = kilobytes(child.pid);
    await end(child);
    return { time: Number(text), memory };
  };
}

const ways: Readonly<Record<string, Way>> = {
  command: () => byCommand(true, "rein"),
  "command, without the executable": () => byCommand(false, "rein"),
  "command, of rein/reexec": () => byCommand(true, "rein/reexec"),
  fork: byFork,
  worker: byWorker,
  shell: () => byProgram(shell[0], shell.slice(1)),
  "shell below the executable": () => byProgram(executable, ["--drain", "5s", "--", ...shell]),
  node: () => byProgram(process.execPath, [module, "work"]),
  ...(isRoot
    ? {
        "PID 1": () => byProgram("unshare", [...unshare, module, "work"]),
        "PID 1 with rein/auto": () => byProgram("unshare", [...unshare, "--import", auto, module, "work"]),
      }
    : {}),
  "import of rein": byImport("rein", nothing),
  "import of rein/auto": byImport(auto, nothing),
};

function shuffled<T>(values: readonly T[]): T[] {
  const places = values.map((value) => ({ value, place: Math.random() }));
  return places.sort((one, other) => one.place - other.place).map(({ value }) => value);
}

const samples = new Map<string, Sample[]>(Object.keys(ways).map((name) => [name, []]));
// The first round fills caches, and is not counted.
for (let round = 0; round <= rounds; round++) {
  // What one leaves behind is not always the same one's burden.
  for (const [name, way] of shuffled(Object.entries(ways))) {
    const sample = await way();
    if (round > 0) samples.get(name)?.push(sample);
  }
}

type Measured = keyof Sample;

function series(name: string, of: Measured): number[] {
  return (samples.get(name) ?? []).map((sample) => sample[of]);
}

/** Round by round: what disturbed the machine in a round disturbed both. */
function compared(name: string, reference: string, of: Measured, by: (one: number, other: number) => number): Spread {
  const others = series(reference, of);
  return spread(series(name, of).map((value, round) => by(value, others[round] as number)));
}

function shown({ median, lowerQuartile, upperQuartile }: Spread, digits: number): string {
  const [middle, low, high] = [median, lowerQuartile, upperQuartile].map((value) => value.toFixed(digits));
  return `${middle} (${low} to ${high})`;
}

console.log(`medians and quartiles of ${rounds} rounds, Node.js ${process.versions.node}`);
console.log("\nto fork, of the same function     time to its first line     memory");
for (const name of ["command", "command, without the executable", "command, of rein/reexec", "worker"]) {
  const [time, memory] = (["time", "memory"] as const).map((of) => compared(name, "fork", of, (a, b) => a / b));
  console.log(`${name.padEnd(34)}${shown(time as Spread, 2).padEnd(27)}${shown(memory as Spread, 2)}`);
}

const subtract = (one: number, other: number): number => one - other;
interface Bounded {
  readonly what: string;
  readonly spread: Spread;
  readonly bound: number;
}
const nodeStart = spread(series("node", "time")).median;
const bounded: Bounded[] = [
  {
    what: "the executable in between, ms",
    spread: compared("shell below the executable", "shell", "time", subtract),
    bound: 1,
  },
  { what: "the executable in between, kB", spread: spread(series("shell below the executable", "memory")), bound: 100 },
  {
    what: "import of rein/auto, not as PID 1, ms",
    spread: spread(series("import of rein/auto", "time")),
    // What PID 1 runs is in the same file, for bundles: half a millisecond to be passed over.
    bound: 2,
  },
  {
    what: "import of rein, ms",
    spread: spread(series("import of rein", "time")),
    bound: 40,
  },
];
if (isRoot) {
  const added = compared("PID 1 with rein/auto", "PID 1", "time", (one, other) => (one - other) / nodeStart);
  bounded.push({ what: "rein/auto as PID 1, starts of Node.js", spread: added, bound: 1 });
}
console.log("\nwhat is added                         median (quartiles)          at most");
for (const { what, spread, bound } of bounded) {
  console.log(`${what.padEnd(38)}${shown(spread, 2).padEnd(28)}${bound}`);
}
if (options.check && bounded.some(({ spread, bound }) => spread.median > bound)) process.exitCode = 1;
