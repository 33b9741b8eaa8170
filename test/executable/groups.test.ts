// --groups none: no supplementary groups, or it is refused.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertIdentity, assertRefused, openPrograms, runWithAccounts, usersUnavailable } from "../support/accounts.ts";
import { modes } from "../support/modes.ts";
import { executable, runCommand } from "../support/rein.ts";

const accounts = { passwd: "app:x:1234:1235::/home/app:\n", group: "web:x:2001:app\n" };
const groups = ["sh", "-c", "id -G"];
const withGroups = ["setpriv", "--groups=5,6"];

for (const mode of modes) {
  test(`${mode.name}: root's command has none`, { skip: mode.unavailable || usersUnavailable }, async (t) => {
    const words = [...withGroups, ...mode.prefix, executable];
    assert.equal((await runCommand(t, [...words, ...groups])).stdout, "0 5 6\n");
    const result = await runCommand(t, [...words, "--groups", "none", ...groups]);
    assert.deepEqual([result.stdout, result.stderr], ["0\n", ""]);
  });
}

describe("beside other options", { skip: usersUnavailable }, () => {
  test("a user has its own group alone, in each order", async (t) => {
    for (const words of [
      ["--user", "app", "--groups", "none"],
      ["--groups=none", "--user=app"],
    ])
      assertIdentity(await runWithAccounts(t, accounts, words), 1234, 1235, []);
  });

  test("in a sandbox of root's, without a user namespace and with maps", async (t) => {
    const maps = "--unshare-user --uid-map 0:0:10 --gid-map 0:0:10".split(" ");
    for (const words of [["--unshare-ipc"], maps]) {
      const options = [...words, "--bind", "/", "/", "--groups", "none"];
      const result = await runCommand(t, [...withGroups, executable, ...options, ...groups]);
      assert.deepEqual([result.stdout, result.stderr], ["0\n", ""], words.join(" "));
    }
  });

  test("in a user namespace root gives them up before it is made", async (t) => {
    for (const words of [["--unshare-user"], ["--unshare-all"], ["--unshare-user", "--disable-userns"]]) {
      const options = [...words, "--bind", "/", "/", "--groups", "none"];
      const result = await runCommand(t, [...withGroups, executable, ...options, ...groups]);
      assert.deepEqual([result.stdout, result.stderr], ["0\n", ""], words.join(" "));
    }
  });

  test("as root who may not, it is refused in a user namespace too", async (t) => {
    const options = "--unshare-user --bind / / --groups none".split(" ");
    const without = ["setpriv", "--groups=5,6", "--bounding-set=-setgid"];
    const result = await runCommand(t, [...without, executable, ...options, ...groups]);
    assertRefused(result, [/--groups: setgroups: Operation not permitted; .*--gid-map/]);
  });
});

describe("who may not give them up", { skip: usersUnavailable }, () => {
  const as = (list: string): string[] => ["setpriv", "--reuid=1000", "--regid=1001", list];

  test("is refused", async (t) => {
    const { rein } = openPrograms(t);
    const result = await runCommand(t, [...as("--groups=5"), rein, "--groups", "none", ...groups]);
    assertRefused(result, [/^rein: --groups: setgroups: Operation not permitted; it takes CAP_SETGID$/m]);
  });

  test("nor in a user namespace of theirs", async (t) => {
    const { rein } = openPrograms(t);
    const words = "--unshare-all --bind / / --groups none".split(" ");
    const result = await runCommand(t, [...as("--groups=5"), rein, ...words, ...groups]);
    assertRefused(result, [/--groups: setgroups: Operation not permitted; .*--gid-map/]);
  });

  test("and has none but the group itself, just runs", async (t) => {
    const { rein } = openPrograms(t);
    for (const list of ["--clear-groups", "--groups=1001"]) {
      const result = await runCommand(t, [...as(list), rein, "--groups", "none", ...groups]);
      assert.deepEqual([result.stdout, result.stderr], ["1001\n", ""]);
    }
  });
});

for (const value of ["", "all", "none,5", "0", "NONE"]) {
  test(`${JSON.stringify(value)} is refused, and it is said what is accepted`, async (t) => {
    const result = await runCommand(t, [executable, "--groups", value, "--", "true"]);
    assert.deepEqual(
      [result.status, result.stderr],
      [125, `rein: --groups: "${value}" is not a set of groups; give none\n`],
    );
  });
}
