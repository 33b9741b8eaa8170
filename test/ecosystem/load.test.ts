// Many at once, many in a row, much output, and input that nobody reads: all end as they should, and nothing is left of them,
// neither processes nor, in the program, descriptors, listeners, timers or memory.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../support/waiting.ts";
import { area } from "./support/combination.ts";
import { Mark } from "./support/mark.ts";
import { begin, sharedProject } from "./support/project.ts";

const combine = area("Load");
const source = readFileSync(join(import.meta.dirname, "programs/load.mjs"), "utf8");
const folder = sharedProject({ "load.mjs": source });
/** The whole on one version of Node.js: on the others as much as in the short form. */
const isWhole = (version: number): boolean => process.env.REIN_ECOSYSTEM_ALL !== undefined && version === 24;

/** How many of them, by `run()` and by `command()`, in the short form and in the whole. */
const counts = {
  "at once": { "run()": [100, 500], "command()": [8, 50] },
  "in a row": { "run()": [200, 5000], "command()": [10, 250] },
  "ended at once": { "run()": [50, 200], "command()": [5, 30] },
  "one AbortSignal for all": { "run()": [50, 200], "command()": [5, 30] },
  "aborted before, while and after they start": { "run()": [50, 200], "command()": [5, 30] },
  "timed out": { "run()": [50, 200], "command()": [5, 30] },
} as const;

/** How many bytes. */
const bytes = {
  "output that is read as it comes": [5e7, 1e9],
  "output to a file": [5e7, 1e9],
  "output piped on": [5e7, 1e9],
  "output that is left to execa, with `buffer: false`": [5e7, 1e9],
  "output beyond `maxBuffer`": [5e7, 1e9],
  "standard input that nobody reads, to the program's end": [1e7, 1e8],
  "standard input that nobody reads, to a timeout": [1e7, 1e8],
  "standard input without an end": [0, 0],
  "standard input that is never ended": [0, 0],
} as const;

function load(caller: "run()" | "command()", what: string, title: string, amounts: readonly [number, number]): void {
  combine({
    tool: `\`${caller}\``,
    version: "",
    what: title,
    async run(t, node) {
      const mark = new Mark();
      const words = [
        node.path,
        "--expose-gc",
        "load.mjs",
        caller,
        what,
        String(amounts[isWhole(node.version) ? 1 : 0]),
      ];
      const running = begin(t, node, folder(), words, { environment: mark.environment });
      // Each of its lines may take as long as anything else.
      while ((await running.line()) !== "done") {}
      assert.deepEqual(await running.closed(), { status: 0, signal: null }, running.seen());
      await eventually(`${mark.bearers()} have ended`, () => mark.bearers().length === 0);
    },
  });
}

for (const caller of ["run()", "command()"] as const) {
  for (const [what, { [caller]: amounts }] of Object.entries(counts)) {
    load(caller, what, `${amounts[1].toLocaleString("en")} ${what.replace("one", "ended by one")}`, amounts);
  }
  for (const [what, amounts] of Object.entries(bytes)) {
    const size = amounts[1] === 0 ? "" : `${amounts[1] === 1e9 ? "1 GB" : "100 MB"} of `;
    load(caller, what, `${size}${what}`, amounts);
  }
}
