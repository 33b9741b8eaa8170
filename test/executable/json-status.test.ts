// --json-status-fd: the events that status-lines.test.ts does not have, and what becomes of the descriptor.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { type Mode, modes, subreaper } from "../support/modes.ts";
import { payload, payloadUnavailable } from "../support/payload.ts";
import { children } from "../support/processes.ts";
import { executable, type Options, type Running, runCommand, start, startCommand } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";
import { eventually } from "../support/waiting.ts";

type Event = Readonly<Record<string, string | number>>;

/** Starts the init with its events on descriptor 3. */
function startWatched(
  t: TestContext,
  mode: Mode,
  command: readonly string[],
  options: readonly string[] = [],
  more: Options = {},
): Promise<Running> {
  return start(t, mode, command, { options: ["--json-status-fd", "3", ...options], extraPipes: 1, ...more });
}

function parse(line: string): Event {
  const event: unknown = JSON.parse(line);
  assert.ok(typeof event === "object" && event !== null, line);
  return event as Event;
}

async function nextEvent(running: Running): Promise<Event> {
  const lines = running.extra.get(3);
  assert.ok(lines !== undefined);
  return parse(await lines.next());
}

/** The events that are still to come, up to the init's end. */
async function lastEvents(running: Running): Promise<Event[]> {
  return ((await running.extra.get(3)?.rest()) ?? []).map(parse);
}

const kindsOf = (events: readonly Event[]): unknown[] => events.map((event) => event.event);

for (const mode of modes) {
  describe(`${mode.name}: --json-status-fd tells`, { skip: mode.unavailable, concurrency: 4 }, () => {
    test("a stop of the payload, and what continues it", async (t) => {
      const running = await startWatched(t, mode, [payload, "delay", "10", "0", "7"]);
      await running.ready();
      assert.equal((await nextEvent(running)).event, "started");
      const [child = 0] = children(running.pid);
      process.kill(child, Signal.STOP);
      assert.deepEqual(await nextEvent(running), { event: "stopped", signal: "SIGSTOP" });
      process.kill(child, Signal.CONT);
      process.kill(child, Signal.USR1);
      const [last, ...more] = await lastEvents(running);
      assert.deepEqual([last?.event, last?.status, more], ["exited", 7, []]);
    });

    test("a grace time that is over, before the end that it makes", async (t) => {
      const running = await startWatched(t, mode, [payload, "ignore", "15"], ["--grace", "200ms"]);
      await running.ready();
      running.signal(Signal.TERM);
      const events = await lastEvents(running);
      assert.deepEqual(kindsOf(events), ["started", "forwarded", "killed", "exited"]);
      assert.equal(events[1]?.signal, "SIGTERM");
      assert.equal(events[3]?.signal, "SIGKILL");
    });

    test("draining: the payload's end first, then those who were left", async (t) => {
      const running = await startWatched(t, mode, [payload, "tree", "session", "3", "20", "7"], ["--drain", "1h"]);
      await running.ready();
      running.stdin.end();
      const events = await lastEvents(running);
      const exited = events.findIndex((event) => event.event === "exited");
      assert.equal(events[exited]?.status, 7);
      const reaped = events.slice(exited).filter((event) => event.event === "reaped" && event.status === 0);
      assert.ok(reaped.length >= 3, JSON.stringify(events));
      for (const event of reaped) assert.equal(typeof event.pid, "number");
    });

    test("a stop signal that is held, before it is forwarded", async (t) => {
      const running = await startWatched(t, mode, [payload, "signals"], ["--stop-delay", "100ms"]);
      await running.ready();
      running.signal(Signal.TERM);
      assert.equal(await running.line(), "signal 15");
      running.stdin.end();
      const events = await lastEvents(running);
      const forwarded = events.findIndex((event) => event.event === "forwarded");
      assert.equal(events[forwarded]?.signal, "SIGTERM");
      assert.ok(
        events.slice(0, forwarded).some((event) => JSON.stringify(event).includes("SIGTERM")),
        JSON.stringify(events),
      );
    });

    test("each signal that goes on, in the order in which it came", async (t) => {
      const running = await startWatched(t, mode, [payload, "signals"]);
      await running.ready();
      const sent = { SIGHUP: 1, SIGINT: 2, SIGABRT: 6, SIGUSR1: 10, SIGWINCH: 28, SIGRTMIN: 34, "SIGRTMIN+30": 64 };
      for (const number of Object.values(sent)) {
        running.signal(number);
        assert.equal(await running.line(), `signal ${number}`);
      }
      running.stdin.end();
      const events = (await lastEvents(running)).filter((event) => event.event === "forwarded");
      assert.deepEqual(
        events.map((event) => event.signal),
        Object.keys(sent),
      );
    });

    test("a path that is long or no UTF-8 still makes a line of JSON", async (t) => {
      for (const path of ["x/".repeat(2300), "$(printf '/\\377\\303\\251')"]) {
        const script = `exec "$0" --json-status-fd 3 -- "${path}"`;
        const running = startCommand(t, [...mode.prefix, "sh", "-c", script, executable], { extraPipes: 1 });
        assert.deepEqual(kindsOf(await lastEvents(running)), ["not-started", "exited"]);
      }
    });

    test("the end by a signal, by its name", async (t) => {
      const running = await startWatched(t, mode, [payload, "kill-self", "11"]);
      const events = await lastEvents(running);
      assert.deepEqual(kindsOf(events), ["started", "exited"]);
      assert.equal(events[1]?.signal, "SIGSEGV");
      assert.equal(events[1]?.status, undefined);
    });

    test("the command, whatever it is called", async (t) => {
      const odd = 'exit 0 # "quotes" \\ and\ttabs\u0001\u007f ünïcödé';
      const running = await startWatched(t, mode, ["sh", "-c", odd]);
      assert.equal((await nextEvent(running)).command, "sh");
      const missing = await startWatched(t, mode, [`/nowhere/${odd}`]);
      const events = await lastEvents(missing);
      assert.ok(
        events.some((event) => event.path === `/nowhere/${odd}`),
        JSON.stringify(events),
      );
    });

    for (const amount of [100, 3000]) {
      test(`${amount} reaped orphans: whole lines, and all of them where the reader keeps up`, async (t) => {
        const running = await startWatched(t, mode, [payload, "orphans", `${amount}`, "0"]);
        await running.lineMatching(/^ended$/);
        await eventually("all orphans are reaped", () => children(running.pid).length === 1);
        running.stdin.end();
        const events = await lastEvents(running);
        const reaped = events.filter((event) => event.event === "reaped").length;
        // Lines that find no room are left out: the reader must not hold the init up.
        if (amount === 100) assert.equal(reaped, amount);
        else assert.ok(reaped > 0 && reaped <= amount, `${reaped}`);
      });
    }
  });
}

describe("the descriptor of --json-status-fd", { skip: payloadUnavailable }, () => {
  test("is not the payload's: its end is the init's end", async (t) => {
    // A worker that outlives the init would hold it open; this one lives until descriptor 4 ends.
    const script = 'setsid "$PAYLOAD" wait <&4 & exec "$PAYLOAD" descriptors';
    const more = { environment: { PAYLOAD: payload }, extraPipes: 2 };
    const running = await startWatched(t, subreaper, ["sh", "-c", script], [], more);
    assert.equal((await running.exit()).status, 0);
    assert.equal((await lastEvents(running)).at(-1)?.event, "exited");
    running.process.stdio[4]?.destroy();
    assert.doesNotMatch(running.stdout.text, /^fd 3 /m);
  });

  for (const [what, launch, number] of [
    ["is not open", [], "9"],
    ["is not open, far away", [], "1000000"],
    ["is open for reading only", ["open=5:/dev/null"], "5"],
  ] as const) {
    test(`that ${what} is refused`, async (t) => {
      const words = [payload, "launch", ...launch, "--", executable, "--json-status-fd", number, payload, "exit", "7"];
      const result = await runCommand(t, words);
      assert.equal(result.status, 125, result.stderr);
      assert.equal(result.stdout, "");
      assert.match(result.stderr, new RegExp(`^rein: [^\n]*--json-status-fd[^\n]*\\b${number}\\b[^\n]*\n$`));
    });
  }

  test("may be stderr or stdout", async (t) => {
    for (const [number, stream] of [
      ["1", "stdout"],
      ["2", "stderr"],
    ] as const) {
      const result = await runCommand(t, [executable, "--json-status-fd", number, payload, "exit", "7"]);
      assert.equal(result.status, 7);
      const lines = result[stream].trimEnd().split("\n").map(parse);
      assert.deepEqual(kindsOf(lines), ["started", "exited"]);
    }
  });

  test("may be a file, and a high number", async (t) => {
    const script =
      'exec 200>"$0"; "$REIN" --json-status-fd 200 -- "$PAYLOAD" descriptors; exec 200>&-; cat "$0"; rm "$0"';
    const shell = startCommand(t, ["bash", "-c", 'file=$(mktemp); exec bash -c "$0" "$file"', script], {
      environment: { REIN: executable, PAYLOAD: payload },
    });
    await shell.closed();
    assert.doesNotMatch(shell.stdout.text, /^fd 200 /m);
    assert.match(shell.stdout.text, /^\{"event":"started"/m);
    assert.match(shell.stdout.text, /^\{"event":"exited"/m);
  });

  test("whose reader goes away in the middle does no harm", async (t) => {
    const running = await startWatched(t, subreaper, [payload, "signals"]);
    await running.ready();
    assert.equal((await nextEvent(running)).event, "started");
    running.process.stdio[3]?.destroy();
    for (let round = 0; round < 3; round++) {
      running.signal(Signal.HUP);
      assert.equal(await running.line(), "signal 1");
    }
    running.stdin.end();
    assert.deepEqual(await running.exit(), { status: 0, signal: null });
    // A broken pipe is the init's own affair: no SIGPIPE for the payload.
    assert.doesNotMatch(running.stdout.text, /signal 13/);
  });
});
