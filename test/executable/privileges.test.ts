// What the payload may do: capabilities, limits, the score of the memory killer; and what an ordinary user is refused.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import {
  APP,
  asOrdinaryUser,
  assertRefused,
  field,
  openFolder,
  openPrograms,
  usersUnavailable,
} from "../support/accounts.ts";
import { payload, payloadUnavailable } from "../support/payload.ts";
import { executable, type Result, runCommand } from "../support/rein.ts";

const NET_BIND_SERVICE = 10n;
const NET_RAW = 13n;

function rein(t: TestContext, words: readonly string[]): Promise<Result> {
  return runCommand(t, [executable, ...words]);
}

async function outputOf(t: TestContext, words: readonly string[]): Promise<string> {
  const result = await rein(t, words);
  assert.equal(result.status, 0, result.stderr);
  assert.equal(result.stderr, "");
  return result.stdout;
}

/** A capability set of the payload's, as /proc/self/status has it. */
function capabilities(result: Result, set: "Inh" | "Prm" | "Eff" | "Bnd" | "Amb"): bigint {
  return BigInt(`0x${field(result, `Cap${set}`)[0]}`);
}

const own = (set: string): bigint =>
  BigInt(`0x${new RegExp(`^Cap${set}:\\s*(\\w+)$`, "m").exec(readFileSync("/proc/self/status", "utf8"))?.[1]}`);
const SYS_RESOURCE = 24n;
const mayRaise = ((own("Eff") >> SYS_RESOURCE) & 1n) === 1n;
const without = (set: bigint, ...numbers: bigint[]): bigint =>
  numbers.reduce((rest, number) => rest & ~(1n << number), set);

describe("--cap-drop", { skip: usersUnavailable }, () => {
  for (const words of [["--cap-drop", "ALL"], ["--cap-drop=all"], ["--cap-drop", "NET_RAW", "--cap-drop", "ALL"]]) {
    test(`${words.join(" ")}: no capability is left in any set`, async (t) => {
      const result = await rein(t, [...words, payload, "status"]);
      for (const set of ["Inh", "Prm", "Eff", "Bnd", "Amb"] as const) assert.equal(capabilities(result, set), 0n, set);
    });
  }

  const noFileCapabilities = spawnSync("setcap", ["-v", "cap_net_raw=ep", "/dev/null"]).error?.message ?? false;
  test("a program whose file has what is dropped: why it is refused", { skip: noFileCapabilities }, async (t) => {
    const program = join(openFolder(t), "program");
    copyFileSync(payload, program);
    const { status, stderr } = spawnSync("setcap", ["cap_net_raw=ep", program], { encoding: "utf8" });
    if (status !== 0) return t.skip(stderr);
    assert.equal((await rein(t, [program, "exit", "3"])).status, 3);
    const refused = await rein(t, ["--cap-drop", "NET_RAW", program, "exit", "3"]);
    const says = "Operation not permitted (has it a capability that is dropped here? getcap shows those of a file)";
    assert.deepEqual([refused.status, refused.stderr], [126, `rein: cannot run ${program}: ${says}\n`]);
  });

  for (const name of ["NET_RAW", "CAP_NET_RAW", "net_raw", "cap_net_raw"]) {
    test(`${name} is gone, the others stay`, async (t) => {
      const result = await rein(t, ["--cap-drop", name, payload, "status"]);
      for (const set of ["Prm", "Eff", "Bnd"] as const)
        assert.equal(capabilities(result, set), without(own(set), NET_RAW), set);
    });
  }

  test("more than one", async (t) => {
    const result = await rein(t, ["--cap-drop=NET_RAW", "--cap-drop=NET_BIND_SERVICE", payload, "status"]);
    assert.equal(capabilities(result, "Bnd"), without(own("Bnd"), NET_RAW, NET_BIND_SERVICE));
  });

  test("with --user, which needs capabilities itself: both happen", async (t) => {
    const programs = openPrograms(t);
    const result = await rein(t, ["--cap-drop", "ALL", "--user", `${APP}:${APP}`, programs.payload, "status"]);
    assert.deepEqual(field(result, "Uid"), Array(4).fill(`${APP}`));
    for (const set of ["Inh", "Prm", "Eff", "Bnd", "Amb"] as const) assert.equal(capabilities(result, set), 0n, set);
  });

  test("the init keeps its own: it can still signal and reap a payload of another user", async (t) => {
    const programs = openPrograms(t);
    const result = await rein(t, ["--user", `${APP}:${APP}`, programs.payload, "kill-self", "15"]);
    assert.deepEqual([result.status, result.stderr], [143, ""]);
  });

  test("--user alone: no capability is left but in the bounding set", async (t) => {
    const programs = openPrograms(t);
    const result = await rein(t, ["--user", `${APP}:${APP}`, programs.payload, "status"]);
    for (const set of ["Inh", "Prm", "Eff", "Amb"] as const) assert.equal(capabilities(result, set), 0n, set);
    assert.equal(capabilities(result, "Bnd"), own("Bnd"));
  });
});

describe("what anybody can give a payload", { skip: payloadUnavailable }, () => {
  test("--no-new-privs", async (t) => {
    assert.deepEqual(field(await rein(t, [payload, "status"]), "NoNewPrivs"), ["0"]);
    assert.deepEqual(field(await rein(t, ["--no-new-privs", payload, "status"]), "NoNewPrivs"), ["1"]);
  });

  test("--rlimit NAME=SOFT:HARD, and one number for both", async (t) => {
    const limits = ["sh", "-c", "ulimit -Sn; ulimit -Hn"];
    assert.equal(await outputOf(t, ["--rlimit", "nofile=100:200", ...limits]), "100\n200\n");
    assert.equal(await outputOf(t, ["--rlimit=nofile=150", ...limits]), "150\n150\n");
    assert.equal(await outputOf(t, ["--rlimit", "nofile=100:200", "--rlimit", "nofile=50:60", ...limits]), "50\n60\n");
  });

  test("every limit by its name", async (t) => {
    const names = {
      ...{ cpu: "Max cpu time", fsize: "Max file size", data: "Max data size", stack: "Max stack size" },
      ...{ core: "Max core file size", rss: "Max resident set", nproc: "Max processes", nofile: "Max open files" },
      ...{ memlock: "Max locked memory", as: "Max address space", locks: "Max file locks" },
      ...{ sigpending: "Max pending signals", msgqueue: "Max msgqueue size", nice: "Max nice priority" },
      ...{ rtprio: "Max realtime priority", rttime: "Max realtime timeout" },
    };
    // A hard limit can be lowered by anybody; where it is 0 already there is nothing to lower.
    const before = readFileSync("/proc/self/limits", "utf8");
    for (const [name, title] of Object.entries(names)) {
      const hard = new RegExp(`^${title} +\\S+ +(\\S+)`, "m").exec(before)?.[1];
      // Enough for the payload itself to run; as a number no other limit has.
      const wanted = hard === "unlimited" || Number(hard) > 123_456_789 ? 123_456_789 : Number(hard);
      const limits = await outputOf(t, ["--rlimit", `${name}=${wanted}`, "cat", "/proc/self/limits"]);
      assert.match(limits, new RegExp(`^${title} +${wanted} +${wanted} `, "m"), name);
    }
  });

  const coreIsUnlimited = /^Max core file size +\S+ +unlimited/m.test(readFileSync("/proc/self/limits", "utf8"));
  test("--rlimit core=unlimited", {
    skip: !coreIsUnlimited && !mayRaise && "raising a hard limit takes CAP_SYS_RESOURCE",
  }, async (t) => {
    const limits = ["sh", "-c", "ulimit -Sc; ulimit -Hc"];
    assert.equal(await outputOf(t, ["--rlimit", "core=unlimited", ...limits]), "unlimited\nunlimited\n");
    assert.equal(await outputOf(t, ["--rlimit", "core=0:unlimited", ...limits]), "0\nunlimited\n");
  });

  test("--oom-score-adj", async (t) => {
    const before = Number(readFileSync("/proc/self/oom_score_adj", "utf8"));
    const show = ["cat", "/proc/self/oom_score_adj"];
    for (const score of [1000, Math.max(before, 500)]) {
      // The kernel takes a number that begins with 0 for octal.
      for (const text of [`${score}`, `0${score}`])
        assert.equal(await outputOf(t, ["--oom-score-adj", text, ...show]), `${score}\n`);
    }
    assert.equal(await outputOf(t, show), `${before}\n`);
  });

  test("--oom-score-adj below zero", { skip: !mayRaise && "sparing a process takes CAP_SYS_RESOURCE" }, async (t) => {
    const show = ["cat", "/proc/self/oom_score_adj"];
    for (const score of ["-500", "-1000"])
      assert.equal(await outputOf(t, ["--oom-score-adj", score, ...show]), `${score}\n`);
  });

  test("--chdir: the payload starts there, and a relative command is looked for there", async (t) => {
    const folder = openFolder(t);
    mkdirSync(join(folder, "bin"));
    assert.equal(await outputOf(t, ["--chdir", folder, "pwd"]), `${folder}\n`);
    const script = join(folder, "bin", "here");
    await outputOf(t, ["sh", "-c", 'printf "#!/bin/sh\\npwd\\n" >"$0"; chmod 755 "$0"', script]);
    assert.equal(await outputOf(t, ["--chdir", folder, "bin/here"]), `${folder}\n`);
    assert.equal(await outputOf(t, ["--chdir", join(folder, "bin"), "./here"]), `${folder}/bin\n`);
  });

  test("--chdir into what is none is refused, with its name", async (t) => {
    const { file, missing } = { file: "/etc/passwd", missing: "/nowhere/at all" };
    assertRefused(await rein(t, ["--chdir", missing, "pwd"]), [
      /--chdir/,
      /\/nowhere\/at all/,
      /No such file or directory/,
    ]);
    assertRefused(await rein(t, ["--chdir", file, "pwd"]), [/--chdir/, /\/etc\/passwd/, /Not a directory/]);
    assertRefused(await rein(t, ["--chdir", "", "pwd"]), [/--chdir/]);
  });
});

describe("--chdir with --user", { skip: usersUnavailable }, () => {
  test("goes where that user may go, and nowhere else", async (t) => {
    const folder = openFolder(t);
    const [theirs, ours] = [join(folder, "theirs"), join(folder, "ours")];
    for (const path of [theirs, ours]) mkdirSync(path, { mode: 0o700 });
    for (const path of [theirs, ours]) chmodSync(path, 0o700);
    chownSync(theirs, APP, APP);
    const user = ["--user", `${APP}:${APP}`];
    assert.equal(await outputOf(t, [...user, "--chdir", theirs, "pwd"]), `${theirs}\n`);
    assertRefused(await rein(t, [...user, "--chdir", ours, "pwd"]), [/--chdir/, /ours/, /Permission denied/]);
  });
});

describe("an ordinary user", { skip: usersUnavailable }, () => {
  async function asUser(t: TestContext, words: readonly string[], command: readonly string[]): Promise<Result> {
    const programs = openPrograms(t);
    return runCommand(t, [...asOrdinaryUser, programs.rein, ...words, "--", programs.payload, ...command]);
  }

  for (const [words, says] of [
    [
      ["--user", "0:0"],
      [/--user/, /Operation not permitted/],
    ],
    [
      ["--user", "12345:12345"],
      [/--user/, /Operation not permitted/],
    ],
    [
      ["--cap-drop", "ALL"],
      [/--cap-drop/, /Operation not permitted; it takes CAP_SETPCAP; without, --no-new-privs keeps programs from/],
    ],
    [
      ["--rlimit", "nofile=10:unlimited"],
      [
        /--rlimit/,
        /nofile=10:unlimited/,
        /Operation not permitted; it takes CAP_SYS_RESOURCE, or an engine's --ulimit/,
      ],
    ],
    [
      ["--oom-score-adj", "-1000"],
      [/--oom-score-adj/, /-1000/, /Permission denied; below the caller's it takes CAP_SYS_RESOURCE, or an engine's/],
    ],
  ] as const) {
    test(`is refused ${words.join(" ")}, with the reason`, async (t) => {
      assertRefused(await asUser(t, words, ["status"]), says);
    });
  }

  test("gets all that the kernel allows", async (t) => {
    const words = ["--no-new-privs", "--rlimit", "nofile=50:60", "--oom-score-adj", "1000", "--chdir", "/"];
    const result = await asUser(t, [...words, "--setenv", "A", "b", "--grace", "1s", "--drain", "1s"], ["status"]);
    assert.deepEqual([result.status, result.stderr], [0, ""]);
    assert.deepEqual(field(result, "NoNewPrivs"), ["1"]);
    assert.deepEqual(field(result, "Uid"), Array(4).fill(`${APP}`));
  });
});
