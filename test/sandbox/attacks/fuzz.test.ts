// Random attacks in random sandboxes, a minute of them; the long mode is fuzz/fuzz.ts.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { attacksUnavailable } from "./attack.ts";
import { Dice } from "./fuzz/dice.ts";
import { randomSet } from "./fuzz/sets.ts";

/** Another seed or number is for the long mode. */
const SEED = 1;
/** What takes a minute on two cores that have nothing else to do. */
const PROGRAMS = 400;

async function fuzz(...words: string[]): Promise<{ output: string; status: number | null }> {
  const program = join(import.meta.dirname, "fuzz/fuzz.ts");
  const running = spawn(process.execPath, [program, "--seed", `${SEED}`, ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve) => running.once("exit", resolve));
  return { output: await text(running.stdout), status: await ended };
}

test(`${PROGRAMS} programs leave the machine as it was`, { skip: attacksUnavailable }, async () => {
  const { output, status } = await fuzz("--programs", `${PROGRAMS}`);
  assert.equal(status, 0, output);
  // Sets that are refused would keep every promise.
  const ran = Number(/^(\d+) ran$/m.exec(output)?.[1]);
  assert.ok(ran > PROGRAMS * 0.8, output);
});

test("what breaks a promise is found: a payload that may write to what is promised", {
  skip: attacksUnavailable,
}, async () => {
  const { output, status } = await fuzz("--programs", "40", "--broken");
  assert.equal(status, 1, output);
  for (const kind of ["file: /srv/open/", "secret: /", "process: "]) assert.ok(output.includes(`\n  ${kind}`), output);
});

test("a seed repeats its sets", () => {
  const set = (seed: number, index: number): unknown => randomSet(new Dice(seed, index));
  for (const index of [0, 1, 12_345]) assert.deepEqual(set(7, index), set(7, index));
  assert.notDeepEqual(set(7, 1), set(8, 1));
});
