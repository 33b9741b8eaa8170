// What the init costs while it is there.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { modes } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { children, stat, statusField, waitsForEver } from "../support/processes.ts";
import { start } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";
import { eventually } from "../support/waiting.ts";

for (const mode of modes) {
  test(`${mode.name}: thousands of signals, orphans and messages cost no memory`, {
    skip: mode.unavailable,
  }, async (t) => {
    const options = ["-vvv", "-w", "-g"];
    const rein = await start(t, mode, [payload, "orphans", "3000", "0", "held"], { options });
    await rein.ready();
    const size = (): string[] => ["VmSize", "VmData", "VmStk"].map((name) => statusField(rein.pid, name));
    const before = size();
    rein.stdin.write("go\n");
    await rein.lineMatching(/^ended$/);
    await eventually("the payload is the only child", () => children(rein.pid).length === 1);
    for (let i = 0; i < 2000; i++) rein.signal(Signal.WINCH);
    await eventually("the init waits again", () => stat(rein.pid)?.state === "S");
    assert.deepEqual(size(), before);
    rein.stdin.end();
    assert.deepEqual(await rein.exit(), { status: 0, signal: null });
  });

  test(`${mode.name}: while nothing happens it never wakes up`, { skip: mode.unavailable }, async (t) => {
    const cases = [[], ["-g", "-w"], ["--grace", "10s", "--drain", "5s", "--stop-delay", "1s"]];
    const all = await Promise.all(cases.map((options) => start(t, mode, [payload, "signals"], { options })));
    for (const rein of all) {
      await rein.ready();
      rein.signal(Signal.USR1);
      assert.equal(await rein.line(), `signal ${Signal.USR1}`);
      await eventually("the init waits for ever", () => waitsForEver(rein.pid));
    }
    const wakeUps = (): string[] =>
      all.map(
        ({ pid }) => `${statusField(pid, "voluntary_ctxt_switches")} ${statusField(pid, "nonvoluntary_ctxt_switches")}`,
      );
    // The one place where time itself has to pass: what is tested is that nothing happens in it.
    await pause(100); // on a busy machine, the last step before it sleeps
    const before = wakeUps();
    await pause(2500);
    assert.deepEqual(wakeUps(), before);
    for (const rein of all) {
      rein.stdin.end();
      assert.equal((await rein.exit()).status, 0);
    }
  });
}
