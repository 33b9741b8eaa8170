// Trees of processes as /proc has them, without any program to list them.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { descendants, signalTree } from "../../src/library/shared/process-tree.ts";
import { isAlive } from "../support/processes.ts";
import { eventually } from "../support/waiting.ts";

const onLinux = { skip: process.platform !== "linux" && "elsewhere it is tree-kill that knows" };

test("a whole tree ends without ps, its leaves too", onLinux, async (t) => {
  const path = process.env.PATH;
  const child = spawn("sh", ["-c", "sh -c 'sleep 600 & echo; wait' & wait"], { stdio: ["ignore", "pipe", "ignore"] });
  const pid = child.pid as number;
  t.after(() => {
    process.env.PATH = path;
    child.kill("SIGKILL");
  });
  await once(child.stdout, "data");
  const found = descendants(pid);
  assert.equal(found.length, 2);
  process.env.PATH = "/nonexistent";
  await signalTree(pid, "SIGKILL");
  await eventually("all ended", () => [pid, ...found].every((one) => !isAlive(one)));
});

test("a tree that is gone is none", onLinux, async () => {
  const child = spawn("true");
  await once(child, "exit");
  await signalTree(child.pid as number, "SIGTERM");
  assert.deepEqual(descendants(child.pid as number), []);
});
