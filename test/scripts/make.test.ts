// scripts/make: built is what is older than its sources, and only that.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { within } from "../support/waiting.ts";
import { age, builds, change, checkout, result } from "./support/sources.ts";

test("builds both, prints where they are, and does it once", (t) => {
  const made = checkout(t);
  const built = builds(made);
  const { status, stdout, stderr } = made.run(["scripts/make"]);
  assert.equal(status, 0, stderr);
  assert.equal(stdout, `${made.path(result)}\n${made.path("dist/library")}\n`);
  assert.match(stderr, /^rein: building the executable \.\.\.\n.*\nrein: building the library \.\.\.\n/);
  assert.deepEqual(built(), ["build", "build-library"]);
  assert.deepEqual(made.run(["scripts/make"]), { status: 0, stdout, stderr: "" });
  assert.deepEqual(built(), []);
});

test("builds what a change is in, however small, and nothing else", (t) => {
  const made = checkout(t);
  const built = builds(made);
  made.run(["scripts/make"]);
  built();
  const changes: Record<string, string[]> = {
    "src/executable/main.ts": ["build"],
    "scripts/build.ts": ["build"],
    "src/library/index.ts": ["build-library"],
    "tsconfig.json": ["build-library"],
    "scripts/build-library.ts": ["build-library"],
    "package-lock.json": ["build", "build-library"],
    "scripts/bench": [],
  };
  for (const [name, expected] of Object.entries(changes)) {
    change(made, name);
    // Newer than package-lock.json, so that nothing is installed.
    change(made, "node_modules/.package-lock.json", 2);
    made.run(["scripts/make"]);
    assert.deepEqual(built(), expected, name);
    age(made, name);
  }
});

test("a deleted source is a change, too", (t) => {
  const made = checkout(t);
  made.write("src/executable/other.ts", "");
  age(made, "src");
  const built = builds(made);
  made.run(["scripts/make"]);
  rmSync(made.path("src/executable/other.ts"));
  change(made, "src/executable");
  built();
  made.run(["scripts/make"]);
  assert.deepEqual(built(), ["build"]);
});

test("what was changed while it was built is built again", (t) => {
  const made = checkout(
    t,
    "until [ src/executable/main.ts -nt .tools/build.begin ]; do touch src/executable/main.ts; done",
  );
  const built = builds(made);
  made.run(["scripts/make", "executable"]);
  built();
  made.run(["scripts/make", "executable"]);
  assert.deepEqual(built(), ["build"]);
});

test("--force builds what is not older", (t) => {
  const made = checkout(t);
  const built = builds(made);
  made.run(["scripts/make"]);
  built();
  made.run(["scripts/make", "--force", "library"]);
  assert.deepEqual(built(), ["build-library"]);
  made.run(["scripts/make", "--force"]);
  assert.deepEqual(built(), ["build", "build-library"]);
});

test("of two at once one builds, and the other one waits for it", async (t) => {
  // The first one waits in its build until the second one has said that it waits.
  const made = checkout(t, "echo begun >begun; timeout 20 cat go");
  assert.equal(made.run(["mkfifo", "begun", "go"]).status, 0);
  const start = () => {
    const env = { ...process.env, PATH: `${made.programs}:/usr/sbin:/usr/bin:/sbin:/bin` };
    const started = spawn(made.path("scripts/make"), ["executable"], {
      cwd: made.folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    t.after(() => started.kill("SIGKILL"));
    return started;
  };
  const first = start();
  // Ends when the first one has written to it.
  assert.equal(made.run(["timeout", "20", "cat", "begun"]).stdout, "begun\n");
  const second = start();
  const [said] = await within("the second one's message", once(second.stderr, "data"), () => "nothing");
  assert.equal(String(said), "rein: another build is running; waiting for its end\n");
  assert.equal(made.run(["timeout", "20", "sh", "-c", "echo >go"]).status, 0);
  assert.deepEqual(
    await Promise.all([first, second].map(({ stdout }) => text(stdout))),
    Array(2).fill(`${made.path(result)}\n`),
  );
  assert.deepEqual(builds(made)(), ["build"]);
});

test("a build that fails is an error, each time", (t) => {
  const made = checkout(t, "exit 3");
  for (let turn = 0; turn < 2; turn++) {
    const { status, stdout } = made.run(["scripts/make", "executable"]);
    assert.notEqual(status, 0);
    assert.equal(stdout, "");
  }
});
