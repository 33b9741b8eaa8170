// A container that is frozen for a while.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startContainer } from "../support/container.ts";
import { ask, engine, engineUnavailable, manners } from "../support/engine.ts";

for (const manner of manners) {
  describe(`${engine}, ${manner.name}: pause`, { skip: engineUnavailable }, () => {
    test("signals that come meanwhile arrive afterwards, all of them", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "signals"]);
      await container.ready();
      const init = await container.pid();
      await ask(t, "pause", container.name);
      // Not by the engine, which refuses.
      for (const signal of [10, 12, 15, 40, 40, 40]) process.kill(init, signal);
      assert.equal(await container.inspect("{{.State.Status}}"), "paused");
      await ask(t, "unpause", container.name);
      for (const signal of [10, 12, 15, 40, 40, 40]) assert.equal(await container.logs.line(), `signal ${signal}`);
    });

    test("orphans are reaped and stop works after it", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "delay", "15", "0", "6"]);
      await container.ready();
      for (let round = 0; round < 3; round++) {
        await ask(t, "pause", container.name);
        await ask(t, "unpause", container.name);
      }
      await container.makeOrphans(20);
      await container.reaped();
      assert.equal(await container.stop(), 6);
    });
  });
}
