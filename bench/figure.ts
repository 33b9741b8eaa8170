import { type Candidate, FLOOR, type Mode, REIN } from "./candidates.ts";
import type { Measure } from "./measure.ts";
import type { Programs } from "./programs.ts";
import { ratio, type Spread, spread } from "./statistics.ts";

/** How a candidate did. */
export interface Result extends Spread {
  name: string;
  /** Where the slowest one of a thousand matters. */
  percentile999?: number;
  /** Its ratio to the floor, round by round. */
  toFloor?: Spread;
  /** The ratio of rein to it, round by round. */
  ofRein?: Spread;
}

/** One thing that was measured, for all candidates in the same run. */
export interface Figure {
  name: string;
  unit: string;
  mode?: Mode;
  rounds: number;
  /** Of how many: figures of one name are then points of a curve. */
  at?: number;
  /** More is better; else less is. */
  moreIsBetter?: boolean;
  results: Result[];
}

/** The same figures at two depths. */
export interface Amounts {
  starts: number;
  /** A step for each instruction takes a second for a peer with a dynamic loader. */
  countsPeers: boolean;
  signals: number;
  orphans: number;
  orphanRounds: number;
  holds: number;
  /** How long idle inits are watched, in milliseconds. */
  watch: number;
  crowd: number;
  /** What the kernel still has to free of those that have ended it does within this time, in milliseconds. */
  settling: number;
  crowdRounds: number;
  family: number;
  familyRounds: number;
  sandboxes: number;
  /** What grows is measured at these numbers. */
  growth: readonly number[];
  growthRounds: number;
  nodeStarts: number;
}

export interface Bench {
  candidates: readonly Candidate[];
  programs: Programs;
  measure: Measure;
  amounts: Amounts;
  /** PID 1 of PID namespaces where we may make them, else nothing but ordinary processes. */
  modes: readonly Mode[];
  progress(what: string, done: number, all: number): void;
  /** Says what is left out, and why. */
  note(text: string): void;
}

/** Puts samples, a series a name, into a figure. */
export function figure(head: Omit<Figure, "results">, names: readonly string[], series: number[][]): Figure {
  const floor = series[names.indexOf(FLOOR)];
  const rein = series[names.indexOf(REIN)];
  const results = names.map((name, i) => {
    const samples = series[i]!;
    const toFloor = floor && ratio(samples, floor);
    const ofRein = rein && name !== REIN ? ratio(rein, samples) : undefined;
    return { name, ...spread(samples), ...(toFloor && { toFloor }), ...(ofRein && { ofRein }) };
  });
  return { ...head, results };
}

export function namesOf(candidates: readonly Candidate[]): string[] {
  return candidates.map(({ name }) => name);
}

/** Column `offset` of every `width` in each round: a series a candidate. */
export function columns(rounds: readonly number[][], count: number, width = 1, offset = 0): number[][] {
  return Array.from({ length: count }, (_, i) => rounds.map((round) => round[i * width + offset]!));
}

/** All samples of all series divided by `divisor`. */
export function divided(series: readonly number[][], divisor: number): number[][] {
  return series.map((samples) => samples.map((sample) => sample / divisor));
}

export function modeName(mode: Mode): string {
  return mode === "plain" ? "as an ordinary process" : "as PID 1";
}
