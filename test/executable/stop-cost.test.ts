// What one stop costs where many other processes are: each of many inits that end at once would pay for all the others.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { subreaper } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { tooFewProcesses } from "../support/process-limit.ts";
import { children } from "../support/processes.ts";
import { executable, start, startCommand } from "../support/rein.ts";
import { eventually } from "../support/waiting.ts";

const noList = !existsSync(`/proc/self/task/${process.pid}/children`) && "this kernel has no list of children";
const noTrace = spawnSync("strace", ["-o", "/dev/null", "true"]).status !== 0 && "strace cannot be used here";
const tooFew = process.getuid?.() !== 0 && tooFewProcesses;
const environment = { PAYLOAD: payload };

/** Processes that have nothing to do with the init. */
async function strangers(t: TestContext, count: number): Promise<void> {
  const script = `for i in $(seq ${count}); do "$PAYLOAD" wait <&3 >/dev/null & done; wait`;
  const shell = startCommand(t, ["sh", "-c", script], { environment, extraPipes: 1 });
  await eventually("they are there", () => children(shell.process.pid ?? 0).length >= count);
}

/** How many system calls an init makes to find and to signal whom its command leaves behind. */
async function calls(t: TestContext, words: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "rein-stop-cost-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const output = join(folder, "calls");
  // Without -f: the command's own do not count.
  const rein = startCommand(t, ["strace", "-o", output, executable, ...words]);
  await rein.ready();
  rein.stdin.end();
  assert.deepEqual(await rein.closed(), { status: 7, signal: null }, rein.seen());
  const lines = readFileSync(output, "utf8").split("\n");
  const end = lines.findIndex((line) => /^wait4.* WEXITSTATUS\(s\) == 7/.test(line));
  assert.ok(end > 0, lines.join("\n"));
  // How often it waits hangs on who ends when.
  return lines.slice(end).filter((line) => !/^(wait4|rt_sig|clock)/.test(line)).length;
}

describe("a stop among many processes", {
  skip: subreaper.unavailable || tooFew || noList || noTrace,
}, () => {
  const stops = {
    "those left behind are asked to end": [["--drain", "1h"], "orphan"],
    "they are killed": [["--drain", "100ms"], "stubborn"],
  } as const;
  for (const [name, [options, kind]] of Object.entries(stops)) {
    test(`${name}: strangers are not looked at`, async (t) => {
      const words = [...options, "--", payload, "tree", kind, "3", "50", "7"];
      const few = await calls(t, words);
      await strangers(t, 200);
      const many = await calls(t, words);
      t.diagnostic(`${few} calls, and ${many} with 200 processes more`);
      assert.ok(few > 30 && few < 300, `${few} calls`);
      // Another round or two, where somebody has ended meanwhile.
      assert.ok(many < 2 * few, `${many} calls instead of ${few}`);
    });
  }
});

const left = '"$PAYLOAD" delay 15 0 0 </dev/null';
const WIDE = 1000;
const DEEP = 40;
/** Commands of which only a process stays that has others below it, and how many of these say that they were asked to end. */
const trees = {
  // Its list of children is longer than a page, and grows shorter while it is read.
  "a parent of a thousand": [`(for i in $(seq ${WIDE}); do ${left} & done; trap : TERM; wait; wait) &`, WIDE],
  "parents of parents": [
    `nest() { if [ $1 -gt 0 ]; then (nest $(($1 - 1)); :); else ${left}; fi; }; nest ${DEEP} &`,
    1,
  ],
  "a thread that is a parent": [
    `"$NODE" -e '
      const start = "require(\\"child_process\\").spawn(process.env.PAYLOAD, [\\"delay\\", \\"15\\", \\"0\\", \\"0\\"], { stdio: [\\"ignore\\", \\"inherit\\", \\"inherit\\"] })";
      new (require("worker_threads").Worker)(start, { eval: true });
      process.on("SIGTERM", () => {});
    ' &`,
    1,
  ],
} as const;

describe("those left behind are asked to end", { skip: subreaper.unavailable || tooFew }, () => {
  for (const [name, [script, count]] of Object.entries(trees)) {
    test(`${name}, and those below`, async (t) => {
      const rein = await start(t, subreaper, ["sh", "-c", `${script} read line; exit 7`], {
        options: ["--drain", "1h"],
        environment: { ...environment, NODE: process.execPath },
      });
      for (let i = 0; i < count; i++) await rein.ready();
      rein.stdin.end();
      const said = (await rein.stdout.rest()).filter((line) => line === "got 15");
      assert.equal(said.length, count);
      assert.deepEqual(await rein.exit(), { status: 7, signal: null });
    });
  }
});
