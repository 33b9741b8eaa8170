import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { FLOOR } from "./candidates.ts";
import { type Bench, columns, divided, type Figure, figure, modeName, namesOf } from "./figure.ts";
import { reapers } from "./orphans.ts";
import { bubblewraps, type Sandbox } from "./sandboxes.ts";

/** What each of many costs: where it grows with their number, something is quadratic. */
export async function growth(bench: Bench): Promise<Figure[]> {
  return [...(await growthOfOrphans(bench)), ...(await growthOfSignals(bench)), ...(await growthOfBinds(bench))];
}

/** Thousands take seconds a round, and differ less from one to the next. */
function roundsAt(at: number, rounds: number): number {
  return at > 1000 ? Math.ceil(rounds / 3) : rounds;
}

/** Of orphans that end at once, until all are reaped. */
async function growthOfOrphans(bench: Bench): Promise<Figure[]> {
  const { programs, measure, amounts, modes, progress } = bench;
  const mode = modes.at(-1)!;
  const all = reapers(bench);
  const figures: Figure[] = [];
  for (const at of amounts.growth) {
    const many = roundsAt(at, amounts.growthRounds);
    const commands = all.map(({ words }) => [...words[mode], programs.payload, "storm", `${at}`]);
    const name = "time for an orphan among many";
    const rounds = await measure.rounds("result", many, mode, commands, (done) =>
      progress(`${name}, ${at}, ${modeName(mode)}`, done, many),
    );
    const series = divided(columns(rounds, all.length), at * 1000);
    figures.push(figure({ name, unit: "µs", mode, rounds: rounds.length, at }, namesOf(all), series));
  }
  return figures;
}

/** From the first signal's sending to the end of its sender, which sends the next one when the last has come back. */
async function growthOfSignals(bench: Bench): Promise<Figure[]> {
  const { candidates, programs, measure, amounts, modes, progress } = bench;
  const mode = modes.at(-1)!;
  const figures: Figure[] = [];
  for (const at of amounts.growth) {
    const many = roundsAt(at, amounts.growthRounds);
    const commands = candidates.map(({ words }) => [...words[mode], programs.payload, "poke", `${at}`]);
    const name = "time for a signal after many";
    const rounds = await measure.rounds("start", many, mode, commands, (done) =>
      progress(`${name}, ${at}, ${modeName(mode)}`, done, many),
    );
    const series = divided(columns(rounds, candidates.length, 2), at * 1000);
    figures.push(figure({ name, unit: "µs", mode, rounds: rounds.length, at }, namesOf(candidates), series));
  }
  return figures;
}

/** One sandbox with many bind mounts, from its start to its exit: the kernel's work of taking them down is in it. */
async function growthOfBinds(bench: Bench): Promise<Figure[]> {
  const { programs, measure, amounts, modes, progress } = bench;
  if (!modes.includes("namespace")) return [];
  const root = mkdtempSync(join(programs.folder, "binds-"));
  const others = bubblewraps({ ...bench, note: () => {} });
  const figures: Figure[] = [];
  for (const at of amounts.growth) {
    const many = roundsAt(at, amounts.growthRounds);
    const binds = Array.from({ length: at }, (_, i) => ["--bind", "/usr", `/b/${i}`]).flat();
    const words = ["--unshare-pid", ...binds, "--ro-bind", programs.nop, "/payload", "--", "/payload"];
    const all = [
      { name: FLOOR, command: [programs.sandboxFloor, "binds", root, `${at}`, programs.nop] },
      ...others.map(({ name, command }) => ({ name, command: [...command, ...words] })),
    ].filter((one) => works(one, at, bench.note));
    const name = "time for a bind mount among many";
    const commands = all.map(({ command }) => command);
    const rounds = await measure.rounds("start", many, "plain", commands, (done) =>
      progress(`${name}, ${at}`, done, many),
    );
    const series = divided(columns(rounds, all.length, 2), at * 1000);
    const names = all.map((one) => one.name);
    figures.push(figure({ name, unit: "µs", rounds: rounds.length, at }, names, series));
  }
  return figures;
}

/** Some have a limit: that is told, and the others are measured. */
function works({ name, command }: Sandbox, at: number, note: (text: string) => void): boolean {
  const { status, stderr } = spawnSync(command[0]!, command.slice(1), { encoding: "utf8" });
  if (status !== 0)
    note(`${name}: no sandbox with ${at} bind mounts, left out there: ${stderr.trim() || `status ${status}`}`);
  return status === 0;
}
