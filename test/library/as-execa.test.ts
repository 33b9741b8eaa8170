// What execa tells of a program it tells of one under the executable, too: each is asked of both.

import assert from "node:assert/strict";
import { once } from "node:events";
import { suite, test } from "node:test";
import { execa, type Result } from "execa";
import { command, type RunOptions, register, run } from "rein";

type Start = (file: string, args: readonly string[], options: RunOptions) => PromiseLike<unknown>;

const starts: readonly (readonly [name: string, start: Start])[] = [
  ["execa", (file, args, options) => execa(file, args, options)],
  ["run", (file, args, options) => run(file, args, options)],
  ["run in a sandbox", (file, args, options) => run(file, args, { ...options, namespaces: ["user", "pid"] })],
  ["run without the executable", (file, args, options) => run(file, args, { ...options, init: false })],
];

async function end(start: Start, file: string, args: readonly string[], options: RunOptions = {}): Promise<Result> {
  return (await start(file, args, { ...options, reject: false })) as Result;
}

for (const [name, start] of starts) {
  suite(name, () => {
    test("a signal ended it", async () => {
      for (const signal of ["SIGTERM", "SIGKILL", "SIGHUP", "SIGSEGV"] as const) {
        const result = await end(start, "sh", ["-c", `ulimit -c 0; kill -${signal.slice(3)} $$; sleep 60`]);
        assert.equal(result.signal, signal);
        assert.equal(result.isTerminated, true);
        assert.equal("exitCode" in result, false);
        assert.match(String(result.shortMessage), new RegExp(`^Command was killed with ${signal} \\(.+\\): sh -c `));
      }
    });

    test("it exited with the status that stands for a signal", async () => {
      const result = await end(start, "sh", ["-c", "exit 143"]);
      assert.deepEqual([result.exitCode, result.signal, result.isTerminated], [143, undefined, false]);
    });

    test("a timeout, and its message", async () => {
      const result = await end(start, "sleep", ["60"], { timeout: 50 });
      const { timedOut, isTerminated, signal, exitCode, command: text, shortMessage } = result;
      assert.deepEqual(
        [timedOut, isTerminated, signal, exitCode, text],
        [true, true, "SIGTERM", undefined, "sleep 60"],
      );
      assert.equal(shortMessage, "Command timed out after 50 milliseconds: sleep 60");
    });

    test("the command, as it was written", async () => {
      const result = await end(start, "sh", ["-c", "exit 3", "a b", "c'd"]);
      assert.equal(result.command, "sh -c exit 3 a b c'd");
      assert.equal(result.escapedCommand, "sh -c 'exit 3' 'a b' 'c'\\''d'");
      assert.equal(result.message, `Command failed with exit code 3: ${result.escapedCommand}`);
    });

    test("verbose", async () => {
      const seen: unknown[] = [];
      const verbose: RunOptions["verbose"] = (_line, { type, escapedCommand, result }) => {
        seen.push([type, escapedCommand, (result as Result | undefined)?.command]);
        return undefined;
      };
      await end(start, "sh", ["-c", "exit 3"], { verbose });
      assert.deepEqual(seen, [
        ["command", "sh -c 'exit 3'", undefined],
        ["error", "sh -c 'exit 3'", "sh -c exit 3"],
        ["duration", "sh -c 'exit 3'", "sh -c exit 3"],
      ]);
    });

    test("what is not there, and what cannot be executed", async () => {
      for (const [file, code] of [
        ["nonexistent-program", "ENOENT"],
        ["/nonexistent/program", "ENOENT"],
        ["/etc/passwd", "EACCES"],
      ] as const) {
        const result = await end(start, file, ["a b"]);
        assert.equal(result.code, code);
        assert.match(String(result.message), new RegExp(`^Command failed with ${code}: ${file} 'a b'\n`));
        const cause = result.cause as NodeJS.ErrnoException;
        assert.deepEqual([cause.code, cause.path], [code, file]);
        assert.equal(typeof cause.errno, "number");
        assert.equal(cause.errno, code === "ENOENT" ? -2 : -13);
      }
    });

    test("the process's own event and properties", async () => {
      const subprocess = start("sh", ["-c", "kill -TERM $$"], { reject: false }) as ReturnType<typeof execa>;
      const { nodeChildProcess } = subprocess;
      const [[status, signal]] = await Promise.all([once(nodeChildProcess, "exit"), once(nodeChildProcess, "close")]);
      assert.deepEqual([status, signal], [null, "SIGTERM"]);
      assert.deepEqual([nodeChildProcess.exitCode, nodeChildProcess.signalCode], [null, "SIGTERM"]);
    });

    test("a pipe's failure shows the command that failed", async () => {
      const first = start("sh", ["-c", "exit 4"], {}) as ReturnType<typeof execa>;
      await assert.rejects(first.pipe("cat"), { exitCode: 4, command: "sh -c exit 4" });
    });
  });
}

test("a function's command is its name", async () => {
  register("as-execa", () => {});
  assert.throws(() => command("as-execa"), { code: "ERR_REIN_REEXEC" });
});

test("an exit code that mapExit makes of a signal is that", async () => {
  const { exitCode, signal } = await run("sh", ["-c", "kill -TERM $$"], { mapExit: { 143: 0 } });
  assert.deepEqual([exitCode, signal], [0, undefined]);
});

test("a signal that Node.js has no name for is 128+n", async () => {
  const { exitCode, signal } = await run("sh", ["-c", "kill -40 $$"], { reject: false });
  assert.deepEqual([exitCode, signal], [168, undefined]);
});
