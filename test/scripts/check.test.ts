// scripts/check: what it checks, in which order, and what it says of what is wrong.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checkout } from "./support/sources.ts";

test("builds the library first, from its sources of now, and does all of it whatever is wrong", (t) => {
  const made = checkout(t);
  made.standInDependencies("tsc");
  made.standInDependencies("biome");
  made.run(["scripts/make", "library"]);
  const checks = () => made.calls().filter((call) => !call.endsWith("--version"));
  const before = checks().length;
  assert.equal(made.run(["scripts/check"]).status, 0);
  const all = [
    "node scripts/build-library.ts",
    "tsc -p tsconfig.json",
    "tsc -p src/executable/tsconfig.json",
    "node scripts/generate.ts --check",
    "biome check .",
  ];
  assert.deepEqual(checks().slice(before), all);
  made.standInDependencies("tsc", '[ "$2" != tsconfig.json ] || exit 2');
  const { status, stderr } = made.run(["scripts/check"]);
  assert.equal(status, 1);
  assert.ok(stderr.endsWith("\nrein: not as it should be:\n  tsc -p tsconfig.json\n"), stderr);
  assert.deepEqual(checks().slice(before + all.length), all);
  assert.match(readFileSync(made.path("package.json"), "utf8"), /"check": "\.\/scripts\/check"/);
});

test("a fault of style is said with what mends it, and --fix does", (t) => {
  const made = checkout(t);
  made.standInDependencies("tsc");
  made.standInDependencies("biome", '[ "$2" = --write ]');
  const { status, stderr } = made.run(["scripts/check"]);
  assert.equal(status, 1);
  assert.match(stderr, /\nrein: not as it should be:\n {2}biome check \.\n.* by: scripts\/check --fix\n$/);
  assert.equal(made.run(["scripts/check", "--fix"]).status, 0);
  assert.deepEqual(made.calls().slice(-2), ["node scripts/generate.ts", "biome check --write ."]);
});
