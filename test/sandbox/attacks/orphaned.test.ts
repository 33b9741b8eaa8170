// kill -9 of the supervisor ends the sandbox, also where something has cleared or changed the signal that tells of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Running, startCommand } from "../../support/rein.ts";
import { attacksUnavailable, callers, dialects, openAttack } from "./attack.ts";

const LIVES = ["sh", "-c", "trap '' TERM; echo ready; sleep 1000; sleep 1000"];

async function assertEndsWithSupervisor(running: Running): Promise<void> {
  await running.lineMatching(/^ready$/);
  running.process.kill("SIGKILL");
  // Its output ends when nobody of the sandbox is left.
  assert.equal((await running.closed()).signal, "SIGKILL");
}

for (const dialect of dialects) {
  test(`${dialect}: in a --userns2 that another user of the first one has made`, {
    skip: attacksUnavailable,
  }, async (t) => {
    const programs = openAttack(t);
    const other = ["setpriv", "--reuid", "5", "--regid", "5", "--clear-groups", "unshare", "--user"];
    const shown = "echo $$; read -r line";
    const maps = ["--uid-map", "0:0:65536", "--gid-map", "0:0:65536", "--bind", "/", "/"];
    const first = startCommand(t, [programs.rein, ...maps, "--", "sh", "-c", shown]);
    const outer = await first.line();
    const enter = ["nsenter", `--user=/proc/${outer}/ns/user`, ...other];
    const second = startCommand(t, [...enter, "sh", "-c", shown]);
    const inner = await second.line();
    const open = ["sh", "-c", `exec 8</proc/${outer}/ns/user 9</proc/${inner}/ns/user "$@"`, "sh"];
    const words = ["--userns", "8", "--userns2", "9", "--unshare-pid", "--die-with-parent", "--ro-bind", "/", "/"];
    await assertEndsWithSupervisor(startCommand(t, [...open, programs[dialect], ...words, "--", ...LIVES]));
  });
}

for (const caller of callers) {
  test(`${caller.name}: where the command is to get another signal at the end of rein's parent`, {
    skip: attacksUnavailable,
  }, async (t) => {
    const { rein } = openAttack(t);
    const words = [...caller.prefix, rein, "--parent-death", "TERM", "--unshare-pid", "--ro-bind", "/", "/"];
    await assertEndsWithSupervisor(startCommand(t, [...words, "--", ...LIVES]));
  });
}
