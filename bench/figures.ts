import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ALONE, type Candidate, FLOOR, type Mode, type Programs, TINI_STATIC } from "./candidates.ts";
import type { Measure } from "./measure.ts";
import { quantile, ratio, type Spread, spread } from "./statistics.ts";

/** How a candidate did. */
export interface Result extends Spread {
  name: string;
  percentile99?: number;
  toFloor?: Spread;
  toTiniStatic?: Spread;
}

/** One thing that was measured, for all candidates in the same run. */
export interface Figure {
  name: string;
  unit: string;
  mode?: Mode;
  rounds: number;
  results: Result[];
}

/** The same figures at two depths. */
export interface Amounts {
  starts: number;
  signals: number;
  orphans: number;
  orphanRounds: number;
  holds: number;
}

export interface Bench {
  candidates: readonly Candidate[];
  programs: Programs;
  measure: Measure;
  amounts: Amounts;
  /** PID 1 of PID namespaces where we may make them, else nothing but ordinary processes. */
  modes: readonly Mode[];
  progress(what: string, done: number, all: number): void;
}

/** What can be measured, by the names that `--only` takes. */
export const FIGURES: Readonly<Record<string, (bench: Bench) => Figure[] | Promise<Figure[]>>> = {
  start,
  memory: memoryAndWakeUps,
  size,
  signal,
  orphans,
};

/** Puts samples, a series a candidate, into a figure. */
function figure(head: Omit<Figure, "results">, candidates: readonly Candidate[], series: number[][]): Figure {
  const seriesOf = (name: string): number[] | undefined =>
    series[candidates.findIndex((candidate) => candidate.name === name)];
  const floor = seriesOf(FLOOR);
  const tiniStatic = seriesOf(TINI_STATIC);
  const results = candidates.map(({ name }, i) => {
    const samples = series[i]!;
    const toFloor = floor && ratio(samples, floor);
    const toTiniStatic = tiniStatic && ratio(samples, tiniStatic);
    return { name, ...spread(samples), ...(toFloor && { toFloor }), ...(toTiniStatic && { toTiniStatic }) };
  });
  return { ...head, results };
}

/** Column `offset` of every `width` in each round: a series a candidate. */
function columns(rounds: readonly number[][], count: number, width = 1, offset = 0): number[][] {
  return Array.from({ length: count }, (_, i) => rounds.map((round) => round[i * width + offset]!));
}

function modeName(mode: Mode): string {
  return mode === "plain" ? "as an ordinary process" : "as PID 1";
}

/** From before the fork of the init to after the wait for it, around a payload that ends at once. */
async function start({ candidates, programs, measure, amounts, modes, progress }: Bench): Promise<Figure[]> {
  const all = [ALONE, ...candidates];
  const figures: Figure[] = [];
  for (const mode of modes) {
    const commands = all.map(({ words }) => [...words[mode], programs.nop]);
    const rounds = await measure.rounds("start", amounts.starts, mode, commands, (done) =>
      progress(`start to exit, ${modeName(mode)}`, done, amounts.starts),
    );
    const head = { mode, rounds: rounds.length };
    const times = columns(rounds, all.length, 2).map((series) => series.map((nanoseconds) => nanoseconds / 1000));
    figures.push(figure({ name: "start to exit", unit: "µs", ...head }, all, times));
    const faults = columns(rounds, all.length, 2, 1);
    figures.push(figure({ name: "page faults of a start", unit: "minor faults", ...head }, all, faults));
  }
  return figures;
}

/** How long idle inits are watched, in milliseconds. */
const WATCH = 5000;

interface Standing {
  resident: number;
  /** In no other process: what one more init costs. */
  private: number;
  shared: number;
  /** Not from a file: what one more init costs even when all run from one file. */
  anonymous: number;
  pageTables: number;
  wakeUps: number;
}

/** What it holds, and how often it runs, while its payload waits. */
async function memoryAndWakeUps({ candidates, programs, measure, amounts, progress }: Bench): Promise<Figure[]> {
  const commands = candidates.map(({ words }) => [...words.plain, programs.payload, "wait"]);
  const rounds: Standing[][] = [];
  for (let round = 0; round < amounts.holds; round++) {
    progress("memory and wake-ups", round, amounts.holds);
    rounds.push(await measure.hold("plain", commands, standings));
  }
  progress("memory and wake-ups", amounts.holds, amounts.holds);
  const seriesOf = (key: keyof Standing): number[][] =>
    candidates.map((_, i) => rounds.map((standing) => standing[i]![key]));
  const head = { mode: "plain", rounds: rounds.length } as const;
  return [
    figure({ name: "resident memory", unit: "kB", ...head }, candidates, seriesOf("resident")),
    figure({ name: "private memory", unit: "kB", ...head }, candidates, seriesOf("private")),
    figure({ name: "shared memory", unit: "kB", ...head }, candidates, seriesOf("shared")),
    figure({ name: "anonymous memory", unit: "kB", ...head }, candidates, seriesOf("anonymous")),
    figure({ name: "page tables", unit: "kB", ...head }, candidates, seriesOf("pageTables")),
    figure({ name: `idle wake-ups in ${WATCH / 1000} s`, unit: "", ...head }, candidates, seriesOf("wakeUps")),
  ];
}

async function standings(pids: number[]): Promise<Standing[]> {
  const before = pids.map(wakeUps);
  await sleep(WATCH);
  return pids.map((pid, i) => {
    // Not VmRSS of status: since Linux 6.2 that is off by as much as a small init has.
    const memory = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return {
      resident: field(memory, "Rss"),
      private: field(memory, "Private_Clean") + field(memory, "Private_Dirty"),
      shared: field(memory, "Shared_Clean") + field(memory, "Shared_Dirty"),
      anonymous: field(memory, "Anonymous"),
      pageTables: field(readFileSync(`/proc/${pid}/status`, "utf8"), "VmPTE"),
      wakeUps: wakeUps(pid) - before[i]!,
    };
  });
}

function wakeUps(pid: number): number {
  return field(readFileSync(`/proc/${pid}/status`, "utf8"), "voluntary_ctxt_switches");
}

function field(text: string, name: string): number {
  const value = new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(text)?.[1];
  if (value === undefined) throw new Error(`no ${name} in what the kernel tells of a process`);
  return Number(value);
}

function size({ candidates }: Bench): Figure[] {
  const series = candidates.map((candidate) => [candidate.size]);
  return [figure({ name: "file", unit: "bytes", rounds: 1 }, candidates, series)];
}

/** From kill(2) on the init to the time stamp of its payload. */
async function signal({ candidates, programs, measure, amounts, modes, progress }: Bench): Promise<Figure[]> {
  const all = [ALONE, ...candidates];
  const mode = modes.at(-1)!;
  const commands = all.map(({ words }) => [...words[mode], programs.payload, "stamp"]);
  const rounds = await measure.rounds("signal", amounts.signals, mode, commands, (done) =>
    progress(`signals, ${modeName(mode)}`, done, amounts.signals),
  );
  const series = columns(rounds, all.length).map((samples) => samples.map((nanoseconds) => nanoseconds / 1000));
  const result = figure({ name: "signal sent to received", unit: "µs", mode, rounds: rounds.length }, all, series);
  result.results.forEach((one, i) => {
    one.percentile99 = quantile(series[i]!, 0.99);
  });
  return [result];
}

/**
 * How many orphans are reaped in a second: one after the other, as fast as the
 * payload can make them, and all at once. An ordinary process that is no
 * subreaper gets none, and is left out.
 */
async function orphans({ candidates, programs, measure, amounts, modes, progress }: Bench): Promise<Figure[]> {
  const mode = modes.at(-1)!;
  const all = candidates.filter(({ isSubreaper }) => mode === "namespace" || isSubreaper);
  for (const { name } of candidates.filter((one) => !all.includes(one))) {
    console.error(`${name}: gets no orphans as an ordinary process, left out`);
  }
  const figures: Figure[] = [];
  for (const [kind, name] of [
    ["stream", "orphans made, ended and reaped"],
    ["storm", "orphans reaped that end at once"],
  ] as const) {
    const commands = all.map(({ words }) => [...words[mode], programs.payload, kind, `${amounts.orphans}`]);
    const rounds = await measure.rounds("result", amounts.orphanRounds, mode, commands, (done) =>
      progress(`${name}, ${modeName(mode)}`, done, amounts.orphanRounds),
    );
    const series = columns(rounds, all.length).map((samples) =>
      samples.map((nanoseconds) => (amounts.orphans * 1e9) / nanoseconds),
    );
    figures.push(figure({ name, unit: "a second", mode, rounds: rounds.length }, all, series));
  }
  return figures;
}
