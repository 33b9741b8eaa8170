// moby/sys reexec's tests, by the same names, and what nobody tests of it.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { command, dispatch, init, ReexecError, RegistrationError, register, run, self } from "rein";
import { cli, program } from "./support/programs.ts";

const testReexec = "test-reexec";
const testReexec2 = "test-reexec2";
const testReexec3 = "test-reexec3";

register(testReexec, async () => {
  throw new Error("test-reexec: simulated failure");
});
register(testReexec2, async () => {
  const args = process.argv.slice(2);
  console.log(`Hello ${testReexec2}${args.length > 0 ? ` (args: ${JSON.stringify(args)})` : ""}`);
});
register(testReexec3, () => {
  console.log(`Hello ${testReexec3}`);
  setTimeout(() => process.exit(0), 60_000);
  return new Promise(() => {});
});
register("test-stdin", async () => {
  for await (const chunk of process.stdin) process.stdout.write(String(chunk).toUpperCase());
});
register("test-exit", () => process.exit(7));
register("test-throw", () => {
  throw new Error("thrown at once");
});
register("test-long-name-of-more-than-fifteen-bytes", () => console.log(process.argv0));
register("test-cancel", async (signal) => {
  const cancelled = new Promise((resolve) => signal.addEventListener("abort", resolve));
  const timer = setTimeout(() => {}, 60_000);
  console.log("ready");
  await cancelled;
  clearTimeout(timer);
  console.log(`cancelled: ${(signal.reason as Error).message}`);
});
register("test-options", () => console.log(JSON.stringify(process.execArgv)));

// Before init, there is nobody to end what a command would start.
if (process.argv0 === "node") assert.throws(() => command(testReexec2), ReexecError);

const running = dispatch();
if (running) {
  try {
    await running;
  } catch (error) {
    console.error("entrypoint failed:", (error as Error).message);
    process.exit(1);
  }
  process.exit();
}

suite("TestRegister", () => {
  test("new entrypoint", () => {
    register("test-register-new", () => {});
  });

  const refused: [string, string, string][] = [
    ["duplicate name", testReexec, 'reexec func already registered under name "test-reexec"'],
    ["invalid name", "something/test-reexec", 'reexec func does not expect a path component: "something/test-reexec"'],
    ["empty name", "", 'reexec func does not expect a path component: ""'],
    ["the root as a name", "/", 'reexec func does not expect a path component: "/"'],
  ];
  for (const [doc, name, message] of refused) {
    test(doc, () => {
      assert.throws(
        () => register(name, () => {}),
        (error) =>
          error instanceof RegistrationError &&
          error.message === message &&
          error.registeredName === name &&
          error.code === "ERR_REIN_REGISTRATION",
      );
    });
  }
});

interface Case {
  readonly doc: string;
  readonly name: string;
  readonly args?: readonly string[];
  readonly output: string;
  readonly exitCode?: number;
}

const cases: readonly Case[] = [
  { doc: "basename", name: testReexec2, output: "Hello test-reexec2" },
  { doc: "full path", name: `something/${testReexec2}`, output: "Hello test-reexec2" },
  {
    doc: "command with args",
    name: testReexec2,
    args: ["--some-flag", "some-value", "arg1", "arg2"],
    output: 'Hello test-reexec2 (args: ["--some-flag","some-value","arg1","arg2"])',
  },
  {
    doc: "entrypoint returns error",
    name: testReexec,
    output: "entrypoint failed: test-reexec: simulated failure",
    exitCode: 1,
  },
];

suite("TestCommand", () => {
  for (const { doc, name, args = [], output, exitCode = 0 } of cases) {
    for (const init of [true, false]) {
      test(`${doc}${init ? "" : ", without the executable in between"}`, async () => {
        const subprocess = command(name, args, { all: true, reject: false, init });
        const words = subprocess.nodeChildProcess.spawnargs;
        assert.deepEqual(words.slice(words.length - args.length), args);
        assert.ok(words.includes(name));
        const result = await subprocess;
        assert.equal(result.all, output);
        assert.equal(result.exitCode, exitCode);
      });
    }
  }

  test("standard input is a pipe", async () => {
    const subprocess = command("test-stdin");
    subprocess.stdin.end("hello");
    assert.equal((await subprocess).stdout, "HELLO");
  });

  test("process.exit in the entrypoint", async () => {
    assert.equal((await command("test-exit", { reject: false })).exitCode, 7);
  });

  test("throwing at once", async () => {
    const { exitCode, stderr } = await command("test-throw", { reject: false });
    assert.deepEqual([exitCode, stderr], [1, "entrypoint failed: thrown at once"]);
  });

  test("a name longer than the kernel's for a process", async () => {
    const { stdout } = await command("test-long-name-of-more-than-fifteen-bytes");
    assert.equal(stdout, "test-long-name-of-more-than-fifteen-bytes");
  });

  test("a name that nobody registered is refused before anything starts", () => {
    assert.throws(
      () => command("nobody"),
      (error) =>
        error instanceof ReexecError && /no function is registered under the name "nobody"/.test(error.message),
    );
  });

  test("Node.js gets its options again, without its inspector's", async () => {
    const nodeOptions = ["--no-warnings", "--stack-trace-limit=7"];
    const { stdout } = await command("test-options", { nodeOptions });
    assert.deepEqual(JSON.parse(stdout), nodeOptions);
  });
});

suite("TestDispatch", () => {
  // A process's zeroth argument cannot be changed; its main script's name is looked up, too.
  const script = process.argv[1] as string;
  const dispatchAs = async (name: string, signal?: AbortSignal): Promise<boolean> => {
    process.argv[1] = name;
    try {
      return await dispatch(signal);
    } finally {
      process.argv[1] = script;
    }
  };
  const reason = new Error("sentinel");
  register("test-dispatch", (signal) => assert.equal(signal.reason, reason));
  register("test-dispatch-canceled", (signal) => signal.throwIfAborted());
  register("test-dispatch-no-ctx", () => {});

  test("not-registered", async () => {
    assert.equal(await dispatchAs("not-registered"), false);
  });
  test("test-dispatch", async () => {
    assert.equal(await dispatchAs("test-dispatch", AbortSignal.abort(reason)), true);
  });
  test("test-dispatch-canceled", async () => {
    await assert.rejects(dispatchAs("test-dispatch-canceled", AbortSignal.abort()), { name: "AbortError" });
  });
  test("test-dispatch-no-ctx", async () => {
    assert.equal(await dispatchAs("test-dispatch-no-ctx"), true);
  });
  test("no name is registered: init says so at once, and not by a promise", () => {
    assert.equal(init(), false);
  });
});

suite("TestCommandContext", () => {
  for (const { doc, name, args = [], output, exitCode = 0 } of cases) {
    test(doc, async () => {
      const { signal } = new AbortController();
      const result = await command(name, args, { all: true, reject: false, cancelSignal: signal });
      assert.equal(result.all, output);
      assert.equal(result.exitCode, exitCode);
    });
  }

  test("context canceled", async () => {
    const cancelSignal = AbortSignal.abort();
    const error = await command(testReexec2, { cancelSignal, reject: false });
    assert.equal(error.isCanceled, true);
    assert.equal((error.cause as Error).name, "AbortError");
    assert.equal(error.stdout, "");
  });

  test("context timeout", async () => {
    const testError = new Error("test-error: the command was canceled");
    const controller = new AbortController();
    const subprocess = command(testReexec3, { cancelSignal: controller.signal, reject: false });
    // The time has come when it has spoken: moby's test waits 100 ms.
    for await (const line of subprocess.iterable()) {
      assert.equal(line, "Hello test-reexec3");
      controller.abort(testError);
    }
    const error = await subprocess;
    assert.equal(error.isCanceled, true);
    assert.equal(error.cause, testError);
    assert.equal(error.stdout, "Hello test-reexec3");
  });
});

test("TestRunNaiveSelf", async () => {
  // Where there is no /proc the path of Node.js is taken.
  const elsewhere = self("darwin");
  assert.equal(elsewhere, process.execPath);
  const args = [process.argv[1] as string];
  const { stdout } = await run(elsewhere, args, { argv0: testReexec2 });
  assert.equal(stdout, "Hello test-reexec2");
});

suite("TestNaiveSelfResolve", () => {
  test("fast path on Linux", { skip: process.platform !== "linux" && "only on Linux" }, () => {
    assert.equal(self(), "/proc/self/exe");
  });
  // Go finds the path by argv[0], which a re-executed program has lost; Node.js knows its own whatever that is.
  for (const [doc, argv0] of [
    ["resolve in PATH", "sh"],
    ["not in PATH", "some-nonexistent-executable"],
    ["relative path", "./some-executable"],
    ["absolute path unchanged", join(tmpdir(), "some-executable")],
  ] as const) {
    test(doc, async () => {
      const code = 'console.log(require("rein").self("darwin"))';
      const options = { argv0, cwd: import.meta.dirname };
      const { stdout } = await run(process.execPath, ["--eval", code], options);
      assert.equal(stdout, process.execPath);
    });
  }
});

suite("Example", () => {
  const folder = mkdtempSync(join(tmpdir(), "rein-multicall-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const script = join(import.meta.dirname, "programs/multicall.ts");

  test("multicall: links to one program are programs of different names", async () => {
    for (const [name, output] of [
      ["example", "Hello main"],
      ["example-foo", "Hello from entrypoint example-foo"],
      ["example-bar", "Hello from entrypoint example-bar"],
    ] as const) {
      symlinkSync(script, join(folder, name));
      const { stdout } = await run(process.execPath, [join(folder, name)]);
      assert.equal(stdout, output);
    }
  });

  test("programmatic: Docker's first program prints the same lines in the same order", async () => {
    const { stdout } = await run(process.execPath, [join(import.meta.dirname, "../../examples/reexec.ts")]);
    const lines = stdout.split("\n").map((line) => line.replace(/, argv\[0\] = .*/, ""));
    assert.deepEqual(lines, ["init start", "main start", "init start", "childProcess", "main exit"]);
  });
});

test("a started function does not wait for execa, which is loaded when something is started", async () => {
  const code = `import { command, init, register } from "rein";
    register("loaded", () => console.log(process.moduleLoadList.some((name) => name.endsWith("timers/promises"))));
    if (!init()) { await command("loaded", { stdio: "inherit" }); console.log(process.moduleLoadList.some((name) => name.endsWith("timers/promises"))); }`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", code], { cwd: import.meta.dirname });
  assert.equal(stdout, "false\ntrue");
});

test("what rein/reexec registers is found by rein's command", async () => {
  const [file = "", ...args] = program("light.ts");
  const { stdout } = await run(file, args);
  assert.equal(stdout, "registered once for both");
});

test("Node.js was replaced while it ran, as by an update", { skip: process.platform !== "linux" }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "rein-replaced-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const node = join(folder, "node");
  cpSync(process.execPath, node);
  const subprocess = run(node, [join(import.meta.dirname, "programs/replaced.ts")], { stdin: "pipe" });
  for await (const line of subprocess.iterable()) {
    if (line !== "ready") continue;
    renameSync(node, join(folder, "node.old"));
    cpSync(cli, node);
    subprocess.stdin.end();
  }
  const { stdout } = await subprocess;
  assert.deepEqual(stdout.split("\n").slice(1), ["function of node.old", "function of node.old"]);
});

test("a program on the command line is started again, with arguments that look like options", async () => {
  const code = `import { command, init, register } from "rein";
    register("again", () => console.log(JSON.stringify(process.argv.slice(2))));
    if (!init()) await command("again", ["-x", "--y"], { stdio: "inherit" });`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", code], { cwd: import.meta.dirname });
  assert.deepEqual(JSON.parse(stdout), ["-x", "--y"]);
});

test("a program on standard input cannot be started again, and says so", async () => {
  const input = `const { command, init, register } = require("rein");
    register("again", () => {});
    init();
    command("again");`;
  const { exitCode, stderr } = await run(process.execPath, [], { cwd: import.meta.dirname, input, reject: false });
  assert.equal(exitCode, 1);
  assert.match(stderr, /ReexecError: this program came from standard input/);
});

test("a graceful cancel aborts the function's signal", async () => {
  const controller = new AbortController();
  const options = { cancelSignal: controller.signal, gracefulCancel: true, reject: false } as const;
  const subprocess = command("test-cancel", options);
  for await (const line of subprocess.iterable()) if (line === "ready") controller.abort(new Error("enough"));
  const { isGracefullyCanceled, stdout, exitCode } = await subprocess;
  assert.deepEqual([isGracefullyCanceled, stdout, exitCode], [true, "ready\ncancelled: enough", 0]);
});
