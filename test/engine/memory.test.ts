// A payload that the kernel kills for want of memory: 137, and rein says why.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runContainer, startContainer } from "../support/container.ts";
import { engine, engineUnavailable, manners } from "../support/engine.ts";

// The shell's variable grows until the limit.
const hungry = 'x=0123456789abcdef; while :; do x="$x$x"; done';
const limit = ["--memory", "32m", "--memory-swap", "32m"];

for (const manner of manners) {
  describe(`${engine}, ${manner.name}: memory`, { skip: engineUnavailable }, () => {
    test("out of memory: 137, and the message says so and where that was read", async (t) => {
      const result = await runContainer(t, manner, ["sh", "-c", hungry], { engine: limit });
      assert.equal(result.status, 137, result.stderr);
      const text =
        /killed by SIGKILL, and its control group has run out of memory: oom_kill \d+ in \S+\/memory\.(oom_control|events)/;
      assert.match(result.stderr, text);
    });

    test("killed by somebody else: not a word about memory", async (t) => {
      const result = await runContainer(t, manner, ["/payload", "kill-self", "9"], { engine: limit });
      assert.equal(result.status, 137, result.stderr);
      assert.doesNotMatch(result.stderr, /memory/);
    });

    test("a child's want of memory leaves rein and the payload alive", async (t) => {
      const script = `trap 'exit 5' TERM; sh -c '${hungry}'; echo ready $?; while sleep 0.01; do :; done`;
      const container = await startContainer(t, manner, ["sh", "-c", script], { engine: limit });
      await container.lineMatching(/^ready 137$/);
      assert.ok(await container.isRein());
      assert.equal(await container.stop(), 5);
    });
  });
}
