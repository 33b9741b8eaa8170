/**
 * The page of a run: pictures and tables, drawn from its run.json alone.
 *
 *   node bench/page.ts FOLDER     draws it again
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { alternative, curvesChart, type Row, rowsChart, short } from "./charts.ts";
import type { Figure, Result } from "./figure.ts";
import type { Machine } from "./machine.ts";
import type { Spread } from "./statistics.ts";
import { cells, heading } from "./table.ts";

/** What run.json holds. */
export interface Run {
  date: string;
  seconds: number;
  quick: boolean;
  machine: Machine;
  versions: { name: string; version: string }[];
  leftOut: string[];
  figures: Record<string, Figure[]>;
}

interface Picture {
  file: string;
  alternative: string;
  svg: string;
}

export async function writePage(folder: string): Promise<void> {
  const run = JSON.parse(readFileSync(join(folder, "run.json"), "utf8")) as Run;
  const parts = [introduction(run)];
  for (const [name, figures] of Object.entries(run.figures)) {
    if (figures.length === 0) continue;
    const { title, text, pictures } = SECTIONS[name]!;
    parts.push(`## ${title}\n\n${text}\n`);
    for (const { file, alternative, svg } of pictures(figures)) {
      writeFileSync(join(folder, file), svg);
      parts.push(`![${alternative}](${file})\n`);
    }
    parts.push(`<details><summary>Numbers</summary>\n\n${figures.map(markdownTable).join("\n")}\n</details>\n`);
  }
  writeFileSync(join(folder, "README.md"), `${parts.join("\n").trimEnd()}\n`);
}

function introduction({ date, seconds, quick, machine, versions, leftOut }: Run): string {
  const { cpu, cores, memory, kernel, system, load } = machine;
  const known = versions.filter(({ version }) => version !== "").map(({ name, version }) => `- ${name}: ${version}`);
  return `# Side by side

<!-- Made by bench/page.ts from run.json: ./scripts/bench makes both anew. -->

What does TypeScript cost as PID 1? \`sudo ./scripts/bench --install\` measures it on any machine with Debian's packages, next to other inits, and writes this page.${quick ? "\n\n**From a quick run: these numbers show that it works, nothing else.**" : ""}

Read the ratios: times are one machine's, and all candidates were measured in the same run, in turns, every other round backwards. A number is the median, what is around it the quartiles. The *floor* is the smallest static C program that does the same work and no more: for an init it blocks the signals, forks, executes, forwards, waits; for a sandbox it clones, mounts, executes. \`floor-vfork\` shares its memory with its child until that executes the payload, as rein does. \`no init\` is the payload alone.

${date.slice(0, 10)}, ${Math.ceil(seconds / 60)} minutes; ${cpu}, ${cores} cores, ${Math.round(memory / 2 ** 30)} GB; ${kernel}, ${system}; load before: ${load.toFixed(1)}.

${known.join("\n")}
${leftOut.length === 0 ? "" : `\nLeft out:\n\n${leftOut.map((text) => `- ${text}`).join("\n")}\n`}`;
}

function markdownTable(figure: Figure): string {
  const [head, ...rows] = cells(figure);
  const line = (words: readonly string[]): string => `| ${words.join(" | ")} |`;
  const rule = head!.map((_, i) => (i === 0 ? "---" : "---:"));
  return `${heading(figure)}; rounds: ${figure.rounds}\n\n${[head!, rule, ...rows].map(line).join("\n")}\n`;
}

interface Section {
  title: string;
  text: string;
  pictures(figures: readonly Figure[]): Picture[];
}

type Value = "ratio" | "value";

function rowOf(result: Result, figure: Figure, value: Value, group?: string): Row | undefined {
  const spread: Spread | undefined = value === "ratio" ? result.toFloor : result;
  // A logarithmic axis has no place for nothing, and one of its own for a whole row of nothing.
  if (spread === undefined || spread.median <= 0) return undefined;
  const { median, lowerQuartile, upperQuartile } = spread;
  const unit = value === "ratio" ? "×" : figure.unit === "" ? "" : ` ${figure.unit.split(" ")[0]}`;
  const label = `${value === "ratio" && median < 100 ? median.toFixed(2) : short(median)}${unit}`;
  const percentile = value === "value" ? result.percentile999 : undefined;
  return {
    name: result.name,
    median,
    lowerQuartile: Math.max(lowerQuartile, median / 1e6),
    upperQuartile,
    label: percentile === undefined ? label : `${label}, 99.9 %: ${short(percentile)}`,
    ...(percentile !== undefined && { percentile999: percentile }),
    ...(group !== undefined && { group }),
  };
}

interface Look {
  value?: Value;
  isLogarithmic?: boolean;
  /** Groups' names, in the order of the figures. */
  groups?: readonly string[];
}

function rowsPicture(
  file: string,
  title: string,
  axis: string,
  figures: readonly Figure[],
  look: Look = {},
): Picture[] {
  const rows = figures.flatMap((figure, i) =>
    figure.results.flatMap((result) => rowOf(result, figure, look.value ?? "value", look.groups?.[i]) ?? []),
  );
  if (rows.length === 0) return [];
  const svg = rowsChart(title, axis, rows, look.isLogarithmic ?? false);
  return [{ file, alternative: alternative(title, axis, rows), svg }];
}

function curvesPicture(file: string, title: string, figures: readonly Figure[]): Picture[] {
  const points = figures.flatMap(({ at, results }) =>
    results.map(({ name, median }) => ({ name, at: at!, value: median })),
  );
  if (points.length === 0) return [];
  return [{ file, alternative: `${title}, by how many there are`, svg: curvesChart(title, "in µs", points) }];
}

function named(figures: readonly Figure[], start: string): Figure[] {
  return figures.filter(({ name }) => name.startsWith(start));
}

const SECTIONS: Readonly<Record<string, Section>> = {
  start: {
    title: "Start to exit",
    text: "From before the fork of the init to after the wait for it, around a payload that ends at once.",
    pictures: (figures) =>
      rowsPicture(
        "start.svg",
        "Start to exit of a payload that does nothing",
        "ratio to the floor",
        named(figures, "start"),
        {
          value: "ratio",
          groups: named(figures, "start").map(({ mode }) => (mode === "plain" ? "as an ordinary process" : "as PID 1")),
        },
      ),
  },
  counts: {
    title: "Instructions and system calls",
    text: "Counted one by one (`bench/count.c`), outside the kernel, the child's until it executes the payload among them. They are the same at every run.",
    pictures: (figures) =>
      rowsPicture(
        "counts.svg",
        "Instructions from start to exit, as PID 1",
        "instructions",
        named(figures, "instructions from").slice(-1),
        {
          isLogarithmic: true,
        },
      ),
  },
  memory: {
    title: "Memory of one, and wake-ups",
    text: "While the payload waits. Resident is all that is mapped and in memory; most of it is the file's pages, which every other process that runs the same file shares. `node bench/pages.ts PID` tells which pages of a process are in memory and why.",
    pictures: (figures) =>
      rowsPicture(
        "memory.svg",
        "Memory while waiting",
        "kB",
        [...named(figures, "resident"), ...named(figures, "private")],
        {
          isLogarithmic: true,
          groups: ["resident", "private: in no other process"],
        },
      ),
  },
  crowd: {
    title: "Memory of many",
    text: "What a host pays for each of many containers, an init each. The last figure is how much less memory the host has to give, without what the payloads take on their own: kernel stacks and all; it wants a quiet machine.",
    pictures: (figures) =>
      rowsPicture("crowd.svg", `Memory of each of ${figures[0]!.at}`, "kB each", figures, {
        isLogarithmic: true,
        groups: ["its share of the pages", "the same and its page tables", "what the host has less, kernel included"],
      }),
  },
  size: {
    title: "File",
    text: "The executable's file. Those that are not static need a C library besides.",
    pictures: (figures) => rowsPicture("size.svg", "File", "bytes", figures, { isLogarithmic: true }),
  },
  signal: {
    title: "Signals",
    text: "From kill(2) on the init to the payload's time stamp. The tick is what one in a thousand is above.",
    pictures: (figures) =>
      rowsPicture("signal.svg", "From a signal sent to its receipt", "µs", figures, {
        isLogarithmic: true,
        groups: ["otherwise idle", "every processor busy with something else"],
      }),
  },
  orphans: {
    title: "Orphans",
    text: "A stream of orphans is made by the payload as fast as it can, so that most of the time is the kernel's for forks and ends.",
    pictures: (figures) => [
      ...rowsPicture("orphans.svg", "Orphans reaped", "a second (more is better)", named(figures, "orphans"), {
        groups: ["made one after the other", "ending all at once"],
      }),
      ...rowsPicture("zombies.svg", "Longest time that a zombie stood", "µs", named(figures, "longest"), {
        isLogarithmic: true,
      }),
    ],
  },
  shutdown: {
    title: "Shutdown",
    text: "From SIGTERM to the init's end, with a payload that ends and leaves its children behind: as PID 1 that is the kernel's to clean up.",
    pictures: (figures) => rowsPicture("shutdown.svg", figures[0]!.name, "ms", figures),
  },
  sandbox: {
    title: "Sandboxes",
    text: "From before the fork to after the wait, as root, around a payload that ends at once. *Processes of its own*: a PID and a mount namespace with a new /proc. *The host read-only*: IPC, UTS and network namespaces too, new /proc, /dev and a temporary folder. *An image*: the same around a folder; runc and crun do more besides (cgroups, state on disk), as their users want. Two more floors tell what its distance to rein is made of: `floor+exec` executes itself again inside, from a read-only mount of its file, as rein does lest the payload write to that; `floor+more` does all the rest of the work that rein and bubblewrap do: parts of /proc are read-only, /dev has its links, and the loopback device of a new network is up. System calls are those of all processes until they execute the payload.",
    pictures: (all) => {
      const figures = all.filter(({ unit }) => unit === "µs");
      return rowsPicture("sandbox.svg", "Sandbox, start to exit", "µs", figures, {
        isLogarithmic: true,
        groups: figures.map(({ name }) => name.replace(/^sandbox with |, start to exit$/g, "")),
      });
    },
  },
  growth: {
    title: "Growth",
    text: "What each of many costs. A curve that rises to the right is something that is not linear. At 1 it is the cost of a whole run.",
    pictures: (figures) => [
      ...curvesPicture(
        "growth-orphans.svg",
        "Orphans that end at once: time for each",
        named(figures, "time for an orphan"),
      ),
      ...curvesPicture(
        "growth-signals.svg",
        "Signals, one after the other: time for each",
        named(figures, "time for a signal"),
      ),
      ...curvesPicture(
        "growth-binds.svg",
        "Bind mounts in a sandbox: time for each",
        named(figures, "time for a bind"),
      ),
    ],
  },
  node: {
    title: "Node.js as PID 1",
    text: "What is left out by running `node` itself as the container's first process, with a script that starts the command and passes signals on. Node.js does not reap what it did not start: zombies stay.",
    pictures: (figures) => [
      ...rowsPicture(
        "node-start.svg",
        "Node.js in an init's place: start to exit",
        "µs",
        named(figures, "with Node.js, start"),
        { isLogarithmic: true },
      ),
      ...rowsPicture(
        "node-memory.svg",
        "Node.js in an init's place: resident memory",
        "kB",
        named(figures, "with Node.js, resident"),
        { isLogarithmic: true },
      ),
    ],
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await writePage(process.argv[2] ?? "docs/bench");
