// The examples' Dockerfiles: their commands run for real, only not in an image.

import assert from "node:assert/strict";
import { chmodSync, copyFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pid1 } from "../support/modes.ts";
import { children, statusField } from "../support/processes.ts";
import { executable, startCommand } from "../support/rein.ts";
import { eventually } from "../support/waiting.ts";
import {
  assertSortsAndStops,
  commandOf,
  examples,
  get,
  portOf,
  stageOf,
  startContainer,
  temporaryFolder,
} from "./support/example.ts";
import { buildGo, goUnavailable, pythonPrograms, pythonUnavailable } from "./support/programs.ts";

for (const path of ["python-app", "go-app", "scratch", "pause"].map((name) => `${name}/Dockerfile`)) {
  test(`${path}: rein comes from the image that this repository builds, and the user is not root`, () => {
    const stage = stageOf(path);
    assert.ok(stage.get("COPY")?.some((words) => words.startsWith("--from=rein /rein ")));
    assert.match(stage.get("USER")?.at(-1) ?? "root", /^(?!root|0)/);
  });
}

test("node-app: answers, and closes on SIGTERM", { skip: pid1.unavailable }, async (t) => {
  const running = await startContainer(t, commandOf("../Dockerfile", "example"), {
    directory: join(examples, "node-app"),
    programs: { node: process.execPath },
  });
  assert.match(await get(await portOf(running)), /^200 .*UTC/);
  running.signal(15);
  assert.deepEqual(await running.exit(), { status: 0, signal: null });
  assert.deepEqual(await running.stdout.rest(), ["closing", "closed"]);
});

test("python-app: sorts, and answers a request under way when it is stopped", {
  skip: pythonUnavailable,
}, async (t) => {
  const running = await startContainer(t, commandOf("python-app/Dockerfile"), {
    directory: join(examples, "python-app"),
    programs: pythonPrograms,
  });
  await assertSortsAndStops(running, await portOf(running));
});

test("go-app: sorts, and answers a request under way when it is stopped", { skip: goUnavailable }, async (t) => {
  const server = join(temporaryFolder(t), "server");
  buildGo(server);
  const running = await startContainer(t, commandOf("go-app/Dockerfile"), { programs: { server } });
  await assertSortsAndStops(running, await portOf(running));
});

/** Makes the folder a read-only root and runs words there; whatever is mounted goes with the namespace. */
const ENTER =
  'user=$1; shift; mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && cd "$0" && exec chroot --userspec "$user" . "$@"';

const rootUnavailable = process.getuid?.() === 0 ? pid1.unavailable : "this needs root";

test("scratch: the same with two files and nothing else", { skip: goUnavailable || rootUnavailable }, async (t) => {
  const root = temporaryFolder(t);
  copyFileSync(executable, join(root, "rein"));
  buildGo(join(root, "server"));
  chmodSync(root, 0o755);
  const user = stageOf("scratch/Dockerfile").get("USER")?.at(-1) ?? "";
  const words = [...pid1.prefix, "sh", "-c", ENTER, root, user, ...commandOf("scratch/Dockerfile")];
  const running = startCommand(t, words, { environment: { HOST: "127.0.0.1", PORT: "0" } });
  await running.findInit(pid1);
  const port = await portOf(running);
  assert.equal(statusField(running.pid, "Uid").split("\t")[0], user.split(":")[0]);
  await assertSortsAndStops(running, port);
});

/** An orphan that lives until it is killed: not until its input ends, which Node.js closes when the container has ended. */
const ORPHAN = "(sleep infinity &)";

test("pause: reaps what the pod's containers leave to it, and ends on SIGTERM", async (t) => {
  const link = join(temporaryFolder(t), "pause");
  symlinkSync(executable, link);
  if (rootUnavailable) return t.skip(rootUnavailable);
  const pause = startCommand(t, [...pid1.prefix, link]);
  await pause.findInit(pid1);
  const container = startCommand(t, ["nsenter", "--target", `${pause.pid}`, "--pid", "sh", "-c", ORPHAN]);
  assert.deepEqual(await container.exit(), { status: 0, signal: null });
  await eventually("pause has the orphan", () => children(pause.pid).length === 1);
  for (const orphan of children(pause.pid)) process.kill(orphan);
  await eventually("the orphan is reaped", () => children(pause.pid).length === 0);
  pause.signal(15);
  assert.deepEqual(await pause.exit(), { status: 0, signal: null });
});
