// Signals that arrive while everything is still starting.

import assert from "node:assert/strict";
import { test } from "node:test";
import { modes, subreaper } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { start } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";

const amount = 1000;

for (const mode of modes) {
  for (const options of [[], ["-g"], ["-c"]]) {
    const name = `${mode.name}: none of ${amount} signals sent while it starts is lost${options.map((o) => ` with ${o}`).join("")}`;
    test(name, { skip: mode.unavailable }, async (t) => {
      // A start is over in less than a millisecond: many starts, so that signals fall
      // on every moment of it. Real-time signals, because each of them counts.
      for (let turn = 0; turn < 10; turn++) {
        const rein = await start(t, mode, [payload, "signals"], {
          options,
          launch: ["block=all", `hail=${Signal.RTMIN}:${amount}`],
        });
        let got = 0;
        for (let hailed = false; !hailed || got < amount; ) {
          const line = await rein.line();
          if (line === "hailed") hailed = true;
          else if (line === `signal ${Signal.RTMIN}`) got++;
          else assert.match(line, /^ready /);
        }
        rein.stdin.end();
        assert.deepEqual(await rein.stdout.rest(), ["end"]);
        assert.deepEqual(await rein.exit(), { status: 0, signal: null });
      }
    });
  }

  test(`${mode.name}: a TERM sent while it starts ends a payload that does nothing about it`, {
    skip: mode.unavailable,
  }, async (t) => {
    for (let turn = 0; turn < 40; turn++) {
      // Only TERM is blocked before, and the payload gets it so: it takes it from there.
      const rein = await start(t, mode, [payload, "delay", `${Signal.TERM}`, "0", "7"], {
        options: turn % 2 === 0 ? ["-g"] : [],
        launch: [`block=${Signal.TERM}`, `hail=${Signal.TERM}:${1 + (turn % 5)}`],
      });
      assert.deepEqual(await rein.exit(), { status: 7, signal: null });
    }
  });
}

test("subreaper: whoever sends TERM at once is left with nothing that runs", {
  skip: subreaper.unavailable,
}, async (t) => {
  for (let turn = 0; turn < 100; turn++) {
    const rein = await start(t, subreaper, [payload, "wait"], { options: turn % 2 === 0 ? ["-g"] : [] });
    // Turn by turn a bit later, from before the init's first instruction on.
    for (const end = performance.now() + (turn % 20) / 10; performance.now() < end; ) {
      // Nothing: the moment is what counts.
    }
    rein.signal(Signal.TERM);
    // The init had it before it was one, or the payload got it; never nobody.
    const ending = await rein.closed();
    assert.ok(ending.signal === "SIGTERM" || ending.status === 128 + Signal.TERM, JSON.stringify(ending));
  }
});
