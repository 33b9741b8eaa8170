// What a container may be denied: rights, files, processes.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runContainer, startContainer } from "../support/container.ts";
import { engine, engineUnavailable, manners } from "../support/engine.ts";
import { tooFewProcesses } from "../support/process-limit.ts";
import { children, statusField } from "../support/processes.ts";

const DENIED = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", "1000:1000"];

for (const manner of manners) {
  describe(`${engine}, ${manner.name}: confinement`, { skip: engineUnavailable }, () => {
    for (const [user, ids] of [
      ["0", "0:0"],
      ["app", "1234:1234"],
      ["1000:1001", "1000:1001"],
      ["54321:54321", "54321:54321"],
    ] as const) {
      test(`--user ${user}`, { skip: user !== "0" && tooFewProcesses }, async (t) => {
        const command = ["sh", "-c", 'echo "$(id -u):$(id -g)"'];
        const result = await runContainer(t, manner, command, { engine: ["--user", user] });
        assert.deepEqual([result.stdout, result.stderr, result.status], [`${ids}\n`, "", 0]);
      });
    }

    for (const options of [
      ["--read-only"],
      ["--cap-drop", "ALL"],
      ["--security-opt", "no-new-privileges"],
      DENIED,
      ["--pids-limit", "20"],
      // Podman would raise the one that is not said.
      ["--ulimit", "nofile=64:64", "--ulimit", "nproc=1000:1000"],
    ]) {
      const skip = /--user|nproc/.test(options.join(" ")) && tooFewProcesses;
      test(`${options.join(" ")}: the payload runs, is signalled, and leaves no zombie`, { skip }, async (t) => {
        const container = await startContainer(t, manner, ["/payload", "delay", "15", "0", "6"], { engine: options });
        await container.ready();
        await container.makeOrphans(5);
        await container.reaped();
        assert.equal(await container.stop(), 6);
        const { stderr } = await container.output();
        assert.equal(stderr, "");
      });
    }

    test("rein has no more rights than its payload", { skip: tooFewProcesses }, async (t) => {
      const container = await startContainer(t, manner, ["/payload", "wait"], { engine: DENIED });
      await container.ready();
      const init = await container.pid();
      for (const pid of [init, children(init)[0] ?? 0]) {
        assert.match(statusField(pid, "Uid"), /^1000\t1000\t1000\t1000$/);
        for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) {
          assert.equal(statusField(pid, set), "0000000000000000", set);
        }
        assert.equal(statusField(pid, "NoNewPrivs"), "1");
      }
    });

    test("a payload that may start no more processes is told so, and rein lives on", async (t) => {
      // It starts none itself meanwhile: a shell that cannot ends.
      const script = "sleep 1000000 & echo ready 1; wait";
      const container = await startContainer(t, manner, ["sh", "-c", script], { engine: ["--pids-limit", "12"] });
      await container.ready();
      const flood = await container.exec("sh", "-c", "i=0; while [ $i -lt 50 ]; do sleep 1000000 & i=$((i + 1)); done");
      assert.match(flood.stderr, /can't fork/);
      assert.ok(await container.isRein());
      await container.kill("KILL");
    });
  });
}
