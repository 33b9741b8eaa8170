// Under a filter that refuses what a sandbox's safety rests on: it is refused, and nothing is left out in silence.

import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { type Result, runCommand } from "../../support/rein.ts";
import { attacksUnavailable, callers, dialects, openAttack, type Programs } from "./attack.ts";

const PRCTL = process.arch === "x64" ? 157 : 167;
const SETPGID = process.arch === "x64" ? 109 : 154;
const GETPID = process.arch === "x64" ? 39 : 172;
const READ = process.arch === "x64" ? 0 : 63;
const FCNTL = process.arch === "x64" ? 72 : 25;
const RT_SIGPROCMASK = process.arch === "x64" ? 14 : 135;
const EPERM = 1;
const PR_SET_PDEATHSIG = 1;
const PR_SET_DUMPABLE = 4;
const PR_SET_CHILD_SUBREAPER = 36;

/** Runs the words where prctl(2) refuses this option. */
function without(t: TestContext, programs: Programs, option: number, words: readonly string[]): Promise<Result> {
  return runCommand(t, [programs.payload, "launch", `deny=${PRCTL}:${EPERM}:${option}`, "--", ...words]);
}

/** An option of prctl(2), and what is said where it is refused. */
const needed = { PR_SET_DUMPABLE, PR_SET_PDEATHSIG };
const lives = [
  ["--unshare-pid"],
  ["--unshare-pid", "--as-pid-1"],
  ["--unshare-user"],
  ["--unshare-user", "--dev", "/dev"],
];

for (const dialect of dialects) {
  for (const caller of callers) {
    for (const [name, option] of Object.entries(needed)) {
      test(`${dialect}, ${caller.name}: no sandbox without ${name}`, { skip: attacksUnavailable }, async (t) => {
        const programs = openAttack(t);
        for (const life of lives) {
          const words = [...caller.prefix, programs[dialect], "--ro-bind", "/", "/", ...life];
          const result = await without(t, programs, option, [...words, "--", "echo", "ran"]);
          assert.equal(result.status, dialect === "rein" ? 125 : 1, `${life.join(" ")}: ${result.stderr}`);
          assert.match(result.stderr, new RegExp(`${name}.*: Operation not permitted`));
          assert.equal(result.stdout, "");
        }
      });
    }
  }
}

for (const caller of callers) {
  test(`${caller.name}: no sandbox whose kill(0, …) would reach its caller's group`, {
    skip: attacksUnavailable,
  }, async (t) => {
    const programs = openAttack(t);
    for (const life of [["--unshare-pid"], ["--unshare-all"], ["--unshare-pid", "--json-status-fd", "2"]]) {
      const words = [...caller.prefix, programs.rein, "--ro-bind", "/", "/", ...life, "--", "echo", "ran"];
      const result = await runCommand(t, [programs.payload, "launch", `deny=${SETPGID}:${EPERM}`, "--", ...words]);
      assert.deepEqual([result.status, result.stdout], [125, ""], `${life.join(" ")}: ${result.stderr}`);
      assert.match(result.stderr, /process group of its own \(setpgid\): Operation not permitted/);
    }
  });
}

/** What a sandbox is not set up without, and how that is said. */
const spoken = {
  "cannot know its own pid \\(getpid\\)": GETPID,
  "cannot read what the supervisor says": READ,
  "cannot execute this program again": FCNTL,
  "cannot block signals \\(rt_sigprocmask\\)": RT_SIGPROCMASK,
};

for (const caller of callers) {
  for (const [said, call] of Object.entries(spoken)) {
    test(`${caller.name}: that it ${said} is said`, { skip: attacksUnavailable }, async (t) => {
      const programs = openAttack(t);
      const ids = caller.uid === 0 ? [["--unshare-user", ..."--uid-map 0:1000:5 --gid-map 0:1000:5".split(" ")]] : [];
      for (const life of [["--unshare-pid"], ["--unshare-user"], ...ids]) {
        const words = [programs.rein, "--ro-bind", "/", "/", ...life, "--", programs.payload, "exit", "3"];
        const filter = [...caller.prefix, programs.payload, "launch", `deny=${call}:${EPERM}`, "--"];
        const result = await runCommand(t, [...filter, ...words]);
        assert.deepEqual([result.status, result.stdout], [125, ""], `${life.join(" ")}: ${result.stderr}`);
        assert.match(result.stderr, new RegExp(`^rein: .*${said}: Operation not permitted`));
      }
    });
  }
}

describe("without a sandbox", { skip: attacksUnavailable }, () => {
  test("nothing is run under a filter beside an init that it could trace", async (t) => {
    const programs = openAttack(t);
    const words = [programs.rein, "--seccomp-profile", "default", "--", "echo", "ran"];
    const result = await without(t, programs, PR_SET_DUMPABLE, words);
    assert.deepEqual([result.status, result.stdout], [125, ""], result.stderr);
    assert.match(result.stderr, /PR_SET_DUMPABLE: Operation not permitted/);
  });

  for (const [who, words] of Object.entries({ init: [], parent: ["--parent-death", "TERM"] })) {
    test(`nothing is run that would outlive its ${who}`, async (t) => {
      const programs = openAttack(t);
      const result = await without(t, programs, PR_SET_PDEATHSIG, [programs.rein, ...words, "--", "echo", "ran"]);
      assert.deepEqual([result.status, result.stdout], [125, ""], result.stderr);
      assert.match(result.stderr, new RegExp(`${who}.*\\(PR_SET_PDEATHSIG\\): Operation not permitted`));
    });
  }

  test("an init that cannot block signals would not hear of its command's end, and starts none", async (t) => {
    const programs = openAttack(t);
    for (const name of ["rein", "tini"]) {
      const program = join(programs.folder, name);
      if (name !== "rein") symlinkSync("rein", program);
      const words = [
        programs.payload,
        "launch",
        `deny=${RT_SIGPROCMASK}:${EPERM}`,
        "--",
        program,
        "--",
        "sleep",
        "0.1",
      ];
      const result = await runCommand(t, words);
      assert.equal(result.status, 125, result.stderr);
      assert.match(result.stderr, /^rein: cannot block signals \(rt_sigprocmask\): Operation not permitted\n$/);
    }
  });

  test("an init that does not know its own pid starts nothing", async (t) => {
    const programs = openAttack(t);
    const words = [programs.payload, "launch", `deny=${GETPID}:${EPERM}`, "--", programs.rein, "--", "echo", "ran"];
    const result = await runCommand(t, words);
    assert.deepEqual([result.status, result.stdout], [125, ""], result.stderr);
    assert.match(result.stderr, /^rein: .*cannot know its own pid \(getpid\): Operation not permitted\n$/);
  });

  test("an init that cannot adopt orphans says so", async (t) => {
    const programs = openAttack(t);
    const result = await without(t, programs, PR_SET_CHILD_SUBREAPER, [programs.rein, "--", "echo", "ran"]);
    assert.deepEqual([result.status, result.stdout], [0, "ran\n"]);
    assert.match(result.stderr, /^rein: cannot adopt orphans \(PR_SET_CHILD_SUBREAPER\): Operation not permitted\n$/);
  });
});
