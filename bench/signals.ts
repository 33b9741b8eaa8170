import { ALONE } from "./candidates.ts";
import { type Bench, columns, divided, type Figure, figure, modeName, namesOf } from "./figure.ts";
import { quantile } from "./statistics.ts";

/** From kill(2) on the init to the time stamp of its payload; idle, and with something else to do for each processor. */
export async function signal(bench: Bench): Promise<Figure[]> {
  const idle = await latency(bench, "signal sent to received");
  const spin = [bench.programs.payload, "spin"];
  return [idle, await bench.measure.whileBusy(spin, () => latency(bench, "signal sent to received, processors busy"))];
}

async function latency(bench: Bench, name: string): Promise<Figure> {
  const { candidates, programs, measure, amounts, modes, progress } = bench;
  const all = [ALONE, ...candidates];
  const mode = modes.at(-1)!;
  const commands = all.map(({ words }) => [...words[mode], programs.payload, "stamp"]);
  const rounds = await measure.rounds("signal", amounts.signals, mode, commands, (done) =>
    progress(`${name}, ${modeName(mode)}`, done, amounts.signals),
  );
  const series = divided(columns(rounds, all.length), 1000);
  const result = figure({ name, unit: "µs", mode, rounds: rounds.length }, namesOf(all), series);
  result.results.forEach((one, i) => {
    one.percentile999 = quantile(series[i]!, 0.999);
  });
  return result;
}
