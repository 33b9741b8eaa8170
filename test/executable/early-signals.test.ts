// Signals that arrive while everything is still starting.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Mode, modes, pid1, subreaper } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { type Running, start } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";
import { Tracer, tracingUnavailable } from "../support/trace.ts";

const amount = 1000;

for (const mode of modes) {
  for (const options of [[], ["-g"], ["-c"]]) {
    const name = `${mode.name}: none of ${amount} signals sent while it starts is lost${options.map((o) => ` with ${o}`).join("")}`;
    test(name, { skip: mode.unavailable }, async (t) => {
      // A start is over in less than a millisecond: many starts, so that signals fall
      // on every moment of it. Real-time signals, because each of them counts.
      for (let turn = 0; turn < 10; turn++) {
        const rein = await start(t, mode, [payload, "signals"], {
          options,
          launch: ["block=all", `hail=${Signal.RTMIN}:${amount}`],
        });
        let got = 0;
        for (let hailed = false; !hailed || got < amount; ) {
          const line = await rein.line();
          if (line === "hailed") hailed = true;
          else if (line === `signal ${Signal.RTMIN}`) got++;
          else assert.match(line, /^ready /);
        }
        rein.stdin.end();
        assert.deepEqual(await rein.stdout.rest(), ["end"]);
        assert.deepEqual(await rein.exit(), { status: 0, signal: null });
      }
    });
  }

  test(`${mode.name}: a TERM sent while it starts ends a payload that does nothing about it`, {
    skip: mode.unavailable,
  }, async (t) => {
    for (let turn = 0; turn < 40; turn++) {
      // Only TERM is blocked before, and the payload gets it so: it takes it from there.
      const rein = await start(t, mode, [payload, "delay", `${Signal.TERM}`, "0", "7"], {
        options: turn % 2 === 0 ? ["-g"] : [],
        launch: [`block=${Signal.TERM}`, `hail=${Signal.TERM}:${1 + (turn % 5)}`],
      });
      assert.deepEqual(await rein.exit(), { status: 7, signal: null });
    }
  });
}

test("subreaper: whoever sends TERM at once is left with nothing that runs", {
  skip: subreaper.unavailable,
}, async (t) => {
  for (let turn = 0; turn < 100; turn++) {
    const rein = await start(t, subreaper, [payload, "wait"], { options: turn % 2 === 0 ? ["-g"] : [] });
    // Turn by turn a bit later, from before the init's first instruction on.
    for (const end = performance.now() + (turn % 20) / 10; performance.now() < end; ) {
      // Nothing: the moment is what counts.
    }
    rein.signal(Signal.TERM);
    // The init had it before it was one, or the payload got it; never nobody.
    const ending = await rein.closed();
    assert.ok(ending.signal === "SIGTERM" || ending.status === 128 + Signal.TERM, JSON.stringify(ending));
  }
});

interface Traced {
  readonly rein: Running;
  readonly tracer: Tracer;
}

/** Starts the init; it halts at its execve's end, before its own first instruction. */
async function startTraced(
  t: TestContext,
  mode: Mode,
  options: readonly string[],
  launch: readonly string[] = [],
): Promise<Traced> {
  const command = [payload, "delay", `${Signal.TERM}`, "0", "7"];
  const rein = await start(t, mode, command, { options, launch: [...launch, "say=waits", "line"] });
  await rein.lineMatching(/^waits$/);
  const tracer = await Tracer.attach(t, rein.pid);
  rein.stdin.write("go\n");
  await tracer.haltAfter("execve", 0);
  return { rein, tracer };
}

/** The calls that the init makes until it has looked for its children once, and will wait for signals. */
async function callsOfStart(t: TestContext, mode: Mode, options: readonly string[]): Promise<string[]> {
  const { rein, tracer } = await startTraced(t, mode, options);
  const names: string[] = [];
  while (names.at(-1) !== "wait4") {
    tracer.goOn();
    const call = await tracer.call();
    assert.ok(call !== undefined, "the init is there");
    names.push(call.name);
  }
  await tracer.letGo();
  rein.signal(Signal.TERM);
  await rein.exit();
  return names;
}

for (const mode of modes) {
  for (const options of [[], ["-g"], ["-c"]]) {
    const name = ["rein", ...options].join(" ");
    test(`${mode.name}: ${name}: a TERM after any of the system calls of its start reaches the payload`, {
      skip: mode.unavailable || tracingUnavailable,
    }, async (t) => {
      const calls = await callsOfStart(t, mode, options);
      assert.ok(calls.includes("clone"), calls.join());
      // What comes before it a PID 1 does not get (signal(7)), and another process ends by.
      assert.equal(calls[0], "rt_sigprocmask", calls.join());
      for (let amount = 1; amount <= calls.length; amount++) {
        const { rein, tracer } = await startTraced(t, mode, options);
        for (let i = 0; i < amount; i++) {
          tracer.goOn();
          await tracer.call();
        }
        rein.signal(Signal.TERM);
        await tracer.letGo();
        // It may arrive before the payload is ready for it.
        const { status, signal } = await rein.exit();
        assert.ok(signal === null && (status === 7 || status === 128 + Signal.TERM), `${amount} calls: ${rein.seen()}`);
      }
    });
  }
}

test("PID 1: a TERM before its first system call reaches the payload where the caller has blocked it", {
  skip: pid1.unavailable || tracingUnavailable,
}, async (t) => {
  const { rein, tracer } = await startTraced(t, pid1, [], [`block=${Signal.TERM}`]);
  rein.signal(Signal.TERM);
  await tracer.letGo();
  assert.deepEqual(await rein.exit(), { status: 7, signal: null });
});
