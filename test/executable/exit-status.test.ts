// The init ends as its payload did.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Mode, modes, pid1 } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { executable, run, runCommand, start } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";

/** How the init ends for each number from `from` to `to` as the payload's last argument; all in one process. */
async function endings(t: TestContext, mode: Mode, from: number, to: number, words: string[]): Promise<string[]> {
  // A new PID namespace for each takes privileges, which a user has inside of one.
  const runner = [...pid1.prefix, payload, "statuses", mode === pid1 ? "pid1" : "plain", `${from}`, `${to}`];
  const result = await runCommand(t, [...runner, executable, ...words]);
  assert.deepEqual([result.stderr, result.status], ["", 0]);
  const lines = result.stdout.trimEnd().split("\n");
  assert.equal(lines.pop(), "end");
  return lines;
}

// Those whose default is to end a process; the core file makes no difference to us.
const harmless: readonly number[] = [
  Signal.CHLD,
  Signal.CONT,
  Signal.STOP,
  Signal.TSTP,
  Signal.TTIN,
  Signal.TTOU,
  23,
  Signal.WINCH,
];
const fatal: readonly number[] = Array.from({ length: Signal.RTMAX }, (_, i) => i + 1).filter(
  (n) => !harmless.includes(n),
);

for (const mode of modes) {
  const skip = mode.unavailable || pid1.unavailable;

  test(`${mode.name}: the payload's exit status is the init's, from 0 to 255`, { skip }, async (t) => {
    const expected = Array.from({ length: 256 }, (_, i) => `${i} exited ${i}`);
    assert.deepEqual(await endings(t, mode, 0, 255, ["--", payload, "exit"]), expected);
  });

  test(`${mode.name}: a payload that died of signal n makes it 128+n`, { skip }, async (t) => {
    const lines: string[] = [];
    let from = 1;
    // In runs of neighbours, past the signals that would stop the payload and not end it.
    for (let n = 1; n <= Signal.RTMAX + 1; n++) {
      if (fatal.includes(n)) continue;
      if (n > from) lines.push(...(await endings(t, mode, from, n - 1, ["--", payload, "kill-self"])));
      from = n + 1;
    }
    assert.deepEqual(
      lines,
      fatal.map((n) => `${n} exited ${128 + n}`),
    );
  });

  test(`${mode.name}: -e makes a status 0 and leaves the others`, { skip }, async (t) => {
    const options = ["-e", "3", "--expect", "143", "-e255", "--expect=7"];
    const zero = [3, 143, 255, 7];
    const expected = Array.from({ length: 256 }, (_, i) => `${i} exited ${zero.includes(i) ? 0 : i}`);
    assert.deepEqual(await endings(t, mode, 0, 255, [...options, "--", payload, "exit"]), expected);
  });

  test(`${mode.name}: --map-exit turns one status into another, once`, { skip }, async (t) => {
    const options = ["--map-exit", "143:0", "--map-exit=0:5", "--map-exit", "5:6"];
    const map = new Map([
      [143, 0],
      [0, 5],
      [5, 6],
    ]);
    const expected = Array.from({ length: 256 }, (_, i) => `${i} exited ${map.get(i) ?? i}`);
    assert.deepEqual(await endings(t, mode, 0, 255, [...options, "--", payload, "exit"]), expected);
  });

  test(`${mode.name}: docker stop of a payload that does nothing about TERM is a success when mapped so`, {
    skip,
  }, async (t) => {
    for (const options of [
      ["-e", "143"],
      ["--map-exit", "143:0"],
    ]) {
      const rein = await start(t, mode, [payload, "wait"], { options });
      await rein.ready();
      rein.signal(Signal.TERM);
      assert.deepEqual(await rein.exit(), { status: 0, signal: null });
    }
  });

  test(`${mode.name}: started by someone who ignores SIGCHLD it does not hang`, { skip }, async (t) => {
    for (const status of [0, 7]) {
      const result = await run(t, mode, [payload, "exit", `${status}`], { launch: [`ignore=${Signal.CHLD}`] });
      assert.deepEqual([result.status, result.stderr], [status, ""]);
    }
    const killed = await run(t, mode, [payload, "kill-self", "9"], { launch: [`ignore=${Signal.CHLD}`] });
    assert.equal(killed.status, 137);
  });

  test(`${mode.name}: started with every signal blocked it still notices the end`, { skip }, async (t) => {
    const result = await run(t, mode, [payload, "exit", "7"], { launch: ["block=all"] });
    assert.deepEqual([result.status, result.stderr], [7, ""]);
  });
}
