// scripts/check: what it checks, and in which order.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checkout } from "./support/sources.ts";

test("builds the library first, from its sources of now, and ends at the first thing that is wrong", (t) => {
  const made = checkout(t);
  made.standInDependencies("tsc");
  made.standInDependencies("biome");
  made.run(["scripts/make", "library"]);
  const checks = () => made.calls().filter((call) => !call.endsWith("--version"));
  const before = checks().length;
  assert.equal(made.run(["scripts/check"]).status, 0);
  assert.deepEqual(checks().slice(before), [
    "node scripts/build-library.ts",
    "tsc -p tsconfig.json",
    "tsc -p src/executable/tsconfig.json",
    "node scripts/generate.ts --check",
    "biome check .",
  ]);
  made.standInDependencies("tsc", "exit 2");
  assert.equal(made.run(["scripts/check"]).status, 2);
  assert.equal(checks().at(-1), "tsc -p tsconfig.json");
  assert.match(readFileSync(made.path("package.json"), "utf8"), /"check": "\.\/scripts\/check"/);
});
