// Every name that the executable is registered under: the oracle knows what it is then, and vectors are made with it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { names } from "./fuzz/generate.ts";
import { names as sandboxNames } from "./fuzz/sandbox-generate.ts";
import { dialectOf } from "./oracle/request.ts";
import { sandboxDialectOf, stages } from "./oracle/sandbox-reading.ts";
import { quietScenario } from "./oracle/vector.ts";

const main = readFileSync(join(import.meta.dirname, "../../src/executable/main.ts"), "utf8");
const registered = [...main.matchAll(/\bregister\("([^"]*)", /g)].map(([, name]) => name ?? "");

/** The oracle takes what it does not know for rein. */
function isKnown(name: string): boolean {
  const vector = { argv: [name], envp: [], scenario: quietScenario };
  return (
    name === "rein" ||
    stages.some((stage) => stage === name) ||
    dialectOf(name) !== "rein" ||
    sandboxDialectOf(vector) !== "rein"
  );
}

test("the oracle knows them", () => {
  assert.ok(registered.length > 10);
  assert.deepEqual(
    registered.filter((name) => !isKnown(name)),
    [],
    "a name of an init belongs into `dialects` of oracle/request.ts",
  );
});

test("vectors are made with them", () => {
  const made = [...names, ...sandboxNames].map((name) => basename(name));
  assert.deepEqual(
    registered.filter((name) => !made.includes(name)),
    [],
    "a name belongs into `names` of fuzz/generate.ts, with its words in ownWords()",
  );
});
