// scripts/rein: the executable of this checkout, built where it has to be.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { checkout } from "./support/sources.ts";

test("builds on its first use; standard input and output are the command's", (t) => {
  const made = checkout(t);
  const first = made.run(["scripts/rein", "-v", "--", "ls"], {}, "input\n");
  assert.match(first.stdout, /^\d+ -v -- ls\ninput\n$/);
  assert.match(first.stderr, /^rein: building the executable \.\.\.\n/);
  assert.equal(made.run(["scripts/rein", "--help"]).stderr, "");
  assert.match(made.run(["scripts/rein", "--help"]).stdout, /^\d+ --help\n$/);
});

test("becomes the executable: its process is the one that was started", async (t) => {
  const made = checkout(t);
  made.run(["scripts/make", "executable"]);
  const started = spawn(made.path("scripts/rein"), { stdio: ["ignore", "pipe", "inherit"] });
  assert.equal(await text(started.stdout), `${started.pid} \n`);
});

test("says what is missing, and starts nothing", (t) => {
  const made = checkout(t);
  made.stand("node", "echo v20.0.0");
  made.stand("npm", "echo npm error code ENOTFOUND; exit 1");
  const { status, stdout, stderr } = made.run(["scripts/rein", "--", "ls"]);
  assert.equal(status, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /\nrein: the npm registry cannot be reached \(ENOTFOUND\); .+\n$/);
});
