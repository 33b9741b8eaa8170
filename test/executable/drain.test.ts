// --drain: those whom the payload leaves behind are asked to end, and get time for it.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { type Mode, modes, subreaper } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { children, descendants, stat } from "../support/processes.ts";
import { executable, type Running, start, startCommand } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";
import { eventually } from "../support/waiting.ts";

const WORKERS = 3;
const { STOP, TERM } = Signal;
const environment = { PAYLOAD: payload, REIN: executable };

/** Starts the payload program's `tree`: workers of a kind that take some time to clean up; its main process ends with 7. */
async function startTree(
  t: TestContext,
  mode: Mode,
  kind: "group" | "session" | "orphan" | "stubborn",
  options: readonly string[],
): Promise<Running> {
  const rein = await start(t, mode, [payload, "tree", kind, `${WORKERS}`, "150", "7"], { options });
  await rein.ready();
  return rein;
}

/** What the main process and all workers say in the end, in alphabetical order. */
const cleanEnd = [
  "main ends",
  ...Array.from({ length: WORKERS }, (_, i) => [`worker ${i} cleaned`, `worker ${i} got 15`]).flat(),
];

/** The init's end, and that nobody is left. */
async function assertEnds(rein: Running, status: number, words?: readonly string[]): Promise<void> {
  assert.deepEqual(await rein.exit(), { status, signal: null });
  // Everyone who was below the init holds its stdout open.
  const said = await rein.stdout.rest();
  if (words !== undefined) assert.deepEqual(said.toSorted(), words);
}

const endings = {
  "after the payload's own end": (rein: Running): void => void rein.stdin.end(),
  "after a SIGTERM": (rein: Running): void => rein.signal(TERM),
};

for (const mode of modes) {
  describe(`${mode.name}: --drain`, { skip: mode.unavailable, concurrency: 4 }, () => {
    for (const kind of ["group", "session", "orphan"] as const) {
      for (const [when, end] of Object.entries(endings)) {
        test(`workers (${kind}) clean up ${when}; the init ends with the last of them`, async (t) => {
          const rein = await startTree(t, mode, kind, ["--drain", "1h"]);
          end(rein);
          await assertEnds(rein, 7, cleanEnd);
        });
      }
    }

    for (const [when, end] of Object.entries(endings)) {
      for (const options of [[], ["-g"]]) {
        const name = ["rein", ...options].join(" ");
        test(`${name}: everybody gets SIGTERM exactly once ${when}`, async (t) => {
          // One in the payload's group, one in its own session, one orphan in its own session; they live until descriptor 3 ends.
          const worker = '"$PAYLOAD" signals <&3';
          const script = `trap "exit 7" TERM; ${worker} & setsid ${worker} & (setsid ${worker} &); read line; exit 7`;
          const rein = await start(t, mode, ["sh", "-c", script], {
            options: ["--drain", "1h", ...options],
            environment,
            extraPipes: 1,
          });
          for (let i = 0; i < 3; i++) await rein.ready();
          const [main] = children(rein.pid).filter((pid) => stat(pid)?.group === pid);
          end(rein);
          await eventually("the payload is gone", () => main !== undefined && stat(main) === undefined);
          const said: string[] = [];
          while (said.filter((line) => line === "signal 15").length < 3) said.push(await rein.line());
          rein.process.stdio[3]?.destroy();
          said.push(...(await rein.stdout.rest()));
          assert.equal(said.filter((line) => line === "signal 15").length, 3);
          assert.equal(said.filter((line) => line === "end").length, 3);
          assert.deepEqual(await rein.exit(), { status: 7, signal: null });
        });
      }
    }

    test("those who ignore SIGTERM are killed after it, not before; the status stays the payload's", async (t) => {
      const rein = await startTree(t, mode, "stubborn", ["--drain", "400ms"]);
      const since = performance.now();
      rein.stdin.end();
      await assertEnds(rein, 7);
      const took = performance.now() - since;
      assert.ok(took >= 399 && took < 5400, `took ${took} ms, not 400`);
    });

    test("the stopped are continued, so that they can end in order", async (t) => {
      const worker = 'setsid "$PAYLOAD" delay 15 0 0 </dev/null';
      const rein = await start(t, mode, ["sh", "-c", `${worker} & ${worker} & read line; exit 7`], {
        options: ["--drain", "1h"],
        environment,
      });
      for (let i = 0; i < 2; i++) await rein.ready();
      const workers = descendants(rein.pid).filter((pid) => stat(pid)?.session === pid);
      assert.equal(workers.length, 2);
      for (const pid of workers) process.kill(pid, STOP);
      await eventually("the workers are stopped", () => workers.every((pid) => stat(pid)?.state === "T"));
      rein.stdin.end();
      await assertEnds(rein, 7, ["done", "done", "got 15", "got 15"]);
    });

    test("with nobody left behind the init ends at once", async (t) => {
      const rein = await start(t, mode, [payload, "wait", "3"], { options: ["--drain", "1h"] });
      await rein.ready();
      rein.stdin.end();
      await assertEnds(rein, 3);
    });

    test("a SIGTERM during it neither ends the init nor comes through", async (t) => {
      const worker = '"$PAYLOAD" signals <&3';
      const rein = await start(t, mode, ["sh", "-c", `${worker} & read line; exit 7`], {
        options: ["--drain", "1h"],
        environment,
        extraPipes: 1,
      });
      await rein.ready();
      rein.stdin.end();
      await rein.lineMatching(/^signal 15$/);
      for (const signal of [TERM, Signal.INT, Signal.HUP]) rein.signal(signal);
      rein.process.stdio[3]?.destroy();
      await assertEnds(rein, 7);
      assert.equal(rein.stdout.text.match(/^signal (15|2|1)$/gm)?.length, 1);
    });

    test("with --grace: workers clean up in the grace time", async (t) => {
      const rein = await startTree(t, mode, "orphan", ["--grace", "1m", "--drain", "1m"]);
      rein.signal(TERM);
      await assertEnds(rein, 7, cleanEnd);
    });

    for (const options of [
      ["--grace", "400ms", "--drain", "1h"],
      ["--grace", "1h", "--drain", "400ms"],
    ]) {
      test(`with ${options.join(" ")} the shorter of both holds`, async (t) => {
        const rein = await startTree(t, mode, "stubborn", options);
        const since = performance.now();
        rein.signal(TERM);
        await assertEnds(rein, 7);
        assert.ok(performance.now() - since >= 399);
      });
    }

    test("with --grace: a payload that has to be killed takes its stubborn workers along", async (t) => {
      const script = 'trap "" TERM; setsid "$PAYLOAD" delay 10 0 0 & exec "$PAYLOAD" delay 10 0 0';
      const options = ["--grace", "200ms", "--drain", "300ms"];
      const rein = await start(t, mode, ["sh", "-c", script], { options, environment });
      for (let i = 0; i < 2; i++) await rein.ready();
      rein.signal(TERM);
      await assertEnds(rein, 137);
    });

    test("many workers end in order", async (t) => {
      const rein = await start(t, mode, [payload, "tree", "orphan", "200", "20", "7"], { options: ["--drain", "1h"] });
      await rein.ready();
      rein.signal(TERM);
      await assertEnds(rein, 7);
      assert.equal(rein.stdout.text.match(/cleaned$/gm)?.length, 200);
    });
  });
}

test("subreaper: --drain touches its own descendants only", { skip: subreaper.unavailable }, async (t) => {
  // The bystander is in the init's own process group and session, and a child of the same parent.
  const script =
    '"$PAYLOAD" signals <&3 & "$REIN" --drain 300ms -- "$PAYLOAD" tree stubborn 2 0 7 </dev/null; echo status $?; wait';
  const shell = startCommand(t, ["sh", "-c", script], { environment, extraPipes: 1 });
  await shell.lineMatching(/^status 7$/);
  shell.process.stdio[3]?.destroy();
  await shell.closed();
  assert.doesNotMatch(shell.stdout.text, /^signal/m);
  assert.match(shell.stdout.text, /^end$/m);
});

test("subreaper: without --drain nobody is touched", { skip: subreaper.unavailable }, async (t) => {
  const script = 'setsid "$PAYLOAD" signals <&3 & read line; exit 7';
  const rein = await start(t, subreaper, ["sh", "-c", script], { environment, extraPipes: 1 });
  await rein.ready();
  rein.stdin.end();
  assert.deepEqual(await rein.exit(), { status: 7, signal: null });
  rein.process.stdio[3]?.destroy();
  assert.deepEqual(await rein.stdout.rest(), ["end"]);
});
