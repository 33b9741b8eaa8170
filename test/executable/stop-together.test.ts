// Stop signals where there is no terminal: `kill -TSTP` by a person or a supervisor.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { pid1, subreaper } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { children, stat } from "../support/processes.ts";
import { type Running, start } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";
import { eventually } from "../support/waiting.ts";

const STOP_SIGNALS = { TSTP: Signal.TSTP, TTIN: Signal.TTIN, TTOU: Signal.TTOU };

/** A payload that stop signals stop, and that ends with 7 at SIGUSR1. */
const stoppable = [payload, "delay", `${Signal.USR1}`, "0", "7"];

interface Pair {
  readonly running: Running;
  readonly init: number;
  readonly payload: number;
}

function pairOf(running: Running, init: number): Pair {
  const [child] = children(init);
  assert.ok(child !== undefined, "the init has a child");
  return { running, init, payload: child };
}

async function startPair(t: TestContext, options: readonly string[]): Promise<Pair> {
  const running = await start(t, subreaper, stoppable, { options });
  await running.ready();
  return pairOf(running, running.pid);
}

const stateOf = (pid: number): string => stat(pid)?.state ?? "gone";

async function stateBecomes(what: string, pid: number, states: string): Promise<void> {
  await eventually(`${what} is ${states}`, () => states.includes(stateOf(pid)));
}

async function bothStop(pair: Pair): Promise<void> {
  await stateBecomes("the payload", pair.payload, "T");
  await stateBecomes("the init", pair.init, "T");
}

async function bothGoOn(pair: Pair): Promise<void> {
  await stateBecomes("the payload", pair.payload, "SR");
  await stateBecomes("the init", pair.init, "SR");
}

async function endsWith7(pair: Pair): Promise<void> {
  process.kill(pair.init, Signal.USR1);
  assert.equal(await pair.running.line(), `got ${Signal.USR1}`);
  assert.deepEqual(await pair.running.exit(), { status: 7, signal: null });
}

describe("not PID 1", { skip: subreaper.unavailable }, () => {
  for (const [name, signal] of Object.entries(STOP_SIGNALS)) {
    for (const options of [[], ["-g"]]) {
      test(`${["rein", ...options].join(" ")}: SIG${name} stops payload and init, SIGCONT continues both`, async (t) => {
        const pair = await startPair(t, options);
        for (let round = 0; round < 3; round++) {
          process.kill(pair.init, signal);
          await bothStop(pair);
          process.kill(pair.init, Signal.CONT);
          await bothGoOn(pair);
        }
        await endsWith7(pair);
      });
    }
  }

  test("SIGTERM sent while both are stopped arrives when they go on", async (t) => {
    const pair = await startPair(t, []);
    process.kill(pair.init, Signal.TSTP);
    await bothStop(pair);
    process.kill(pair.init, Signal.TERM);
    process.kill(pair.init, Signal.CONT);
    assert.deepEqual(await pair.running.exit(), { status: 143, signal: null });
  });

  for (const name of ["STOP", "TSTP"] as const) {
    test(`a payload that somebody stops by its own pid with ${name} stops alone: the init works on`, async (t) => {
      const pair = await startPair(t, []);
      process.kill(pair.payload, Signal[name]);
      await stateBecomes("the payload", pair.payload, "T");
      process.kill(pair.init, Signal.USR1);
      // Had the init stopped too, the signal would not be there.
      process.kill(pair.payload, Signal.CONT);
      assert.equal(await pair.running.line(), `got ${Signal.USR1}`);
      assert.deepEqual(await pair.running.exit(), { status: 7, signal: null });
    });
  }

  test("many stops and continues in a row leave both going on", async (t) => {
    const pair = await startPair(t, []);
    for (let round = 0; round < 200; round++) {
      process.kill(pair.init, Signal.TSTP);
      process.kill(pair.init, Signal.CONT);
    }
    // A SIGCONT just before a stop is lost to any program; a shell's user types fg again.
    await eventually("both go on", () => {
      process.kill(pair.init, Signal.CONT);
      return [pair.init, pair.payload].every((pid) => "SR".includes(stateOf(pid)));
    });
    await endsWith7(pair);
  });

  test("an init killed while both are stopped takes the payload along", async (t) => {
    const pair = await startPair(t, []);
    process.kill(pair.init, Signal.TSTP);
    await bothStop(pair);
    process.kill(pair.init, Signal.KILL);
    await eventually("the payload is gone", () => ["gone", "Z"].includes(stateOf(pair.payload)));
  });
});

describe("PID 1", { skip: pid1.unavailable }, () => {
  for (const [name, signal] of Object.entries(STOP_SIGNALS)) {
    test(`SIG${name} stops the payload, never the init, and SIGCONT continues it`, async (t) => {
      const running = await start(t, pid1, stoppable);
      await running.ready();
      const pair = pairOf(running, running.pid);
      for (let round = 0; round < 3; round++) {
        running.signal(signal);
        await stateBecomes("the payload", pair.payload, "T");
        // It goes on only if the init is there to forward it.
        running.signal(Signal.CONT);
        await stateBecomes("the payload", pair.payload, "SR");
        assert.notEqual(stateOf(pair.init), "T");
      }
      await endsWith7(pair);
    });
  }

  test("while the payload is stopped the init goes on reaping", async (t) => {
    const running = await start(t, pid1, [payload, "orphans", "50", "9", "held"]);
    await running.ready();
    // The orphans are the init's own children by now, beside the payload.
    const all = await eventually("all orphans are there", () => {
      const found = children(running.pid);
      return found.length === 51 && found;
    });
    const payloadPid = all.find((pid) => stat(pid)?.group === pid);
    assert.ok(payloadPid !== undefined);
    running.signal(Signal.TSTP);
    await stateBecomes("the payload", payloadPid, "T");
    for (const pid of all) if (pid !== payloadPid) process.kill(pid, Signal.KILL);
    await eventually("all orphans are reaped", () => children(running.pid).length === 1);
    running.signal(Signal.TERM);
    running.signal(Signal.CONT);
    assert.deepEqual(await running.exit(), { status: 143, signal: null });
  });
});
