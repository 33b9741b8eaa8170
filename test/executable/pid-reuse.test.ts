// The payload's number is another process's when the payload was reaped: nothing may mistake that one for the payload.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { type Mode, modes, pid1, subreaper } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { children, stat, statusField } from "../support/processes.ts";
import { type Running, start, startCommand } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";
import { Tracer, tracingUnavailable } from "../support/trace.ts";
import { eventually } from "../support/waiting.ts";

const drain = ["--drain", "1h"];
const { CONT, TERM, TSTP, USR1 } = Signal;

/** Ends with 7 at a line; an orphan in a session of its own takes its number then, and reports its signals until descriptor 4 ends. */
const script = `(setsid "$PAYLOAD" take-number $$ leave "$PAYLOAD" signals <&4 &); read line; exit 7`;

interface Pair {
  readonly rein: Running;
  /** The payload's number, as the init knows it. */
  readonly number: string;
}

/** Starts the init with a payload whose number will be taken; its events are on descriptor 3. */
async function startPair(t: TestContext, mode: Mode, options: readonly string[]): Promise<Pair> {
  const rein = await start(t, mode, ["sh", "-c", script], {
    options: ["--json-status-fd", "3", ...options],
    environment: { PAYLOAD: payload },
    extraPipes: 2,
  });
  const [, number = ""] = await rein.lineMatching(/^wants (\d+)$/);
  return { rein, number };
}

/** Ends the process that has the number now. */
function endSuccessor({ rein }: Pair): void {
  rein.process.stdio[4]?.destroy();
}

/** The init has taken every signal that it was sent, and waits for the next. */
async function isIdle({ pid }: Running): Promise<void> {
  await eventually(
    "the init has nothing to do",
    () => /^0+$/.test(statusField(pid, "ShdPnd")) && stat(pid)?.state === "S",
  );
}

async function assertEndsAsPayload({ rein, number }: Pair): Promise<void> {
  assert.deepEqual(await rein.exit(), { status: 7, signal: null }, rein.seen());
  const events = ((await rein.extra.get(3)?.rest()) ?? []).map((line) => JSON.parse(line) as Record<string, unknown>);
  const ofNumber = events.filter((event) => `${event.pid}` === number);
  assert.deepEqual(
    ofNumber.map((event) => [event.event, event.status]),
    [
      ["started", undefined],
      ["exited", 7],
      ["reaped", 0],
    ],
  );
  const exited = events.findIndex((event) => event.event === "exited");
  const after = events.slice(exited).map((event) => event.event);
  assert.deepEqual(
    after.filter((kind) => kind === "forwarded" || kind === "stopped"),
    [],
  );
}

for (const mode of modes) {
  const skip = mode.unavailable || tracingUnavailable;

  describe(`${mode.name}: an orphan with the payload's number`, { skip }, () => {
    for (const options of [[], ["-g"], ["-c"]]) {
      const name = ["rein", ...options].join(" ");
      test(`${name}: gets nothing that was for the payload, and its end is not the payload's`, async (t) => {
        const pair = await startPair(t, mode, [...drain, ...options]);
        const { rein, number } = pair;
        rein.stdin.write("end\n");
        await rein.lineMatching(new RegExp(`^ready ${number}$`));
        for (const signal of [USR1, TSTP]) rein.signal(signal);
        await isIdle(rein);
        endSuccessor(pair);
        const said = await rein.stdout.rest();
        // One SIGTERM at most: it may be there before or after everybody is asked to end.
        assert.match(said.filter((line) => line !== `signal ${CONT}`).join(), /^(signal 15,)?end$/);
        await assertEndsAsPayload(pair);
      });
    }

    for (const options of [[], ["-g"], ["-c"]]) {
      const name = ["rein", ...options, "--rewrite 15:10"].join(" ");
      // Held between wait4 and whatever the init does next: everybody is then asked to end, and it is one of them.
      test(`${name}: there before everybody is asked to end, it is asked once, with SIGTERM`, async (t) => {
        const pair = await startPair(t, mode, [...drain, ...options, "--rewrite", "15:10"]);
        const { rein, number } = pair;
        const tracer = await Tracer.attach(t, rein.pid);
        rein.stdin.write("end\n");
        await tracer.haltAfter("wait4", Number(number));
        await rein.lineMatching(new RegExp(`^ready ${number}$`));
        await tracer.letGo();
        const said = [await rein.line(), await rein.line()].toSorted();
        assert.deepEqual(said, [`signal ${TERM}`, `signal ${CONT}`]);
        await isIdle(rein);
        endSuccessor(pair);
        assert.deepEqual(await rein.stdout.rest(), ["end"]);
        await assertEndsAsPayload(pair);
      });
    }

    test("stops, and the init works on", async (t) => {
      const pair = await startPair(t, mode, drain);
      const { rein, number } = pair;
      rein.stdin.write("end\n");
      await rein.lineMatching(new RegExp(`^ready ${number}$`));
      // Whoever made it leads its session, and may be about to end: a process that is gone has the session -1.
      const isIt = (pid: number): boolean => {
        const seen = stat(pid);
        return seen?.state === "S" && seen.session > 0 && seen.session !== pid;
      };
      const successor = await eventually("it is the init's child", () => children(rein.pid).find(isIt));
      // Everybody is continued when asked to end: a stop before that would be over at once.
      await isIdle(rein);
      process.kill(successor, Signal.STOP);
      await eventually("it is stopped", () => stat(successor)?.state === "T");
      await isIdle(rein);
      process.kill(successor, CONT);
      endSuccessor(pair);
      await assertEndsAsPayload(pair);
    });
  });
}

for (const options of [[], ["-g"], ["-c"], ["-c", "--rewrite", "15:10"]]) {
  const name = ["subreaper: rein", ...options].join(" ");
  // As PID 1 the init takes everybody along.
  test(`${name}: without --drain the exit-time signal goes to nobody, least of all to a pid that was reaped`, {
    skip: subreaper.unavailable || tracingUnavailable,
  }, async (t) => {
    const pair = await startPair(t, subreaper, options);
    const { rein, number } = pair;
    const tracer = await Tracer.attach(t, rein.pid);
    rein.stdin.write("end\n");
    await tracer.haltAfter("wait4", Number(number));
    await rein.lineMatching(new RegExp(`^ready ${number}$`));
    await tracer.letGo();
    assert.deepEqual(await rein.exit(), { status: 7, signal: null });
    endSuccessor(pair);
    assert.deepEqual(await rein.stdout.rest(), ["end"]);
  });
}

// It came from outside (docker exec): not the init's child, so nobody tells of its end.
test("PID 1: a process that entered the namespace, with the payload's number, gets nothing that was for it", {
  skip: pid1.unavailable || tracingUnavailable,
}, async (t) => {
  const command = [payload, "wait", "7"];
  const rein = await start(t, pid1, command, { options: ["--json-status-fd", "3", ...drain], extraPipes: 1 });
  const [, number = ""] = await rein.lineMatching(/^ready (\d+)$/);
  const enter =
    'exec nsenter --pid="/proc/$0/ns/pid" --no-fork "$PAYLOAD" take-number "$1" wait "$PAYLOAD" signals <&3';
  const stranger = startCommand(t, ["sh", "-c", enter, `${rein.pid}`, number], {
    environment: { PAYLOAD: payload },
    extraPipes: 1,
  });
  await stranger.lineMatching(/^wants /);
  // Without it there already nobody would be left, and the init would end.
  const tracer = await Tracer.attach(t, rein.pid);
  rein.stdin.end();
  await tracer.haltAfter("wait4", Number(number));
  await stranger.lineMatching(new RegExp(`^ready ${number}$`));
  await tracer.letGo();
  assert.deepEqual([await stranger.line(), await stranger.line()].toSorted(), [`signal ${TERM}`, `signal ${CONT}`]);
  for (const signal of [USR1, TERM]) rein.signal(signal);
  await isIdle(rein);
  stranger.process.stdio[3]?.destroy();
  assert.deepEqual(await stranger.stdout.rest(), ["end"]);
  assert.deepEqual(await rein.exit(), { status: 7, signal: null });
  const events = (await rein.extra.get(3)?.rest()) ?? [];
  const kinds = events.map((line) => (JSON.parse(line) as { event: string }).event);
  assert.deepEqual(kinds.toSorted(), ["draining", "dropped", "dropped", "exited", "started"]);
});
