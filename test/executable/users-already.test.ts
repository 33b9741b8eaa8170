// --user of a container that was started as another user than root; --user-if-root and --user-from-env beside it.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import {
  assertIdentity,
  assertRefused,
  openPrograms,
  runWithAccounts,
  usersUnavailable,
  withAccounts,
} from "../support/accounts.ts";
import { type Result, runCommand } from "../support/rein.ts";

const accounts = {
  passwd: "root:x:0:0:root:/root:/bin/sh\napp:x:1234:1235::/home/app:\nlone:x:1236:1236::/:\n",
  group: "root:x:0:\nweb:x:2001:app\ndata:x:2002:app\n",
};

/** As setpriv(1) has it. */
interface Caller {
  readonly uid: number;
  readonly gid: number;
  readonly groups?: readonly number[];
  /** Root's, that it has no more. */
  readonly lacks?: string;
}

async function runAs(t: TestContext, caller: Caller, words: readonly string[], environment = {}): Promise<Result> {
  const programs = openPrograms(t);
  const { uid, gid, groups = [], lacks } = caller;
  const as = ["setpriv", `--reuid=${uid}`, `--regid=${gid}`];
  as.push(groups.length === 0 ? "--clear-groups" : `--groups=${groups}`);
  if (lacks !== undefined) as.push(`--bounding-set=${lacks}`, "--inh-caps=-all");
  const command = [...as, programs.rein, ...words, "--", programs.payload];
  const prefix = withAccounts(programs.folder, accounts);
  const result = await runCommand(t, [...prefix, ...command, "status"], { environment });
  return result;
}

describe("--user of who is that user already", { skip: usersUnavailable }, () => {
  for (const [name, user, caller] of [
    ["by name", "app", { uid: 1234, gid: 1235, groups: [2001, 2002] }],
    ["in another order, with its own group among them", "app", { uid: 1234, gid: 1235, groups: [2002, 1235, 2001] }],
    ["by number", "1234", { uid: 1234, gid: 1235, groups: [2001, 2002] }],
    ["with no other groups", "lone", { uid: 1236, gid: 1236 }],
    ["with a group", "app:web", { uid: 1234, gid: 2001 }],
    ["by numbers that nobody has", "7000:7001", { uid: 7000, gid: 7001, groups: [7001] }],
    ["by a number that nobody has, as OpenShift gives them", "1000650000", { uid: 1_000_650_000, gid: 0 }],
    ["root without CAP_SETGID", "root", { uid: 0, gid: 0, lacks: "-setgid,-setuid" }],
  ] as const) {
    test(name, async (t) => {
      const result = await runAs(t, caller, ["--user", user]);
      const groups: readonly number[] = "groups" in caller ? caller.groups : [];
      assertIdentity(
        result,
        caller.uid,
        caller.gid,
        groups.filter((group) => group !== caller.gid),
      );
      assert.equal(result.stderr, "");
    });
  }

  for (const [name, user, caller, step] of [
    ["another user", "app", { uid: 1000, gid: 1000 }, "setgroups"],
    ["another user, without groups to set", "lone", { uid: 1000, gid: 1236 }, "setresuid"],
    ["another group", "lone", { uid: 1236, gid: 1000 }, "setresgid"],
    ["a group too many", "app", { uid: 1234, gid: 1235, groups: [2001, 2002, 2003] }, "setgroups"],
    ["a group too few", "app", { uid: 1234, gid: 1235, groups: [2001] }, "setgroups"],
    ["groups that are to go", "app:1235", { uid: 1234, gid: 1235, groups: [2001] }, "setgroups"],
    ["root", "0:0", { uid: 1000, gid: 1000 }, "setresgid"],
    ["from root without the right", "app", { uid: 0, gid: 0, lacks: "-setgid,-setuid" }, "setgroups"],
  ] as const) {
    test(`${name}: refused, and it is said what it takes`, async (t) => {
      const root = caller.uid === 0 ? "" : "root with ";
      // For root --user-if-root is the same, and may have been given.
      const others = caller.uid === 0 ? "$" : "; for all others --user-if-root changes nothing$";
      const says = `^rein: --user: ${step}: Operation not permitted; it takes ${root}CAP_SETUID and CAP_SETGID${others}`;
      assertRefused(await runAs(t, caller, ["--user", user]), [new RegExp(says, "m")]);
    });
  }
});

describe("--user-if-root", { skip: usersUnavailable }, () => {
  test("root's command is that user", async (t) => {
    assertIdentity(await runWithAccounts(t, accounts, ["--user-if-root", "app"]), 1234, 1235, [2001, 2002]);
  });

  test("root without the right is refused", async (t) => {
    const caller = { uid: 0, gid: 0, lacks: "-setgid" };
    assertRefused(await runAs(t, caller, ["--user-if-root", "app"]), [/setgroups/, /CAP_SETGID$/m]);
  });

  for (const user of ["app", "nobody-here", "7:8", ""]) {
    test(`nobody else's is changed: ${JSON.stringify(user)}`, async (t) => {
      const result = await runAs(t, { uid: 1000, gid: 1001, groups: [5] }, ["--user-if-root", user]);
      assertIdentity(result, 1000, 1001, [5]);
    });
  }

  test("of several the last one counts, also beside --user", async (t) => {
    const last = await runWithAccounts(t, accounts, ["--user", "root", "--user-if-root", "lone"]);
    assertIdentity(last, 1236, 1236, []);
    assertIdentity(await runWithAccounts(t, accounts, ["--user-if-root", "lone", "--user", "7:8"]), 7, 8, []);
    assertRefused(await runAs(t, { uid: 1000, gid: 1000 }, ["--user-if-root", "lone", "--user", "7:8"]), [/setresgid/]);
  });
});

describe("--user-from-env", { skip: usersUnavailable }, () => {
  const pair = ["--user-from-env", "PUID:PGID"];
  const given = ["--user", "911:912"];
  for (const [environment, words, uid, gid, groups = []] of [
    [{ PUID: "7", PGID: "8" }, pair, 7, 8],
    [{ PUID: "007", PGID: "0" }, pair, 7, 0],
    [{ PUID: "0", PGID: "0" }, [...given, ...pair], 0, 0],
    [{ PUID: "7" }, [...given, ...pair], 7, 912],
    [{ PGID: "8" }, [...given, ...pair], 911, 8],
    [{}, [...given, ...pair], 911, 912],
    [{ PUID: "", PGID: "" }, [...given, ...pair], 911, 912],
    [{}, ["--user", "app", ...pair], 1234, 1235, [2001, 2002]],
    [{ PGID: "8" }, ["--user", "app", ...pair], 1234, 8],
    [{ PUID: "1234" }, ["--user-from-env", "PUID"], 1234, 1235, [2001, 2002]],
    [{ PUID: "7" }, [...given, "--user-from-env", "PUID"], 7, 912],
    [{ PUID: "7", PGID: "8" }, [...pair, ...given], 911, 912],
    [{ PUID: "7", PGID: "8" }, ["--user-if-root", "app", ...pair], 7, 8],
  ] as const) {
    test(`${JSON.stringify(environment)} ${words.join(" ")}`, async (t) => {
      const result = await runWithAccounts(t, accounts, words, ["status"], { environment });
      assertIdentity(result, uid, gid, groups);
    });
  }

  test("from REIN_OPTIONS", async (t) => {
    const environment = { REIN_OPTIONS: "--user-from-env=PUID:PGID", PUID: "7", PGID: "8" };
    assertIdentity(await runWithAccounts(t, accounts, [], ["status"], { environment }), 7, 8, []);
  });

  test("who is that user already just runs, and who is not root is left alone behind --user-if-root", async (t) => {
    const caller = { uid: 7, gid: 8 };
    assertIdentity(await runAs(t, caller, pair, { PUID: "7", PGID: "8" }), 7, 8, []);
    assertRefused(await runAs(t, caller, pair, { PUID: "9", PGID: "8" }), [/setresuid/]);
    const other = { PUID: "x", PGID: "9" };
    assertIdentity(await runAs(t, caller, ["--user-if-root", "app", ...pair], other), 7, 8, []);
  });

  for (const [environment, words, says] of [
    [{}, pair, /--user-from-env: PUID is not set/],
    [{ PUID: "7" }, pair, /--user-from-env: PGID is not set/],
    [{ PUID: "7" }, ["--user", "app", ...pair], /--user-from-env: PGID is not set/],
    [{ PUID: "app", PGID: "8" }, [...given, ...pair], /PUID: "app" is no id; give digits/],
    [{ PUID: "7", PGID: " 8" }, pair, /PGID: " 8" is no id/],
    [{ PUID: "-1", PGID: "8" }, pair, /PUID: "-1" is no id/],
    [{ PUID: "0x7", PGID: "8" }, pair, /PUID: "0x7" is no id/],
    [{ PUID: "7:9", PGID: "8" }, pair, /PUID: "7:9" is no id/],
    [{ PUID: "4294967295", PGID: "8" }, pair, /PUID: "4294967295" is no id/],
    [{ PUID: "4294967296", PGID: "8" }, pair, /PUID: "4294967296" is no id/],
    [{}, ["--user-from-env", ""], /--user-from-env/],
    [{}, ["--user-from-env", ":"], /--user-from-env: ":" is not one or two names; give them as in PUID or PUID:PGID/],
    [{ PUID: "7" }, ["--user", "app", "--user-from-env", "PUID:"], /"PUID:" is not one or two names/],
    [{}, ["--user-from-env", "A=B"], /--user-from-env/],
  ] as const) {
    test(`${JSON.stringify(environment)} ${JSON.stringify(words.at(-1))} is refused`, async (t) => {
      assertRefused(await runWithAccounts(t, accounts, words, ["status"], { environment }), [says]);
    });
  }
});
