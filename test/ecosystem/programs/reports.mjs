// reports.mjs CASE: does what a public report tells of. Says "done" when all is as it should be, and goes on until its input
// ends; or says "there" when all have started, and waits to be ended.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { on, once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { command, init, register, run } from "rein";

const forever = "exec sleep 600";
// One in the background, one in a session of its own.
const tree = `sleep 600 & setsid sh -c 'echo there; ${forever}' & echo there; wait`;

register("tree", async () => {
  for (const detached of [false, true]) {
    spawn("sh", ["-c", `echo there; ${forever}`], { stdio: ["ignore", "inherit", "ignore"], detached });
  }
  await pause(600_000);
});
register("stubborn", async () => {
  process.on("SIGTERM", () => {});
  console.log("there");
  await pause(600_000);
});
register("cleansUp", async () => {
  // It may come more than once.
  const ended = new Promise((resolve) => process.on("SIGTERM", resolve));
  const timer = setInterval(() => {}, 1000);
  console.log("there");
  await ended;
  await pause(100);
  clearInterval(timer);
  console.log("cleaned up");
});
register("aborts", () => process.abort());
register("fillsHeap", () => {
  for (const all = []; ; ) all.push(new Array(1e5).fill({}).map(() => ({})));
});
register("leavesOneBehind", () => {
  spawn("sleep", ["600"], { stdio: ["ignore", "inherit", "ignore"], detached: true }).unref();
  console.log("output");
});

const script = import.meta.filename;
const shell = (code, options) => run("sh", ["-c", code], { reject: false, ...options });
const started = (name, options) => command(name, [], { script, reject: false, ...options });
/** By both, with the same options. */
const both = (code, name, options) => [shell(code, options), started(name, options)];

async function areThere(subprocess, count) {
  let seen = "";
  for await (const [piece] of on(subprocess.stdout, "data")) {
    seen += piece;
    if (seen.split("there").length > count) return;
  }
}

async function killed(subprocess, count, signal) {
  await areThere(subprocess, count);
  subprocess.kill(signal);
  return subprocess;
}

const cases = {
  async kill() {
    for (const { isTerminated } of await Promise.all(both(tree, "tree").map((one) => killed(one, 2)))) {
      assert.ok(isTerminated);
    }
  },
  async "kill a shell"() {
    const { signal, timedOut } = await killed(shell("echo there; sleep 600; echo never"), 1);
    assert.deepEqual([signal, timedOut], ["SIGTERM", false]);
  },
  async "npm run"() {
    await areThere(run("npm", ["run", "serve"], { reject: false }), 1);
    process.exit(3);
  },
  async "outputs that are inherited, too"() {
    const stdio = { stdin: ["pipe", "inherit"], stdout: ["pipe", "inherit"], stderr: ["pipe", "inherit"] };
    await Promise.all(Array.from({ length: 12 }, () => run("true", stdio)));
  },
  async "kill, often"() {
    const options = { forceKillAfterDelay: 200 };
    const all = both("trap '' TERM; echo there; while :; do sleep 1; done", "stubborn", options);
    for (const one of all) {
      await areThere(one, 1);
      for (let count = 0; count < 12; count++) one.kill();
    }
    for (const { isTerminated, exitCode } of await Promise.all(all))
      assert.deepEqual([isTerminated, exitCode], [true, undefined]);
  },
  async "a file that is not read to its end"() {
    const { timedOut } = await shell(forever, { stdin: { file: "/dev/zero" }, timeout: 100 });
    assert.ok(timedOut);
  },
  async "many exit listeners"() {
    await Promise.all(Array.from({ length: 30 }, () => run("true")));
  },
  async "one holds the output"() {
    const results = await Promise.all(both("sleep 600 & echo output", "leavesOneBehind", { drain: 100 }));
    assert.deepEqual(
      results.map(({ stdout, exitCode }) => [stdout, exitCode]),
      [
        ["output", 0],
        ["output", 0],
      ],
    );
  },
  async "no ps"() {
    const subprocess = shell(tree);
    await areThere(subprocess, 2);
    process.env.PATH = "/nonexistent";
    subprocess.kill("SIGKILL");
    assert.ok((await subprocess).isTerminated);
  },
  async "two trees"() {
    await Promise.all([...both(tree, "tree"), ...both(tree, "tree")].map((one) => areThere(one, 2)));
    process.kill(process.pid, "SIGTERM");
  },
  async "clean-up"() {
    started("cleansUp", { stdin: "ignore", stdout: "inherit" });
    await once(process.stdin, "data");
    process.exit(3);
  },
  async "one tree"() {
    await Promise.all(both(tree, "tree").map((one) => areThere(one, 2)));
    console.log("there");
    await pause(600_000);
  },
  async "one without a watchdog"() {
    await areThere(shell(`echo there; ${forever}`), 1);
    console.log("there");
    await pause(600_000);
  },
  async "SIGINT is no success"() {
    const { exitCode, signal, failed } = await killed(shell(`echo there; ${forever}`), 1, "SIGINT");
    assert.deepEqual([exitCode, signal, failed], [undefined, "SIGINT", true]);
  },
  async "abort is no success"() {
    for (const { exitCode, signal, failed } of await Promise.all(both("kill -ABRT $$", "aborts"))) {
      assert.deepEqual([exitCode, signal, failed], [undefined, "SIGABRT", true]);
    }
  },
  async "a full heap is no success"() {
    const { exitCode, failed, signal } = await started("fillsHeap", { nodeOptions: ["--max-old-space-size=30"] });
    assert.deepEqual([exitCode, failed, typeof signal], [undefined, true, "string"]);
  },
  async "one fails, the others end"() {
    const controller = new AbortController();
    const others = both(tree, "tree", { cancelSignal: controller.signal });
    await Promise.all(others.map((one) => areThere(one, 2)));
    assert.equal((await shell("exit 7")).exitCode, 7);
    controller.abort();
    for (const { isCanceled } of await Promise.all(others)) assert.ok(isCanceled);
  },
  async "concurrently's stubborn job"() {
    const job = `sh -c "trap '' TERM INT; echo there; while :; do sleep 1; done"`;
    const subprocess = run("concurrently", ["-k", job, "sleep 600"], { preferLocal: true, reject: false, grace: 200 });
    assert.ok((await killed(subprocess, 1)).failed);
  },
  async "npm-run-all's stubborn script"() {
    const subprocess = run("run-p", ["--race", "stubborn", "short"], { preferLocal: true, reject: false, drain: 200 });
    await areThere(subprocess, 1);
    subprocess.kill();
    assert.ok((await subprocess).failed);
  },
};

if (!init()) await main();

async function main() {
  const warnings = [];
  process.on("warning", (warning) => warnings.push(String(warning)));
  await cases[process.argv[2]]();
  assert.deepEqual(warnings, []);
  console.log("done");
  process.stdin.resume();
}
