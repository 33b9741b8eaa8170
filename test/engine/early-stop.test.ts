// `stop` at a random moment in a container's first 50 milliseconds: it must never have to wait for its timeout.

import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Container, containerWords, newName } from "../support/container.ts";
import { ask, engine, engineUnavailable, manners } from "../support/engine.ts";

const ROUNDS = 15;

for (const manner of manners) {
  describe(`${engine}, ${manner.name}: stop right after the start`, { skip: engineUnavailable }, () => {
    test(`143, ${ROUNDS} times`, async (t) => {
      const container = new Container(t, newName());
      await ask(t, "create", "--name", container.name, ...containerWords(manner, ["sleep", "1000000"]));
      for (let round = 0; round < ROUNDS; round++) {
        await ask(t, "start", container.name);
        // Half of it is what the client takes to begin.
        const milliseconds = randomInt(25);
        await pause(milliseconds);
        assert.equal(await container.stop(), 143, `${milliseconds} ms after the start`);
      }
    });

    test("kill -s TERM: 143 too", async (t) => {
      const container = new Container(t, newName());
      await ask(t, "create", "--name", container.name, ...containerWords(manner, ["sleep", "1000000"]));
      for (let round = 0; round < 3; round++) {
        await ask(t, "start", container.name);
        await container.kill("TERM");
        assert.equal(await container.wait(), 143);
      }
    });
  });
}
