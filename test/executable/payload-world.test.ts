// The payload's world is the caller's: what was there before the init is there after it.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Mode, modes, subreaper } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { children, descriptors, isAlive, stat, workingDirectory } from "../support/processes.ts";
import { type Options, run, runCommand, start } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";
import { eventually } from "../support/waiting.ts";

/** What a payload says when nothing stands between it and the caller. */
async function withoutInit(t: TestContext, mode: Mode, command: string[], options: Options = {}): Promise<string[]> {
  const words = [...mode.prefix, payload, "launch", ...(options.launch ?? []), "--", ...command];
  const { status, stdout, stderr } = await runCommand(t, words, options);
  assert.deepEqual([status, stderr], [0, ""]);
  return stdout.trimEnd().split("\n");
}

async function withInit(t: TestContext, mode: Mode, command: string[], options: Options = {}): Promise<string[]> {
  const { status, stdout, stderr } = await run(t, mode, command, options);
  assert.deepEqual([status, stderr], [0, ""]);
  return stdout.trimEnd().split("\n");
}

const dispositions = /^(SigBlk|SigIgn|SigCgt):/;

/** A set of signals chosen by chance, the same in every run for the same seed. */
function randomSet(seed: number, without: readonly number[]): string {
  let state = seed * 2654435761;
  const chosen: number[] = [];
  for (let signal = 1; signal <= Signal.RTMAX; signal++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    if (state >>> 31 === 1 && !without.includes(signal)) chosen.push(signal);
  }
  return chosen.join(",");
}

const temporary = mkdtempSync(join(realpathSync(tmpdir()), "rein-test-"));
process.on("exit", () => rmSync(temporary, { recursive: true, force: true }));

for (const mode of modes) {
  const skip = mode.unavailable;

  test(`${mode.name}: the payload's mask and ignored signals are the caller's, bit by bit`, { skip }, async (t) => {
    const { KILL, STOP, CHLD, PIPE, XFSZ, TSTP, TTIN, TTOU, HUP, INT, QUIT } = Signal;
    const cases = [[], ["block=all"], [`block=${TSTP},${TTIN},${TTOU}`], [`ignore=${HUP}`], [`ignore=${INT},${QUIT}`]];
    cases.push(["block=34-64"], ["ignore=34-64"], ["block=32,33", "ignore=32,33"], [`ignore=${TTIN},${TTOU},${TSTP}`]);
    cases.push([`ignore=${PIPE}`], [`ignore=${XFSZ}`], [`ignore=${CHLD}`]);
    for (let seed = 1; seed <= 8; seed++) {
      const ignored = randomSet(seed + 100, [KILL, STOP, PIPE, XFSZ]);
      cases.push([`block=${randomSet(seed, [])}`, `ignore=${ignored}`]);
    }
    for (const launch of cases) {
      const expected = await withoutInit(t, mode, [payload, "status"], { launch });
      const got = await withInit(t, mode, [payload, "status"], { launch });
      const only = (lines: string[]): string[] => lines.filter((line) => dispositions.test(line));
      assert.deepEqual(only(got), only(expected), launch.join(" "));
    }
  });

  test(`${mode.name}: SIGPIPE and SIGXFSZ are at their defaults when both are all that Node.js left ignored`, {
    skip,
  }, async (t) => {
    const { PIPE, XFSZ } = Signal;
    for (const options of [[], ["-g"], ["-c"]]) {
      const lines = await withInit(t, mode, [payload, "status"], { launch: [`ignore=${PIPE},${XFSZ}`], options });
      assert.ok(lines.includes("SigIgn:\t0000000000000000"), lines.join("\n"));
    }
  });

  test(`${mode.name}: the payload has a process group of its own, with -c the caller's, and the caller's session`, {
    skip,
  }, async (t) => {
    for (const options of [[], ["-g"], ["-c"]]) {
      const rein = await start(t, mode, [payload, "wait"], { options });
      await rein.ready();
      const [child] = children(rein.pid);
      // What was started first: the init itself, or the program that made the namespace.
      const [init, own, caller] = [stat(rein.pid), stat(child ?? 0), stat(rein.process.pid ?? 0)];
      assert.ok(child !== undefined && init !== undefined && own !== undefined && caller !== undefined);
      assert.deepEqual([init.group, init.session], [caller.group, caller.session]);
      assert.deepEqual([own.group, own.session], [options.includes("-c") ? caller.group : child, caller.session]);
      rein.stdin.end();
      assert.equal((await rein.exit()).status, 0);
    }
  });

  test(`${mode.name}: working directory and descriptors are the caller's; the init is in / and holds nothing above 2`, {
    skip,
  }, async (t) => {
    const launch = ["close-from=3", "open=3:/etc/passwd", "open=9:/dev/null", "open=200:/", "open=1000:/etc/group"];
    const options = { launch, directory: temporary };
    const above = (lines: string[]): string[] => lines.filter((line) => !/^fd [012] /.test(line));
    const expected = above(await withoutInit(t, mode, [payload, "descriptors"], options));
    assert.equal(expected.length, 6);
    assert.ok(expected.includes(`cwd ${temporary}`));
    assert.deepEqual(above(await withInit(t, mode, [payload, "descriptors"], options)), expected);

    const rein = await start(t, mode, [payload, "wait"], options);
    await rein.ready();
    await eventually("the init is in / and holds nothing above 2", () => {
      const held = [...descriptors(rein.pid).keys()].filter((number) => number > 2);
      return workingDirectory(rein.pid) === "/" && held.length === 0;
    });
    rein.stdin.end();
    assert.equal((await rein.exit()).status, 0);
  });

  test(`${mode.name}: the payload does not get the descriptor for status lines, and the init keeps it`, {
    skip,
  }, async (t) => {
    const rein = await start(t, mode, [payload, "descriptors"], {
      options: ["--json-status-fd", "4"],
      extraPipes: 2,
      launch: ["close-from=5"],
    });
    const lines = await rein.stdout.rest();
    assert.equal((await rein.exit()).status, 0);
    // Descriptor 3 is the caller's own affair.
    assert.deepEqual(
      lines.filter((line) => /^fd (?![012] )/.test(line)).map((line) => line.split(" ")[1]),
      ["3"],
    );
    const events = (await rein.extra.get(4)?.rest())?.map((line): unknown => JSON.parse(line));
    assert.ok(events !== undefined && events.length >= 2, rein.seen());
  });

  for (const closed of [[0], [1], [2], [0, 1, 2], [0, 2]]) {
    test(`${mode.name}: with descriptor ${closed.join(", ")} closed the payload starts, and they stay closed`, {
      skip,
    }, async (t) => {
      const launch = ["close-from=3", ...closed.map((number) => `close=${number}`)];
      const file = join(temporary, `closed-${mode.name}-${closed.join("")}`);
      const { status } = await run(t, mode, [payload, "descriptors", file], { launch });
      assert.equal(status, 0);
      const open = [...readFileSync(file, "utf8").matchAll(/^fd (\d+)/gm)].map((match) => Number(match[1]));
      assert.deepEqual(
        open,
        [0, 1, 2].filter((number) => !closed.includes(number)),
      );
      assert.equal((await run(t, mode, [payload, "exit", "7"], { launch })).status, 7);
    });
  }

  for (const [what, word, own] of [
    ["a stderr whose reader is gone", "broken=2", Signal.PIPE],
    ["a log file at its limit", "limited=2", Signal.XFSZ],
  ] as const) {
    for (const verbosity of ["-v", "-vv", "-vvv"]) {
      test(`${mode.name}: ${what} under ${verbosity} harms nobody`, { skip }, async (t) => {
        const options = [verbosity, "-w"];
        const rein = await start(t, mode, [payload, "orphans", "50", "7"], { options, launch: [word] });
        await rein.lineMatching(/^ended$/);
        rein.stdin.end();
        assert.deepEqual(await rein.exit(), { status: 7, signal: null });

        const watched = await start(t, mode, [payload, "signals"], { options, launch: [word] });
        await watched.ready();
        for (const signal of [Signal.USR1, own, Signal.TERM]) {
          watched.signal(signal);
          // The signal that the init's own writes bring is not for the payload; a sender's is.
          assert.equal(await watched.line(), `signal ${signal}`);
        }
        // Each message about such a signal brings the next one, where somebody is not careful.
        await eventually("the init sleeps", () => stat(watched.pid)?.state === "S");
        watched.stdin.end();
        assert.deepEqual(await watched.stdout.rest(), ["end"]);
        assert.deepEqual(await watched.exit(), { status: 0, signal: null });
      });
    }
  }

  test(`${mode.name}: a stderr that nobody reads stops neither reaping nor signals`, { skip }, async (t) => {
    const rein = await start(t, mode, [payload, "orphans", "300", "7"], {
      options: ["-vvv", "-w"],
      launch: ["full=2"],
    });
    await rein.lineMatching(/^ended$/);
    await eventually("the payload is the only child", () => children(rein.pid).length === 1);
    rein.signal(Signal.TERM);
    assert.deepEqual(await rein.exit(), { status: 128 + Signal.TERM, signal: null });
  });

  test(`${mode.name}: what the init has to say goes to stderr, never to stdout`, { skip }, async (t) => {
    for (const option of ["-v", "-vv", "-vvv"]) {
      const rein = await start(t, mode, [payload, "signals"], { options: [option, "-w"] });
      await rein.ready();
      rein.signal(Signal.HUP);
      await rein.lineMatching(/^signal 1$/);
      rein.stdin.end();
      assert.equal((await rein.closed()).status, 0);
      assert.match(rein.stdout.text, /^ready \d+\nsignal 1\nend\n$/);
      const lines = rein.stderr.text.trimEnd().split("\n");
      assert.ok(
        lines.every((line) => line.startsWith("rein: ")),
        rein.stderr.text,
      );
    }
  });
}

test("subreaper: kill -9 of the init ends the payload", { skip: subreaper.unavailable }, async (t) => {
  for (const options of [[], ["-g"], ["-c"]]) {
    const rein = await start(t, subreaper, [payload, "ignore", "1-8,10-15"], { options });
    await rein.ready();
    const [child] = children(rein.pid);
    assert.ok(child !== undefined);
    rein.signal(Signal.KILL);
    assert.equal((await rein.exit()).signal, "SIGKILL");
    await eventually("the payload is gone", () => !isAlive(child));
  }
});

test("subreaper: the payload's parent-death signal is KILL", { skip: subreaper.unavailable }, async (t) => {
  assert.ok((await withInit(t, subreaper, [payload, "status"])).includes(`pdeathsig ${Signal.KILL}`));
});
