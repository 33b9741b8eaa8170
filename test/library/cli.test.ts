// The package's command: it becomes the executable, installs it, and does what can be done without one.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { executablePath } from "rein";
import { isAlive } from "../support/processes.ts";
import { type Result, type Running, runCommand, startCommand } from "../support/rein.ts";
import { eventually } from "../support/waiting.ts";
import { asPid1, noPid1 } from "./support/pid-1.ts";
import { cli } from "./support/programs.ts";

const off = { REIN_EXECUTABLE: "none" };
const limits = `rein: there is no executable for ${process.platform}-${process.arch}: orphans are not adopted, reaped or ended`;

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "rein-cli-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function rein(t: TestContext, args: readonly string[], environment: Record<string, string> = {}): Promise<Result> {
  return runCommand(t, [process.execPath, cli, ...args], { environment });
}

suite("the command", () => {
  test("becomes the executable: same pid, the payload is its only child", async (t) => {
    const running = startCommand(t, [process.execPath, cli, "sh", "-c", "echo $PPID; exit 7"]);
    const parent = await running.lineMatching(/^\d+$/);
    assert.equal(Number(parent), running.process.pid);
    assert.equal((await running.exit()).status, 7);
  });

  test("SIGINT's and SIGPIPE's dispositions are the payload's defaults", async (t) => {
    const { stdout } = await rein(t, ["grep", "SigIgn", "/proc/self/status"]);
    assert.match(stdout, /^SigIgn:\s0+$/m);
  });

  test("--version is the executable's", async (t) => {
    const { stdout } = await rein(t, ["--version"]);
    assert.equal(stdout, (await runCommand(t, [executablePath(), "--version"])).stdout);
  });

  test("an executable that has lost its mode is said with its path", async (t) => {
    const file = join(folder(t), "rein");
    writeFileSync(file, readFileSync(executablePath()), { mode: 0o644 });
    const { status, stderr } = await rein(t, ["true"], { REIN_EXECUTABLE: file });
    assert.equal(status, 125);
    assert.match(stderr, new RegExp(`^rein: ${file}: it cannot be executed: permission denied; .* mode 755`));
  });
});

suite("--install", () => {
  test("to a file and into a folder, complete and executable", async (t) => {
    const place = folder(t);
    for (const [target, file] of [
      [join(place, "init"), join(place, "init")],
      [place, join(place, "rein")],
    ] as const) {
      assert.deepEqual(await rein(t, ["--install", target]), { ...nothing, status: 0 });
      assert.equal(statSync(file).mode & 0o777, 0o755);
      assert.deepEqual(readFileSync(file), readFileSync(executablePath()));
    }
    assert.deepEqual(readdirSync(place).sort(), ["init", "rein"]);
  });

  test("over one that is being executed", async (t) => {
    const file = join(folder(t), "rein");
    await rein(t, ["--install", file]);
    const running = startCommand(t, [file, "sh", "-c", "echo ready; exec sleep 600"]);
    await running.lineMatching(/^ready$/);
    assert.equal((await rein(t, ["--install", file])).status, 0);
    running.process.kill("SIGTERM");
    assert.equal((await running.exit()).status, 143);
  });

  test("the path that cannot be written is named, and nothing is left behind", async (t) => {
    const { status, stderr } = await rein(t, ["--install", "/nonexistent/bin/rein"]);
    assert.equal(status, 125);
    assert.match(stderr, /^rein: --install \/nonexistent\/bin\/rein: ENOENT/);
    assert.match((await rein(t, ["--install"])).stderr, /^rein: --install: give one path, as in: rein --install/);
  });

  test("a link that somebody planted where it writes first leads nowhere", async (t) => {
    const place = folder(t);
    const [victim, target] = [join(place, "victim"), join(place, "rein")];
    writeFileSync(victim, "untouched", { mode: 0o600 });
    // The name that it once took is known to whoever knows the process.
    const plant = 'ln -s "$0" "$1.$$" && exec "$2" "$3" --install "$1"';
    const { status } = await runCommand(t, ["sh", "-c", plant, victim, target, process.execPath, cli]);
    assert.deepEqual([status, readFileSync(victim, "utf8"), statSync(victim).mode & 0o777], [0, "untouched", 0o600]);
    assert.deepEqual(readFileSync(target), readFileSync(executablePath()));
  });

  test("a link at the place itself is replaced, and not followed", async (t) => {
    const place = folder(t);
    const [victim, target] = [join(place, "victim"), join(place, "rein")];
    writeFileSync(victim, "untouched");
    symlinkSync(victim, target);
    assert.equal((await rein(t, ["--install", target])).status, 0);
    assert.equal(readFileSync(victim, "utf8"), "untouched");
    assert.ok(lstatSync(target).isFile());
  });

  test("everybody may execute it, whatever the umask is", async (t) => {
    const target = join(folder(t), "rein");
    const { status } = await runCommand(t, [
      "sh",
      "-c",
      'umask 077 && exec "$@"',
      "",
      process.execPath,
      cli,
      "--install",
      target,
    ]);
    assert.deepEqual([status, statSync(target).mode & 0o7777], [0, 0o755]);
  });

  test("needs an executable", async (t) => {
    const { status, stderr } = await rein(t, ["--install", folder(t)], off);
    assert.equal(status, 125);
    assert.match(stderr, /switched off by REIN_EXECUTABLE=none/);
  });
});

suite("without an executable", () => {
  test("one line says what is not done, and the exit code is the command's", async (t) => {
    const { status, stdout, stderr } = await rein(t, ["sh", "-c", "echo hello; exit 9"], off);
    assert.deepEqual([status, stdout, stderr], [9, "hello\n", `${limits}\n`]);
  });

  test("names that every object has are no options", async (t) => {
    for (const name of ["--constructor", "--toString", "--__proto__"]) {
      const { status, stderr } = await rein(t, [name, "true"], off);
      assert.deepEqual([status, stderr], [125, `rein: ${name}: no such option\n`]);
    }
  });

  test("what is left out is named in that line", async (t) => {
    const { status, stderr } = await rein(t, ["--drain", "5s", "-s", "true"], off);
    assert.deepEqual([status, stderr], [0, `${limits}; left out: --drain, --subreaper\n`]);
  });

  test("128+n for a signal, 127 and 126 for what cannot be executed", async (t) => {
    assert.equal((await rein(t, ["sh", "-c", "kill -KILL $$"], off)).status, 137);
    const missing = await rein(t, ["/nonexistent/command"], off);
    assert.equal(missing.status, 127);
    assert.match(missing.stderr, /^rein: cannot run \/nonexistent\/command: /m);
    const oneWord = await rein(t, ["--grace", "1s", "npm run start"], off);
    assert.equal(oneWord.status, 127);
    assert.match(oneWord.stderr, /^rein: cannot run npm run start: .*; the whole command is one word: /m);
    assert.equal((await rein(t, ["/etc/passwd"], off)).status, 126);
  });

  test("mapped exit codes, variables, a directory", async (t) => {
    assert.equal((await rein(t, ["-e", "3", "sh", "-c", "exit 3"], off)).status, 0);
    assert.equal((await rein(t, ["--map-exit", "3:4", "sh", "-c", "exit 3"], off)).status, 4);
    const words = ["--chdir", "/usr", "--setenv", "A", "1", "--unsetenv", "B", "sh", "-c", 'echo "$PWD $A $B"'];
    assert.equal((await rein(t, words, { ...off, B: "2" })).stdout, "/usr 1 \n");
  });

  test("REIN_OPTIONS", async (t) => {
    const { status, stdout } = await rein(t, ["sh", "-c", "echo [$REIN_OPTIONS]; exit 3"], {
      ...off,
      REIN_OPTIONS: "-e 3",
    });
    assert.deepEqual([status, stdout], [0, "[]\n"]);
  });

  test("what confines is refused, and nothing is started", async (t) => {
    for (const option of [["--unshare-pid"], ["--user", "nobody"], ["--landlock-ro", "/"], ["--ro-bind", "/", "/"]]) {
      const { status, stdout, stderr } = await rein(t, [...option, "echo", "started"], off);
      assert.deepEqual([status, stdout], [125, ""]);
      assert.equal(stderr, `rein: ${option[0]}: not possible without the executable, which is for Linux\n`);
    }
  });

  test("an unknown option and a missing value are refused", async (t) => {
    assert.match((await rein(t, ["--nosuch", "true"], off)).stderr, /^rein: --nosuch: no such option/);
    assert.match((await rein(t, ["--grace"], off)).stderr, /^rein: --grace: needs a value/);
    assert.match((await rein(t, [], off)).stderr, /^rein: no command to run/);
  });

  const serve = async (t: TestContext, options: readonly string[], script: string): Promise<Running> => {
    const running = startCommand(t, [process.execPath, cli, ...options, "sh", "-c", script], { environment: off });
    await running.lineMatching(/^ready$/);
    return running;
  };

  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const) {
    test(`${signal} goes on, and its end is 128+n`, async (t) => {
      const running = await serve(t, [], "echo ready; exec sleep 600");
      running.process.kill(signal);
      const { status, signal: by } = await running.exit();
      assert.deepEqual([status, by], [128 + constants.signals[signal], null]);
    });
  }

  test("a rewritten signal, and one that is dropped", async (t) => {
    const trap = "trap 'echo got USR1; exit 4' USR1; echo ready; while :; do sleep 0.01; done";
    const running = await serve(t, ["-r", "HUP:0", "--rewrite", "TERM:USR1"], trap);
    running.process.kill("SIGHUP");
    running.process.kill("SIGTERM");
    assert.equal((await running.exit()).status, 4);
  });

  test("after the grace the whole tree is killed", async (t) => {
    const stubborn = "trap '' TERM; sh -c 'trap \"\" TERM; echo $$; echo ready; while :; do sleep 600; done'; :";
    const running = startCommand(t, [process.execPath, cli, "--grace", "50ms", "sh", "-c", stubborn], {
      environment: off,
    });
    const child = Number(await running.lineMatching(/^\d+$/));
    await running.lineMatching(/^ready$/);
    running.process.kill("SIGTERM");
    assert.equal((await running.exit()).status, 137);
    await eventually("the child has ended, too", () => !isAlive(child));
  });

  test("a grace and a delay that are longer than Node.js's timers are waited for", async (t) => {
    const trap = "trap 'echo got; read -r line; exit 5' TERM HUP; echo ready; while :; do sleep 0.01; done";
    for (const [options, signals] of [
      [["--grace", "600h"], ["SIGTERM"]],
      // The first of them waits, and the second one is not to wait.
      [
        ["--stop-delay", "600h", "-r", "TERM:KILL"],
        ["SIGTERM", "SIGHUP"],
      ],
    ] as const) {
      const running = await serve(t, options, trap);
      for (const signal of signals) running.process.kill(signal);
      await running.lineMatching(/^got$/);
      running.stdin.write("\n");
      assert.equal((await running.closed()).status, 5);
      // A timer that is too long says so, and becomes one of 1 ms.
      assert.equal(running.stderr.text, `${limits}\n`);
    }
  });

  test("as PID 1 its end is 128+n, too", { skip: noPid1 }, async (t) => {
    const words = [...asPid1, process.execPath, cli, "sh", "-c", "kill -TERM $$"];
    assert.equal((await runCommand(t, words, { environment: off })).status, 143);
  });
});

const nothing = { stdout: "", stderr: "", signal: null };

test("the shim takes nothing from a shell's command line", () => {
  const { stdout } = spawnSync(process.execPath, [cli, "--", "printf", "%s,", "-x", "", "a b"], { encoding: "utf8" });
  assert.equal(stdout, "-x,,a b,");
});
