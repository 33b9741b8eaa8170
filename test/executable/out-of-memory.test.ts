// A payload that the kernel killed for want of memory: the exit status 137 is explained.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { payload } from "../support/payload.ts";
import { executable, runCommand, startCommand } from "../support/rein.ts";

const notRoot = process.getuid?.() !== 0 && "only root can limit memory or mount";
const hierarchy = "/sys/fs/cgroup/memory";
const noVersion1 = !existsSync(join(hierarchy, "memory.oom_control")) && "no memory controller of version 1 is here";

/** In front of a command: the executable, alone and with namespaces in which no control group is to be seen. */
const starts: readonly (readonly [what: string, words: readonly string[]])[] = [
  ["", [executable]],
  [" in a sandbox", [executable, "--unshare-all", "--ro-bind", "/", "/", "--tmpfs", "/sys", "--proc", "/proc"]],
  [" in a sandbox without an init", [executable, "--unshare-user", "--unshare-ipc"]],
];

for (const [what, words] of starts) {
  test(`version 1: a payload${what} killed by the kernel for memory is said so`, {
    skip: notRoot || noVersion1,
  }, async (t) => {
    const group = join(hierarchy, `rein-test-${process.pid}-${words.length}`);
    mkdirSync(group);
    t.after(() => rmdirSync(group));
    writeFileSync(join(group, "memory.limit_in_bytes"), "16M");
    // The shell's variable grows until the group's limit.
    const hungry = 'x=0123456789abcdef; while :; do x="$x$x"; done';
    const enter = 'echo $$ >"$0/cgroup.procs" && exec "$@" 3>&1';
    const command = [...words, "--json-status-fd", "3", "--", "sh", "-c", hungry];
    const result = await runCommand(t, ["sh", "-c", enter, group, ...command]);
    assert.equal(result.status, 137);
    assert.match(
      result.stderr,
      /^rein: the command was killed by SIGKILL, and its control group has run out of memory: oom_kill \d+ in \S+\/memory\.oom_control\n$/,
    );
    assert.equal(result.stdout.match(/^{"event":"out-of-memory","kills":\d+,/gm)?.length, 1, result.stdout);
  });
}

// The controller can only be in one version's hierarchy at a time: here the files of version 2 are made by hand, in a
// mount namespace, as a container finds its own group's.
const makeFiles =
  'mount -t tmpfs none /sys/fs/cgroup && printf "low 0\\noom 3\\noom_kill %s\\n" "$0" >/sys/fs/cgroup/memory.events && exec "$@"';
const withKills = (kills: number): string[] => ["unshare", "--mount", "sh", "-c", makeFiles, `${kills}`];

const counts = starts.flatMap(([what, words]) => [0, 1].map((kills) => ({ what, words, kills })));
for (const { what, words, kills } of counts) {
  test(`version 2: with oom_kill ${kills} a SIGKILL${what} is ${kills > 0 ? "" : "not "}explained`, {
    skip: notRoot,
  }, async (t) => {
    const command = [...withKills(kills), ...words, "--", payload, "kill-self", "9"];
    const result = await runCommand(t, command);
    assert.equal(result.status, 137);
    const text = "rein: the command was killed by SIGKILL, and its control group has run out of memory: ";
    assert.equal(result.stderr, kills > 0 ? `${text}oom_kill 1 in /sys/fs/cgroup/memory.events\n` : "");
  });
}

for (const [what, words] of starts.slice(0, 2)) {
  test(`a payload${what} that the init kills when its grace time is over is not said to be out of memory`, {
    skip: notRoot,
  }, async (t) => {
    const stubborn = ["sh", "-c", "trap '' TERM; echo ready; exec sleep 600"];
    const started = startCommand(t, [...withKills(1), ...words, "--grace", "10ms", "--", ...stubborn]);
    await started.line();
    started.process.kill("SIGTERM");
    const { status } = await started.exit();
    assert.deepEqual(
      [status, started.stderr.text],
      [137, "rein: not everyone has ended within 10ms: sending SIGKILL\n"],
    );
  });
}

test("a payload that was killed otherwise, or by the init itself, is not said to be out of memory", async (t) => {
  assert.equal((await runCommand(t, [executable, "--", payload, "kill-self", "9"])).stderr, "");
  assert.equal((await runCommand(t, [executable, "--", payload, "kill-self", "15"])).stderr, "");
  const sandbox = [executable, "--unshare-user", "--unshare-pid", "--"];
  assert.equal((await runCommand(t, [...sandbox, payload, "kill-self", "9"])).stderr, "");
});
