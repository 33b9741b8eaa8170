// --grace and --stop-delay: how long an end may take, and how long it may wait.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { modes } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { children, stat } from "../support/processes.ts";
import { start } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";
import { eventually } from "../support/waiting.ts";

const { HUP, INT, KILL, QUIT, RTMAX, STOP, TERM, USR1 } = Signal;
const KILLED = { status: 128 + KILL, signal: null };

/** The init counts in whole milliseconds. */
const RESOLUTION = 1;
/** How late a machine under load may be. */
const SLACK = 5000;

/** Says that something took as long as it should have, in milliseconds since `since`. */
function assertTook(since: number, milliseconds: number): void {
  const took = performance.now() - since;
  assert.ok(took >= milliseconds - RESOLUTION, `took ${took} ms, not ${milliseconds}`);
  assert.ok(took < milliseconds + SLACK, `took ${took} ms, not ${milliseconds}`);
}

for (const mode of modes) {
  describe(`${mode.name}: --grace`, { skip: mode.unavailable, concurrency: 4 }, () => {
    for (const [name, signal] of Object.entries({ TERM, INT })) {
      test(`a payload that ignores SIG${name} is killed after it, not before: 137`, async (t) => {
        const rein = await start(t, mode, [payload, "ignore", `${signal}`], { options: ["--grace", "400ms"] });
        await rein.ready();
        const since = performance.now();
        rein.signal(signal);
        assert.deepEqual(await rein.exit(), KILLED);
        assertTook(since, 400);
      });
    }

    test("a payload that obeys ends at once, with its own status", async (t) => {
      const rein = await start(t, mode, [payload, "delay", `${TERM}`, "0", "5"], { options: ["--grace", "1h"] });
      await rein.ready();
      rein.signal(TERM);
      assert.deepEqual(await rein.exit(), { status: 5, signal: null });
    });

    test("a payload that takes its time within it is left alone", async (t) => {
      const rein = await start(t, mode, [payload, "delay", `${TERM}`, "300", "4"], { options: ["--grace", "1m"] });
      await rein.ready();
      rein.signal(TERM);
      assert.equal(await rein.line(), "got 15");
      assert.equal(await rein.line(), "done");
      assert.deepEqual(await rein.exit(), { status: 4, signal: null });
    });

    test("workers that ignore SIGTERM in sessions of their own are killed with it", async (t) => {
      const stay = '"$PAYLOAD" delay 10 0 0';
      const script = `trap "" TERM; ${stay} & setsid ${stay} & (setsid ${stay} &); exec ${stay}`;
      const rein = await start(t, mode, ["sh", "-c", script], {
        options: ["--grace=300ms"],
        environment: { PAYLOAD: payload },
      });
      for (let i = 0; i < 4; i++) await rein.ready();
      rein.signal(TERM);
      assert.deepEqual(await rein.exit(), KILLED);
      // Each of them holds stdout open as long as it lives.
      await rein.closed();
    });

    test("a stopped payload is killed too", async (t) => {
      const rein = await start(t, mode, [payload, "wait"], { options: ["--grace", "300ms"] });
      await rein.ready();
      const [child] = children(rein.pid);
      assert.ok(child !== undefined);
      process.kill(child, STOP);
      await eventually("the payload is stopped", () => stat(child)?.state === "T");
      rein.signal(TERM);
      assert.deepEqual(await rein.exit(), KILLED);
    });

    test("a signal that asks for no end does not start it; --stop-signal makes it one that does", async (t) => {
      const command = [payload, "delay", `${HUP}`, "500", "6"];
      const ordinary = await start(t, mode, command, { options: ["--grace", "100ms"] });
      const asking = await start(t, mode, command, { options: ["--grace", "100ms", "--stop-signal", "HUP"] });
      for (const rein of [ordinary, asking]) {
        await rein.ready();
        rein.signal(HUP);
      }
      assert.deepEqual(await ordinary.exit(), { status: 6, signal: null });
      assert.deepEqual(await asking.exit(), KILLED);
    });

    test("a second SIGTERM is forwarded as well", async (t) => {
      const rein = await start(t, mode, [payload, "signals"], { options: ["--grace", "1h"] });
      await rein.ready();
      for (let i = 0; i < 3; i++) {
        rein.signal(TERM);
        assert.equal(await rein.line(), "signal 15");
      }
      rein.stdin.end();
      assert.equal(await rein.line(), "end");
      assert.deepEqual(await rein.exit(), { status: 0, signal: null });
    });

    test("without it nobody is killed", async (t) => {
      const rein = await start(t, mode, [payload, "delay", `${TERM}`, "500", "6"]);
      await rein.ready();
      rein.signal(TERM);
      rein.signal(TERM);
      assert.deepEqual(await rein.exit(), { status: 6, signal: null });
    });

    test("of no time at all kills at once", async (t) => {
      const rein = await start(t, mode, [payload, "ignore", `${TERM}`], { options: ["--grace", "0"] });
      await rein.ready();
      rein.signal(TERM);
      assert.deepEqual(await rein.exit(), KILLED);
    });
  });

  describe(`${mode.name}: --stop-delay`, { skip: mode.unavailable, concurrency: 4 }, () => {
    for (const [name, signal] of Object.entries({ TERM, INT })) {
      test(`SIG${name} waits, other signals go on at once meanwhile`, async (t) => {
        const rein = await start(t, mode, [payload, "signals"], { options: ["--stop-delay", "300ms"] });
        await rein.ready();
        const since = performance.now();
        rein.signal(signal);
        rein.signal(USR1);
        assert.equal(await rein.line(), `signal ${USR1}`);
        assert.equal(await rein.line(), `signal ${signal}`);
        assertTook(since, 300);
      });
    }

    test("a repeated SIGTERM adds none and delays none; one that comes later goes on at once", async (t) => {
      const rein = await start(t, mode, [payload, "signals"], { options: ["--stop-delay", "400ms"] });
      await rein.ready();
      const since = performance.now();
      rein.signal(TERM);
      rein.signal(USR1);
      assert.equal(await rein.line(), `signal ${USR1}`);
      rein.signal(TERM);
      assert.equal(await rein.line(), `signal ${TERM}`);
      assertTook(since, 400);

      // Were another one still to come, or this one held, the last signal would not be the next.
      rein.signal(RTMAX);
      assert.equal(await rein.line(), `signal ${RTMAX}`);
      rein.signal(STOP);
      rein.signal(TERM);
      rein.signal(RTMAX);
      rein.signal(Signal.CONT);
      assert.equal(await rein.line(), `signal ${TERM}`);
      await rein.lineMatching(/^signal 64$/);
    });

    test("a payload that ends meanwhile ends the init at once", async (t) => {
      const rein = await start(t, mode, [payload, "wait", "3"], { options: ["--stop-delay", "1h"] });
      await rein.ready();
      rein.signal(TERM);
      rein.stdin.end();
      assert.deepEqual(await rein.exit(), { status: 3, signal: null });
    });

    test("holds what --stop-signal adds", async (t) => {
      const options = ["--stop-delay", "300ms", "--stop-signal", "QUIT"];
      const rein = await start(t, mode, [payload, "signals"], { options });
      await rein.ready();
      const since = performance.now();
      rein.signal(QUIT);
      rein.signal(HUP);
      assert.equal(await rein.line(), `signal ${HUP}`);
      assert.equal(await rein.line(), `signal ${QUIT}`);
      assertTook(since, 300);
    });

    test("with --rewrite the signal that goes on is the rewritten one", async (t) => {
      const options = ["--stop-delay", "200ms", "--rewrite", "TERM:QUIT"];
      const rein = await start(t, mode, [payload, "signals"], { options });
      await rein.ready();
      const since = performance.now();
      rein.signal(TERM);
      assert.equal(await rein.line(), `signal ${QUIT}`);
      assertTook(since, 200);
    });

    test("with --grace the grace time begins when the signal went on", async (t) => {
      const options = ["--stop-delay", "300ms", "--grace", "300ms"];
      const rein = await start(t, mode, [payload, "ignore", `${TERM}`], { options });
      await rein.ready();
      const since = performance.now();
      rein.signal(TERM);
      assert.deepEqual(await rein.exit(), KILLED);
      assertTook(since, 600);
    });
  });
}
