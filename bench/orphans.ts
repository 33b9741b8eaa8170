import type { Candidate } from "./candidates.ts";
import { type Bench, columns, divided, type Figure, figure, modeName, namesOf } from "./figure.ts";

/** An ordinary process that is no subreaper gets no orphans, and is left out. */
export function reapers({ candidates, modes, note }: Bench): readonly Candidate[] {
  const mode = modes.at(-1)!;
  const all = candidates.filter(({ isSubreaper }) => mode === "namespace" || isSubreaper);
  for (const { name } of candidates.filter((one) => !all.includes(one))) {
    note(`${name}: gets no orphans as an ordinary process, left out`);
  }
  return all;
}

/**
 * How many orphans are reaped in a second: one after the other, as fast as the
 * payload can make them, and all at once. And for how long at most one of them
 * was a zombie.
 */
export async function orphans(bench: Bench): Promise<Figure[]> {
  const { programs, measure, amounts, modes, progress } = bench;
  const mode = modes.at(-1)!;
  const all = reapers(bench);
  const results = async (kind: string, name: string): Promise<number[][]> => {
    const commands = all.map(({ words }) => [...words[mode], programs.payload, kind, `${amounts.orphans}`]);
    const rounds = await measure.rounds("result", amounts.orphanRounds, mode, commands, (done) =>
      progress(`${name}, ${modeName(mode)}`, done, amounts.orphanRounds),
    );
    return columns(rounds, all.length);
  };
  const figures: Figure[] = [];
  const head = { mode, rounds: amounts.orphanRounds };
  for (const [kind, name] of [
    ["stream", "orphans made, ended and reaped"],
    ["storm", "orphans reaped that end at once"],
  ] as const) {
    const series = await results(kind, name);
    const rates = series.map((samples) => samples.map((nanoseconds) => (amounts.orphans * 1e9) / nanoseconds));
    figures.push(figure({ name, unit: "a second", moreIsBetter: true, ...head }, namesOf(all), rates));
  }
  const name = "longest time that a zombie stood";
  const times = divided(await results("zombies", name), 1000);
  return [...figures, figure({ name, unit: "µs", ...head }, namesOf(all), times)];
}

/** From SIGTERM to the end of all, with a payload that leaves many processes behind: as PID 1 the kernel kills them. */
export async function shutdown(bench: Bench): Promise<Figure[]> {
  const { candidates, programs, measure, amounts, modes, progress, note } = bench;
  const name = `shutdown of ${amounts.family} processes`;
  if (!modes.includes("namespace")) {
    note(`${name}: only as PID 1, left out`);
    return [];
  }
  const commands = candidates.map(({ words }) => [...words.namespace, programs.payload, "family", `${amounts.family}`]);
  const rounds = await measure.rounds("stop", amounts.familyRounds, "namespace", commands, (done) =>
    progress(name, done, amounts.familyRounds),
  );
  const series = divided(columns(rounds, candidates.length), 1e6);
  const head = { mode: "namespace", rounds: rounds.length } as const;
  return [figure({ name, unit: "ms", ...head }, namesOf(candidates), series)];
}
