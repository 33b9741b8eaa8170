// PID 1 inside, as the payload sees it.

import assert from "node:assert/strict";
import { descendants, isAlive, statusField } from "../support/processes.ts";
import { everything, testCrowd, testSandbox } from "../support/sandbox.ts";
import { eventually } from "../support/waiting.ts";

const words = [...everything, "--unshare-pid", "--proc", "/proc"];

testSandbox("is called rein-init, or bwrap under that name, and shows nothing of the options", async (make) => {
  const secret = ["--setenv", "SECRET", "hidden-value", "--ro-bind", "/usr", "/usr", "--argv0", "other"];
  const script = "cat /proc/1/comm; tr '\\0' ' ' </proc/1/cmdline; echo; echo $SECRET $0";
  const result = await make.script([...words, ...secret], script);
  const [name, line, ...rest] = result.stdout.split("\n");
  assert.equal(name, make.initName);
  assert.match(line ?? "", new RegExp(`^${name} +sh -c cat`));
  for (const word of ["hidden-value", "SECRET ", "--ro-bind", "--bind"])
    assert.ok(!(line ?? "").includes(`${word} `) || word === "SECRET ", word);
  assert.deepEqual(rest, ["hidden-value other", ""]);
});

testCrowd(
  "gives nobody its memory, its files or its executable",
  async (make) => {
    const script =
      "for i in mem environ fd/0 exe root cwd; do (cat /proc/1/$i) 2>&1 >/dev/null | grep -o 'denied'; done | sort | uniq -c";
    const result = await make.script([...words, "--unshare-user", "--uid", "77"], script);
    assert.match(result.stdout, /^ *6 denied\n$/, result.stderr);
  },
  { person: "an ordinary user" },
);

testSandbox(
  "has no file open but its own, and the host's executable is none of them, even for root",
  async (make) => {
    const result = await make.script(words, "ls -l /proc/1/fd /proc/1/exe /proc/1/cwd 2>&1");
    for (const line of result.stdout.split("\n")) {
      const target = / -> (.*)$/.exec(line)?.[1];
      if (target === undefined || line.includes("/proc/1/cwd") || line.includes("/proc/1/exe")) continue;
      assert.match(target, /^(pipe|socket):|^\/dev\/null$/, line);
    }
    // A read-only mount that is attached nowhere, of nothing but the file.
    assert.match(result.stdout, /\/proc\/1\/exe -> \/$/m);
  },
  { person: "root" },
);

testSandbox("reaps the orphans of the sandbox", async (make) => {
  const script =
    "(sh -c 'exec sleep 0' &) ; for i in $(seq 200); do grep -l 'Z (zombie)' /proc/[0-9]*/status 2>/dev/null || exit 0; sleep 0.01; done; exit 1";
  assert.equal((await make.script(words, script)).status, 0);
});

testCrowd(
  "under the name bwrap its status comes at once, and those that it has left in the background stay",
  async (make, t) => {
    const ends = [
      ["exit 3", 3],
      ["kill -TERM $$", 143],
      ["kill -KILL $$", 137],
    ] as const;
    for (const life of [["--unshare-pid"], ["--lock-file", "/etc/passwd"], ["--unshare-pid", "--die-with-parent"]]) {
      for (const [end, status] of ends) {
        const script = `sleep 600 >/dev/null 2>&1 & echo ready; read -r line; ${end}`;
        const running = make.start([...everything, ...life, "--", "sh", "-c", script]);
        await running.lineMatching(/^ready$/);
        const outer = running.process.pid ?? 0;
        const sleeping = await eventually("it sleeps", () =>
          descendants(outer).find((pid) => statusField(pid, "Name") === "sleep"),
        );
        const inside = descendants(outer)[0] ?? 0;
        t.after(() => {
          if (isAlive(sleeping)) process.kill(sleeping, "SIGKILL");
        });
        running.stdin.write("\n");
        assert.deepEqual(await running.exit(), { status, signal: null }, `${life.join(" ")} ${end}`);
        if (life.includes("--die-with-parent")) {
          await eventually("it has ended", () => !isAlive(sleeping));
          continue;
        }
        // It has been told, and waits for the last of them.
        assert.ok(isAlive(sleeping), `${life.join(" ")} ${end}`);
        // Without a PID namespace it is nobody's but the machine's PID 1.
        if (life.includes("--unshare-pid")) assert.ok(isAlive(inside), end);
        process.kill(sleeping, "SIGKILL");
        await eventually("the init has ended", () => !isAlive(inside));
      }
    }
  },
  { dialect: "bwrap" },
);
