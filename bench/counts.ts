import { execFileSync } from "node:child_process";
import { FLOOR, type Mode, REIN } from "./candidates.ts";
import { type Bench, type Figure, figure, modeName, namesOf } from "./figure.ts";
import type { Command } from "./measure.ts";
import type { Programs } from "./programs.ts";

/** Counts are the same at every run, in an environment that is the same. */
const ENVIRONMENT = { PATH: "/usr/bin:/bin" };

function counted(programs: Programs, what: "instructions" | "calls", mode: Mode, command: Command): string {
  const words = [what, mode, ...command];
  return execFileSync(programs.count, words, {
    encoding: "utf8",
    cwd: "/",
    env: ENVIRONMENT,
    stdio: ["ignore", "pipe", "ignore"],
  });
}

/** Instructions outside the kernel, of the init and of its children until they execute the payload. */
export function instructions(programs: Programs, mode: Mode, command: Command): number {
  return Number(counted(programs, "instructions", mode, command));
}

/** System calls by number, likewise. */
export function systemCalls(programs: Programs, mode: Mode, command: Command): Map<number, number> {
  const lines = counted(programs, "calls", mode, command).trim().split("\n");
  return new Map(lines.map((line) => line.split(" ").map(Number) as [number, number]));
}

/** How many system calls these are in all. */
export function sum(calls: ReadonlyMap<number, number>): number {
  return [...calls.values()].reduce((total, count) => total + count, 0);
}

/** Signals between the two payloads whose difference tells what one costs. */
const POKES = 100;

/** Costs that have no noise: a regression of one instruction shows. */
export async function counts({ candidates: all, programs, amounts, modes, progress }: Bench): Promise<Figure[]> {
  const candidates = amounts.countsPeers ? all : all.filter(({ name }) => name === FLOOR || name === REIN);
  const figures: Figure[] = [];
  const names = namesOf(candidates);
  for (const mode of modes) {
    const [start, calls, signal]: number[][][] = [[], [], []];
    for (const [i, { words }] of candidates.entries()) {
      const once = [...words[mode], programs.nop];
      const poked = (count: number): number =>
        instructions(programs, mode, [...words[mode], programs.payload, "poke", `${count}`]);
      start!.push([instructions(programs, mode, once)]);
      calls!.push([sum(systemCalls(programs, mode, once))]);
      signal!.push([(poked(POKES + 1) - poked(1)) / POKES]);
      progress(`counts, ${modeName(mode)}`, i + 1, candidates.length);
    }
    const head = { mode, unit: "", rounds: 1 };
    figures.push(
      figure({ name: "instructions from start to exit", ...head }, names, start!),
      figure({ name: "system calls from start to exit", ...head }, names, calls!),
      figure({ name: "instructions for a signal", ...head }, names, signal!),
    );
  }
  return figures;
}
