// A signal sent to the init reaches the payload, whichever it is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { modes, pid1, subreaper } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { children, stat } from "../support/processes.ts";
import { executable, type Running, start, startCommand } from "../support/rein.ts";
import { forwardable, Signal } from "../support/signals.ts";
import { eventually } from "../support/waiting.ts";

/** Closes the payload's stdin, which ends it, and gives what it still had to say. */
async function lastWords(rein: Running): Promise<string[]> {
  rein.stdin.end();
  const words = await rein.stdout.rest();
  assert.deepEqual(await rein.exit(), { status: 0, signal: null });
  return words;
}

const addressees = [
  { how: "by default", options: [] },
  { how: "with -g", options: ["-g"] },
  { how: "with -c", options: ["-c"] },
];

for (const mode of modes) {
  for (const { how, options } of addressees) {
    test(`${mode.name}: every signal arrives exactly once and in order ${how}`, {
      skip: mode.unavailable,
    }, async (t) => {
      const rein = await start(t, mode, [payload, "signals"], { options });
      await rein.ready();
      for (const signal of forwardable) {
        rein.signal(signal);
        assert.equal(await rein.line(), `signal ${signal}`);
      }
      assert.deepEqual(await lastWords(rein), ["end"]);
      assert.equal(rein.stderr.text, "");
    });
  }

  test(`${mode.name}: the signals that C libraries keep to themselves arrive too`, {
    skip: mode.unavailable,
  }, async (t) => {
    const rein = await start(t, mode, [payload, "signals"]);
    await rein.ready();
    for (const signal of [32, 33]) {
      rein.signal(signal);
      assert.equal(await rein.line(), `signal ${signal}`);
    }
    assert.deepEqual(await lastWords(rein), ["end"]);
  });

  test(`${mode.name}: a crash signal that a person sent reaches the payload and leaves the init alive`, {
    skip: mode.unavailable,
  }, async (t) => {
    const { ILL, TRAP, ABRT, BUS, FPE, SEGV, SYS } = Signal;
    const rein = await start(t, mode, [payload, "signals"]);
    await rein.ready();
    for (const signal of [ABRT, SEGV, BUS, ILL, FPE, TRAP, SYS]) {
      rein.signal(signal);
      assert.equal(await rein.line(), `signal ${signal}`);
    }
    assert.deepEqual(await lastWords(rein), ["end"]);
  });

  test(`${mode.name}: a payload that catches the stop signals gets them, and nothing stops`, {
    skip: mode.unavailable,
  }, async (t) => {
    const { TSTP, TTIN, TTOU, USR1 } = Signal;
    const rein = await start(t, mode, [payload, "signals"]);
    await rein.ready();
    for (const signal of [TSTP, TTIN, TTOU, USR1]) {
      rein.signal(signal);
      assert.equal(await rein.line(), `signal ${signal}`);
    }
    assert.deepEqual(await lastWords(rein), ["end"]);
  });

  test(`${mode.name}: real-time signals arrive as often as they were sent`, { skip: mode.unavailable }, async (t) => {
    const rein = await start(t, mode, [payload, "signals"]);
    await rein.ready();
    // While the init is stopped they pile up, as they do under load.
    rein.signal(Signal.STOP);
    const sent = Array.from({ length: 300 }, (_, i) => Signal.RTMIN + (i % 3));
    for (const signal of sent) rein.signal(signal);
    rein.signal(Signal.CONT);
    // The kernel hands them out lowest number first, each number as often as it came.
    const expected = sent.toSorted().map((signal) => `signal ${signal}`);
    const got: string[] = [];
    while (got.length < sent.length + 1) got.push(await rein.line());
    assert.deepEqual(got.filter((line) => line !== `signal ${Signal.CONT}`).toSorted(), expected);
    assert.equal(got.filter((line) => line === `signal ${Signal.CONT}`).length, 1);
    assert.deepEqual(await lastWords(rein), ["end"]);
  });

  test(`${mode.name}: with -g a signal reaches the payload's whole group, without it the payload alone`, {
    skip: mode.unavailable,
  }, async (t) => {
    const members = 3;
    const whole = await start(t, mode, [payload, "family", `${members}`], { options: ["-g"] });
    await whole.ready();
    for (const signal of [Signal.TERM, Signal.RTMAX]) {
      whole.signal(signal);
      const lines: string[] = [];
      for (let i = 0; i <= members; i++) lines.push(await whole.line());
      const expected = [...Array.from({ length: members }, () => `member signal ${signal}`), `signal ${signal}`];
      assert.deepEqual(lines.toSorted(), expected);
    }
    assert.deepEqual(await lastWords(whole), ["end"]);

    for (const options of [[], ["-c"]]) {
      const alone = await start(t, mode, [payload, "family", `${members}`], { options });
      await alone.ready();
      alone.signal(Signal.TERM);
      assert.equal(await alone.line(), `signal ${Signal.TERM}`);
      assert.deepEqual(await lastWords(alone), ["end"]);
    }
  });

  const { HUP, INT, QUIT, USR1, USR2, TERM, ABRT, RTMIN } = Signal;
  // What is sent, and what it becomes; 0 for nothing.
  const rewrites: { options: string[]; becomes: [number, number][] }[] = [
    {
      options: ["--rewrite", "TERM:QUIT"],
      becomes: [
        [TERM, QUIT],
        [QUIT, QUIT],
        [INT, INT],
      ],
    },
    {
      options: ["-r", "15:3"],
      becomes: [
        [TERM, QUIT],
        [QUIT, QUIT],
        [INT, INT],
      ],
    },
    {
      options: ["-r", "SIGTERM:SIGINT"],
      becomes: [
        [TERM, INT],
        [INT, INT],
      ],
    },
    {
      options: ["--rewrite=HUP:USR1", "--rewrite=USR1:HUP"],
      becomes: [
        [HUP, USR1],
        [USR1, HUP],
        [HUP, USR1],
      ],
    },
    {
      options: ["-r", "1:31", "-r", "31:1"],
      becomes: [
        [1, 31],
        [31, 1],
        [2, 2],
      ],
    },
    {
      options: ["-r", "USR1:0"],
      becomes: [
        [USR1, 0],
        [USR2, USR2],
        [USR1, 0],
        [TERM, TERM],
      ],
    },
    {
      options: ["-r", "10:0", "-r", "ABRT:0"],
      becomes: [
        [USR1, 0],
        [ABRT, 0],
        [TERM, TERM],
      ],
    },
    {
      options: ["-r", "RTMIN+3:TERM"],
      becomes: [
        [RTMIN + 3, TERM],
        [RTMIN + 4, RTMIN + 4],
      ],
    },
    {
      options: ["-r", "SIGTERM:SIGRTMIN+3"],
      becomes: [
        [TERM, RTMIN + 3],
        [INT, INT],
      ],
    },
    {
      options: ["-r", "IOT:POLL"],
      becomes: [
        [ABRT, 29],
        [29, 29],
      ],
    },
    { options: ["-g", "-r", "TERM:QUIT"], becomes: [[TERM, QUIT]] },
    { options: ["-c", "-r", "TERM:QUIT"], becomes: [[TERM, QUIT]] },
  ];
  for (const { options, becomes } of rewrites) {
    const what = becomes.map(([sent, received]) => (received === 0 ? `nothing of ${sent}` : `${received} of ${sent}`));
    test(`${mode.name}: ${options.join(" ")} makes ${what.join(", ")}`, { skip: mode.unavailable }, async (t) => {
      const rein = await start(t, mode, [payload, "signals"], { options });
      await rein.ready();
      for (const [sent, received] of becomes) {
        rein.signal(sent);
        // One that is dropped, wrongly let through, would come before the next: its number is lower.
        if (received !== 0) assert.equal(await rein.line(), `signal ${received}`);
      }
      assert.deepEqual(await lastWords(rein), ["end"]);
    });
  }
}

test("subreaper: a payload that stops at TSTP takes the init with it, and CONT wakes both", {
  skip: subreaper.unavailable,
}, async (t) => {
  const rein = await start(t, subreaper, [payload, "wait"], { options: ["-g"] });
  await rein.ready();
  const [child] = children(rein.pid);
  assert.ok(child !== undefined);
  rein.signal(Signal.TSTP);
  await eventually("the payload is stopped", () => stat(child)?.state === "T");
  await eventually("the init is stopped", () => stat(rein.pid)?.state === "T");
  rein.signal(Signal.CONT);
  await eventually("both run again", () => stat(child)?.state === "S" && stat(rein.pid)?.state === "S");
  rein.stdin.end();
  assert.deepEqual(await rein.exit(), { status: 0, signal: null });
});

test("PID 1: a payload that stops at TSTP stops alone, and CONT wakes it", { skip: pid1.unavailable }, async (t) => {
  for (const options of [[], ["-g"]]) {
    const rein = await start(t, pid1, [payload, "wait"], { options });
    await rein.ready();
    const [child] = children(rein.pid);
    assert.ok(child !== undefined);
    rein.signal(Signal.TSTP);
    await eventually("the payload is stopped", () => stat(child)?.state === "T");
    await eventually("the init waits", () => stat(rein.pid)?.state === "S");
    rein.signal(Signal.CONT);
    await eventually("the payload runs again", () => stat(child)?.state === "S");
    rein.stdin.end();
    assert.deepEqual(await rein.exit(), { status: 0, signal: null });
  }
});

test("subreaper: with -p the payload hears of the death of the init's parent", {
  skip: subreaper.unavailable,
}, async (t) => {
  for (const [option, signal] of [
    ["-pUSR1", Signal.USR1],
    ["--parent-death=SIGTERM", Signal.TERM],
    ["-p15", Signal.TERM],
  ] as const) {
    const parent = '"$@" & read -r line; kill -9 $$';
    const command = [executable, option, "--", payload, "delay", `${signal}`, "0", "0"];
    const rein = startCommand(t, ["sh", "-c", parent, "sh", ...command]);
    await rein.ready();
    rein.stdin.write("die\n");
    assert.equal(await rein.line(), `got ${signal}`);
    await rein.closed();
  }
});
