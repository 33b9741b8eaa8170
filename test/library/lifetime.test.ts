// Nothing that was started outlives the parent, in whatever way that ends.

import assert from "node:assert/strict";
import { constants } from "node:os";
import { suite, type TestContext, test } from "node:test";

import { descendants as below, isAlive } from "../support/processes.ts";
import { type Running, startCommand } from "../support/rein.ts";
import { eventually } from "../support/waiting.ts";
import { asPid1, noPid1 } from "./support/pid-1.ts";
import { program } from "./support/programs.ts";

/** Starts the parent; resolves with the pids of all that it started, as seen from here. */
async function start(
  t: TestContext,
  words: string[],
  environment: Record<string, string> = {},
): Promise<[Running, number[]]> {
  const parent = startCommand(t, words, { environment });
  await parent.lineMatching(/^started \d+ \d+$/);
  const started = below(parent.process.pid as number);
  assert.ok(started.length >= 2, parent.seen());
  return [parent, started];
}

async function allEnd(pids: readonly number[]): Promise<void> {
  await eventually(`${pids} have ended`, () => pids.every((pid) => !isAlive(pid)));
}

const ends: Readonly<Record<string, readonly [number | null, NodeJS.Signals | null]>> = {
  exit: [3, null],
  throw: [1, null],
  abort: [null, "SIGABRT"],
  unref: [0, null],
};
const signals = ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR2", "SIGKILL"] as const;
const namespaces = JSON.stringify({ namespaces: ["user", "pid", "mount"] });

for (const [name, options] of [
  ["under the executable", "{}"],
  ["in a PID namespace", namespaces],
] as const) {
  suite(name, () => {
    for (const way of Object.keys(ends)) {
      test(`the parent's ${way} ends a function that ignores SIGTERM, and its detached child`, async (t) => {
        const [parent, started] = await start(t, program("parent.ts", way, "stubborn", options));
        parent.stdin.end("\n");
        const { status, signal } = await parent.exit();
        assert.deepEqual([status, signal], ends[way]);
        await allEnd(started);
      });
    }
    for (const signal of signals) {
      test(`the parent's end by ${signal} does`, async (t) => {
        const [parent, started] = await start(t, program("parent.ts", signal, "stubborn", options));
        parent.process.kill(signal);
        assert.equal((await parent.exit()).signal, signal);
        await allEnd(started);
      });
    }
  });
}

test("with cleanup: false, as execa has it, they go on when the parent has ended", async (t) => {
  const [parent, started] = await start(t, program("parent.ts", "exit", "tame", '{"cleanup":false}'));
  t.after(() => {
    for (const pid of started) if (isAlive(pid)) process.kill(pid, "SIGKILL");
  });
  parent.stdin.end("\n");
  assert.equal((await parent.exit()).status, 3);
  assert.ok(started.every((pid) => isAlive(pid)));
  // The first is the executable: it passes the signal on, and ends what the function has left.
  process.kill(started[0] as number, "SIGTERM");
  await allEnd(started);
});

suite("without the executable", () => {
  for (const way of ["exit", "SIGTERM"] as const) {
    test(`the parent's end by ${way} ends the tree`, async (t) => {
      const words = program("parent.ts", way, "tame");
      const [parent, started] = await start(t, words, { REIN_EXECUTABLE: "none" });
      if (way === "exit") parent.stdin.end("\n");
      else parent.process.kill(way);
      await parent.exit();
      await allEnd(started);
    });
  }
});

suite("a parent that is PID 1", { skip: noPid1 }, () => {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    test(`ends by ${signal} with 128+n, and does not live on without its children`, async (t) => {
      const [parent, started] = await start(t, [...asPid1, ...program("parent.ts", signal)]);
      process.kill(started[0] as number, signal);
      assert.equal((await parent.exit()).status, 128 + constants.signals[signal]);
      await allEnd(started);
    });
  }
});
