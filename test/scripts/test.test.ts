// scripts/test: which tests it runs, and what it does before.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Checkout } from "./support/checkout.ts";
import * as sources from "./support/sources.ts";

/** With two files of tests, of which one fails when it is run. */
function checkout(t: TestContext): Checkout {
  const made = sources.checkout(t);
  const imports = 'import { test } from "node:test";\n';
  made.write("test/good/good.test.ts", `${imports}test("one", () => {});\ntest("other", () => {});\n`);
  made.write("test/bad/bad.test.ts", `${imports}test("bad", () => { throw new Error("it is run"); });\n`);
  for (const name of ["tsc", "biome"]) made.standInDependencies(name);
  return made;
}

/** What was called but for Node.js's version and its runs of tests. */
function calls(made: Checkout): string[] {
  return made.calls().filter((call) => !/^node --(version|test)/.test(call));
}

test("--quick runs the tests of a file, and of a folder, without checks, and builds once", (t) => {
  const made = checkout(t);
  for (const path of ["test/good/good.test.ts", "test/good"]) {
    const { status, stdout, stderr } = made.run(["scripts/test", "--quick", path]);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /\n== \d+ s: the tests of 1 files\n✔ one .*\n✔ other /);
    assert.match(stderr, /-- 1 of 1 files, 0 with failures: test\/good\/good\.test\.ts, 1 s\n$/);
  }
  assert.deepEqual(calls(made), ["node scripts/build.ts", "node scripts/build-library.ts"]);
});

test("--name runs the tests of such names", (t) => {
  const made = checkout(t);
  const { status, stdout } = made.run(["scripts/test", "--quick", "--name", "^oth", "test/good"]);
  assert.equal(status, 0);
  assert.match(stdout, /✔ other /);
  assert.doesNotMatch(stdout, /✔ one /);
});

test("without --quick it checks and builds before, and runs all tests but those for container engines", (t) => {
  const made = checkout(t);
  made.write("test/engine/not-here.test.ts", 'throw new Error("not to be run");');
  const { status, stdout, stderr } = made.run(["scripts/test"]);
  assert.equal(status, 1);
  assert.match(stdout, /it is run/);
  assert.doesNotMatch(stdout, /not to be run/);
  assert.match(stderr, /-- 2 of 2 files, 1 with failures: /);
  assert.deepEqual(calls(made), [
    "node scripts/build-library.ts",
    "tsc -p tsconfig.json",
    "tsc -p src/executable/tsconfig.json",
    "node scripts/generate.ts --check",
    "biome check .",
    "node scripts/build.ts",
  ]);
});

test("a check that fails ends it", (t) => {
  const made = checkout(t);
  made.standInDependencies("biome", "exit 5");
  const { status, stdout } = made.run(["scripts/test"]);
  assert.equal(status, 1);
  assert.doesNotMatch(stdout, /the tests of/);
});

test("files that are not there, or have no tests in them, are named before anything is done", (t) => {
  const made = checkout(t);
  const wrong: Record<string, string> = {
    "test/none.test.ts": "rein: there is no test/none.test.ts\n",
    "--watch": "rein: scripts/test has no option --watch; what it has: scripts/test --help\n",
    "--name": "rein: give a text after --name\n",
    scripts: "rein: there is no *.test.ts in scripts\n",
  };
  for (const [word, message] of Object.entries(wrong)) {
    const { status, stdout, stderr } = made.run(["scripts/test", "--quick", word]);
    assert.notEqual(status, 0);
    assert.equal(stdout, "");
    assert.equal(stderr, message);
  }
  assert.deepEqual(calls(made), []);
});
