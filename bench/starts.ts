import { statSync } from "node:fs";
import { ALONE } from "./candidates.ts";
import { type Bench, columns, divided, type Figure, figure, modeName, namesOf } from "./figure.ts";

/** From before the fork of the init to after the wait for it, around a payload that ends at once. */
export async function start({ candidates, programs, measure, amounts, modes, progress }: Bench): Promise<Figure[]> {
  const all = [ALONE, ...candidates];
  const figures: Figure[] = [];
  for (const mode of modes) {
    const commands = all.map(({ words }) => [...words[mode], programs.nop]);
    const rounds = await measure.rounds("start", amounts.starts, mode, commands, (done) =>
      progress(`start to exit, ${modeName(mode)}`, done, amounts.starts),
    );
    const head = { mode, rounds: rounds.length };
    const times = divided(columns(rounds, all.length, 2), 1000);
    figures.push(figure({ name: "start to exit", unit: "µs", ...head }, namesOf(all), times));
    const faults = columns(rounds, all.length, 2, 1);
    figures.push(figure({ name: "page faults of a start", unit: "minor faults", ...head }, namesOf(all), faults));
  }
  return figures;
}

export async function size({ candidates }: Bench): Promise<Figure[]> {
  const series = candidates.map(({ file }) => [statSync(file).size]);
  return [figure({ name: "file", unit: "bytes", rounds: 1 }, namesOf(candidates), series)];
}
