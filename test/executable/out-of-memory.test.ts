// A payload that the kernel killed for want of memory: the exit status 137 is explained.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { payload } from "../support/payload.ts";
import { executable, runCommand } from "../support/rein.ts";

const notRoot = process.getuid?.() !== 0 && "only root can limit memory or mount";
const hierarchy = "/sys/fs/cgroup/memory";
const noVersion1 = !existsSync(join(hierarchy, "memory.oom_control")) && "no memory controller of version 1 is here";

test("version 1: a payload killed by the kernel for memory is said so", { skip: notRoot || noVersion1 }, async (t) => {
  const group = join(hierarchy, `rein-test-${process.pid}`);
  mkdirSync(group);
  t.after(() => rmdirSync(group));
  writeFileSync(join(group, "memory.limit_in_bytes"), "16M");
  // The shell's variable grows until the group's limit.
  const hungry = 'x=0123456789abcdef; while :; do x="$x$x"; done';
  const enter = 'echo $$ >"$0/cgroup.procs" && exec "$@"';
  const result = await runCommand(t, ["sh", "-c", enter, group, executable, "--", "sh", "-c", hungry]);
  assert.equal(result.status, 137);
  assert.match(
    result.stderr,
    /^rein: the command was killed by SIGKILL, and its control group has run out of memory: oom_kill \d+ in \S+\/memory\.oom_control\n$/,
  );
});

// The controller can only be in one version's hierarchy at a time: here the files of version 2 are made by hand, in a
// mount namespace, as a container finds its own group's.
for (const [kills, explained] of [
  [1, true],
  [0, false],
] as const) {
  test(`version 2: with oom_kill ${kills} a SIGKILL is ${explained ? "" : "not "}explained`, {
    skip: notRoot,
  }, async (t) => {
    const prepare =
      'mount -t tmpfs none /sys/fs/cgroup && printf "low 0\\noom 3\\noom_kill %s\\n" "$0" >/sys/fs/cgroup/memory.events && exec "$@"';
    const command = [
      "unshare",
      "--mount",
      "sh",
      "-c",
      prepare,
      `${kills}`,
      executable,
      "--",
      payload,
      "kill-self",
      "9",
    ];
    const result = await runCommand(t, command);
    assert.equal(result.status, 137);
    const text = "rein: the command was killed by SIGKILL, and its control group has run out of memory: ";
    assert.equal(result.stderr, explained ? `${text}oom_kill 1 in /sys/fs/cgroup/memory.events\n` : "");
  });
}

test("a payload that was killed otherwise, or by the init itself, is not said to be out of memory", async (t) => {
  assert.equal((await runCommand(t, [executable, "--", payload, "kill-self", "9"])).stderr, "");
  assert.equal((await runCommand(t, [executable, "--", payload, "kill-self", "15"])).stderr, "");
});
