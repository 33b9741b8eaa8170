// Random attacks in random sandboxes, for less than a minute in all; the long mode is fuzz/fuzz.ts.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { compile } from "../../support/payload.ts";
import { descendants, isAlive } from "../../support/processes.ts";
import { runCommand } from "../../support/rein.ts";
import { eventually } from "../../support/waiting.ts";
import { attacksUnavailable } from "./attack.ts";
import { Dice } from "./fuzz/dice.ts";
import { randomSet } from "./fuzz/sets.ts";

/** For each search. A busy machine gets fewer programs done in them, and not more time. */
const SECONDS = 12;
/** For what comes after them, the end of a program and the machine's, however slow the machine is. */
const MORE = 40;

const skip = attacksUnavailable;
const minutes = `${SECONDS / 60}`;

/** The fuzzer's end is near when ours comes, and certain when it hangs. */
function start(t: TestContext, words: readonly string[]): ChildProcess {
  const program = [process.execPath, join(import.meta.dirname, "fuzz/fuzz.ts"), "--shrink", "5", ...words];
  const bounded = ["--pdeathsig", "TERM", "timeout", "--kill-after=5", `${SECONDS + MORE}`, ...program];
  const running = spawn("setpriv", bounded, { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => running.kill("SIGTERM"));
  return running;
}

async function fuzz(t: TestContext, ...words: string[]): Promise<{ output: string; status: number | null }> {
  const running = start(t, ["--minutes", minutes, ...words]);
  const ended = new Promise<number | null>((resolve) => running.once("exit", resolve));
  const output = running.stdout === null ? "" : await text(running.stdout);
  return { output, status: await ended };
}

function count(output: string, ending: string): number {
  return Number(new RegExp(`(\\d+) ${ending}\\b`).exec(output)?.[1] ?? 0);
}

for (const [name, seed] of [
  ["a seed that is always the same", 1],
  ["a new seed", Date.now() % 2 ** 31],
] as const)
  test(`${name}: its programs leave the machine as it was`, { skip }, async (t) => {
    const { output, status } = await fuzz(t, "--seed", `${seed}`);
    for (const line of output.split("\n").filter(Boolean)) t.diagnostic(line);
    assert.equal(status, 0, output);
    // Sets that are refused would keep every promise.
    const [ran, programs] = [count(output, "ran"), count(output, "programs")];
    assert.ok(programs > 0 && ran + count(output, "cut") > programs * 0.6, output);
  });

test("what breaks a promise is found: a command that may write to what is promised", { skip }, async (t) => {
  const running = start(t, ["--minutes", minutes, "--seed", "5", "--broken"]);
  const ended = new Promise((resolve) => running.once("exit", resolve));
  const missing = new Set(["file: /srv/open/", "secret: /", "process: its caller ", "process: left behind: "]);
  let output = "";
  for await (const piece of running.stdout ?? []) {
    output += piece;
    for (const kind of missing) if (output.includes(`\n  ${kind}`)) missing.delete(kind);
    if (missing.size === 0) running.kill("SIGTERM");
  }
  await ended;
  assert.deepEqual([...missing], [], output);
});

for (const signal of ["SIGTERM", "SIGKILL"] as const)
  test(`${signal} of it leaves nothing behind`, { skip }, async (t) => {
    const running = start(t, ["--programs", "1000"]);
    const ended = new Promise((resolve) => running.once("exit", resolve));
    const all = await eventually("there is a machine with its two canaries", () => {
      const found = descendants(running.pid ?? 0);
      return found.length >= 5 && found;
    });
    const fuzzer = all[0] ?? 0;
    process.kill(fuzzer, signal);
    await ended;
    await eventually("all its processes have ended", () => !all.some(isAlive));
    const groups = (): string[] => globSync(`/sys/fs/cgroup/**/rein-attacks-${fuzzer}-*`);
    await eventually("its control groups are gone", () => groups().length === 0);
  });

test("the attacks refuse to run where no machine is made for them", { skip }, async (t) => {
  const folder = join(import.meta.dirname, "fuzz/program");
  const program = compile("fuzz", globSync(join(folder, "*")).sort());
  // None of them: a guard that fails does no harm.
  const result = await runCommand(t, [program, "attack", "1", "0", "none", "/"]);
  assert.deepEqual([result.status, result.stdout], [99, ""]);
});

test("a seed repeats its sets", () => {
  const set = (seed: number, index: number): unknown => randomSet(new Dice(seed, index));
  for (const index of [0, 1, 12_345]) assert.deepEqual(set(7, index), set(7, index));
  assert.notDeepEqual(set(7, 1), set(8, 1));
});
