// --json-status-fd: what happens, for programs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { modes } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { children } from "../support/processes.ts";
import { type Running, start } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";

interface Event {
  readonly event?: string;
  readonly pid?: number;
  readonly command?: string;
  readonly path?: string;
  readonly signal?: string;
  readonly for?: string;
  readonly status?: number;
}

function parse(line: string): Event {
  const event: unknown = JSON.parse(line);
  assert.ok(typeof event === "object" && event !== null);
  return event as Event;
}

async function nextEvent(rein: Running): Promise<Event> {
  const lines = rein.extra.get(3);
  assert.ok(lines !== undefined);
  return parse(await lines.next());
}

async function lastEvents(rein: Running): Promise<Event[]> {
  return ((await rein.extra.get(3)?.rest()) ?? []).map(parse);
}

for (const mode of modes) {
  const skip = mode.unavailable;
  const options = ["--json-status-fd", "3"];

  test(`${mode.name}: each event is a JSON object on a line, in the order of time`, { skip }, async (t) => {
    const rein = await start(t, mode, [payload, "signals"], {
      options: [...options, "-r", "USR1:USR2"],
      extraPipes: 1,
    });
    const started = await nextEvent(rein);
    assert.equal(started.event, "started");
    assert.equal(started.command, payload);
    const [, pid] = await rein.lineMatching(/^ready (\d+)$/);
    assert.equal(started.pid, Number(pid));
    rein.signal(Signal.TERM);
    assert.deepEqual(await nextEvent(rein), { event: "forwarded", signal: "SIGTERM" });
    rein.signal(Signal.USR1);
    assert.deepEqual(await nextEvent(rein), { event: "forwarded", signal: "SIGUSR2", for: "SIGUSR1" });
    rein.signal(Signal.RTMIN + 3);
    assert.deepEqual(await nextEvent(rein), { event: "forwarded", signal: "SIGRTMIN+3" });
    rein.stdin.end();
    assert.deepEqual(await lastEvents(rein), [{ event: "exited", pid: Number(pid), status: 0 }]);
    assert.equal((await rein.closed()).status, 0);
    assert.equal(rein.stderr.text, "");
  });

  test(`${mode.name}: orphans and the payload's end are told with status or signal`, { skip }, async (t) => {
    const rein = await start(t, mode, [payload, "orphans", "20", "0"], { options, extraPipes: 1 });
    await rein.ready();
    assert.equal((await nextEvent(rein)).event, "started");
    const statuses: unknown[] = [];
    for (let i = 0; i < 20; i++) {
      const event = await nextEvent(rein);
      assert.equal(event.event, "reaped");
      statuses.push(event.status);
    }
    assert.deepEqual(
      statuses.toSorted((a, b) => Number(a) - Number(b)),
      Array.from({ length: 20 }, (_, i) => i),
    );
    const [child] = children(rein.pid);
    process.kill(child ?? 0, "SIGUSR2");
    const [last] = await lastEvents(rein);
    assert.deepEqual([last?.event, last?.signal], ["exited", "SIGUSR2"]);
    assert.equal((await rein.exit()).status, 128 + Signal.USR2);
  });

  test(`${mode.name}: a command that cannot be started is told`, { skip }, async (t) => {
    const odd = '/no/such "program"\\\t\u0001';
    const rein = await start(t, mode, [odd], { options, extraPipes: 1 });
    const events = await lastEvents(rein);
    const failed = events.find((event) => event.path === odd);
    assert.ok(failed !== undefined, JSON.stringify(events));
    assert.ok(!events.some((event) => event.event === "started"), JSON.stringify(events));
    assert.equal((await rein.exit()).status, 127);
  });

  for (const [what, word] of [
    ["has gone away", "broken=3"],
    ["does not read", "full=3"],
  ] as const) {
    test(`${mode.name}: a reader of the events who ${what} harms nobody`, { skip }, async (t) => {
      const rein = await start(t, mode, [payload, "signals"], { options, launch: [word] });
      await rein.ready();
      for (const signal of [Signal.HUP, Signal.USR1, Signal.PIPE]) {
        rein.signal(signal);
        assert.equal(await rein.line(), `signal ${signal}`);
      }
      rein.stdin.end();
      assert.deepEqual(await rein.stdout.rest(), ["end"]);
      assert.deepEqual(await rein.exit(), { status: 0, signal: null });
    });
  }
}
