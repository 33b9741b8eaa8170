// The executable under tini's name: what stands on tini's command line, and what its users search their logs for.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, describe, type TestContext, test } from "node:test";
import { type Mode, modes, subreaper } from "../support/modes.ts";
import { payload, payloadUnavailable } from "../support/payload.ts";
import { children, stat } from "../support/processes.ts";
import { executable, type Options, type Result, run, runCommand, start, startCommand } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";
import { openTerminal, shellEnvironment, terminalUnavailable } from "../support/terminal.ts";
import { eventually } from "../support/waiting.ts";

const folder = mkdtempSync(join(tmpdir(), "rein-tini-"));
after(() => rmSync(folder, { recursive: true }));
const names = ["tini", "tini-static", "docker-init"];
const links = names.map((name) => join(folder, name));
for (const link of links) symlinkSync(executable, link);
const [tini = ""] = links;
writeFileSync(join(folder, "not-executable"), "#!/bin/sh\n", { mode: 0o644 });
writeFileSync(join(folder, "no-interpreter-named"), "echo by a shell\nexit 3\n", { mode: 0o755 });

/** Nothing in it that the user may not enter: a name would then be forbidden (126) instead of not found. */
const PATH = "/usr/local/bin:/usr/bin:/bin";

function runTini(t: TestContext, words: readonly string[], options: Options = {}): Promise<Result> {
  return runCommand(t, [tini, ...words], { ...options, environment: { PATH, ...options.environment } });
}

/** Runs the payload program's command in a mode, without tini's warning that it is no reaper. */
function runQuietly(
  t: TestContext,
  mode: Mode,
  options: readonly string[],
  command: readonly string[],
): Promise<Result> {
  const words = [...(mode === subreaper ? ["-s"] : []), ...options];
  return run(t, mode, command, { options: words, executable: tini, environment: { PATH } });
}

/** What the init says while it reaps three orphans. */
async function reapingMessages(t: TestContext, mode: Mode, options: readonly string[]): Promise<string> {
  const init = await start(t, mode, [payload, "orphans", "3", "0"], { options: ["-s", ...options], executable: tini });
  await init.lineMatching(/^ended$/);
  // Those that are not yet reaped when the payload ends are nobody's any more.
  await eventually("all orphans are reaped", () => children(init.pid).length === 1);
  init.stdin.end();
  assert.deepEqual(await init.closed(), { status: 0, signal: null });
  return init.stderr.text;
}

describe("what is asked for", () => {
  for (const link of links) {
    const name = basename(link);

    test(`${name} --version is in the form that docker info reads`, async (t) => {
      const result = await runCommand(t, [link, "--version"]);
      assert.deepEqual([result.status, result.stderr], [0, ""]);
      assert.match(result.stdout, /^tini version [\w.+-]+( - git\.[\w-]+)?\n$/);
    });

    test(`${name} -h and ${name} alone show the usage`, async (t) => {
      const help = await runCommand(t, [link, "-h"]);
      assert.deepEqual([help.status, help.stderr], [0, ""]);
      assert.match(help.stdout, new RegExp(`^${name} \\(tini version [^\n]+\\)\n`));
      assert.match(help.stdout, new RegExp(`^Usage: ${name} \\[OPTIONS\\] PROGRAM -- \\[ARGS\\] \\| --version$`, "m"));
      assert.match(help.stdout, /^Execute a program under the supervision of a valid init process/m);
      const wanted = ["--version", "-h", "-s", "-p SIGNAL", "-v", "-w", "-g", "-e EXIT_CODE", "-l"];
      for (const option of wanted) assert.ok(help.stdout.includes(`\n  ${option}: `), option);
      for (const variable of ["SUBREAPER", "VERBOSITY", "KILL_PROCESS_GROUP"]) {
        assert.ok(help.stdout.includes(`\n  TINI_${variable}: `), variable);
      }
      const alone = await runCommand(t, [link]);
      assert.deepEqual([alone.status, alone.stdout, alone.stderr], [1, "", help.stdout]);
    });
  }

  test("-l shows the licence", async (t) => {
    const result = await runTini(t, ["-l"]);
    assert.deepEqual([result.status, result.stderr], [0, ""]);
    for (const words of [/MIT License/, /Copyright/]) assert.match(result.stdout, words);
  });

  test("--version with anything beside it is no option", async (t) => {
    const result = await runTini(t, ["--version", "true"]);
    assert.deepEqual([result.status, result.stdout], [1, ""]);
    assert.match(result.stderr, /^\S*tini: invalid option -- '-'$/m);
  });
});

describe("what is refused: with 1", () => {
  for (const [words, line] of [
    [["-z", "true"], /^\S*tini: invalid option -- 'z'$/m],
    [["-vz", "true"], /^\S*tini: invalid option -- 'z'$/m],
    [["--foo", "true"], /^\S*tini: invalid option -- '-'$/m],
    [["-e"], /^\S*tini: option requires an argument -- 'e'$/m],
    [["-p"], /^\S*tini: option requires an argument -- 'p'$/m],
  ] as const) {
    test(`${words.join(" ")}, and the usage follows`, async (t) => {
      const result = await runTini(t, words);
      assert.deepEqual([result.status, result.stdout], [1, ""]);
      assert.match(result.stderr, line);
      assert.match(result.stderr, /^Usage: tini /m);
    });
  }

  for (const [option, value] of [
    ["-e", "256"],
    ["-e", "-1"],
    ["-e", "abc"],
    ["-e", "5x"],
    ["-p", "NOPE"],
    ["-p", "SIGNOPE"],
    ["-p", ""],
  ] as const) {
    test(`${option} ${value === "" ? '""' : value}`, async (t) => {
      const result = await runTini(t, [option, value, "true"]);
      assert.deepEqual([result.status, result.stdout], [1, ""]);
      assert.match(
        result.stderr,
        new RegExp(`^\\[FATAL tini \\(\\d+\\)\\] Not a valid option for ${option}: ${value}\n$`),
      );
    });
  }
});

for (const mode of modes) {
  describe(`${mode.name}: as tini`, { skip: mode.unavailable }, () => {
    for (const [what, command, status, reason] of [
      ["a command that is not there", "/nowhere/at-all", 127, "No such file or directory"],
      ["a name that is not in PATH", "not-a-command-at-all", 127, "No such file or directory"],
      ["a file that may not be executed", join(folder, "not-executable"), 126, "Permission denied"],
      ["a folder", "/etc", 126, "Permission denied"],
      ["a path through a file", "/etc/passwd/x", 1, "Not a directory"],
    ] as const) {
      test(`${what}: ${status}, in tini's words`, async (t) => {
        const result = await runQuietly(t, mode, [], [command, "x"]);
        assert.deepEqual([result.status, result.stdout], [status, ""]);
        // What is known beyond tini's words may follow in brackets.
        const line = `^\\[FATAL tini \\(\\d+\\)\\] exec ${command} failed: ${reason}( \\([^\n]+\\))?\n$`;
        assert.match(result.stderr, new RegExp(line));
      });
    }

    test("a script without #! is run by a shell, as execvp does", async (t) => {
      const result = await runQuietly(t, mode, [], [join(folder, "no-interpreter-named")]);
      assert.deepEqual([result.status, result.stdout, result.stderr], [3, "by a shell\n", ""]);
    });

    test("the exit status is the payload's, or 128 + its signal; -e makes 0 of it", async (t) => {
      for (const [options, command, status] of [
        [[], ["exit", "7"], 7],
        [[], ["kill-self", "15"], 143],
        [["-e", "7"], ["exit", "7"], 0],
        [["-e7"], ["exit", "7"], 0],
        [["-e", "8"], ["exit", "7"], 7],
        [["-e", "143", "-e", "0"], ["kill-self", "15"], 0],
        [["-ve", "143"], ["kill-self", "15"], 0],
      ] as const) {
        assert.equal((await runQuietly(t, mode, options, [payload, ...command])).status, status);
      }
      assert.equal((await runQuietly(t, mode, ["-e", "127"], ["/nowhere/at-all"])).status, 0);
    });

    test("-w warns of each zombie, in tini's words; without it nothing is said", async (t) => {
      const warnings = await reapingMessages(t, mode, ["-w"]);
      assert.match(warnings, /^(\[WARN {2}tini \(\d+\)\] Reaped zombie process with pid=\d+\n){3}$/);
      assert.equal(await reapingMessages(t, mode, []), "");
    });

    test("-vvv: its messages, all on stderr and each once", async (t) => {
      // The payload ends at a line on stdin: at its own end the init might not be waiting for signals yet.
      const command = ["sh", "-c", "read line; echo out; exit 3"];
      const init = await start(t, mode, command, { options: ["-s", "-vvv"], executable: tini });
      await init.errorLineMatching(/^\[INFO {2}tini \(\d+\)\] Spawned child process 'sh' with pid '\d+'$/);
      init.stdin.end();
      assert.deepEqual(await init.closed(), { status: 3, signal: null });
      assert.equal(init.stdout.text, "out\n");
      for (const line of [
        /^\[INFO {2}.*Spawned/,
        /^\[INFO {2}tini \(\d+\)\] Main child exited normally \(with status '3'\)$/,
      ]) {
        assert.equal(init.stderr.text.match(new RegExp(line, "gm"))?.length, 1, `${line} in ${init.stderr.text}`);
      }
      const killed = await runQuietly(t, mode, ["-v"], [payload, "kill-self", "15"]);
      assert.match(
        killed.stderr,
        /^\[INFO {2}tini \(\d+\)\] Main child exited with signal \(with signal 'Terminated'\)$/m,
      );
    });

    test("-vv says which orphans are reaped", async (t) => {
      const messages = await reapingMessages(t, mode, ["-vv"]);
      const reaped = messages.match(/^\[DEBUG tini \(\d+\)\] Reaped child with pid: '\d+'$/gm) ?? [];
      assert.ok(reaped.length >= 3, messages);
    });

    test("-vv says which signals are passed", async (t) => {
      const init = await start(t, mode, [payload, "signals"], { options: ["-s", "-vv"], executable: tini });
      await init.ready();
      init.signal(Signal.HUP);
      assert.equal(await init.line(), "signal 1");
      init.stdin.end();
      await init.closed();
      assert.match(init.stderr.text, /^\[DEBUG tini \(\d+\)\] Passing signal: 'Hangup'$/m);
    });

    test("a SIGCHLD that the caller ignores: no hang", async (t) => {
      const result = await run(t, mode, [payload, "exit", "5"], {
        options: ["-s"],
        executable: tini,
        launch: ["ignore=17"],
      });
      assert.deepEqual([result.status, result.stderr], [5, ""]);
    });

    test("a closed stdin is no error", async (t) => {
      const result = await run(t, mode, [payload, "exit", "5"], {
        options: ["-s"],
        executable: tini,
        launch: ["close=0"],
      });
      assert.deepEqual([result.status, result.stderr], [5, ""]);
    });

    test("-w with nobody left to read stderr does not kill the payload", async (t) => {
      const options = { options: ["-s", "-w"], executable: tini, launch: ["broken=2"] };
      assert.equal((await run(t, mode, [payload, "orphans", "5", "6"], options)).status, 6);
    });

    test("a SIGABRT that somebody sends reaches the payload", async (t) => {
      const init = await start(t, mode, [payload, "signals"], { options: ["-s"], executable: tini });
      await init.ready();
      init.signal(Signal.ABRT);
      assert.equal(await init.line(), "signal 6");
      init.stdin.end();
      assert.deepEqual(await init.exit(), { status: 0, signal: null });
    });

    for (const [how, extra] of [
      ["-g", { options: ["-s", "-g"] }],
      ["-g after REIN_OPTIONS=-c", { options: ["-s", "-g"], environment: { REIN_OPTIONS: "-c" } }],
      ["TINI_KILL_PROCESS_GROUP", { options: ["-s"], environment: { TINI_KILL_PROCESS_GROUP: "" } }],
    ] as const) {
      test(`${how}: signals go to the whole group`, async (t) => {
        const init = await start(t, mode, [payload, "family", "2"], { ...extra, executable: tini });
        await init.ready();
        init.signal(Signal.USR1);
        const said = [await init.line(), await init.line(), await init.line()];
        assert.deepEqual(said.toSorted(), ["member signal 10", "member signal 10", "signal 10"]);
        init.stdin.end();
        await init.closed();
      });
    }
  });
}

const WARNING =
  /^\[WARN {2}tini \(\d+\)\] Tini is not running as PID 1 and isn't registered as a child subreaper\.\nZombie processes will not be re-parented to Tini, so zombie reaping won't work\.\nTo fix the problem, use the -s option or set the environment variable TINI_SUBREAPER to register Tini as a child subreaper, or run Tini as PID 1\.\n$/;

describe("not PID 1 and no subreaper", { skip: payloadUnavailable }, () => {
  test("is warned of, in tini's words", async (t) => {
    const result = await runTini(t, [payload, "exit", "4"]);
    assert.equal(result.status, 4);
    assert.match(result.stderr, WARNING);
  });

  for (const [how, words, environment] of [
    ["-s", ["-s"], {}],
    ["TINI_SUBREAPER", [], { TINI_SUBREAPER: "" }],
    ["TINI_VERBOSITY=0, whatever -v says", ["-vvv"], { TINI_VERBOSITY: "0" }],
    ["TINI_VERBOSITY=x", [], { TINI_VERBOSITY: "x" }],
  ] as const) {
    test(`is not warned of with ${how}`, async (t) => {
      const result = await runTini(t, [...words, payload, "exit", "4"], { environment });
      assert.deepEqual([result.status, result.stderr], [4, ""]);
    });
  }

  for (const value of ["256", "3x", " +2", "-1"]) {
    test(`TINI_VERBOSITY=${value} is read as atoi(3) reads it`, async (t) => {
      const result = await runTini(t, ["-s", payload, "exit", "4"], { environment: { TINI_VERBOSITY: value } });
      assert.match(result.stderr, /^\[INFO {2}tini \(\d+\)\] Spawned child process/m);
    });
  }

  test("TINI_VERBOSITY=3 is as much as -vv: one is where it begins", async (t) => {
    const init = startCommand(t, [tini, "-s", payload, "wait"], { environment: { TINI_VERBOSITY: "3" } });
    await init.ready();
    await eventually("the init waits for signals", () => stat(init.process.pid ?? 0)?.state === "S");
    init.stdin.end();
    await init.errorLineMatching(/^\[DEBUG tini \(\d+\)\] Received SIGCHLD$/);
  });

  test("the payload does not see variables that were meant for the init", async (t) => {
    const environment = { TINI_SUBREAPER: "1", TINI_VERBOSITY: "1", TINI_KILL_PROCESS_GROUP: "1", TINI_OTHER: "stays" };
    const result = await runTini(t, [payload, "environment", ...Object.keys(environment)], { environment });
    assert.match(
      result.stdout,
      /TINI_SUBREAPER unset\nTINI_VERBOSITY unset\nTINI_KILL_PROCESS_GROUP unset\nTINI_OTHER=stays\n/,
    );
  });
});

describe("how options are written", { skip: payloadUnavailable }, () => {
  test("the dashes in tini's own `PROGRAM -- ARGUMENTS` are not the program's", async (t) => {
    const script =
      'link=$(mktemp -d)/tini; ln -s "$0" "$link"; "$link" sh -- -c "echo hi"; "$link" -- sh -c "echo there"; rm "$link"';
    const result = await runCommand(t, ["sh", "-c", script, executable]);
    assert.equal(result.stdout, "hi\nthere\n");
  });

  test("they end at the first operand, where tini would take the command's own for its own", async (t) => {
    const result = await runTini(t, ["-s", "sh", "-c", 'echo "$@"; exit 4', "name", "-e", "4", "--"]);
    assert.deepEqual([result.status, result.stdout], [4, "-e 4 --\n"]);
  });

  test("-- ends them, once", async (t) => {
    assert.equal((await runTini(t, ["-s", "--", "echo", "--", "-v"])).stdout, "-- -v\n");
    assert.equal((await runTini(t, ["-s", "--", "--", "true"])).status, 127);
  });

  test("many options are read, and those that the kernel has no memory for refused in tini's words", async (t) => {
    const words = Array.from({ length: 40_000 }, () => "-e5");
    assert.equal((await runTini(t, ["-s", ...words, "sh", "-c", "exit 5"])).status, 0);
    const result = await runCommand(t, ["prlimit", "--as=3500000", tini, "-s", ...words, "true"]);
    assert.equal(result.status, 1);
    assert.match(result.stderr, /^\[FATAL tini \(\d+\)\] the options take more memory than the kernel gives\n$/);
  });

  test("REIN_OPTIONS adds what tini cannot do, where nobody can give the init arguments", async (t) => {
    const environment = { REIN_OPTIONS: "--grace 100ms" };
    for (const link of links) {
      const init = startCommand(t, [link, "-s", "--", payload, "ignore", "15"], { environment });
      await init.ready();
      process.kill(init.process.pid ?? 0, Signal.TERM);
      assert.deepEqual(await init.exit(), { status: 137, signal: null });
    }
  });
});

test("-p: the parent's end is told to the payload", { skip: payloadUnavailable }, async (t) => {
  const script = '"$TINI" -s -p SIGUSR1 -- "$PAYLOAD" signals <&3 & read line';
  const shell = startCommand(t, ["sh", "-c", script], { environment: { TINI: tini, PAYLOAD: payload }, extraPipes: 1 });
  await shell.ready();
  shell.stdin.end();
  assert.equal(await shell.line(), "signal 10");
  shell.process.stdio[3]?.destroy();
  assert.deepEqual(await shell.stdout.rest(), ["end"]);
});

test("the terminal is neither stolen nor kept", { skip: terminalUnavailable }, async (t) => {
  const script = `"$TINI" -s -- "$PAYLOAD" delay 10 0 0 &
    read first; echo "first=$first"
    "$TINI" -s -- sh -c 'exit 3'; echo "status=$?"
    read second; echo "second=$second"
    kill $!; wait $!; echo "status=$?"
    read third; echo "third=$third"`;
  const terminal = openTerminal(t, ["sh", "-c", script], { environment: { ...shellEnvironment, TINI: tini } });
  await terminal.ready();
  terminal.type("one\n");
  assert.equal(await terminal.line(), "first=one");
  assert.equal(await terminal.line(), "status=3");
  terminal.type("two\n");
  assert.equal(await terminal.line(), "second=two");
  assert.equal(await terminal.line(), "status=143");
  terminal.type("three\n");
  assert.equal(await terminal.line(), "third=three");
  assert.deepEqual(await terminal.ending(), { status: 0, signal: null });
});
