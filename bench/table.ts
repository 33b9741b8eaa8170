import type { Figure, Result } from "./figure.ts";
import type { Spread } from "./statistics.ts";

/** A figure's heading: what it is, of how many, how measured. */
export function heading(figure: Figure): string {
  const mode = { plain: ", as an ordinary process", namespace: ", as PID 1", none: "" }[figure.mode ?? "none"];
  const unit = figure.unit === "" ? "" : `, ${figure.unit}`;
  const at = figure.at === undefined ? "" : `, ${figure.at}`;
  return `${figure.name}${at}${unit}${mode}`;
}

/** The figure's cells, a row a candidate below the row of heads. */
export function cells(figure: Figure): string[][] {
  const hasPercentile = figure.results.some((result) => result.percentile999 !== undefined);
  const head = [
    "",
    "median",
    "quartiles",
    ...(hasPercentile ? ["99.9th percentile"] : []),
    "to the floor",
    "rein to it",
  ];
  return [head, ...figure.results.map((result) => row(result, hasPercentile))];
}

/** A figure as people read it in a terminal. */
export function table(figure: Figure): string {
  const lines = [`${heading(figure)} (rounds: ${figure.rounds})`, ...aligned(cells(figure))];
  return `${lines.join("\n")}\n`;
}

function row(result: Result, hasPercentile: boolean): string[] {
  const percentile = result.percentile999 === undefined ? "" : number(result.percentile999);
  const { lowerQuartile, upperQuartile } = result;
  return [
    result.name,
    number(result.median),
    lowerQuartile === upperQuartile ? "" : `${number(lowerQuartile)} to ${number(upperQuartile)}`,
    ...(hasPercentile ? [percentile] : []),
    ratioText(result.toFloor),
    ratioText(result.ofRein),
  ];
}

function ratioText(ratio: Spread | undefined): string {
  if (ratio === undefined) return "";
  const [median, lower, upper] = [ratio.median, ratio.lowerQuartile, ratio.upperQuartile].map((it) =>
    it >= 1000 ? it.toFixed(0) : it >= 0.1 ? it.toFixed(2) : it.toPrecision(2),
  );
  return lower === upper ? median! : `${median} (${lower} to ${upper})`;
}

function number(value: number): string {
  return value.toFixed(Number.isInteger(value) || value >= 1000 ? 0 : value >= 10 ? 1 : 2);
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
