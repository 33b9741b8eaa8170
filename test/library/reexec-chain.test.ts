// A program that starts itself again must not find itself doing the same there: no chain of processes begins.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { command, init, RegistrationError, register, run } from "rein";

const root = join(import.meta.dirname, "../..");

/** A folder in which "rein" is this package. */
function application(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "rein-chain-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/rein"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

interface End {
  readonly exitCode?: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Each process of the program says "started". */
async function runScript(folder: string, script: string, args: readonly string[] = []): Promise<End> {
  const options = { reject: false, timeout: 60_000, cwd: folder } as const;
  const { exitCode, stdout, stderr, timedOut } = await run(process.execPath, [join(folder, script), ...args], options);
  assert.equal(timedOut, false, stdout + stderr);
  return { ...(exitCode === undefined ? {} : { exitCode }), stdout, stderr };
}

const head = `import { command, init, register } from "rein"; console.log("started");
  const inherit = { stdout: "inherit", stderr: "inherit" };`;
const startsHere =
  /ReexecError: this process was itself started for the function "x", which was not registered here before/;

suite("a chain of processes", () => {
  test("register after init: refused before anything starts", async (t) => {
    const folder = application(t, {
      "main.mjs": `${head} init(); register("x", () => {}); await command("x", inherit);`,
    });
    const { exitCode, stdout, stderr } = await runScript(folder, "main.mjs");
    assert.deepEqual([exitCode, stdout], [1, "started"]);
    assert.match(stderr, /ReexecError: "x" was registered after init\(\) or dispatch\(\) was called/);
  });

  test("register and init where only the first process comes: the second one throws", async (t) => {
    const folder = application(t, {
      "main.mjs": `${head}
        if (process.argv0 === "x") init();
        register("x", () => {});
        if (process.argv0 !== "x") init();
        await command("x", inherit);`,
    });
    const { exitCode, stdout, stderr } = await runScript(folder, "main.mjs");
    assert.deepEqual([exitCode, stdout], [1, "started\nstarted"]);
    assert.match(stderr, startsHere);
  });

  test("all of it in a function that runs later, and init's word is not heard", async (t) => {
    const later = (call: string): string => `${head}
      setImmediate(async () => { init(); register("x", () => {}); init(); ${call}; });`;
    const folder = application(t, {
      "main.mjs": later('await command("x", inherit)'),
      "late.mjs": later('await null; await command("x", inherit)'),
    });
    const { exitCode, stdout, stderr } = await runScript(folder, "main.mjs");
    assert.deepEqual([exitCode, stdout], [1, "started\nstarted"]);
    assert.match(stderr, /ReexecError: this process was started for a function, and goes on as the program/);
    const late = await runScript(folder, "late.mjs");
    assert.deepEqual([late.exitCode, late.stdout.split("\n").length], [1, 9]);
    assert.match(late.stderr, /ReexecError: functions have started one another too often/);
  });

  test("what never comes to init there fails, and says so", async (t) => {
    const folder = application(t, {
      "main.mjs": `${head} if (process.argv0 !== "x") { register("x", () => {}); init(); await command("x", inherit); }`,
    });
    const { exitCode, stdout, stderr } = await runScript(folder, "main.mjs");
    assert.deepEqual([exitCode, stdout], [1, "started\nstarted"]);
    assert.match(
      stderr,
      /^rein: this process was started for the function "x", and nobody has registered it here before/,
    );
  });

  for (const [what, start] of [
    ["child processes, as a test runner's", 'fork(import.meta.filename, ["worker"])'],
    ["a cluster's workers", "cluster.fork()"],
    ["worker threads", 'new Worker(new URL(import.meta.url), { argv: ["worker"] })'],
  ] as const) {
    test(`functions that only ${what} register`, async (t) => {
      const folder = application(t, {
        "main.mjs": `${head}
          import { fork } from "node:child_process"; import cluster from "node:cluster"; import { once } from "node:events";
          import { isMainThread, Worker } from "node:worker_threads";
          if (cluster.isWorker || process.argv[2] === "worker" || !isMainThread) {
            register("x", () => {});
            init();
            try { await command("x", inherit); } finally { if (isMainThread) process.disconnect(); }
          } else {
            const [code] = await once(${start}.on("error", () => {}), "exit");
            process.exitCode = code;
          }`,
      });
      const { exitCode, stdout, stderr } = await runScript(folder, "main.mjs");
      assert.equal(stdout, "started\nstarted\nstarted\nstarted", stderr);
      assert.equal(exitCode, 1);
    });
  }

  test("a worker of a started function is not the function again, and may start others", async (t) => {
    const folder = application(t, {
      "main.mjs": `import { command, init, register } from "rein"; import { Worker, isMainThread } from "node:worker_threads";
        register("x", () => { console.log("x"); new Worker(new URL(import.meta.url)); });
        register("y", () => console.log("y"));
        const running = init();
        if (!isMainThread) { console.log("worker", running); await command("y", { stdout: "inherit" }); }
        else if (!running) await command("x", { stdout: "inherit" });`,
    });
    const { exitCode, stdout, stderr } = await runScript(folder, "main.mjs");
    assert.deepEqual([exitCode, stdout, stderr], [0, "x\nworker false\ny", ""]);
  });

  test("a function finds nothing of how it was told, and may start others", async (t) => {
    const folder = application(t, {
      "main.mjs": `import { command, init, register } from "rein";
        const told = () => Object.keys(process.env).filter((name) => /^REIN_(?!FUNCTION_DEPTH)/.test(name)).join();
        register("x", () => { console.log("x", told()); return command("y", { stdout: "inherit" }); });
        register("y", () => console.log("y", told()));
        if (!init()) await command("x", { stdout: "inherit" });`,
    });
    const { exitCode, stdout, stderr } = await runScript(folder, "main.mjs");
    assert.deepEqual([exitCode, stdout, stderr], [0, "x \ny ", ""]);
  });

  test("another module's init is not in the way of the one that registers it", async (t) => {
    const folder = application(t, {
      "other.mjs": 'import { init, register } from "rein"; register("other", () => {}); init();',
      "main.mjs": `import "./other.mjs"; import { command, init, register } from "rein";
        register("x", () => console.log("x"));
        if (!init()) await command("x", { stdout: "inherit" });`,
    });
    assert.deepEqual(await runScript(folder, "main.mjs"), { exitCode: 0, stdout: "x", stderr: "" });
  });
});

suite("names that the program itself is started under are refused", () => {
  const refused = (name: string): void =>
    assert.throws(() => register(name, () => {}), {
      name: "RegistrationError",
      message: /is the name that this program itself/,
    });

  test("Node.js's", () => {
    for (const name of ["node", "nodejs"]) refused(name);
  });

  test("the script's, with its extension and as it was given", async (t) => {
    const code = `import { init, register } from "rein"; register("NAME", () => {}); init(); console.log("main");`;
    const folder = application(t, {
      "main.mjs": code.replace("NAME", "main.mjs"),
      "main.js": `const { init, register } = require("rein"); register("main", () => {}); init(); console.log("main");`,
      "app/index.js": `const { init, register } = require("rein"); register("app", () => {}); init(); console.log("main");`,
    });
    for (const script of ["main.mjs", "main", "app"]) {
      assert.match(
        (await runScript(folder, script)).stderr,
        /RegistrationError: ".*" is the name that this program itself/,
      );
    }
    // With another word for it the name is nobody's.
    assert.equal((await runScript(folder, "main.js")).stdout, "main");
  });

  test("what is no function", () => {
    for (const entrypoint of [undefined, null, "x", {}]) {
      assert.throws(
        () => register("no-function", entrypoint as never),
        (error) => error instanceof RegistrationError && /is no function/.test(error.message),
      );
    }
  });
});

suite("the main script is another program's", () => {
  const test1 = `import { command, init, register } from "rein"; import assert from "node:assert";
    register("x", () => console.log("function of", process.argv[1]?.split("/").at(-1)));
    if (!init() && globalThis.it) await it();`;
  // As mocha, jest and vitest do.
  const runner = `globalThis.it = async () => {
      const { command } = await import("rein");
      console.log(await command("x", JSON.parse(process.argv[3] ?? "{}")).then(({ stdout }) => stdout, (error) => error.stderr));
    }; console.log("runner"); await import(process.argv[2]);`;

  test("it is refused; the option script has it", async (t) => {
    const folder = application(t, { "node_modules/runner/bin.mjs": runner, "x.test.mjs": test1 });
    const script = join(folder, "x.test.mjs");
    const refusal = await runScript(folder, "node_modules/runner/bin.mjs", [script]);
    assert.equal(refusal.stdout, "runner");
    assert.match(
      refusal.stderr,
      /ReexecError: .*runner\/bin\.mjs would be started for "x", and it is registered by .*x\.test\.mjs; give the option script/,
    );
    const taken = await runScript(folder, "node_modules/runner/bin.mjs", [script, JSON.stringify({ script })]);
    assert.deepEqual(taken, { exitCode: 0, stdout: "runner\nfunction of x.test.mjs", stderr: "" });
  });

  test("a function in what Next.js has built is refused under its server, which is in no package", async (t) => {
    const folder = application(t, { "server.mjs": runner, ".next/server/x.test.mjs": test1 });
    const { stderr } = await runScript(folder, "server.mjs", [join(folder, ".next/server/x.test.mjs")]);
    assert.match(stderr, /ReexecError: .*server\.mjs would be started for "x"/);
  });

  test("a program that is itself a package is not", async (t) => {
    const folder = application(t, {
      "node_modules/tool/bin.mjs": test1
        .replace("globalThis.it", "true")
        .replace("await it()", 'console.log((await command("x")).stdout)'),
    });
    assert.deepEqual((await runScript(folder, "node_modules/tool/bin.mjs")).stdout, "function of bin.mjs");
  });

  test("a script that does not register it fails, and says so", async (t) => {
    const folder = application(t, { "main.mjs": `${head} init();` });
    const script = join(folder, "main.mjs");
    const { exitCode, stderr } = await command("nobody", { script, reject: false });
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /^rein: this process was started for the function "nobody", and nobody has registered it here/,
    );
  });

  test("Node.js's test runner, which runs its files in its own process, is refused; the option script has it", async (t) => {
    const folder = application(t, {
      "x.test.mjs": `import { command, init, register } from "rein"; import { test } from "node:test";
        register("x", () => console.log("function"));
        if (!init()) test("x", async () => {
          for (const options of [{}, { script: import.meta.filename }]) {
            try { console.log((await command("x", options)).stdout); } catch (error) { console.log(error.message); }
          }
        });`,
    });
    const words = ["--test", "--test-isolation=none", "--test-reporter=tap", join(folder, "x.test.mjs")];
    const { stdout } = await run(process.execPath, words, { env: { NODE_TEST_CONTEXT: undefined }, cwd: folder });
    assert.match(stdout, /^the main program is Node\.js's test runner; give the option script: /);
    assert.match(stdout, /^function$/m);
  });

  test("a worker's text is refused; a worker's file is its program, below one on the command line too", async (t) => {
    const folder = application(t, {
      "x.mjs": `import { command, init, register } from "rein";
        register("x", () => console.log("function"));
        if (!init()) console.log((await command("x")).stdout);`,
      "x.cjs": `const { command, init, register } = require("rein"); register("x", () => {}); init(); command("x");`,
    });
    const worker = 'new (require("node:worker_threads").Worker)';
    const options = { cwd: folder, reject: false } as const;
    const ofFile = await run(process.execPath, ["-e", `${worker}("./x.mjs")`], options);
    assert.deepEqual([ofFile.stdout, ofFile.stderr], ["function", ""]);
    const ofText = await run(process.execPath, ["-e", `${worker}('require("./x.cjs")', { eval: true })`], options);
    assert.match(
      ofText.stderr,
      /ReexecError\]?: this program came from standard input, or as the text of a worker.*; give/,
    );
  });

  test("the option's value is checked", () => {
    init();
    assert.throws(() => command("x", { script: "main.mjs" }), {
      name: "OptionError",
      message: /script: 'main.mjs' is not an absolute path/,
    });
    assert.throws(() => command("x", { script: "/nonexistent/main.mjs" }), {
      name: "OptionError",
      message: "script: there is no /nonexistent/main.mjs",
    });
    assert.throws(() => run("true", { script: "/x" } as never), {
      name: "OptionError",
      message: /script: cannot be given: command\(\) takes it/,
    });
  });

  test("a program on the command line or on standard input has it run another script", async (t) => {
    const folder = application(t, { "x.mjs": test1 });
    const code = `const { command } = require("rein"); command("x", { script: ${JSON.stringify(join(folder, "x.mjs"))}, stdio: "inherit" })`;
    for (const options of [
      { args: ["--eval", code] },
      { args: ["-e", code] },
      { args: [`--eval=${code}`] },
      { args: ["--input-type=commonjs", "-e", code] },
      { args: ["--input-type", "commonjs", "-e", code] },
      { args: [], input: code },
    ]) {
      const { args, ...others } = options;
      const { stdout } = await run(process.execPath, args, { cwd: folder, ...others });
      assert.equal(stdout, "function of x.mjs");
    }
  });
});
