// Where there is no executable, as in a bundle: that is said once, and what ends a program ends its tree.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { build } from "esbuild";
import { run, type Subprocess } from "rein";
import { descendants, isAlive } from "../support/processes.ts";
import { runCommand } from "../support/rein.ts";
import { eventually } from "../support/waiting.ts";
import { nodes } from "./support/nodes.ts";

const TREE = "sh -c 'setsid sleep 600 & sleep 600 & echo; wait' & wait";
const STUBBORN = "(trap '' TERM; echo; while :; do sleep 0.05; done) & wait";
const options = { init: false, stdin: "ignore", buffer: false, reject: false } as const;

type Killable = Pick<Subprocess, "kill">;

const ends: readonly (readonly [
  name: string,
  more: object,
  act: (subprocess: Killable, abort: AbortController) => void,
])[] = [
  ["kill()", {}, (subprocess) => subprocess.kill()],
  ["kill(SIGINT)", {}, (subprocess) => subprocess.kill("SIGINT")],
  ["kill(SIGKILL)", {}, (subprocess) => subprocess.kill("SIGKILL")],
  ["killSignal", { killSignal: "SIGHUP" }, (subprocess) => subprocess.kill()],
  ["cancelSignal", {}, (_, controller) => controller.abort()],
  ["timeout", { timeout: 300 }, () => {}],
];

suite("what ends a program ends its whole tree", () => {
  for (const [name, more, act] of ends) {
    test(name, async () => {
      const controller = new AbortController();
      const subprocess = run("sh", ["-c", TREE], { ...options, grace: 300, ...more, cancelSignal: controller.signal });
      const { pid = 0 } = subprocess;
      await eventually("its tree is there", () => descendants(pid).length >= 3);
      const tree = [pid, ...descendants(pid)];
      act(subprocess, controller);
      await subprocess;
      await eventually("all have ended", () => tree.every((one) => !isAlive(one)));
    });
  }

  test("who does not stop is killed after the grace, also when the program has ended", async () => {
    const subprocess = run("sh", ["-c", STUBBORN], { ...options, grace: 100, stdout: "ignore" });
    const { pid = 0 } = subprocess;
    await eventually("its tree is there", () => descendants(pid).length >= 2);
    const [stubborn = 0] = descendants(pid);
    subprocess.kill();
    assert.equal((await subprocess).signal, "SIGTERM");
    await eventually("the stubborn one has ended", () => !isAlive(stubborn));
  });

  test("a signal that is none to stop goes to the program alone", async () => {
    const script = "trap 'exit 5' USR1; sh -c 'trap \"\" INT; exec sleep 600' & wait";
    const subprocess = run("sh", ["-c", script], { ...options, stdout: "ignore", stderr: "ignore" });
    const { pid = 0 } = subprocess;
    await eventually("its tree is there", () => descendants(pid).length >= 1);
    const [child = 0] = descendants(pid);
    subprocess.kill("SIGUSR1");
    assert.equal((await subprocess).exitCode, 5);
    assert.ok(isAlive(child));
    process.kill(child, "SIGKILL");
  });
});

suite("with the executable", () => {
  test("SIGKILL reaches the whole tree, too", async () => {
    const subprocess = run("sh", ["-c", TREE], { stdin: "ignore", buffer: false, reject: false });
    const { pid = 0 } = subprocess;
    await eventually("its tree is there", () => descendants(pid).length >= 4);
    const tree = [pid, ...descendants(pid)];
    subprocess.kill("SIGKILL");
    assert.equal((await subprocess).signal, "SIGKILL");
    await eventually("all have ended", () => tree.every((one) => !isAlive(one)));
  });
});

suite("a bundle that has none beside it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rein-bundle-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const bundle = join(folder, "main.cjs");
  await build({
    entryPoints: [join(import.meta.dirname, "programs/two-runs.ts")],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "cjs",
    // Of import.meta nothing is left, which rein is prepared for.
    logOverride: { "empty-import-meta": "silent" },
  });
  for (const { version, path, unavailable } of nodes) {
    for (const [what, environment, warnings] of [
      ["one warning", {}, 1],
      ["none where it is switched off", { REIN_EXECUTABLE: "none" }, 0],
    ] as const) {
      test(`${what}, Node.js ${version}`, { skip: unavailable }, async (t) => {
        const { stdout, stderr, status } = await runCommand(t, [path, bundle], { environment });
        assert.deepEqual([stdout, status], ["one\ntwo\n", 0]);
        assert.equal(stderr.match(/REIN_NO_EXECUTABLE/g)?.length ?? 0, warnings, stderr);
      });
    }
  }
});
