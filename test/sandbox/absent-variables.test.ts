// Variables that name what the sandbox has not: descriptors and sockets that its caller was handed.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { openFolder } from "../support/accounts.ts";
import { executable, runCommand } from "../support/rein.ts";
import { callers } from "./support/callers.ts";

const names = /^(LISTEN_|NOTIFY_|WATCHDOG_|SSH_AUTH_|XDG_RUNTIME|CREDENTIALS_|MEMORY_PRESSURE)/;

/** The variables of these kinds that the command has, `name=value` in order; started with `before`, a shell's words. */
async function left(
  t: TestContext,
  prefix: readonly string[],
  before: string,
  words: readonly string[],
  name = "rein",
): Promise<string[]> {
  const script = `exec 3</dev/null 4</dev/null; unset XDG_RUNTIME_DIR SSH_AUTH_SOCK; ${before} exec -a ${name} "$@"`;
  const env = ["sh", "-c", 'test "$LISTEN_PID" != $$ || LISTEN_PID=command; env'];
  const result = await runCommand(t, [...prefix, "bash", "-c", script, "bash", executable, ...words, ...env]);
  assert.equal(result.stderr, "");
  return result.stdout
    .split("\n")
    .filter((line) => names.test(line))
    .sort();
}

const handed = "LISTEN_FDS=2 LISTEN_FDNAMES=a:b LISTEN_PID=$$";
const kept = ["LISTEN_FDNAMES=a:b", "LISTEN_FDS=2", "LISTEN_PID=command"];

for (const caller of callers) {
  describe(caller.name, { skip: caller.unavailable }, () => {
    const whole = ["--bind", "/", "/"];
    for (const [what, before, words, expected] of [
      ["descriptors that are closed are not counted", handed, whole, []],
      ["nor with a PID namespace", handed, ["--unshare-pid", ...whole], []],
      ["nor where one of them is kept", handed, [...whole, "--keep-fd", "3"], []],
      ["nor where they are somebody else's", "LISTEN_FDS=1 LISTEN_PID=1", whole, []],
      ["nor where nobody says whose they are", "LISTEN_FDS=1", whole, []],
      ["nor where it is no number", "LISTEN_FDS=x", whole, []],
      ["those that are kept are", handed, [...whole, "--keep-fd", "3", "--keep-fd", "4"], kept],
      ["and with a PID namespace", handed, ["--unshare-pid", ...whole, "--keep-fd", "4", "--keep-fd", "3"], kept],
      ["what --setenv sets stays", handed, [...whole, "--setenv", "LISTEN_FDS", "1"], ["LISTEN_FDS=1"]],
    ] as const) {
      test(what, async (t) => assert.deepEqual(await left(t, caller.prefix, before, words), expected));
    }

    test("by the name bwrap all are handed on, as by bubblewrap", async (t) => {
      assert.deepEqual(await left(t, caller.prefix, handed, whole, "bwrap"), kept);
    });

    test("a path that is there stays, and one that is not goes", async (t) => {
      const before = "NOTIFY_SOCKET=/there/socket WATCHDOG_USEC=1 SSH_AUTH_SOCK=/there/agent XDG_RUNTIME_DIR=/there";
      const others = "CREDENTIALS_DIRECTORY=/gone MEMORY_PRESSURE_WATCH=/gone/file";
      const folder = openFolder(t);
      writeFileSync(join(folder, "socket"), "");
      const words = [...whole, "--tmpfs", "/mnt", "--ro-bind", folder, "/mnt/there"];
      const here = `${before} ${others}`.replaceAll("=/", "=/mnt/");
      assert.deepEqual(await left(t, caller.prefix, here, words), [
        "NOTIFY_SOCKET=/mnt/there/socket",
        "WATCHDOG_USEC=1",
        "XDG_RUNTIME_DIR=/mnt/there",
      ]);
      assert.deepEqual(await left(t, caller.prefix, before, whole), []);
    });

    test("an abstract socket stays where the network does", async (t) => {
      const before = "NOTIFY_SOCKET=@notify WATCHDOG_USEC=1";
      const both = ["NOTIFY_SOCKET=@notify", "WATCHDOG_USEC=1"];
      assert.deepEqual(await left(t, caller.prefix, before, whole), both);
      assert.deepEqual(await left(t, caller.prefix, before, ["--unshare-net", ...whole]), []);
    });
  });
}
