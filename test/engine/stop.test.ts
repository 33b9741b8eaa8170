// `stop`: with the signal that was asked for, at once, and in rein's way of ending a whole tree.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startContainer } from "../support/container.ts";
import { engine, engineUnavailable, manners } from "../support/engine.ts";
import { Signal } from "../support/signals.ts";

const RTMIN_3 = Signal.RTMIN + 3;

for (const manner of manners) {
  describe(`${engine}, ${manner.name}: stop`, { skip: engineUnavailable }, () => {
    test("a payload with a handler ends in its own way", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "delay", "15", "0", "6"]);
      await container.ready();
      assert.equal(await container.stop(), 6);
    });

    // As PID 1 itself it would not hear SIGTERM at all.
    test("a payload without a handler ends with 143", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "wait"]);
      await container.ready();
      assert.equal(await container.stop(), 143);
    });

    test("without rein it would not end (a check of the check)", async (t) => {
      const bare = { name: "none", words: () => ["busybox", "/payload", "wait"] };
      const container = await startContainer(t, bare, []);
      await container.ready();
      assert.equal(await container.stop("--time", "1"), 137);
    });

    for (const signal of ["SIGRTMIN+3", "QUIT", String(RTMIN_3)]) {
      test(`STOPSIGNAL ${signal} reaches the payload`, async (t) => {
        const number = signal === "QUIT" ? Signal.QUIT : RTMIN_3;
        const command = ["/payload", "delay", String(number), "0", "7"];
        const container = await startContainer(t, manner, command, { engine: ["--stop-signal", signal] });
        await container.ready();
        assert.equal(await container.stop(), 7);
      });
    }

    test("a payload that ignores it is killed after the engine's time: 137", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "ignore", "15"], {
        engine: ["--stop-timeout", "1"],
      });
      await container.ready();
      assert.equal(await container.stop(), 137);
    });

    test("--grace ends one that ignores it before the engine would: 137", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "ignore", "15"], { rein: ["--grace", "200ms"] });
      await container.ready();
      assert.equal(await container.stop(), 137);
    });

    test("--grace counts from a STOPSIGNAL that --stop-signal names", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "ignore", String(RTMIN_3)], {
        engine: ["--stop-signal", "RTMIN+3"],
        rein: ["--grace", "200ms", "--stop-signal", "RTMIN+3"],
      });
      await container.ready();
      assert.equal(await container.stop(), 137);
    });

    test("--drain lets the others clean up, and ends with the last of them", async (t) => {
      const command = ["/payload", "tree", "session", "3", "200", "7"];
      const container = await startContainer(t, manner, command, { rein: ["--drain", "1h"] });
      await container.ready();
      assert.equal(await container.stop(), 7);
      const { stdout } = await container.output();
      assert.equal(stdout.match(/^worker \d cleaned$/gm)?.length, 3, stdout);
    });

    test("--drain kills those who do not end in its time", async (t) => {
      const command = ["/payload", "tree", "stubborn", "3", "0", "7"];
      const container = await startContainer(t, manner, command, { rein: ["--drain", "200ms"] });
      await container.ready();
      assert.equal(await container.stop(), 7);
    });

    test("--stop-delay holds it back, and lets it through", async (t) => {
      const command = ["/payload", "delay", "15", "0", "6"];
      const container = await startContainer(t, manner, command, { rein: ["--stop-delay", "1s"] });
      await container.ready();
      const began = performance.now();
      assert.equal(await container.stop(), 6);
      assert.ok(performance.now() - began > 1000);
    });

    test("--rewrite makes another signal of it", async (t) => {
      const command = ["/payload", "delay", "2", "0", "8"];
      const container = await startContainer(t, manner, command, { rein: ["--rewrite", "TERM:INT"] });
      await container.ready();
      assert.equal(await container.stop(), 8);
    });

    test("--map-exit makes success of 143", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "wait"], { rein: ["--map-exit", "143:0"] });
      await container.ready();
      assert.equal(await container.stop(), 0);
    });
  });
}
