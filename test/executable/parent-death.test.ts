// -p: the end of the init's parent becomes a signal, whenever it comes.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { pid1, subreaper } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { executable, type Running, start, startCommand } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";
import { Tracer, tracingUnavailable } from "../support/trace.ts";

const { USR1 } = Signal;
const environment = { PAYLOAD: payload, REIN: executable };
/** The payload gets the signal blocked, so that none comes too early for it. */
const init = `-- "$REIN" -pUSR1 -- "$PAYLOAD" delay ${USR1} 0 0`;

interface Traced {
  /** The init's parent, and by its output all below it. */
  readonly parent: Running;
  readonly tracer: Tracer;
}

/** Starts a parent with an init that halts when it has asked who its parent is. */
async function startTraced(t: TestContext): Promise<Traced> {
  const script = `"$PAYLOAD" launch block=${USR1} say=waits line ${init} <&3 & echo child $!; exec "$PAYLOAD" wait`;
  const parent = startCommand(t, ["sh", "-c", script], { environment, extraPipes: 1 });
  const lines = [await parent.line(), await parent.line(), await parent.line()];
  const child = lines.map((line) => /^child (\d+)$/.exec(line)?.[1]).find((pid) => pid !== undefined);
  const tracer = await Tracer.attach(t, Number(child));
  parent.process.stdio[3]?.destroy();
  await tracer.haltAfter("getppid");
  return { parent, tracer };
}

/** The calls from the first look for the parent on, until the init will wait for signals. */
async function callsOfStart(t: TestContext): Promise<string[]> {
  const { tracer } = await startTraced(t);
  const names = ["getppid"];
  while (names.at(-1) !== "wait4") {
    tracer.goOn();
    const call = await tracer.call();
    assert.ok(call !== undefined, "the init is there");
    names.push(call.name);
  }
  await tracer.letGo();
  return names;
}

// The kernel does not tell of a parent that had ended before prctl(2).
test("subreaper: a parent that ends before the init has asked for its signal, or after any later system call", {
  skip: subreaper.unavailable || tracingUnavailable,
}, async (t) => {
  const calls = await callsOfStart(t);
  assert.equal(calls[1], "prctl", calls.join());
  for (let amount = 0; amount < calls.length; amount++) {
    const { parent, tracer } = await startTraced(t);
    for (let i = 0; i < amount; i++) {
      tracer.goOn();
      await tracer.call();
    }
    parent.process.kill("SIGKILL");
    await parent.exit();
    await tracer.letGo();
    await parent.lineMatching(new RegExp(`^got ${USR1}$`));
    await parent.closed();
  }
});

test("subreaper: where the parent had ended before the init was started, its heir's end counts", {
  skip: subreaper.unavailable,
}, async (t) => {
  // Started by a double fork: the outer init is the parent then.
  const script = `"$PAYLOAD" launch block=${USR1} orphaned ${init} & exec "$PAYLOAD" wait`;
  const outer = await start(t, subreaper, ["sh", "-c", script], { environment });
  for (let i = 0; i < 2; i++) await outer.ready();
  outer.signal(Signal.KILL);
  assert.equal(await outer.line(), `got ${USR1}`);
  await outer.closed();
});

test("PID 1: the end of a parent outside of the namespace", { skip: pid1.unavailable }, async (t) => {
  const unshare = pid1.prefix.filter((word) => word !== "--kill-child");
  const command = [executable, "-pUSR1", "--", payload, "delay", `${USR1}`, "0", "0"];
  const parent = startCommand(t, [...unshare, ...command]);
  await parent.ready();
  parent.process.kill("SIGKILL");
  assert.equal(await parent.line(), `got ${USR1}`);
  await parent.closed();
});
