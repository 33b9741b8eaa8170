// The executable under dumb-init's name. dumb-init's own tests run too, unmodified: see scripts/test-peers.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, type TestContext, test } from "node:test";
import { type Mode, modes, pid1, subreaper } from "../support/modes.ts";
import { payload, payloadUnavailable } from "../support/payload.ts";
import { children, stat } from "../support/processes.ts";
import { executable, type Options, type Result, type Running, run, runCommand, start } from "../support/rein.ts";
import { forwardable, Signal } from "../support/signals.ts";
import { CTRL_C, openShell, openTerminal, terminalUnavailable } from "../support/terminal.ts";
import { eventually } from "../support/waiting.ts";

const folder = mkdtempSync(join(tmpdir(), "rein-dumb-init-"));
after(() => rmSync(folder, { recursive: true }));
const dumbInit = join(folder, "dumb-init");
symlinkSync(executable, dumbInit);

const singleChild: readonly [how: string, Options][] = [
  ["-c", { options: ["-c"] }],
  ["--single-child", { options: ["--single-child"] }],
  ["DUMB_INIT_SETSID=0", { environment: { DUMB_INIT_SETSID: "0" } }],
  ["REIN_OPTIONS=-c", { environment: { REIN_OPTIONS: "-c" } }],
];

function runDumbInit(t: TestContext, words: readonly string[], options: Options = {}): Promise<Result> {
  return runCommand(t, [dumbInit, ...words], options);
}

function startDumbInit(
  t: TestContext,
  mode: Mode,
  command: readonly string[],
  options: Options = {},
): Promise<Running> {
  return start(t, mode, [payload, ...command], { ...options, executable: dumbInit });
}

/** The payload that was started: the init's only child. */
function payloadOf(init: Running): number {
  const [child] = children(init.pid);
  assert.ok(child !== undefined, "the init has a child");
  return child;
}

async function becomes(pid: number, states: string): Promise<void> {
  await eventually(`${pid} is in ${states}`, () => states.includes(stat(pid)?.state ?? "gone"));
}

const HELP = `dumb-init v1.2.5
Usage: ${dumbInit} [option] command [[arg] ...]

dumb-init is a simple process supervisor that forwards signals to children.
It is designed to run as PID1 in minimal container environments.

Optional arguments:
   -c, --single-child   Run in single-child mode.
                        In this mode, signals are only proxied to the
                        direct child and not any of its descendants.
   -r, --rewrite s:r    Rewrite received signal s to new signal r before proxying.
                        To ignore (not proxy) a signal, rewrite it to 0.
                        This option can be specified multiple times.
   -v, --verbose        Print debugging information to stderr.
   -h, --help           Print this help message and exit.
   -V, --version        Print the current version and exit.

Full help is available online at https://github.com/Yelp/dumb-init
`;
const USAGE = `Usage: ${dumbInit} [option] program [args]\nTry ${dumbInit} --help for full usage.\n`;
const REWRITE_USAGE = `Usage: -r option takes <signum>:<signum>, where <signum> is between 1 and 31.
This option can be specified multiple times.
Use --help for full usage.
`;

const refused = { status: 1, signal: null, stdout: "", stderr: REWRITE_USAGE };
describe("what is asked for and what is refused, in dumb-init's words on stderr", () => {
  for (const [words, status, text] of [
    [["-h"], 0, HELP],
    [["--help"], 0, HELP],
    [["-vch", "true"], 0, HELP],
    [["--he"], 0, HELP],
    [["-V"], 0, "dumb-init v1.2.5\n"],
    [["--version"], 0, "dumb-init v1.2.5\n"],
    [[], 1, USAGE],
    [["-v", "-c", "--"], 1, USAGE],
    [["-z", "true"], 1, `${dumbInit}: invalid option -- 'z'\n`],
    [["-cz", "true"], 1, `${dumbInit}: invalid option -- 'z'\n`],
    [["-r"], 1, `${dumbInit}: option requires an argument -- 'r'\n`],
    [["--yolo", "true"], 1, `${dumbInit}: unrecognized option '--yolo'\n`],
    [["--yolo=3", "true"], 1, `${dumbInit}: unrecognized option '--yolo=3'\n`],
    [["--help,single-child", "true"], 1, `${dumbInit}: unrecognized option '--help,single-child'\n`],
    [["--rewrite"], 1, `${dumbInit}: option '--rewrite' requires an argument\n`],
    [["--help=3"], 1, `${dumbInit}: option '--help' doesn't allow an argument\n`],
    [["--ver", "true"], 1, `${dumbInit}: option '--ver' is ambiguous\n`],
  ] as const) {
    test(`dumb-init ${words.join(" ")}: ${status}`, async (t) => {
      assert.deepEqual(await runDumbInit(t, words), { status, signal: null, stdout: "", stderr: text });
    });
  }

  for (const value of ["", "15", "15:", ":15", "15::12", "herp:derp", "TERM:QUIT", "0:1", "32:1", "1:32", "15:-1"]) {
    test(`-r ${value === "" ? '""' : value}: 1, and how it is written`, async (t) => {
      for (const words of [["-r", value], [`--rewrite=${value}`], ["-r", "1:2", "--rew", value]])
        assert.deepEqual(await runDumbInit(t, [...words, "true"]), refused);
    });
  }

  test("what cannot be executed: 2, whatever the reason", async (t) => {
    for (const [command, reason] of [
      ["/nowhere/at-all", "No such file or directory"],
      ["/etc", "Permission denied"],
      ["/etc/passwd/x", "Not a directory"],
    ]) {
      const result = await runDumbInit(t, ["-c", "--", command ?? ""]);
      assert.deepEqual([result.status, result.stdout], [2, ""]);
      assert.match(result.stderr, new RegExp(`^\\[dumb-init\\] ${command}: ${reason}( \\([^\n]+\\))?\n$`));
    }
  });

  test("options end at the first operand", async (t) => {
    const result = await runDumbInit(t, ["sh", "-c", 'echo "$@"', "name", "-v", "--", "-c"]);
    assert.deepEqual([result.status, result.stdout, result.stderr], [0, "-v -- -c\n", ""]);
  });
});

describe("the variables", { skip: payloadUnavailable }, () => {
  test("are not the payload's to see", async (t) => {
    const environment = { DUMB_INIT_DEBUG: "0", DUMB_INIT_SETSID: "1", DUMB_INIT_OTHER: "stays" };
    const result = await runDumbInit(t, [payload, "environment", ...Object.keys(environment)], { environment });
    assert.match(result.stdout, /DUMB_INIT_DEBUG unset\nDUMB_INIT_SETSID unset\nDUMB_INIT_OTHER=stays\n/);
    assert.equal(result.stderr, "");
  });

  test("of any other value than dumb-init's own are as none", async (t) => {
    const environment = { DUMB_INIT_DEBUG: "yes", DUMB_INIT_SETSID: "no" };
    const result = await runDumbInit(t, [payload, "status"], { environment });
    const [, pid, group, session] = /^pid (\d+)\n(?:.*\n)*pgrp (\d+)\nsid (\d+)$/m.exec(result.stdout) ?? [];
    assert.ok(pid !== undefined && pid === group && pid === session, result.stdout);
    assert.equal(result.stderr, "");
  });

  test("REIN_OPTIONS adds what dumb-init cannot do", async (t) => {
    const environment = { REIN_OPTIONS: "--grace 100ms -r USR1:HUP" };
    const init = await startDumbInit(t, subreaper, ["ignore", "1,15"], { environment });
    await init.ready();
    init.signal(Signal.USR1);
    init.signal(Signal.TERM);
    assert.deepEqual(await init.exit(), { status: 137, signal: null });
  });
});

for (const mode of modes) {
  describe(`${mode.name}: as dumb-init`, { skip: mode.unavailable }, () => {
    const isFirst = mode === pid1;

    test("the payload leads a session of its own, and the init is in the caller's", async (t) => {
      const init = await startDumbInit(t, mode, ["wait"]);
      await init.ready();
      const [child, own] = [payloadOf(init), stat(init.pid)];
      assert.deepEqual([stat(child)?.session, stat(child)?.group], [child, child]);
      assert.notEqual(own?.session, child);
    });

    for (const [how, options] of singleChild) {
      test(`${how}: the payload is in the init's group and session`, async (t) => {
        const init = await startDumbInit(t, mode, ["wait"], options);
        await init.ready();
        const [child, own] = [stat(payloadOf(init)), stat(init.pid)];
        assert.deepEqual([child?.session, child?.group], [own?.session, own?.group]);
      });
    }

    test("signals go to the whole group; with -c to the payload alone", async (t) => {
      const init = await startDumbInit(t, mode, ["family", "2"]);
      await init.ready();
      init.signal(Signal.USR1);
      const said = [await init.line(), await init.line(), await init.line()];
      assert.deepEqual(said.toSorted(), ["member signal 10", "member signal 10", "signal 10"]);
      const single = await startDumbInit(t, mode, ["family", "2"], { options: ["-c"] });
      await single.ready();
      single.signal(Signal.USR1);
      assert.equal(await single.line(), "signal 10");
      single.stdin.end();
      await single.closed();
      assert.doesNotMatch(single.stdout.text, /member/);
    });

    for (const options of [[], ["-c"]]) {
      const name = ["dumb-init", ...options].join(" ");

      test(`${name}: every signal is forwarded, the real-time ones too, whatever -r says of others`, async (t) => {
        const init = await startDumbInit(t, mode, ["signals"], { options: [...options, "-r", "1:31", "-r", "31:1"] });
        await init.ready();
        for (const signal of forwardable) {
          if (signal >= Signal.TSTP && signal <= Signal.TTOU) continue;
          init.signal(signal);
          const expected = signal === 1 ? 31 : signal === 31 ? 1 : signal;
          assert.equal(await init.line(), `signal ${expected}`);
        }
      });

      test(`${name} -r to 0 drops`, async (t) => {
        const init = await startDumbInit(t, mode, ["signals"], { options: [...options, "-r15:0", "--rewrite=2:0"] });
        await init.ready();
        for (const signal of [Signal.TERM, Signal.INT, Signal.HUP]) init.signal(signal);
        assert.equal(await init.line(), "signal 1");
      });

      test(`${name}: what is left in the session gets TERM at the payload's end, and without one it does not`, async (t) => {
        if (isFirst) return; // There the kernel kills whom the init leaves behind.
        const init = await startDumbInit(t, mode, ["tree", "group", "1", "0", "4"], {
          options: [...options, "-r", "15:10"],
        });
        await init.ready();
        init.stdin.end();
        assert.deepEqual(await init.exit(), { status: 4, signal: null });
        if (options.length === 0) {
          await init.lineMatching(/^worker 0 got 15$/);
          await init.closed();
        } else assert.doesNotMatch(init.stdout.text, /worker/);
      });

      test(`${name}: exit statuses`, async (t) => {
        const link = { executable: dumbInit, options };
        for (const status of [0, 1, 2, 127, 255])
          assert.equal((await run(t, mode, [payload, "exit", `${status}`], link)).status, status);
        for (const signal of [Signal.HUP, Signal.TERM, Signal.KILL, Signal.RTMIN])
          assert.equal((await run(t, mode, [payload, "kill-self", `${signal}`], link)).status, 128 + signal);
      });
    }

    test("TSTP, TTIN and TTOU stop the payload, and the init unless it is PID 1", async (t) => {
      const init = await startDumbInit(t, mode, ["delay", "10", "0", "7"]);
      await init.ready();
      const child = payloadOf(init);
      for (const signal of [Signal.TSTP, Signal.TTIN, Signal.TTOU]) {
        init.signal(signal);
        await becomes(child, "T");
        if (!isFirst) await becomes(init.pid, "T");
        init.signal(Signal.CONT);
        await becomes(child, "SR");
        await becomes(init.pid, "SR");
      }
      init.signal(Signal.USR1);
      assert.deepEqual(await init.exit(), { status: 7, signal: null });
    });

    test("-v says that a stop signal suspends it, as PID 1 too, where nothing can", async (t) => {
      const init = await startDumbInit(t, mode, ["wait"], { options: ["-v"] });
      await init.ready();
      init.signal(Signal.TSTP);
      await init.errorLineMatching(/^\[dumb-init\] Suspending self due to TTY signal\.$/);
    });

    test("-r of a stop signal goes before SIGSTOP in its place; -c leaves them as they are", async (t) => {
      for (const [options, expected] of [
        [
          ["-r", "20:20", "-r", "21:15", "-r", "22:0"],
          ["signal 20", "signal 15"],
        ],
        [["-c"], ["signal 20", "signal 21", "signal 22"]],
      ] as const) {
        const init = await startDumbInit(t, mode, ["signals"], { options });
        await init.ready();
        for (const signal of [Signal.TSTP, Signal.TTIN, Signal.TTOU]) {
          const line = expected[signal - Signal.TSTP];
          init.signal(signal);
          if (line !== undefined) assert.equal(await init.line(), line);
          if (!isFirst) {
            await becomes(init.pid, "T");
            init.signal(Signal.CONT);
            assert.equal(await init.line(), "signal 18");
          }
        }
      }
    });

    test("-v: its messages", async (t) => {
      const init = await startDumbInit(t, mode, ["ignore", "1,2,10", "3"], {
        options: ["-v", "-r", "2:0", "-r", "1:10"],
      });
      await init.ready();
      const child = isFirst ? 2 : payloadOf(init);
      await init.errorLineMatching(/^\[dumb-init\] Child spawned/);
      for (const [signal, last] of [
        [Signal.HUP, "Forwarded"],
        [Signal.INT, "Not forwarding"],
        [Signal.USR1, "Forwarded"],
      ] as const) {
        init.signal(signal);
        await init.errorLineMatching(new RegExp(`^\\[dumb-init\\] ${last}`));
      }
      init.stdin.end();
      assert.deepEqual(await init.closed(), { status: 3, signal: null });
      const terminal = "controlling tty (errno=25 Inappropriate ioctl for device).";
      assert.deepEqual(
        init.stderr.text.trimEnd().split("\n"),
        [
          `Unable to detach from ${terminal}`,
          `Unable to attach to ${terminal}`,
          "setsid complete.",
          `Child spawned with PID ${child}.`,
          "Received signal 1.",
          "Translating signal 1 to 10.",
          "Forwarded signal 10 to children.",
          "Received signal 2.",
          "Translating signal 2 to 0.",
          "Not forwarding signal 0 to children (ignored).",
          "Received signal 10.",
          "Forwarded signal 10 to children.",
          "Received signal 17.",
          `A child with PID ${child} exited with exit status 3.`,
          "Forwarded signal 15 to children.",
          "Child exited with status 3. Goodbye.",
        ].map((line) => `[dumb-init] ${line}`),
      );
    });

    test("DUMB_INIT_DEBUG=1 and DUMB_INIT_SETSID=0 say that they were read", async (t) => {
      const environment = { DUMB_INIT_DEBUG: "1", DUMB_INIT_SETSID: "0" };
      const { stderr } = await run(t, mode, [payload, "kill-self", "9"], { executable: dumbInit, environment });
      assert.match(
        stderr,
        /^\[dumb-init\] Running in debug mode\.\n\[dumb-init\] Not running in setsid mode\.\n\[dumb-init\] Child spawned/,
      );
      assert.match(stderr, /\n\[dumb-init\] A child with PID \d+ was terminated by signal 9\.\n/);
      assert.match(stderr, /\n\[dumb-init\] Child exited with status 137\. Goodbye\.\n$/);
    });

    test("the caller's mask and ignored signals are the payload's", async (t) => {
      const launch = ["block=2,40", "ignore=1,3"];
      const { stdout } = await run(t, mode, [payload, "status"], { executable: dumbInit, launch });
      const set = (name: string): bigint => BigInt(`0x${new RegExp(`^${name}:\\s*(\\w+)$`, "m").exec(stdout)?.[1]}`);
      assert.equal(set("SigBlk"), (1n << 1n) | (1n << 39n));
      assert.equal(set("SigIgn") & 0b111n, 0b101n);
    });

    test("-v with nobody left to read stderr does not go on for ever", async (t) => {
      const options = { options: ["-v"], executable: dumbInit, launch: ["broken=2"] };
      assert.equal((await run(t, mode, [payload, "orphans", "5", "6"], options)).status, 6);
    });

    test("with --drain in REIN_OPTIONS the session has its time to end, and one TERM", async (t) => {
      const init = await startDumbInit(t, mode, ["tree", "group", "2", "100", "4"], {
        environment: { REIN_OPTIONS: "-s --drain 10s" },
      });
      await init.ready();
      init.stdin.end();
      assert.deepEqual(await init.closed(), { status: 4, signal: null });
      for (const index of [0, 1]) {
        assert.equal(init.stdout.text.match(new RegExp(`worker ${index} got 15`, "g"))?.length, 1);
        assert.match(init.stdout.text, new RegExp(`worker ${index} cleaned`));
      }
    });
  });
}

describe("on a terminal", { skip: terminalUnavailable }, () => {
  test("the payload gets it from an init that leads the session, and not the SIGHUP and SIGCONT about that", async (t) => {
    const terminal = openTerminal(t, [dumbInit, "-v", payload, "signals"]);
    const said = async (line: string): Promise<void> => assert.equal(await terminal.line(), `[dumb-init] ${line}`);
    await said("Detached from controlling tty, ignoring the first SIGHUP and SIGCONT we receive.");
    for (const signal of [Signal.HUP, Signal.CONT]) {
      await said(`Received signal ${signal}.`);
      await said(`Ignoring tty hand-off signal ${signal}.`);
    }
    await terminal.ready();
    const init = await terminal.descendant(1);
    const [child = 0] = children(init);
    assert.equal(await terminal.foreground(), child);
    process.kill(init, Signal.HUP);
    assert.equal((await terminal.lineMatching(/^signal \d+$/))[0], "signal 1");
    terminal.type(CTRL_C);
    assert.equal((await terminal.lineMatching(/^signal \d+$/))[0], "signal 2");
  });

  test("somebody's SIGHUP that is there before the kernel's reaches the payload", async (t) => {
    const launch = [payload, "launch", "block=1", "pending=1", "--"];
    const terminal = openTerminal(t, [...launch, dumbInit, payload, "signals"]);
    await terminal.ready();
    assert.equal(await terminal.line(), "signal 1");
  });

  test("an interactive shell under it has job control", async (t) => {
    const shell = await openShell(t, [dumbInit]);
    assert.match((await shell.run("echo flags=$-")).at(-1) ?? "", /^flags=\w*m/);
  });

  test("under a shell it takes the terminal from nobody: Ctrl-Z stops both, fg continues both", async (t) => {
    const shell = await openShell(t);
    shell.type(`${dumbInit} "$PAYLOAD" delay 10 0 7`);
    await shell.terminal.ready();
    shell.terminal.type("\x1a");
    assert.match((await shell.prompt()).join("\n"), /Stopped/);
    const [init = 0] = children(await shell.terminal.descendant(1));
    const [child = 0] = children(init);
    await becomes(child, "T");
    shell.type("fg");
    await becomes(child, "SR");
    await becomes(init, "SR");
    process.kill(init, Signal.USR1);
    await shell.prompt();
    assert.equal(await shell.status(), 7);
  });
});
