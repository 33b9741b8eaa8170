// rein/auto: Node.js as a container's first process puts the executable in its place.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { children, processes, stat } from "../support/processes.ts";
import { type Options, type Result, type Running, runCommand, startCommand } from "../support/rein.ts";
import { eventually } from "../support/waiting.ts";
import { nodes } from "./support/nodes.ts";
import { asPid1, noPid1 } from "./support/pid-1.ts";
import { auto } from "./support/programs.ts";

const server = join(import.meta.dirname, "programs/server.mjs");

interface Told {
  readonly pid: number;
  readonly ppid: number;
  readonly argv0: string;
  readonly execArgv: readonly string[];
  readonly args: readonly string[];
  readonly options?: string;
}

function told({ stdout, stderr, status }: Result): Told {
  assert.deepEqual([stderr, status], ["", 0]);
  return JSON.parse(stdout) as Told;
}

const notRoot = process.getuid?.() !== 0 && "only root can give files to others";

const npmCommand = execFileSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).trim();

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "rein-auto-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The name of what a process runs. */
function name(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
}

for (const { version, path: node, unavailable } of nodes) {
  suite(`Node.js ${version} as PID 1`, { skip: unavailable || noPid1 }, () => {
    const words = (...args: string[]): string[] => [...asPid1, node, "--import", auto, ...args];
    const run = (t: TestContext, args: string[], options: Options = {}): Promise<Result> =>
      runCommand(t, words(...args), options);
    /** Starts the server; resolves with the pid of PID 1 as well, when it is ready. */
    const serve = async (t: TestContext, what: string, environment = {}): Promise<[Running, number]> => {
      const running = startCommand(t, words(server, what), { environment });
      await running.lineMatching(/^ready$/);
      return [running, children(running.process.pid as number)[0] as number];
    };

    test("becomes the executable, with the same command line below it", async (t) => {
      const { pid, ppid, argv0, execArgv, args } = told(await run(t, ["--no-warnings", server, "tell", "-x", "a b"]));
      assert.notEqual(pid, 1);
      assert.deepEqual([ppid, argv0, args], [1, node, ["tell", "-x", "a b"]]);
      // What is for the first process alone is gone.
      assert.deepEqual(execArgv, ["--no-warnings"]);
    });

    test("the first process is the executable indeed", async (t) => {
      const [running, first] = await serve(t, "serve");
      assert.equal(name(first), "rein");
      process.kill(first, "SIGTERM");
      assert.equal((await running.exit()).status, 5);
    });

    test("by NODE_OPTIONS", async (t) => {
      const environment = { NODE_OPTIONS: `--import ${JSON.stringify(auto)}` };
      const { ppid, execArgv } = told(await runCommand(t, [...asPid1, node, server], { environment }));
      assert.deepEqual([ppid, execArgv], [1, []]);
    });

    test("what loaded it is gone for the payload and its children, and all else is as it was", async (t) => {
      const code = "console.log(JSON.stringify([process.ppid, process.env.NODE_OPTIONS ?? null, process.execArgv]))";
      const folder = temporary(t);
      const [script, other] = ["told.cjs", "other preload.cjs"].map((name) => join(folder, name)) as [string, string];
      writeFileSync(script, code);
      writeFileSync(other, "");
      const url = pathToFileURL(auto).href;
      const written = `--require ${JSON.stringify(other)}`;
      for (const [variable, left] of [
        ["--import rein/auto", null],
        ["  --import=rein/auto  ", null],
        [`--no-warnings --import "${auto}" ${written}`, `--no-warnings ${written}`],
        [`${written} --import="${url}" --stack-trace-limit=5`, `${written} --stack-trace-limit=5`],
        [`-r rein/auto ${written}`, written],
        [`--require=${auto}  --title "a \\"b\\""`, '--title "a \\"b\\""'],
      ] as const) {
        const result = await runCommand(t, [...asPid1, node, script], {
          environment: { NODE_OPTIONS: variable },
          directory: import.meta.dirname,
        });
        assert.deepEqual([result.stderr, result.stdout], ["", `${JSON.stringify([1, left, []])}\n`], variable);
      }
      const options = [`--import=${url}`, "-r", auto, "--import", "rein/auto", "--require", other, "--no-warnings"];
      const result = await runCommand(t, [...asPid1, node, ...options, script], { directory: import.meta.dirname });
      assert.deepEqual(JSON.parse(result.stdout), [1, null, ["--require", other, "--no-warnings"]]);
    });

    test("a child in a directory that has no such package starts", async (t) => {
      const code = `console.log(require("child_process").execFileSync(process.execPath, ["-p", "6 * 7"], { cwd: "/" }) + "")`;
      for (const environment of [{}, { REIN_EXECUTABLE: "none" }]) {
        const { stdout } = await runCommand(t, [...asPid1, node, "--eval", code], {
          environment: { ...environment, NODE_OPTIONS: "--import rein/auto" },
          directory: import.meta.dirname,
        });
        assert.equal(stdout.trim(), "42");
      }
    });

    test("by the first import, and by require", async (t) => {
      const told = "console.log(process.ppid, process.argv.slice(1).join())";
      for (const code of [`import ${JSON.stringify(auto)}; ${told}`, `require(${JSON.stringify(auto)}); ${told}`]) {
        const type = code.startsWith("import") ? ["--input-type=module"] : [];
        const result = await runCommand(t, [...asPid1, node, ...type, "--eval", code, "--", "-x"]);
        assert.deepEqual([result.stdout, result.stderr], ["1 -x\n", ""]);
      }
    });

    test("zombies are reaped", async (t) => {
      const [, first] = await serve(t, "orphan");
      const namespace = (): number[] => processes().filter((pid) => stat(pid)?.parent === first);
      await eventually("only the server is left", () => namespace().length === 1);
      assert.equal(stat(namespace()[0] as number)?.state !== "Z", true);
    });

    test("SIGTERM ends a server that has no handler for it, as soon as it is below the executable", async (t) => {
      for (let round = 0; round < 5; round++) {
        const running = startCommand(t, words(server, "orphan"));
        const first = await eventually("PID 1 is there", () => children(running.process.pid as number)[0]);
        // A signal before that is thrown away by the kernel: Node.js does not handle it yet, nor does an executable whose
        // first instruction is still to come.
        await eventually("it has a payload", () => name(first) === "rein" && children(first).length > 0);
        process.kill(first, "SIGTERM");
        assert.equal((await running.exit()).status, 143);
      }
    });

    test("SIGTERM while it starts, again and again, always ends it", async (t) => {
      const running = startCommand(t, words(server, "orphan"));
      const first = await eventually("PID 1 is there", () => children(running.process.pid as number)[0]);
      const timer = setInterval(() => {
        try {
          process.kill(first, "SIGTERM");
        } catch {
          // It has ended.
        }
      }, 1);
      t.after(() => clearInterval(timer));
      const { status, signal } = await running.exit();
      clearInterval(timer);
      // In its first moments Node.js, also without rein, sometimes dies of the signal itself as PID 1, and unshare(1) does as its
      // child did: what an engine tells as 143 as well.
      assert.equal(signal === "SIGTERM" ? 143 : status, 143);
    });

    test("exit codes are right", async (t) => {
      for (const status of [0, 1, 42, 255]) {
        assert.equal((await run(t, [server, "exit", String(status)])).status, status);
      }
      assert.equal((await run(t, ["--eval", 'process.kill(process.pid, "SIGKILL")'])).status, 137);
    });

    test("the inspector's flags are kept, and its port is free", async (t) => {
      const { stderr, stdout } = await run(t, ["--inspect=127.0.0.1:0", server]);
      assert.equal(stderr.match(/Debugger listening/g)?.length, 2);
      assert.ok((JSON.parse(stdout) as Told).execArgv.includes("--inspect=127.0.0.1:0"));
      const port = 20_000 + (process.pid % 10_000);
      assert.doesNotMatch((await run(t, [`--inspect=127.0.0.1:${port}`, server])).stderr, /in use/);
    });

    test("workers are left alone", async (t) => {
      const { ppid } = told(await run(t, [server, "worker"]));
      assert.equal(ppid, 1);
    });

    test("a worker of a first process that stays is left alone, too", async (t) => {
      const code = `const { Worker } = require("node:worker_threads");
        new Worker('console.log(process.pid)', { eval: true, execArgv: ["--import", ${JSON.stringify(auto)}] });`;
      const { stdout, stderr } = await runCommand(t, [...asPid1, node, "--eval", code]);
      assert.deepEqual([stdout, stderr], ["1\n", ""]);
    });

    test("REIN_OPTIONS are the executable's, and gone for the server", async (t) => {
      const environment = { REIN_OPTIONS: "--map-exit 3:9" };
      assert.equal((await run(t, [server, "exit", "3"], { environment })).status, 9);
      assert.equal(told(await run(t, [server], { environment })).options, undefined);
    });

    test('options in package.json\'s "rein" key', async (t) => {
      const folder = mkdtempSync(join(tmpdir(), "rein-auto-"));
      t.after(() => rmSync(folder, { recursive: true, force: true }));
      const script = join(folder, "src/exit.cjs");
      mkdirSync(join(folder, "src"));
      writeFileSync(script, "process.exit(3)");
      const status = async (
        rein: unknown,
        environment: Record<string, string> = {},
      ): Promise<[number | null, string]> => {
        writeFileSync(join(folder, "package.json"), JSON.stringify({ rein }));
        const result = await run(t, [script], { environment });
        return [result.status, result.stderr];
      };
      assert.deepEqual(await status(["--map-exit", "3:9"]), [9, ""]);
      assert.deepEqual(await status("--map-exit  3:8"), [8, ""]);
      assert.deepEqual(await status(undefined), [3, ""]);
      assert.deepEqual(await status(["--map-exit", "3:9"], { REIN_OPTIONS: "--map-exit 3:7" }), [7, ""]);
      const [refused, message] = await status({ grace: 5 });
      assert.equal(refused, 125);
      assert.match(message, /^rein: .*package\.json: "rein" is neither a text nor a list of texts/);
    });

    test("the application's package.json counts, behind npm and for a program in node_modules", async (t) => {
      const folder = temporary(t);
      const exit = "process.exit(3)";
      for (const [name, content] of [
        ["package.json", { rein: "--map-exit 3:9" }],
        ["node_modules/tool/package.json", { rein: "--map-exit 3:8" }],
        ["node_modules/tool/exit.cjs", exit],
        ["dist/package.json", { type: "commonjs" }],
        ["dist/exit.js", exit],
        ["elsewhere/exit.cjs", exit],
        ["elsewhere/package.json", { rein: "--map-exit 3:7" }],
      ] as const) {
        mkdirSync(join(folder, name, ".."), { recursive: true });
        writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
      }
      mkdirSync(join(folder, "node_modules/.bin"));
      symlinkSync("../tool/exit.cjs", join(folder, "node_modules/.bin/tool"));
      const status = async (script: string, directory: string): Promise<number | null> => {
        const { status, stderr } = await run(t, [join(folder, script)], { directory });
        assert.equal(stderr, "");
        return status;
      };
      assert.equal(await status("node_modules/tool/exit.cjs", folder), 9);
      assert.equal(await status("node_modules/.bin/tool", folder), 9);
      // Its own, where the application has none; and nobody's.
      assert.equal(await status("node_modules/tool/exit.cjs", "/"), 8);
      assert.equal(await status("elsewhere/exit.cjs", folder), 7);
      assert.equal(await status("dist/exit.js", folder), 9);
      assert.equal(await status("dist/exit.js", "/"), 3);
      chmodSync(folder, 0o777);
      const { status: passed, stderr } = await run(t, [join(folder, "node_modules/tool/exit.cjs")], {
        directory: folder,
      });
      assert.equal(passed, 8);
      assert.match(stderr, /^rein: .*package\.json is passed over: others may write to [^\n]*\n$/);
    });

    test("behind npm start", async (t) => {
      const npm = join(dirname(realpathSync(npmCommand)), "npm-cli.js");
      const folder = temporary(t);
      const scripts = { start: "node -e 'process.exit(3)'" };
      writeFileSync(join(folder, "package.json"), JSON.stringify({ rein: ["--map-exit", "3:9"], scripts }));
      const environment = {
        NODE_OPTIONS: `--import ${auto}`,
        npm_config_loglevel: "silent",
        npm_config_update_notifier: "false",
      };
      const { status } = await runCommand(t, [...asPid1, node, npm, "start"], { directory: folder, environment });
      assert.equal(status, 9);
    });

    test("a package.json that is none is said", async (t) => {
      const folder = temporary(t);
      writeFileSync(join(folder, "package.json"), "{");
      writeFileSync(join(folder, "exit.cjs"), "");
      const { status, stderr } = await run(t, [join(folder, "exit.cjs")], { directory: "/" });
      assert.notEqual(status, 0);
      assert.match(stderr, /package\.json/);
    });

    suite("a package.json that others may have put there is passed over", () => {
      /** A folder with a program in a folder, which exits with 3; an option in its package.json makes that 9. */
      const plant = (t: TestContext): { readonly above: string; readonly file: string; readonly script: string } => {
        const top = mkdtempSync(join(tmpdir(), "rein-auto-"));
        t.after(() => rmSync(top, { recursive: true, force: true }));
        const above = join(top, "above");
        const script = join(above, "app/exit.cjs");
        mkdirSync(join(above, "app"), { recursive: true });
        for (const path of [top, above, join(above, "app")]) chmodSync(path, 0o755);
        writeFileSync(script, "process.exit(3)");
        const file = join(above, "package.json");
        writeFileSync(file, JSON.stringify({ rein: ["--map-exit", "3:9"] }), { mode: 0o644 });
        return { above, file, script };
      };
      const assertPassedOver = async (t: TestContext, file: string, script: string, place: string): Promise<void> => {
        const { status, stderr } = await run(t, [script]);
        const message = `rein: ${file} is passed over: others may write to ${place}; forbid that, or use REIN_OPTIONS\n`;
        assert.deepEqual([status, stderr], [3, message]);
      };

      test("in a folder that anybody may write to", async (t) => {
        const { above, file, script } = plant(t);
        assert.equal((await run(t, [script])).status, 9);
        for (const mode of [0o777, 0o1777, 0o757]) {
          chmodSync(above, mode);
          await assertPassedOver(t, file, script, above);
        }
      });

      test("a file that anybody may write to", async (t) => {
        const { file, script } = plant(t);
        chmodSync(file, 0o666);
        await assertPassedOver(t, file, script, file);
      });

      test("a link into such a folder", async (t) => {
        const { above, file, script } = plant(t);
        const open = join(above, "open");
        mkdirSync(open);
        chmodSync(open, 0o777);
        renameSync(file, join(open, "other.json"));
        symlinkSync(join(open, "other.json"), file);
        await assertPassedOver(t, file, script, open);
      });

      test("and the one further above counts", async (t) => {
        const { above, file, script } = plant(t);
        chmodSync(above, 0o777);
        writeFileSync(join(above, "../package.json"), JSON.stringify({ rein: "--map-exit 3:7" }), { mode: 0o644 });
        const { status, stderr } = await run(t, [script]);
        assert.equal(status, 7);
        assert.match(stderr, new RegExp(`^rein: ${file} is passed over`));
      });

      test("what is no file is none", { timeout: 20_000 }, async (t) => {
        const { file, script } = plant(t);
        rmSync(file);
        execFileSync("mkfifo", [file]);
        assert.equal((await run(t, [script])).status, 3);
      });

      test("another user's, unless the program is theirs, too", { skip: notRoot }, async (t) => {
        const { above, file, script } = plant(t);
        chownSync(file, 1234, 1234);
        await assertPassedOver(t, file, script, file);
        chownSync(above, 1234, 1234);
        await assertPassedOver(t, file, script, above);
        chownSync(script, 1234, 1234);
        assert.equal((await run(t, [script])).status, 9);
      });

      test("one that a group may write to, unless it is root's", { skip: notRoot }, async (t) => {
        const { above, file, script } = plant(t);
        chmodSync(above, 0o775);
        assert.equal((await run(t, [script])).status, 9);
        chownSync(above, 0, 1234);
        await assertPassedOver(t, file, script, above);
      });
    });

    test("the permission model's refusal is explained", async (t) => {
      const flags = ["--permission", "--allow-fs-read=*"];
      const { status, stderr } = await run(t, [...flags, server]);
      assert.equal(status, 125);
      assert.match(stderr, /^rein: Node\.js's permission model refuses to execute it; add --allow-child-process/m);
      assert.equal((await run(t, [...flags, "--allow-child-process", server, "exit", "3"])).status, 3);
    });

    test("an executable that cannot be executed is said, and does not abort the process", async (t) => {
      for (const file of ["/nonexistent/rein", server]) {
        const { status, stderr } = await run(t, [server], { environment: { REIN_EXECUTABLE: file } });
        assert.equal(status, 125);
        assert.match(stderr, new RegExp(`^rein: ${file}: it cannot be executed`));
      }
    });

    test("where there is no executable Node.js stays PID 1, and says so", async (t) => {
      const { stdout, stderr } = await run(t, [server], { environment: { REIN_EXECUTABLE: "none" } });
      assert.equal((JSON.parse(stdout) as Told).pid, 1);
      assert.match(stderr, /^rein: .*Node\.js stays the first process of this container\n$/);
    });

    test("as any other process it does nothing", async (t) => {
      const { pid, ppid } = told(await runCommand(t, [node, "--import", auto, server]));
      assert.notEqual(pid, 1);
      assert.equal(ppid, process.pid);
    });
  });
}
