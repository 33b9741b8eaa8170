// Restart policies: they go by the exit status that rein passes on.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Container, startContainer } from "../support/container.ts";
import { engine, engineUnavailable, manners } from "../support/engine.ts";
import { deadline } from "../support/waiting.ts";

/** Waits until something that no event tells is so. */
async function becomes(container: Container, format: string, wanted: string): Promise<void> {
  const end = performance.now() + deadline;
  for (;;) {
    const found = await container.inspect(format);
    if (found === wanted) return;
    assert.ok(performance.now() < end, `${format} is ${found}, and should be ${wanted}`);
  }
}

const state = "{{.RestartCount}} {{.State.Status}} {{.State.ExitCode}}";

for (const manner of manners) {
  describe(`${engine}, ${manner.name}: restart policies`, { skip: engineUnavailable }, () => {
    test("on-failure:2: twice again after a failure, and its status in the end", async (t) => {
      const container = await startContainer(t, manner, ["sh", "-c", "echo run; exit 3"], {
        engine: ["--restart", "on-failure:2"],
      });
      await becomes(container, state, "2 exited 3");
      assert.equal((await container.output()).stdout, "run\nrun\nrun\n");
    });

    test("on-failure:2: not again after a status that is mapped to 0", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "exit", "143"], {
        engine: ["--restart", "on-failure:2"],
        rein: ["--map-exit", "143:0"],
      });
      await becomes(container, state, "0 exited 0");
    });

    test("unless-stopped: again after an end of its own, not after stop", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "delay", "10", "0", "4"], {
        engine: ["--restart", "unless-stopped"],
      });
      await container.ready();
      // From inside: a `kill` by the engine would count as a wish to end it. It may itself end with the container.
      await container.exec("kill", "-USR1", "1");
      await becomes(container, "{{.RestartCount}} {{.State.Status}}", "1 running");
      await becomes(container, state, "1 running 0");
      assert.equal(await container.stop(), 143);
      assert.equal(await container.inspect(state), "1 exited 143");
    });
  });
}
