import type { Figure, Result } from "./figures.ts";
import type { Spread } from "./statistics.ts";

/** A figure as people read it. */
export function table(figure: Figure): string {
  const mode = { plain: ", as an ordinary process", namespace: ", as PID 1", none: "" }[figure.mode ?? "none"];
  const unit = figure.unit === "" ? "" : `, ${figure.unit}`;
  const hasPercentile = figure.results.some((result) => result.percentile99 !== undefined);
  const head = ["", "median", "quartiles", ...(hasPercentile ? ["99th percentile"] : []), "to floor", "to tini-static"];
  const rows = figure.results.map((result) => row(result, hasPercentile));
  const lines = [`${figure.name}${unit}${mode} (rounds: ${figure.rounds})`, ...aligned([head, ...rows])];
  return `${lines.join("\n")}\n`;
}

function row(result: Result, hasPercentile: boolean): string[] {
  const percentile = result.percentile99 === undefined ? "" : number(result.percentile99);
  return [
    result.name,
    number(result.median),
    `${number(result.lowerQuartile)} to ${number(result.upperQuartile)}`,
    ...(hasPercentile ? [percentile] : []),
    ratioText(result.toFloor),
    ratioText(result.toTiniStatic),
  ];
}

function ratioText(ratio: Spread | undefined): string {
  if (ratio === undefined) return "-";
  const [median, lower, upper] = [ratio.median, ratio.lowerQuartile, ratio.upperQuartile].map((it) => it.toFixed(2));
  return lower === upper ? median! : `${median} (${lower} to ${upper})`;
}

function number(value: number): string {
  return value.toFixed(Number.isInteger(value) || value >= 1000 ? 0 : 1);
}

/** The first column to the left, all others to the right. */
function aligned(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  return rows.map((cells) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join("   ")
      .trimEnd(),
  );
}
