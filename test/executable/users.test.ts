// --user: names and numbers, out of the image's own /etc/passwd and /etc/group.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import {
  type AccountFiles,
  assertIdentity,
  assertRefused,
  field,
  openPrograms,
  runWithAccounts,
  usersUnavailable,
  withAccounts,
} from "../support/accounts.ts";
import { children, statusField } from "../support/processes.ts";
import { runCommand, startCommand } from "../support/rein.ts";

const accounts: AccountFiles = {
  passwd: [
    "root:x:0:0:root:/root:/bin/sh",
    "app:x:1234:1235:An application:/home/app:/bin/sh",
    "other:x:1236:1236::/home/other:",
    "homeless:x:1237:1237:::",
    "",
  ].join("\n"),
  group: [
    "root:x:0:",
    "app:x:1235:",
    "web:x:2001:app,other",
    "data:x:2002:other,app",
    "alone:x:2003:app",
    "others:x:2004:other,application,xapp,appx,ap",
    "app-too:x:2005:root",
    "",
  ].join("\n"),
};

describe("--user", { skip: usersUnavailable, concurrency: 4 }, () => {
  const APP_GROUPS = [2001, 2002, 2003];
  for (const [user, uid, gid, others] of [
    ["app", 1234, 1235, APP_GROUPS],
    ["1234", 1234, 1235, APP_GROUPS],
    ["01234", 1234, 1235, APP_GROUPS],
    ["app:web", 1234, 2001, []],
    ["app:2004", 1234, 2004, []],
    ["app:4000000000", 1234, 4_000_000_000, []],
    ["1234:web", 1234, 2001, []],
    ["1234:app-too", 1234, 2005, []],
    ["app:app", 1234, 1235, []],
    ["root", 0, 0, [2005]],
    ["0:0", 0, 0, []],
    ["4242", 4242, 0, []],
    ["4242:web", 4242, 2001, []],
    ["4242:4343", 4242, 4343, []],
    ["4294967294:4294967294", 4_294_967_294, 4_294_967_294, []],
  ] as const) {
    test(user, async (t) => {
      assertIdentity(await runWithAccounts(t, accounts, ["--user", user]), uid, gid, others);
    });
  }

  for (const [user, home] of [
    ["app", "/home/app"],
    ["1234", "/home/app"],
    ["1234:web", "/home/app"],
    ["4242", "/"],
  ] as const) {
    test(`${user} has HOME=${home}`, async (t) => {
      const command = ["environment", "HOME"];
      const environment = { HOME: "/somewhere" };
      const result = await runWithAccounts(t, accounts, ["--user", user], command, { environment });
      assert.match(result.stdout, new RegExp(`^HOME=${home}$`, "m"));
      // What is set on purpose stays so.
      const own = await runWithAccounts(t, accounts, ["--user", user, "--setenv", "HOME", "/own"], command);
      assert.match(own.stdout, /^HOME=\/own$/m);
      // What is cleared is the caller's environment.
      for (const [options, said] of [
        [["--clearenv"], `HOME=${home}`],
        [["--clearenv", "--setenv", "HOME", "/own"], "HOME=/own"],
        [["--clearenv", "--unsetenv", "HOME"], "HOME unset"],
      ] as const) {
        const cleared = await runWithAccounts(t, accounts, [...options, "--user", user], command, { environment });
        assert.match(cleared.stdout, new RegExp(`^${said}$`, "m"), options.join(" "));
      }
    });
  }

  test("without it HOME and identity stay", async (t) => {
    const result = await runWithAccounts(t, accounts, [], ["environment", "HOME"], {
      environment: { HOME: "/somewhere" },
    });
    assert.match(result.stdout, /^HOME=\/somewhere$/m);
  });

  for (const [user, says] of [
    ["nobody-here", [/nobody-here/, /\/etc\/passwd/]],
    ["ap", [/\bap\b/, /\/etc\/passwd/]],
    ["App", [/\bApp\b/]],
    ["app:nobody-here", [/nobody-here/, /\/etc\/group/]],
    ["4242:nobody-here", [/nobody-here/, /\/etc\/group/]],
    ["nobody-here:web", [/nobody-here/, /\/etc\/passwd/]],
    ["app:web:data", [/web:data/]],
    ["", [/--user/]],
    [":web", [/--user/]],
    ["app:", [/--user/, /group/]],
    ["-1", [/-1/]],
    ["1234x", [/1234x/]],
    ["4294967295", [/4294967295/]],
    ["4294967296", [/4294967296/]],
    ["99999999999999999999", [/99999999999999999999/]],
    ["app:4294967295", [/4294967295/]],
  ] as const) {
    test(`${user === "" ? '""' : user} is refused`, async (t) => {
      assertRefused(await runWithAccounts(t, accounts, ["--user", user]), [/--user/, ...says]);
    });
  }
});

/** The supplementary groups of a payload that runs as `app`; more than one line of its own output could hold. */
async function groupsOfApp(t: TestContext, files: AccountFiles): Promise<number[]> {
  const programs = openPrograms(t);
  const words = [programs.rein, "--user", "app", "--", programs.payload, "wait"];
  const rein = startCommand(t, [...withAccounts(programs.folder, files), ...words]);
  await rein.ready();
  const [child] = children(rein.process.pid ?? 0);
  assert.ok(child !== undefined);
  return statusField(child, "Groups").split(" ").filter(Boolean).map(Number);
}

// CVE-2016-3697: the image says who 1000 is, and its user of that *name* is root.
describe("--user with digits, in an image that has names of digits", { skip: usersUnavailable, concurrency: 4 }, () => {
  const hostile: AccountFiles = {
    passwd: "1000:x:0:0::/root:\n4294967295:x:0:0::/:\n99999999999999999999:x:0:0::/:\nplain:x:2000:2001::/plain:\n",
    group: "1000:x:0:\n2001:x:0:1000\n4294967295:x:0:\nzero:x:0:1000,plain\n",
  };
  for (const [user, uid, gid, others] of [
    ["1000", 1000, 0, []],
    ["01000", 1000, 0, []],
    ["1000:1000", 1000, 1000, []],
    ["1000:2001", 1000, 2001, []],
    ["2000:1000", 2000, 1000, []],
    ["plain:1000", 2000, 1000, []],
    // What a record of that number says is the image's word: its group and those that list it.
    ["2000", 2000, 2001, [0]],
  ] as const) {
    test(user, async (t) => {
      assertIdentity(await runWithAccounts(t, hostile, ["--user", user]), uid, gid, others);
    });
  }

  for (const user of ["4294967295", "99999999999999999999", "1000:4294967295"]) {
    test(`${user} is refused`, async (t) => {
      assertRefused(await runWithAccounts(t, hostile, ["--user", user]), [
        /--user: \d+ is no id; the largest one is 4294967294$/m,
      ]);
    });
  }

  test("the payload has no capability, and HOME is not root's", async (t) => {
    const result = await runWithAccounts(t, hostile, ["--user", "1000:1000"]);
    assert.deepEqual(field(result, "CapEff"), ["0000000000000000"]);
    const home = await runWithAccounts(t, hostile, ["--user", "1000"], ["environment", "HOME"]);
    assert.match(home.stdout, /^HOME=\/$/m);
  });
});

describe("the account files", { skip: usersUnavailable, concurrency: 4 }, () => {
  const { passwd = "", group = "" } = accounts;
  const inGroups = [2001, 2002, 2003];

  for (const [what, files] of Object.entries({
    "without a final newline": { passwd: passwd.trimEnd(), group: group.trimEnd() },
    "with comments and empty lines": {
      passwd: `# users\n\n${passwd}\n#app:x:1:1:::\n`,
      group: `# groups\n\n\n${group}#`,
    },
    "with malformed lines": {
      passwd: `app\napp:\napp:x\napp:x::::\n:::\n::::::\nbroken:x:a:b:::\napp:x:abc:1::/:\napp:x:1:abc::/:\napp:x:-1:1::/:\n${passwd}`,
      group: `app\nweb:x\nweb:x:\n:::app\nweb:x:abc:\n${group}x:y:z`,
    },
    "with numbers out of range": { passwd: `app:x:99999999999:1:::\napp:x:4294967295:1::/:\n${passwd}`, group },
    "with the same name twice": { passwd: `${passwd}app:x:1:1::/second:\n`, group },
    "with a very long line": {
      passwd: `long:x:1:1:${"x".repeat(200_000)}:/:\n${passwd}`,
      group: `long:x:1:${"x".repeat(200_000)}\n${group}`,
    },
    "with members in strange lists": { passwd, group: `${group}a:x:3001:,,,\nb:x:3002:,\nc:x:3003: app\n` },
    "with a shell field missing": { passwd: passwd.replaceAll(":/bin/sh", ""), group },
  })) {
    test(what, async (t) => {
      assertIdentity(await runWithAccounts(t, files, ["--user", "app"]), 1234, 1235, inGroups);
      assertIdentity(await runWithAccounts(t, files, ["--user", "1234:web"]), 1234, 2001, []);
    });
  }

  test("with thousands of users", async (t) => {
    const users = Array.from({ length: 4000 }, (_, i) => `user${i}:x:${i + 10_000}:100::/home/user${i}:/bin/sh\n`);
    assertIdentity(
      await runWithAccounts(t, { passwd: users.join("") + passwd, group }, ["--user", "app"]),
      1234,
      1235,
      inGroups,
    );
  });

  test("with thousands of members in a group, the user last", async (t) => {
    const members = Array.from({ length: 20_000 }, (_, i) => `member${i}`);
    const files = { passwd, group: `${group}many:x:3000:${[...members, "app"].join(",")}\n` };
    assertIdentity(await runWithAccounts(t, files, ["--user", "app"]), 1234, 1235, [...inGroups, 3000]);
  });

  test("with the user in thousands of groups", async (t) => {
    const wanted = Array.from({ length: 5000 }, (_, i) => 10_000 + i);
    const groups = await groupsOfApp(t, { passwd, group: wanted.map((gid) => `group${gid}:x:${gid}:app\n`).join("") });
    assert.deepEqual(
      groups.filter((gid) => gid !== 1235),
      wanted,
    );
  });

  test("too large to be read: refused, or read all the same", async (t) => {
    const result = await runWithAccounts(t, { passwd: `${"#".repeat(10_000_000)}\n${passwd}`, group }, [
      "--user",
      "app",
    ]);
    if (result.status === 0) assertIdentity(result, 1234, 1235, inGroups);
    else assertRefused(result, [/--user/, /\/etc\/passwd/]);
  });

  test("one that cannot be read is refused, where a user without its groups would be started", async (t) => {
    const large = `${"#".repeat(10_000_000)}\n`;
    for (const [files, user, path] of [
      [{ passwd, group: large }, "app", "/etc/group"],
      [{ passwd, group: large }, "app:7", "/etc/group"],
      [{ passwd: large, group }, "1234", "/etc/passwd"],
    ] as const)
      assertRefused(await runWithAccounts(t, files, ["--user", user]), [new RegExp(`--user: ${path}: File too large`)]);
  });

  // Opening one may do something, as with a watchdog; and from a FIFO or the caller's input nothing would come.
  for (const [name, make] of [
    ["a FIFO", 'mkfifo "$0"'],
    ["the caller's own input", 'ln -s /proc/self/fd/0 "$0"'],
    ["a device", 'ln -s /dev/zero "$0"'],
    ["a directory", 'mkdir "$0"'],
  ] as const) {
    test(`${name} in the place of one is refused at once`, async (t) => {
      for (const [file, user] of [
        ["passwd", "1000"],
        ["group", "1000:1000"],
      ] as const) {
        const { folder, rein, payload } = openPrograms(t);
        const prefix = withAccounts(folder, {});
        const made = spawnSync("sh", ["-c", make, join(folder, "etc", file)]);
        assert.equal(made.status, 0);
        const words = [...prefix, rein, "--user", user, "--", payload, "status"];
        const since = performance.now();
        const started = startCommand(t, words);
        assert.deepEqual(await started.closed(), { status: 125, signal: null }, started.seen());
        assert.match(started.stderr.text, new RegExp(`^rein: --user: /etc/${file}: it is no regular file\n$`));
        assert.ok(performance.now() - since < 4000, "it waited");
      }
    });
  }

  test("a null device is an empty one", async (t) => {
    const { folder, rein, payload } = openPrograms(t);
    const prefix = withAccounts(folder, {});
    for (const file of ["passwd", "group"]) symlinkSync("/dev/null", join(folder, "etc", file));
    const result = await runCommand(t, [...prefix, rein, "--user", "7:8", "--", payload, "status"]);
    assertIdentity(result, 7, 8, []);
  });

  test("a record without a name is nobody's", async (t) => {
    const files = { passwd: `::0:0:::\n${passwd}`, group: `:x:0:\n${group}` };
    assertRefused(await runWithAccounts(t, files, ["--user", ""]), [/--user: the user is empty/]);
    assertRefused(await runWithAccounts(t, files, ["--user", "app:"]), [/--user: the group is empty/]);
  });

  test("with the user in more groups than the kernel takes", async (t) => {
    const group = Array.from({ length: 65_600 }, (_, i) => `g${i}:x:${10_000 + i}:app\n`).join("");
    const result = await runWithAccounts(t, { passwd, group }, ["--user", "app"]);
    // As many as it takes, or a refusal that says so; not a crash.
    if (result.status !== 0) assertRefused(result, [/--user/]);
  });

  test("missing: numbers do, names do not", async (t) => {
    for (const files of [{}, { passwd: "", group: "" }]) {
      assertIdentity(await runWithAccounts(t, files, ["--user", "7:8"]), 7, 8, []);
      assertIdentity(await runWithAccounts(t, files, ["--user", "7"]), 7, 0, []);
      assertRefused(await runWithAccounts(t, files, ["--user", "app"]), [/--user/, /app/, /\/etc\/passwd/]);
      assertRefused(await runWithAccounts(t, files, ["--user", "7:web"]), [/--user/, /web/, /\/etc\/group/]);
    }
    assertIdentity(await runWithAccounts(t, { passwd }, ["--user", "app"]), 1234, 1235, []);
    assertRefused(await runWithAccounts(t, { passwd }, ["--user", "app:web"]), [/web/, /\/etc\/group/]);
  });
});
