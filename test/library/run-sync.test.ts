// runSync(), beside execaSync itself: the same results, errors and refusals, and rein in between.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { Readable } from "node:stream";
import { suite, test } from "node:test";
import { ExecaSyncError, execaSync } from "execa";
import {
  OptionError,
  RefusalError,
  type RunSync,
  type RunSyncOptions,
  runSync,
  StartError,
  UnsupportedError,
} from "rein";
import { children } from "../support/processes.ts";

type Call = (start: RunSync) => unknown;

const calls: readonly (readonly [what: string, call: Call])[] = [
  ["a file and arguments", (start) => start("printf", ["%s|", "a b", ""])],
  ["a template", (start) => start`printf %s| ${"a b"} x${["c", "d e"]}`],
  ["options that are bound", (start) => start({ lines: true })({ env: { A: "1" } })`sh -c ${"echo $A; echo b"}`],
  ["a result as a value", (start) => start`echo ${start`echo a`} b`],
  ["input", (start) => start("cat", { input: "text" })],
  [
    "a file as input, a transform of the output",
    (start) =>
      start("cat", {
        stdin: { file: "/etc/hostname" },
        stdout: [
          function* (line: unknown) {
            yield String(line).toUpperCase();
          },
          "pipe",
        ],
      }),
  ],
  ["all", (start) => start("sh", ["-c", "echo a; echo b >&2"], { all: true })],
  ["more descriptors", (start) => start("sh", ["-c", "echo a >&3"], { stdio: ["ignore", "pipe", "pipe", "pipe"] })],
  ["buffers", (start) => start("echo", ["a"], { encoding: "buffer" })],
  ["a directory", (start) => start("pwd", { cwd: "/" })],
  ["its own name", (start) => start("sh", ["-c", "echo $0"], { argv0: "other" })],
  ["a status", (start) => start("sh", ["-c", "echo a; exit 3"])],
  ["the status of a signal", (start) => start("sh", ["-c", "exit 143"])],
  ["reject", (start) => start("sh", ["-c", "exit 3"], { reject: false })],
  ["a signal", (start) => start("sh", ["-c", "kill -TERM $$"])],
  ["SIGKILL", (start) => start("sh", ["-c", "kill -KILL $$"])],
  ["a timeout", (start) => start("sleep", ["60"], { timeout: 100 })],
  ["maxBuffer", (start) => start("sh", ["-c", "echo abcdefgh; exec sleep 60"], { maxBuffer: 3 })],
  ["just maxBuffer", (start) => start("printf", ["abc"], { maxBuffer: 3 })],
  ["what is not there", (start) => start("no-such-program", ["a b"])],
  ["what cannot be executed", (start) => start("/etc/passwd")],
  ["a directory that is not there", (start) => start("pwd", { cwd: "/nonexistent" })],
  ["an empty template", (start) => start``],
  ["an input that needs the thread", (start) => start("cat", { stdin: Readable.from(["a"]) as unknown as "pipe" })],
];

function seen(call: Call, start: RunSync): unknown {
  try {
    return told(call(start));
  } catch (error) {
    return told(error);
  }
}

function told(end: unknown): unknown {
  const result = end as Record<string, unknown>;
  const names = ["name", "code", "exitCode", "signal", "isTerminated", "timedOut", "isMaxBuffer", "failed"];
  const outputs = ["stdout", "all", "stdio", "command", "escapedCommand", "ipcOutput"];
  // Why a program could not be started is on stderr under rein, with a status of its own.
  const isStarted = result.code === undefined || result.code === "ETIMEDOUT" || result.code === "ENOBUFS";
  const compared = isStarted ? [...names, ...outputs, "stderr"] : ["name", "code", "failed", "command"];
  const picked = Object.fromEntries(compared.map((name) => [name, result[name]]));
  return { ...picked, text: String(result.shortMessage ?? result.message).split("\n")[0] };
}

const callers = [
  ["runSync", runSync],
  ["runSync in a sandbox", runSync({ namespaces: ["user", "pid"] })],
  ["runSync without the executable", runSync({ init: false })],
] as unknown as readonly (readonly [string, RunSync])[];

for (const [name, start] of callers) {
  suite(name, () => {
    for (const [what, call] of calls) {
      test(what, () => assert.deepEqual(seen(call, start), seen(call, execaSync as unknown as RunSync)));
    }
  });
}

/** What it throws. */
function failure(call: () => unknown): ExecaSyncError {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof ExecaSyncError, String(error));
    return error;
  }
  return assert.fail("it succeeded");
}

suite("rein in between", () => {
  test("its options", () => {
    const { stdout } = runSync("sh", ["-c", "umask; tr '\\0' ' ' </proc/$PPID/cmdline"], {
      umask: 0o27,
      mapExit: { 1: 0 },
    });
    assert.match(stdout, /^0027\nrein .*--umask 0027.* -- sh -c /);
  });

  test("contents, and the variables of a preset", () => {
    const mounts = [{ type: "file", target: "/etc/given", content: "x".repeat(200_000) }] as const;
    const { stdout } = runSync("sh", ["-c", "wc -c </etc/given; echo $A"], {
      preset: "untrusted",
      mounts,
      env: { A: "1" },
    });
    assert.equal(stdout.replaceAll(" ", ""), "200000\n1");
  });

  test("typed causes", () => {
    assert.ok(failure(() => runSync("no-such-program")).cause instanceof StartError);
    const mounts = [{ type: "bind", source: "/nonexistent", target: "/a" }] as const;
    const { cause, exitCode } = failure(() => runSync("true", { namespaces: ["user"], mounts, directory: "/" }));
    assert.ok(cause instanceof RefusalError);
    assert.deepEqual([exitCode, cause.path, cause.option], [125, "/nonexistent", "mounts[0].source"]);
  });

  test("a timeout ends the whole tree, and who ignores it", () => {
    const script = "trap '' TERM; (trap '' TERM; exec sleep 1000) & sleep 1000";
    const { timedOut } = failure(() => runSync("sh", ["-c", script], { timeout: 200, grace: 100 }));
    assert.equal(timedOut, true);
    assert.deepEqual(children(process.pid), []);
  });

  test("what a transform starts meanwhile is started as it is", () => {
    const seen: string[] = [];
    const stdout = function* (line: unknown) {
      seen.push(execaSync("sh", ["-c", "tr '\\0' ' ' </proc/$PPID/cmdline"]).stdout, runSync("echo", ["own"]).stdout);
      yield line;
    };
    assert.equal(runSync("echo", ["a"], { stdout }).stdout, "a");
    assert.deepEqual([seen[0]?.startsWith("rein "), seen[1]], [false, "own"]);
    assert.equal(execaSync("sh", ["-c", "tr '\\0' ' ' </proc/$PPID/cmdline"]).stdout.startsWith("rein "), false);
  });

  test("no file is left", () => {
    const before = readdirSync(tmpdir());
    runSync("true", { preset: "untrusted" });
    assert.deepEqual(
      readdirSync(tmpdir()).filter((one) => /^rein-.{6}$/.test(one) && !before.includes(one)),
      [],
    );
  });
});

test("what cannot be kept is refused, with the reason", () => {
  for (const [options, option, reason] of [
    [{ ipc: true }, "ipc", /while this thread waits/],
    [{ ipcInput: 0 }, "ipcInput", /while this thread waits/],
    [{ serialization: "json" }, "serialization", /while this thread waits/],
    [{ cancelSignal: AbortSignal.abort() }, "cancelSignal", /timeout, or run/],
    [{ gracefulCancel: true }, "gracefulCancel", /timeout, or run/],
    [{ forceKillAfterDelay: 100 }, "forceKillAfterDelay", /by grace/],
    [{ cleanup: false }, "cleanup", /parentDeathSignal/],
    [{ events: true }, "events", /run\(\) has them/],
    [{ killSignal: "SIGKILL" }, "killSignal", /leave the program's tree/],
    [{ killSignal: 9 }, "killSignal", /leave the program's tree/],
    [{ shell: true }, "shell", /cannot be given/],
    [{ detached: true }, "detached", /cannot be given/],
    [{ namespaces: ["netns"] }, "namespaces[0]", /not one of/],
    [{ namespace: [] }, "namespace", /no such option/],
  ] as const) {
    assert.throws(
      () => runSync("true", options as unknown as RunSyncOptions),
      (error) => {
        assert.ok(error instanceof OptionError, String(error));
        assert.equal(error.option, option);
        assert.match(error.message, reason);
        return true;
      },
    );
  }
  runSync("true", { ipc: false, gracefulCancel: false, shell: false } as RunSyncOptions);
});

test("without the executable what confines is an error", () => {
  const before = process.env.REIN_EXECUTABLE;
  process.env.REIN_EXECUTABLE = "none";
  try {
    assert.throws(() => runSync("true", { umask: 0 }), UnsupportedError);
    assert.equal(runSync("echo", ["a"]).stdout, "a");
  } finally {
    if (before === undefined) delete process.env.REIN_EXECUTABLE;
    else process.env.REIN_EXECUTABLE = before;
  }
});
