// Zombies: of the payload's orphans, and of processes that `exec` brought in and whose parent is gone.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { newName, startContainer } from "../support/container.ts";
import { engine, engineUnavailable, folder, manners } from "../support/engine.ts";
import { children, isAlive } from "../support/processes.ts";
import { startCommand } from "../support/rein.ts";
import { eventually } from "../support/waiting.ts";

for (const manner of manners) {
  describe(`${engine}, ${manner.name}: orphans`, { skip: engineUnavailable }, () => {
    test("PID 1 is rein, and the payload its only child", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "wait"]);
      await container.ready();
      assert.ok(await container.isRein());
      assert.equal(children(await container.pid()).length, 1);
    });

    test("the payload's are reaped", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "orphans", "200", "0"]);
      await container.lineMatching(/^ended$/);
      await container.reaped();
    });

    test("those of exec are reaped", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "wait"]);
      await container.ready();
      await container.makeOrphans(200);
      await container.reaped();
    });

    test("a daemon that exec started is adopted, and reaped at its end", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "wait"]);
      await container.ready();
      // Out of exec's session; exec itself ends, and leaves it.
      const script = 'setsid sh -c "exec sleep 1000000" </dev/null >/dev/null 2>&1 & :';
      assert.equal((await container.exec("sh", "-c", script)).status, 0);
      const init = await container.pid();
      const daemon = await eventually("the daemon is PID 1's child", () => children(init)[1]);
      process.kill(daemon, "SIGTERM");
      await eventually("the daemon is reaped", () => children(init).length === 1);
    });

    test("the children of an exec'ed process that was killed are adopted, and reaped", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "wait"]);
      await container.ready();
      const script = "sleep 1000000 & sleep 1000000 & echo started $$; wait";
      const exec = startCommand(t, [engine, "exec", container.name, "sh", "-c", script]);
      const [, parent] = await exec.lineMatching(/^started (\d+)$/);
      assert.equal((await container.exec("kill", "-KILL", parent ?? "")).status, 0);
      const init = await container.pid();
      await eventually("both are PID 1's children", () => children(init).length === 3);
      for (const pid of children(init).slice(1)) process.kill(pid, "SIGKILL");
      await eventually("both are reaped", () => children(init).length === 1);
      assert.ok(isAlive(init));
    });

    test("stop with --drain lets a daemon that exec started clean up", async (t) => {
      const shared = join(folder, newName());
      mkdirSync(shared);
      const container = await startContainer(t, manner, ["/payload", "wait"], {
        engine: ["--volume", `${shared}:/shared`],
        rein: ["--drain", "1h"],
      });
      await container.ready();
      const daemon =
        'trap "echo clean >/shared/state; exit" TERM; echo ready >/shared/state; while :; do sleep 0.01; done';
      await container.exec("sh", "-c", `setsid sh -c '${daemon}' </dev/null >/dev/null 2>&1 & :`);
      const state = (): string => {
        try {
          return readFileSync(join(shared, "state"), "utf8");
        } catch {
          return "";
        }
      };
      await eventually("the daemon is ready", () => state() === "ready\n");
      assert.equal(await container.stop(), 143);
      assert.equal(state(), "clean\n");
    });
  });
}

describe(`${engine}, without rein: orphans`, { skip: engineUnavailable }, () => {
  test("they stay (a check of the check)", async (t) => {
    const bare = { name: "none", words: () => ["busybox", "/payload", "wait"] };
    const container = await startContainer(t, bare, []);
    await container.ready();
    await container.makeOrphans(20);
    assert.equal(await container.zombies(), 20);
  });
});
