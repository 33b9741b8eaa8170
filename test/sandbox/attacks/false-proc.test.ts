// A /proc that the payload made, in its image or by a mount: --drain must not signal whom it names, nor fall over it.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { isAlive } from "../../support/processes.ts";
import { runCommand, startCommand } from "../../support/rein.ts";
import { attacksUnavailable, openAttack } from "./attack.ts";

/** A process that the init has nothing to do with. */
function startVictim(t: TestContext): number {
  return startCommand(t, ["sleep", "1000"], { stdin: "ignore" }).process.pid ?? 0;
}

/** In a mount namespace: a /proc of files, in which each of these processes is a child of this one, which then becomes "$@". */
const makeProc = `mount -t tmpfs none /proc; ln -s $$ /proc/self; mkdir -p /proc/$$/task/$$
for pid in $VICTIMS; do mkdir /proc/$pid; echo "$pid (x) S $$ 1 1 0 -1" >/proc/$pid/stat; done
echo "$VICTIMS " >/proc/$$/task/$$/children
exec "$@"`;

/** Numbers that no process can have, and one that does not fit in 32 bits but for a part of it. */
const IMPOSSIBLE = "4194304 4194400 2147483647 4294967297 99999999999";

describe("a false /proc", { skip: attacksUnavailable }, () => {
  test("made of files: nobody is signalled that it names", async (t) => {
    const { rein } = openAttack(t);
    const victim = startVictim(t);
    const words = ["unshare", "--mount", "sh", "-c", makeProc, "sh", rein, "--drain", "300ms", "--", "true"];
    const result = await runCommand(t, words, { environment: { VICTIMS: `${victim}` } });
    assert.deepEqual([result.status, result.signal], [0, null], result.stderr);
    assert.ok(isAlive(victim), "an outsider was ended");
  });

  test("with numbers that no process has: the init does not crash", async (t) => {
    const { rein } = openAttack(t);
    const words = ["unshare", "--mount", "sh", "-c", makeProc, "sh", rein, "--drain", "300ms", "--", "true"];
    const result = await runCommand(t, words, { environment: { VICTIMS: IMPOSSIBLE } });
    assert.deepEqual([result.status, result.signal], [0, null], result.stderr);
  });

  test("PID 1, which leaves out a group that has had its SIGTERM, does not crash either", async (t) => {
    const { rein } = openAttack(t);
    const script = "trap 'exit 7' TERM; kill -TERM 1; while :; do sleep 0.01; done";
    const namespace = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];
    const words = [...namespace, "sh", "-c", makeProc, "sh", rein, "-g", "--drain", "300ms", "--", "sh", "-c", script];
    const result = await runCommand(t, words, { environment: { VICTIMS: IMPOSSIBLE } });
    assert.deepEqual([result.status, result.signal], [7, null], result.stderr);
  });

  for (const [name, target] of [
    ["the file of somebody", "stat"],
    ["the folder of somebody", ""],
  ] as const) {
    test(`the true one, with a mount over ${name}: what it says is not read`, async (t) => {
      const { folder, rein } = openAttack(t);
      const victim = startVictim(t);
      const cover = `mkdir ${folder}/false; echo "${victim} (x) S $PPID 1 1 0 -1" >${folder}/false/stat
        mount --bind ${folder}/false/${target} /proc/${victim}/${target}`;
      const words = ["unshare", "--mount", rein, "--drain", "300ms", "--", "sh", "-c", cover];
      const result = await runCommand(t, words);
      assert.deepEqual([result.status, result.signal], [0, null], result.stderr);
      assert.ok(isAlive(victim), "an outsider was ended");
    });
  }

  test("control groups: a link in the place of a count is not followed, and no number is too long", async (t) => {
    const { folder, rein, payload } = openAttack(t);
    const make = (line: string): string[] => [
      ...["unshare", "--mount", "sh", "-c"],
      `mount -t tmpfs none /sys/fs/cgroup && ${line} && exec "$@"`,
      ...["sh", rein, "--", payload, "kill-self", "9"],
    ];
    const count = `printf 'oom_kill 1\\n' >${folder}/count`;
    const link = await runCommand(t, make(`${count} && ln -s ${folder}/count /sys/fs/cgroup/memory.events`));
    assert.deepEqual([link.status, link.stderr], [137, ""]);
    const large = await runCommand(t, make("echo oom_kill 99999999999999999999 >/sys/fs/cgroup/memory.events"));
    assert.deepEqual([large.status, large.stderr], [137, ""]);
  });
});
