// The executable under the names of catatonit and of Podman's link to it.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, type TestContext, test } from "node:test";
import { modes, pid1 } from "../support/modes.ts";
import { payload, payloadUnavailable } from "../support/payload.ts";
import { children, isRunning, stat } from "../support/processes.ts";
import { executable, type Options, type Result, run, runCommand, start, startCommand } from "../support/rein.ts";
import { forwardable, Signal } from "../support/signals.ts";
import { openShell, openTerminal, terminalUnavailable } from "../support/terminal.ts";
import { eventually } from "../support/waiting.ts";

const folder = mkdtempSync(join(tmpdir(), "rein-catatonit-"));
after(() => rmSync(folder, { recursive: true }));
const [catatonit, podmanInit] = ["catatonit", "podman-init"].map((name) => join(folder, name)) as [string, string];
for (const link of [catatonit, podmanInit]) symlinkSync(executable, link);

function runCatatonit(t: TestContext, words: readonly string[], options: Options = {}): Promise<Result> {
  return runCommand(t, [catatonit, ...words], options);
}

const USAGE = "usage: catatonit [-ghLPV] [--] COMMAND [ARGUMENT...]\n";

for (const link of [catatonit, podmanInit]) {
  test(`${link.replace(/.*\//, "")} --version is in the form that podman info and docker info read`, async (t) => {
    for (const option of ["-V", "--version", "--ver"]) {
      const result = await runCommand(t, [link, option]);
      assert.deepEqual([result.status, result.stderr], [0, ""]);
      assert.match(result.stdout, /^tini version [\w.+-]+( - git\.[\w-]+)?\n$/);
    }
  });
}

test("-h shows the usage, on stderr as catatonit does", async (t) => {
  const result = await runCatatonit(t, ["-h"]);
  assert.deepEqual([result.status, result.stdout, result.stderr.startsWith(USAGE)], [0, "", true]);
  for (const option of ["-g", "-P", "-h", "-L", "-V, --version"]) assert.ok(result.stderr.includes(`\n  ${option} `));
});

test("-L shows the licence", async (t) => {
  const result = await runCatatonit(t, ["-L"]);
  assert.deepEqual([result.status, result.stderr], [0, ""]);
  assert.match(result.stdout, /MIT License/);
});

describe("what is refused: with 1, and the usage follows", () => {
  for (const [words, line] of [
    [[], "ERROR (catatonit:PID): missing program name\n"],
    [["-g", "--"], "ERROR (catatonit:PID): missing program name\n"],
    [["-z", "true"], `${catatonit}: invalid option -- 'z'\n`],
    [["-gz", "true"], `${catatonit}: invalid option -- 'z'\n`],
    [["--foo", "true"], `${catatonit}: unrecognized option '--foo'\n`],
    [["--version=3"], `${catatonit}: option '--version' doesn't allow an argument\n`],
  ] as const) {
    test(`catatonit ${words.join(" ")}`, async (t) => {
      const result = await runCatatonit(t, words);
      assert.deepEqual(
        { ...result, stderr: result.stderr.replace(/:\d+\)/, ":PID)") },
        { status: 1, signal: null, stdout: "", stderr: line + USAGE },
      );
    });
  }

  test("what cannot be executed: 1 too", async (t) => {
    for (const [command, reason] of [
      ["/nowhere/at-all", "No such file or directory"],
      ["/etc", "Permission denied"],
      ["--", "No such file or directory"],
    ]) {
      const result = await runCatatonit(t, ["--", command ?? ""]);
      assert.deepEqual([result.status, result.stdout], [1, ""]);
      const words = `^ERROR \\(catatonit:\\d+\\): failed to exec ${command}: ${reason}( \\([^\n]+\\))?\n$`;
      assert.match(result.stderr, new RegExp(words));
    }
  });
});

describe("how options are written", { skip: payloadUnavailable }, () => {
  test("they end at the first operand; the dashes behind it are not the command's", async (t) => {
    assert.equal((await runCatatonit(t, ["sh", "-c", "echo $1", "name", "-g"])).stdout, "-g\n");
    assert.equal((await runCatatonit(t, ["echo", "--", "-g"])).stdout, "-g\n");
    assert.equal((await runCatatonit(t, ["--", "echo", "--", "-g"])).stdout, "-- -g\n");
  });

  test("CATATONIT_DEBUG, with any value, says more on stderr, and is not the payload's to see", async (t) => {
    const command = [payload, "environment", "CATATONIT_DEBUG"];
    const result = await runCatatonit(t, command, { environment: { CATATONIT_DEBUG: "" } });
    assert.match(result.stdout, /^CATATONIT_DEBUG unset$/m);
    assert.match(result.stderr, /^(INFO|DEBUG) \(catatonit:\d+\): started .+, process \d+$/m);
    assert.match(result.stderr, /^(INFO|DEBUG) \(catatonit:\d+\): the command exited with status 0$/m);
    assert.equal((await runCatatonit(t, command)).stderr, "");
  });

  test("REIN_OPTIONS adds what catatonit cannot do", async (t) => {
    const environment = { REIN_OPTIONS: "--grace 100ms" };
    const init = startCommand(t, [podmanInit, "--", payload, "ignore", "15"], { environment });
    await init.ready();
    process.kill(init.process.pid ?? 0, Signal.TERM);
    assert.deepEqual(await init.exit(), { status: 137, signal: null });
  });
});

for (const mode of modes) {
  describe(`${mode.name}: as catatonit`, { skip: mode.unavailable }, () => {
    test("exit statuses", async (t) => {
      for (const status of [0, 1, 126, 255])
        assert.equal((await run(t, mode, [payload, "exit", `${status}`], { executable: catatonit })).status, status);
      for (const signal of [Signal.TERM, Signal.KILL, Signal.RTMIN])
        assert.equal(
          (await run(t, mode, [payload, "kill-self", `${signal}`], { executable: catatonit })).status,
          128 + signal,
        );
    });

    test("every signal reaches the payload, those too that catatonit leaves out", async (t) => {
      const init = await start(t, mode, [payload, "signals"], { executable: catatonit });
      await init.ready();
      for (const signal of forwardable) {
        // Not as PID 1 a stop signal that goes on is a job's.
        if (mode !== pid1 && signal >= Signal.TSTP && signal <= Signal.TTOU) continue;
        init.signal(signal);
        assert.equal(await init.line(), `signal ${signal}`);
      }
    });

    test("-g: signals go to the whole group", async (t) => {
      const init = await start(t, mode, [payload, "family", "2"], { executable: catatonit, options: ["-g"] });
      await init.ready();
      init.signal(Signal.USR1);
      const said = [await init.line(), await init.line(), await init.line()];
      assert.deepEqual(said.toSorted(), ["member signal 10", "member signal 10", "signal 10"]);
    });

    test("it adopts orphans without being asked", async (t) => {
      const init = await start(t, mode, [payload, "orphans", "3", "0"], { executable: catatonit });
      await init.lineMatching(/^ended$/);
      await eventually("all orphans are reaped", () => children(init.pid).length === 1);
    });

    test("LISTEN_PID becomes the payload's", async (t) => {
      const result = await run(t, mode, [payload, "environment", "LISTEN_PID"], {
        executable: catatonit,
        launch: ["listen-pid=0"],
        environment: { CATATONIT_DEBUG: "1" },
      });
      const [, pid] = /process (\d+)$/m.exec(result.stderr) ?? [];
      assert.match(result.stdout, new RegExp(`^LISTEN_PID=${pid}$`, "m"));
    });

    test("no stop signal is blocked in the payload", async (t) => {
      const { stdout } = await run(t, mode, [payload, "status"], { executable: catatonit });
      assert.match(stdout, /^SigBlk:\s*0+$/m);
    });

    test("a SIGCHLD that the caller ignores: no hang", async (t) => {
      const result = await run(t, mode, [payload, "exit", "5"], { executable: catatonit, launch: ["ignore=17"] });
      assert.deepEqual([result.status, result.stderr], [5, ""]);
    });

    test("CATATONIT_DEBUG with nobody left to read stderr does not kill the payload", async (t) => {
      const environment = { CATATONIT_DEBUG: "1" };
      const options = { executable: catatonit, launch: ["broken=2"], environment };
      assert.equal((await run(t, mode, [payload, "orphans", "5", "6"], options)).status, 6);
    });

    for (const signal of ["TERM", "INT"] as const) {
      test(`-P: runs nothing, reaps, and ends with 0 at SIG${signal}`, async (t) => {
        // Children from before the init was there are what it finds to reap.
        const words = [payload, "launch", "children=10", "--", catatonit, "-P", "ignored"];
        const init = startCommand(t, [...mode.prefix, ...words]);
        await init.findInit(mode);
        await eventually("it pauses", () => isRunning(init.pid, executable) && stat(init.pid)?.state === "S");
        await eventually("it has reaped whom it found", () => children(init.pid).length === 0);
        init.signal(Signal.HUP);
        init.signal(Signal.USR1);
        init.signal(Signal[signal]);
        assert.deepEqual(await init.closed(), { status: 0, signal: null });
        assert.deepEqual([init.stdout.text, init.stderr.text], ["", ""]);
      });
    }
  });
}

describe("on a terminal", { skip: terminalUnavailable }, () => {
  test("a job in a shell under it stops with Ctrl-Z", async (t) => {
    const shell = await openShell(t, [catatonit, "--"]);
    shell.type('"$PAYLOAD" delay 10 0 7');
    await shell.terminal.ready();
    shell.terminal.type("\x1a");
    assert.match((await shell.prompt()).join("\n"), /Stopped/);
  });

  test("it is neither stolen nor kept", async (t) => {
    const script = `"$0" -- "$1" delay 10 0 0 &
      read first; echo "first=$first"
      "$0" -- sh -c 'exit 3'; echo "status=$?"
      read second; echo "second=$second"`;
    const terminal = openTerminal(t, ["sh", "-c", script, catatonit, payload]);
    await terminal.ready();
    terminal.type("one\n");
    assert.equal(await terminal.line(), "first=one");
    assert.equal(await terminal.line(), "status=3");
    terminal.type("two\n");
    assert.equal(await terminal.line(), "second=two");
  });
});
