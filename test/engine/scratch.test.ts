// An image FROM scratch: rein, one static program, and nothing else at all.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runContainer, startContainer } from "../support/container.ts";
import { engine, engineUnavailable, manners } from "../support/engine.ts";
import { tooFewProcesses } from "../support/process-limit.ts";

const image = "bare";

for (const manner of manners) {
  describe(`${engine}, ${manner.name}: an image FROM scratch`, { skip: engineUnavailable }, () => {
    test("the payload runs, is stopped, and its status passes", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "delay", "15", "0", "9"], { image });
      await container.ready();
      assert.equal(await container.stop(), 9);
      assert.equal((await container.output()).stderr, "");
    });

    test("orphans are reaped", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "orphans", "100", "5"], { image });
      await container.lineMatching(/^ended$/);
      assert.equal(await container.stop(), 143);
    });

    test("rein is a payload that works", async (t) => {
      const result = await runContainer(t, manner, ["/rein", "--version"], { image });
      assert.match(result.stdout, /^rein \d/);
      assert.equal(result.status, 0);
    });

    test(`a command that is not there: ${manner.notFound}`, async (t) => {
      assert.equal((await runContainer(t, manner, ["/nothing"], { image })).status, manner.notFound);
    });

    test("read-only, no capabilities, an ordinary user", { skip: tooFewProcesses }, async (t) => {
      const denied = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", "1000:1000"];
      const result = await runContainer(t, manner, ["/payload", "exit", "3"], { image, engine: denied });
      assert.equal(result.status, 3, result.stderr);
    });
  });
}
