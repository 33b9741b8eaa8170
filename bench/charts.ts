/** Pictures of figures: plain SVG, readable on a light and on a dark page. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { REIN } from "./candidates.ts";
import type { Spread } from "./statistics.ts";

/** A row of a picture: a median, and the middle half of the samples around it. */
export interface Row extends Spread {
  name: string;
  /** Rows of one group stand together below its name. */
  group?: string;
  /** What only one in a thousand is above: a tick. */
  percentile999?: number;
  label: string;
}

export interface Point {
  name: string;
  at: number;
  value: number;
}

const HIGHLIGHT = "#c2410c";
const OTHERS = "#64748b";
const WIDTH = 720;
const ROW_HEIGHT = 24;

function color({ name }: { name: string }): string {
  return name.startsWith(REIN) ? HIGHLIGHT : OTHERS;
}

function weight({ name }: { name: string }): string {
  return name.startsWith(REIN) ? "bold" : "normal";
}

function draw(options: Plot.PlotOptions, alternative: string): string {
  const { document } = parseHTML("<html><body></body></html>");
  const chart = Plot.plot({
    ...options,
    width: WIDTH,
    document: document as unknown as Document,
    ariaLabel: alternative,
  });
  chart.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  // A picture has no page's colour behind it: on a dark page black text would be lost.
  return `${chart.outerHTML.replace(/(<\/style>)/, '$1<rect width="100%" height="100%" fill="white"/>')}\n`;
}

/** The picture's own headline, above all groups. */
function headline(text: string): Plot.Markish {
  return Plot.text([text], {
    facet: "super",
    frameAnchor: "top-left",
    dy: -34,
    dx: -100,
    fontSize: 14,
    fontWeight: "bold",
  });
}

/** How far the middle half reaches, and the middle: a dot a row, with its number beside it. */
export function rowsChart(title: string, axis: string, rows: readonly Row[], isLogarithmic: boolean): string {
  const groups = [...new Set(rows.map(({ group }) => group ?? ""))];
  const isGrouped = groups.length > 1;
  const highest = Math.max(...rows.map((row) => Math.max(row.upperQuartile, row.percentile999 ?? 0)));
  const lowest = Math.min(...rows.map((row) => row.lowerQuartile));
  const order = [...new Set(rows.toSorted((a, b) => a.median - b.median).map(({ name }) => name))];
  const channels = { y: "name", ...(isGrouped && { fy: "group" }) } as const;
  const beside = (row: Row): number => Math.max(row.upperQuartile, row.percentile999 ?? 0);
  const options: Plot.PlotOptions = {
    height: rows.length * ROW_HEIGHT + groups.length * 16 + 90,
    marginLeft: 110,
    marginRight: 110,
    marginTop: 50,
    marginBottom: 40,
    x: {
      label: axis,
      grid: true,
      ...(isLogarithmic
        ? { type: "log", domain: [lowest / 1.3, highest * 1.3], ticks: 5, tickFormat: short }
        : { domain: [0, highest * 1.02], ticks: 6, tickFormat: short }),
    },
    y: { label: null, domain: order, tickSize: 0 },
    ...(isGrouped && { fy: { label: null, domain: groups, axis: null } }),
    marks: [
      headline(title),
      ...(isGrouped
        ? [
            Plot.text(groups, {
              fy: (it: string) => it,
              text: (it: string) => it,
              frameAnchor: "top-left",
              dy: -7,
              fill: "#334155",
              fontStyle: "italic",
            }),
          ]
        : []),
      Plot.ruleY(rows, { ...channels, x1: "lowerQuartile", x2: "upperQuartile", stroke: color, strokeWidth: 2 }),
      Plot.dot(rows, { ...channels, x: "median", fill: color, r: 4.5 }),
      Plot.tickX(
        rows.filter((row) => row.percentile999 !== undefined),
        { ...channels, x: "percentile999", stroke: color, insetTop: 5, insetBottom: 5 },
      ),
      Plot.text(
        rows.filter((row) => weight(row) === "normal"),
        { ...channels, x: beside, text: "label", textAnchor: "start", dx: 9, fill: OTHERS },
      ),
      Plot.text(
        rows.filter((row) => weight(row) === "bold"),
        { ...channels, x: beside, text: "label", textAnchor: "start", dx: 9, fill: HIGHLIGHT, fontWeight: "bold" },
      ),
    ],
  };
  return draw(options, alternative(title, axis, rows));
}

/** Curves over numbers that grow, each with its name at its end. */
export function curvesChart(title: string, axis: string, points: readonly Point[]): string {
  const ends = lastOf(points);
  const [lowest, highest] = [
    Math.min(...points.map(({ value }) => value)),
    Math.max(...points.map(({ value }) => value)),
  ];
  const curve = { x: "at", y: "value", z: "name", stroke: color } as const;
  const options: Plot.PlotOptions = {
    height: 360,
    marginLeft: 110,
    marginRight: 110,
    marginTop: 50,
    marginBottom: 40,
    x: { type: "log", label: "how many", tickFormat: short, ticks: 5, grid: true },
    y: { type: "log", label: null, tickFormat: short, ticks: 5, grid: true, domain: [lowest / 1.2, highest * 1.2] },
    marks: [
      headline(`${title}, ${axis}`),
      Plot.line(
        points.filter((point) => weight(point) === "normal"),
        curve,
      ),
      Plot.line(
        points.filter((point) => weight(point) === "bold"),
        { ...curve, strokeWidth: 3 },
      ),
      Plot.dot(points, { x: "at", y: "value", fill: color, r: 3 }),
      ...apart(ends, lowest / 1.2, highest * 1.2).map(({ end, shift }) =>
        Plot.text([end], {
          x: "at",
          y: "value",
          text: "name",
          textAnchor: "start",
          dx: 9,
          dy: shift,
          fill: color(end),
          fontWeight: weight(end) as "bold",
        }),
      ),
    ],
  };
  return draw(options, `${title}: ${ends.map(({ name, at, value }) => `${name} ${short(value)} at ${at}`).join(", ")}`);
}

function lastOf(points: readonly Point[]): Point[] {
  const last = new Map<string, Point>();
  for (const point of points) last.set(point.name, point);
  return [...last.values()].toSorted((a, b) => b.value - a.value);
}

/** Moves names at curves' ends down until none is written over another: the highest first, in pixels of the picture. */
function apart(ends: readonly Point[], lowest: number, highest: number): { end: Point; shift: number }[] {
  const height = 270;
  let next = Number.NEGATIVE_INFINITY;
  return ends.map((end) => {
    const place = (height * Math.log(highest / end.value)) / Math.log(highest / lowest);
    const free = Math.max(place, next);
    next = free + 13;
    return { end, shift: free - place };
  });
}

/** The picture in words. */
export function alternative(title: string, axis: string, rows: readonly Row[]): string {
  const words = rows.map(({ name, group, label }) => `${group === undefined ? "" : `${group}, `}${name} ${label}`);
  return `${title} (${axis}): ${words.join("; ")}`;
}

/** Three digits of a number, in thousands and millions where it is that large. */
export function short(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (value >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  return `${Number(value.toPrecision(3))}`;
}
