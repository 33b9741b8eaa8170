// The executable under the name of Kubernetes' pause: no payload at all.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, type TestContext, test } from "node:test";
import { type Mode, modes, pid1, subreaper } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { children, isRunning, stat } from "../support/processes.ts";
import { executable, type Options, type Running, runCommand, startCommand } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";
import { eventually } from "../support/waiting.ts";

const folder = mkdtempSync(join(tmpdir(), "rein-pause-"));
after(() => rmSync(folder, { recursive: true }));
const pause = join(folder, "pause");
symlinkSync(executable, pause);

const WARNING = "Warning: pause should be the first process\n";

/** Starts it behind `launch`; returns when it waits. */
async function startPause(
  t: TestContext,
  mode: Mode,
  launch: readonly string[] = [],
  options: Options = {},
): Promise<Running> {
  const init = startCommand(t, [...mode.prefix, payload, "launch", ...launch, "--", pause], options);
  await init.findInit(mode);
  if (mode !== pid1 && !launch.includes("broken=2")) assert.equal(`${await init.errorLine()}\n`, WARNING);
  await eventually("it waits", () => isRunning(init.pid, executable) && stat(init.pid)?.state === "S");
  await eventually("it has reaped whom it found", () => children(init.pid).length === 0);
  return init;
}

test("-v, wherever it stands, shows the version", async (t) => {
  for (const words of [["-v"], ["-V"], ["some", "words", "-v"]]) {
    const result = await runCommand(t, [pause, ...words]);
    assert.deepEqual([result.status, result.stderr], [0, ""]);
    assert.match(result.stdout, /^pause\.c [\w.-]+\n$/);
  }
});

test("REIN_OPTIONS that are wrong are refused", async (t) => {
  const result = await runCommand(t, [pause], { environment: { REIN_OPTIONS: "--nonsense" } });
  assert.deepEqual([result.status, result.stdout], [125, ""]);
  assert.match(result.stderr, /^rein: REIN_OPTIONS: --nonsense: no such option/);
});

for (const mode of modes) {
  describe(`${mode.name}: as pause`, { skip: mode.unavailable }, () => {
    for (const [signal, word] of [
      [Signal.INT, "Interrupt"],
      [Signal.TERM, "Terminated"],
    ] as const) {
      test(`signal ${signal} ends it, with 0`, async (t) => {
        const init = await startPause(t, mode);
        init.signal(signal);
        assert.deepEqual(await init.closed(), { status: 0, signal: null });
        const warning = mode === pid1 ? "" : WARNING;
        assert.equal(init.stderr.text, `${warning}Shutting down, got signal: ${word}\n`);
        assert.equal(init.stdout.text, "");
      });
    }

    test("it reaps those that were there before, and goes on when none is left", async (t) => {
      const init = await startPause(t, mode, ["children=20"]);
      init.signal(Signal.TERM);
      assert.deepEqual(await init.closed(), { status: 0, signal: null });
    });

    test("a SIGCHLD that the caller ignores changes nothing", async (t) => {
      const init = await startPause(t, mode, ["ignore=17", "children=5"]);
      init.signal(Signal.TERM);
      assert.deepEqual(await init.closed(), { status: 0, signal: null });
    });

    test("nobody left to read stderr changes nothing", async (t) => {
      const init = await startPause(t, mode, ["broken=2"]);
      init.signal(Signal.TERM);
      assert.deepEqual(await init.closed(), { status: 0, signal: null });
    });
  });
}

describe("PID 1", { skip: pid1.unavailable }, () => {
  test("no other signal does anything", async (t) => {
    const init = await startPause(t, pid1);
    for (let signal = 1; signal <= Signal.RTMAX; signal++) {
      if (![Signal.INT, Signal.TERM, Signal.KILL, Signal.STOP, 32, 33].includes(signal)) init.signal(signal);
    }
    await eventually("it waits", () => stat(init.pid)?.state === "S");
    init.signal(Signal.TERM);
    assert.deepEqual(await init.exit(), { status: 0, signal: null });
  });

  test("with --drain in REIN_OPTIONS all others have their time to end", async (t) => {
    const script = '"$0" tree orphan 2 100 0 & exec "$1"';
    const environment = { REIN_OPTIONS: "--drain 10s" };
    const init = startCommand(t, [...pid1.prefix, "sh", "-c", script, payload, pause], { environment });
    await init.findInit(pid1);
    await init.ready();
    init.signal(Signal.TERM);
    assert.deepEqual(await init.closed(), { status: 0, signal: null });
    for (const index of [0, 1]) assert.match(init.stdout.text, new RegExp(`worker ${index} cleaned`));
  });
});

describe("not PID 1", { skip: subreaper.unavailable }, () => {
  test("a hang-up ends it as it ends any program", async (t) => {
    const init = await startPause(t, subreaper);
    init.signal(Signal.HUP);
    assert.deepEqual(await init.exit(), { status: null, signal: "SIGHUP" });
  });
});
