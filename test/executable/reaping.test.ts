// No process that lost its parent stays a zombie.

import assert from "node:assert/strict";
import { test } from "node:test";
import { modes } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { children, isAlive, stat } from "../support/processes.ts";
import { type Running, start } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";
import { eventually } from "../support/waiting.ts";

const thousands = 3000;

/** Waits until the payload is the init's only child: whatever else there was is reaped. */
async function onlyPayloadIsLeft(rein: Running): Promise<void> {
  await eventually("the payload is the init's only child", () => {
    const left = children(rein.pid);
    return left.length === 1 && left.every(isAlive);
  });
}

async function end(rein: Running, status: number): Promise<void> {
  rein.stdin.end();
  assert.deepEqual(await rein.exit(), { status, signal: null });
}

for (const mode of modes) {
  const skip = mode.unavailable;

  test(`${mode.name}: ${thousands} orphans are reaped, quietly, and the payload's status is right`, {
    skip,
  }, async (t) => {
    const rein = await start(t, mode, [payload, "orphans", `${thousands}`, "42"]);
    await rein.lineMatching(/^ended$/);
    await onlyPayloadIsLeft(rein);
    await end(rein, 42);
    await rein.closed();
    assert.equal(rein.stderr.text, "");
  });

  test(`${mode.name}: the payload may end while orphans end by the hundred`, { skip }, async (t) => {
    for (let turn = 0; turn < 5; turn++) {
      const rein = await start(t, mode, [payload, "orphans", "400", `${turn + 1}`, "held"]);
      await rein.ready();
      rein.stdin.end("go\n");
      assert.deepEqual(await rein.exit(), { status: turn + 1, signal: null });
    }
  });

  test(`${mode.name}: one SIGCHLD for many ends is enough`, { skip }, async (t) => {
    const rein = await start(t, mode, [payload, "orphans", "100", "3", "held"]);
    await rein.ready();
    // Signals that are pending already are not counted: a stopped init gets one SIGCHLD for all of them.
    rein.signal(Signal.STOP);
    await eventually("the init is stopped", () => stat(rein.pid)?.state === "T");
    rein.stdin.write("go\n");
    await rein.lineMatching(/^ended$/);
    await eventually("all orphans are zombies", () => children(rein.pid).filter((pid) => !isAlive(pid)).length === 100);
    rein.signal(Signal.CONT);
    await onlyPayloadIsLeft(rein);
    await end(rein, 3);
  });

  test(`${mode.name}: one SIGCHLD for orphans and payload together is enough`, { skip }, async (t) => {
    const rein = await start(t, mode, [payload, "orphans", "50", "4", "held"]);
    await rein.ready();
    rein.signal(Signal.STOP);
    await eventually("the init is stopped", () => stat(rein.pid)?.state === "T");
    rein.stdin.end("go\n");
    await eventually("all are zombies", () => children(rein.pid).filter((pid) => !isAlive(pid)).length === 51);
    rein.signal(Signal.CONT);
    assert.deepEqual(await rein.exit(), { status: 4, signal: null });
  });

  test(`${mode.name}: children from before the init was executed are reaped too`, { skip }, async (t) => {
    // All ended before; half of them before and half at some moment after.
    for (const left of ["zombies=20", "children=40"]) {
      const rein = await start(t, mode, [payload, "wait", "5"], { launch: [left] });
      await rein.ready();
      await onlyPayloadIsLeft(rein);
      await end(rein, 5);
      assert.equal(rein.stderr.text, "");
    }
  });

  test(`${mode.name}: such a child's status is not taken for the payload's`, { skip }, async (t) => {
    for (let turn = 0; turn < 20; turn++) {
      const rein = await start(t, mode, [payload, "wait", "77"], { launch: ["children=20"] });
      await rein.ready();
      await end(rein, 77);
    }
  });

  for (const option of ["-w", "--warn-reap"]) {
    test(`${mode.name}: ${option} says every process reaped that was not the payload`, { skip }, async (t) => {
      const rein = await start(t, mode, [payload, "orphans", "30", "6"], { options: [option] });
      await rein.lineMatching(/^ended$/);
      await onlyPayloadIsLeft(rein);
      await end(rein, 6);
      await rein.closed();
      const lines = rein.stderr.text.trimEnd().split("\n");
      // The thirty, and the process between the payload and them is the payload's own child.
      assert.equal(lines.length, 30, rein.seen());
      const named = new Set(lines.map((line) => /^rein: .*reap.*?(\d+)/i.exec(line)?.[1]));
      assert.equal(named.size, 30, "each line names another process");
      assert.ok(!named.has(undefined), rein.seen());
    });
  }
}
