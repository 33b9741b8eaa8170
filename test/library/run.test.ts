// Programs under the executable: what execa's subprocess tells of them, and what happens when they cannot start.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { pathToFileURL } from "node:url";
import { ExecaError } from "execa";
import { ExecutableError, RefusalError, run, StartError, UnsupportedError } from "rein";

async function failure(promise: Promise<unknown>): Promise<ExecaError> {
  const error: unknown = await promise.then(
    () => assert.fail("it did not fail"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ExecaError);
  return error;
}

/** Sets a variable of this process for a while. */
async function withVariable(name: string, value: string, body: () => Promise<void> | void): Promise<void> {
  const before = process.env[name];
  process.env[name] = value;
  try {
    await body();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}

suite("a program's end", () => {
  test("its output and exit code", async () => {
    const { stdout, exitCode } = await run("sh", ["-c", "echo hello; exit 3"], { reject: false });
    assert.deepEqual([stdout, exitCode], ["hello", 3]);
  });

  test("its file as a URL, and its zeroth argument", async () => {
    const { stdout } = await run(pathToFileURL("/bin/sh"), ["-c", "echo $0"], { argv0: "ignored" });
    assert.equal(stdout, "ignored");
  });

  test("a signal is 128+n where nobody tells of it", async () => {
    assert.equal((await failure(run("sh", ["-c", "kill -KILL $$"], { events: false }))).exitCode, 137);
  });

  test("mapped exit codes", async () => {
    assert.equal((await run("sh", ["-c", "exit 9"], { mapExit: { 9: 0 } })).exitCode, 0);
  });

  test("kill() reaches it through the executable", async () => {
    const subprocess = run("sh", ["-c", "trap 'echo stopped; exit 5' TERM; echo ready; while :; do sleep 0.05; done"], {
      reject: false,
    });
    for await (const line of subprocess.iterable()) if (line === "ready") subprocess.kill();
    const { stdout, exitCode } = await subprocess;
    assert.deepEqual([stdout, exitCode], ["ready\nstopped", 5]);
  });

  test("who ignores kill() is killed after the grace", async () => {
    const subprocess = run("sh", ["-c", "trap '' TERM; echo ready; sleep 60 & wait; sleep 60"], {
      grace: 50,
      reject: false,
    });
    for await (const line of subprocess.iterable()) if (line === "ready") subprocess.kill();
    assert.equal((await subprocess).signal, "SIGKILL");
  });

  test("a grace that is longer than Node.js's timers is the executable's to wait for", async () => {
    const trap = "trap 'echo stopped; read -r line; exit 5' TERM; echo ready; while :; do sleep 0.05; done";
    for (const options of [{ grace: "600h" }, { drain: "600h" }, { forceKillAfterDelay: 2 ** 31 }] as const) {
      const subprocess = run("sh", ["-c", trap], { ...options, reject: false });
      for await (const line of subprocess.iterable()) {
        if (line === "ready") subprocess.kill();
        else subprocess.stdin.write("\n");
      }
      const { exitCode, isForcefullyTerminated } = await subprocess;
      assert.deepEqual([exitCode, isForcefullyTerminated], [5, false], JSON.stringify(options));
    }
  });

  test("execa's timeout ends it", async () => {
    const result = await run("sleep", ["60"], { timeout: 50, reject: false });
    assert.equal(result.timedOut, true);
    assert.equal(result.signal, "SIGTERM");
  });

  test("what it leaves running is drained, so that the output has an end", async () => {
    const { stdout } = await run("sh", ["-c", "sleep 60 & echo done"], { drain: 5000 });
    assert.equal(stdout, "done");
  });

  test("REIN_OPTIONS of the container's init are not its own", async () => {
    await withVariable("REIN_OPTIONS", "--map-exit 0:9", async () => {
      assert.equal((await run("sh", ["-c", 'test -z "$REIN_OPTIONS"'])).exitCode, 0);
    });
  });
});

suite("descriptors", () => {
  test("the caller's extra ones reach it, the executable's do not", async () => {
    const options = { stdio: ["ignore", "pipe", "pipe", "pipe"] } as const;
    const { stdout, stdio } = await run("sh", ["-c", "echo third >&3; ls /proc/$$/fd"], options);
    assert.equal(stdio[3], "third");
    assert.deepEqual(
      stdout
        .split("\n")
        .map(Number)
        .filter((number) => number < 10),
      [0, 1, 2, 3],
    );
  });

  test("a single word for all", async () => {
    assert.equal((await run("true", { stdio: "ignore" })).stdout, undefined);
  });

  test("input, and an output without a buffer", async () => {
    const subprocess = run("cat", [], { input: "text", buffer: false });
    let text = "";
    for await (const line of subprocess) text += line;
    const { stdout } = await subprocess;
    assert.deepEqual([text, stdout], ["text", undefined]);
  });

  test("messages between Node.js processes", async () => {
    const subprocess = run(process.execPath, ["--eval", "process.send({ pid: process.pid })"], { ipc: true });
    const { pid } = (await subprocess.getOneMessage()) as { pid: number };
    assert.notEqual(pid, subprocess.pid);
    await subprocess;
  });
});

suite("errors are typed and name the path that failed", () => {
  test("no such program", async () => {
    const error = await failure(run("/nonexistent/program"));
    assert.ok(error.cause instanceof StartError);
    const { path, errno, code, syscall } = error.cause;
    assert.deepEqual([path, errno, code, syscall], ["/nonexistent/program", -2, "ENOENT", "execve"]);
    assert.deepEqual([error.exitCode, error.code], [127, "ENOENT"]);
    assert.match(error.message, /\/nonexistent\/program: no such file or directory/);
  });

  test("a whole command in one word", async () => {
    for (const command of ["npm run start", "/bin/sh -c true"]) {
      const error = await failure(run(command));
      assert.ok(error.cause instanceof StartError);
      assert.match(error.cause.message, /: no such file or directory; the whole command is one word: give the program/);
    }
  });

  test("a program that cannot be executed", async () => {
    const error = await failure(run("/etc/passwd", { stdio: "ignore" }));
    assert.ok(error.cause instanceof StartError);
    assert.deepEqual([error.cause.path, error.cause.code, error.exitCode], ["/etc/passwd", "EACCES", 126]);
  });

  test("a mount that cannot be made", async () => {
    const mounts = [
      { type: "bind", source: "/usr", target: "/usr" },
      { type: "bind", source: "/nonexistent/source", target: "/x" },
    ] as const;
    for (const stderr of ["pipe", "ignore"] as const) {
      const error = await failure(run("true", { mounts, stderr }));
      assert.ok(error.cause instanceof RefusalError);
      const { stage, option, path, errno, code, message } = error.cause;
      assert.deepEqual([stage, option, path, errno], ["set-up", "mounts[1].source", "/nonexistent/source", -2]);
      assert.deepEqual([error.exitCode, code, error.code], [125, "ERR_REIN_REFUSAL", "ERR_REIN_REFUSAL"]);
      assert.match(message, /: mounts\[1\]\.source: \/nonexistent\/source: no such file or directory/);
    }
  });

  test("a program's own 125 is no refusal", async () => {
    assert.equal((await failure(run("sh", ["-c", "exit 125"]))).cause, undefined);
  });

  test("a signal before the start is no refusal", async () => {
    const error = await failure(run("sleep", ["60"], { cancelSignal: AbortSignal.abort() }));
    assert.ok(!(error.cause instanceof RefusalError));
  });

  test("without rejecting, the error is the result", async () => {
    assert.ok((await run("/nonexistent/program", { reject: false })).cause instanceof StartError);
  });

  test("an executable that is missing, none, or for another machine", async () => {
    await withVariable("REIN_EXECUTABLE", "/nonexistent/rein", () => {
      assert.throws(
        () => run("true"),
        (error) => error instanceof ExecutableError && error.path === "/nonexistent/rein",
      );
    });
    await withVariable("REIN_EXECUTABLE", import.meta.filename, () => {
      assert.throws(() => run("true"), ExecutableError);
    });
    await withVariable("REIN_EXECUTABLE", process.execPath.replace(/[^/]*$/, ""), () => {
      assert.throws(() => run("true"), ExecutableError);
    });
  });

  test("what needs the executable is refused where there is none", async () => {
    await withVariable("REIN_EXECUTABLE", "none", async () => {
      assert.throws(
        () => run("true", { namespaces: ["pid"], user: "nobody", grace: 5 }),
        (error) => error instanceof UnsupportedError && error.features.join() === "namespaces,user",
      );
      assert.equal((await run("sh", ["-c", "exit 4"], { grace: 5, reject: false })).exitCode, 4);
    });
  });
});

test("the executable's words are no longer than they have to be", async () => {
  const subprocess = run("cat", ["/proc/self/stat"], {
    events: false,
    grace: false,
    drain: false,
    parentDeathSignal: false,
  });
  assert.deepEqual(subprocess.nodeChildProcess.spawnargs, ["rein", "--", "cat", "/proc/self/stat"]);
  assert.match((await subprocess).stdout, /^\d+ \(cat\)/);
  assert.ok(readFileSync("/proc/self/stat"));
});
