// Each of execa's options and methods once, under run() and command(), beside execa itself: which see the same.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Node } from "../library/support/nodes.ts";
import { area } from "./support/combination.ts";
import { output, project } from "./support/project.ts";

const combine = area("execa's options and methods");
const programs = join(import.meta.dirname, "programs");
const names = ["children.mjs", "execa-options.mjs"] as const;
const sources = Object.fromEntries(names.map((name) => [name, readFileSync(join(programs, name), "utf8")]));

type Caller = "execa" | "run()" | "command()";
interface Seen {
  readonly value?: unknown;
  readonly error?: string;
  readonly code?: string;
  readonly isSame: boolean;
}

const told = new Map<number, Promise<Readonly<Record<string, Readonly<Record<Caller, Seen>>>>>>();

/** What the program saw, once for a version of Node.js. */
function look(t: TestContext, node: Node): NonNullable<ReturnType<(typeof told)["get"]>> {
  const known = told.get(node.version);
  if (known !== undefined) return known;
  const folder = project(t, sources);
  const seen = output(t, node, folder, ["node", "execa-options.mjs"]).then((text) => JSON.parse(text));
  told.set(node.version, seen);
  return seen;
}

// As they stand in the program.
const checks = [...(sources["execa-options.mjs"] ?? "").matchAll(/^ {4}(?:"([^"]+)"|(\w+)): async \(/gm)].map(
  ([, quoted, bare]) => quoted ?? bare ?? "",
);

type Outcome = "same" | "typed out" | "different" | "has none";
const outcome = ({ value, error, code, isSame }: Seen): Outcome => {
  if (isSame) return "same";
  if (code === "ERR_REIN_OPTION") return "typed out";
  return value === undefined && error === undefined ? "has none" : "different";
};

/** What is not the same. */
const others: Readonly<Record<string, Readonly<Partial<Record<"run()" | "command()", Outcome>>>>> = {
  "template string": { "command()": "has none" },
  "`preferLocal`, `localDir`": { "command()": "has none" },
  "`result.stdio`": { "run()": "different", "command()": "different" },
  "`verbose` shows the command": { "command()": "has none" },
  "`forceKillAfterDelay`": { "run()": "different", "command()": "different" },
  "a program that is not there": { "run()": "different", "command()": "has none" },
  "`result.command`, `escapedCommand`": { "command()": "has none" },
  "`error.shortMessage`": { "command()": "has none" },
  "`ExecaError`": { "run()": "different", "command()": "different" },
  "`nodeOptions`": { "run()": "typed out" },
  "`shell`": { "run()": "typed out", "command()": "has none" },
  "`node`, `nodePath`": { "run()": "typed out", "command()": "has none" },
  "`detached`": { "run()": "typed out", "command()": "typed out" },
  "`killDescendants`": { "run()": "typed out", "command()": "typed out" },
  "`execa(options)`": { "command()": "has none" },
  "`execaSync`": { "command()": "has none" },
  "`execaSync` of a template, with options": { "command()": "has none" },
};

for (const name of checks) {
  for (const caller of ["run()", "command()"] as const) {
    combine({
      tool: "execa",
      what: `\`${caller}\`: ${name}`,
      on: [24],
      async run(t, node) {
        const all = (await look(t, node))[name];
        assert.ok(all !== undefined, "the program does not tell of it");
        assert.equal(all.execa.error, undefined, "execa itself fails");
        const seen = outcome(all[caller]);
        assert.equal(seen, others[name]?.[caller] ?? "same", JSON.stringify([all.execa, all[caller]]));
        return seen;
      },
    });
  }
}
