// What goes in and comes out, and that nothing of it is lost at the end.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { containerWords, newName, remove, runContainer, startContainer } from "../support/container.ts";
import { engine, engineUnavailable, manners } from "../support/engine.ts";
import { startCommand } from "../support/rein.ts";

const LINES = 100_000;

for (const manner of manners) {
  describe(`${engine}, ${manner.name}: streams`, { skip: engineUnavailable }, () => {
    test("standard input reaches the payload, and its end too", async (t) => {
      const name = newName();
      t.after(() => remove(name));
      const running = startCommand(t, [
        engine,
        "run",
        "--interactive",
        "--name",
        name,
        ...containerWords(manner, ["cat"]),
      ]);
      running.stdin.end("hello\n");
      assert.equal((await running.closed()).status, 0, running.seen());
      assert.equal(running.stdout.text, "hello\n");
    });

    test("standard output and error stay apart", async (t) => {
      const result = await runContainer(t, manner, ["sh", "-c", "echo out; echo error >&2"]);
      assert.equal(result.stdout, "out\n");
      assert.equal(result.stderr, "error\n");
    });

    test("what was written just before the end is in the logs", async (t) => {
      const container = await startContainer(t, manner, ["sh", "-c", `seq 1 ${LINES}; echo over >&2`]);
      assert.equal(await container.wait(), 0);
      const { stdout, stderr } = await container.output();
      assert.equal(stderr, "over\n");
      const lines = stdout.trimEnd().split("\n");
      assert.equal(lines.length, LINES);
      assert.equal(lines.at(-1), String(LINES));
    });

    test("what orphans write while rein drains is in the logs", async (t) => {
      const command = ["/payload", "tree", "orphan", "5", "50", "7"];
      const container = await startContainer(t, manner, command, { rein: ["--drain", "30s"] });
      await container.ready();
      assert.equal(await container.stop(), 7);
      const { stdout } = await container.output();
      for (let worker = 0; worker < 5; worker++) assert.match(stdout, new RegExp(`^worker ${worker} cleaned$`, "m"));
    });
  });
}
