// Namespaces: made, tried, joined, and who one is in them.

import assert from "node:assert/strict";
import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { test } from "node:test";
import { everything, testCrowd, testSandbox } from "../support/sandbox.ts";
import { callers, runIn } from "./support/callers.ts";

const kinds = ["user", "ipc", "pid", "net", "uts", "cgroup"] as const;
const all = ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"];
const list = "for i in cgroup ipc mnt net pid user uts; do echo $i $(readlink /proc/self/ns/$i); done";

/** The namespaces of a payload, by kind. */
function ids(stdout: string): Map<string, string> {
  return new Map([...stdout.matchAll(/^(\w+) (\w+:\[\d+\])$/gm)].map((match) => [match[1] ?? "", match[2] ?? ""]));
}

testSandbox("each is made when it is asked for, and no other", async (make) => {
  const base = ["--unshare-user", ...everything];
  // A number may be given again as soon as its namespace is gone: what is compared with is there all the time.
  const own = new Map([...all].map((name) => [name, readlinkSync(`/proc/self/ns/${name}`)]));
  for (const kind of kinds) {
    const other = ids((await make.script([...base, `--unshare-${kind}`], list)).stdout);
    assert.equal(other.size, 7);
    for (const [name, id] of other) {
      const isNew = name === kind || name === "mnt" || name === "user";
      assert.equal(id !== own.get(name), isNew, `--unshare-${kind}: ${name}`);
    }
  }
});

testSandbox(
  "without an option about files rein leaves the caller's mounts as they are",
  async (make) => {
    const words = make.words(["--unshare-uts", "--unshare-user", "--", "readlink", "/proc/self/ns/mnt"]);
    const script = `readlink /proc/self/ns/mnt; "$@"`;
    const result = await make.within(script, words.slice(words.indexOf("--unshare-uts")));
    const [outside, inside] = result.stdout.split("\n");
    assert.equal(inside, outside, result.stderr);
  },
  { dialect: "rein" },
);

testSandbox("--unshare-all makes them all", async (make) => {
  const made = ids((await make.script([...everything, "--unshare-all"], list)).stdout);
  assert.equal(made.size, all.length);
  for (const [name, id] of made) assert.notEqual(id, readlinkSync(`/proc/self/ns/${name}`), name);
});

testSandbox(
  "where there can be no more user namespaces, a tried one is left out and an asked one is an error",
  async (make) => {
    const inside = (options: string): string =>
      `unshare --user --map-root-user sh -c 'echo 0 >/proc/sys/user/max_user_namespaces; exec "$@"' sh "$1" ${options} --bind / / echo ran`;
    const words = ["--unused"];
    const tried = await make.within(inside("--unshare-user-try"), words);
    assert.equal(tried.stdout, "ran\n", tried.stderr);
    const asked = await make.within(inside("--unshare-user"), words);
    assert.equal(asked.status, make.refusal);
    assert.match(asked.stderr, /switched off here: sysctl user\.max_user_namespaces is 0/);
  },
  { person: "root" },
);

testSandbox("--unshare-cgroup-try makes a cgroup namespace, or no sandbox where there can be no more", async (make) => {
  const own = readlinkSync("/proc/self/ns/cgroup");
  const words = [...everything, "--unshare-cgroup-try", "--", "readlink", "/proc/self/ns/cgroup"];
  const tried = await make.run(words);
  assert.match(tried.stdout, /^cgroup:/, tried.stderr);
  assert.notEqual(tried.stdout.trim(), own);
  // Whoever is not root out here has no id in that namespace.
  if (!make.isRoot) return;
  const none = `unshare --user --map-root-user sh -c 'echo 0 >/proc/sys/user/max_cgroup_namespaces; exec "$@"' sh "$@"`;
  const left = await make.within(none, words);
  assert.deepEqual([left.status, left.stdout], [make.refusal, ""], left.stderr);
});

testSandbox("--uid and --gid are who the payload is, and root outside has no say in it", async (make) => {
  for (const dev of [[], ["--dev", "/dev"]]) {
    for (const id of ["0", "77"]) {
      const words = [...everything, ...dev, "--unshare-user", "--uid", id, "--gid", id];
      const result = await make.script(words, "id -u; id -g; cat /proc/self/setgroups");
      assert.equal(result.stdout, `${id}\n${id}\ndeny\n`, result.stderr);
    }
  }
});

testSandbox("--hostname and --domainname are the sandbox's own", async (make) => {
  const words = [...everything, "--unshare-uts", "--hostname", "inside", "--domainname", "example"];
  const result = await make.script(words, "uname -n; cat /proc/sys/kernel/domainname");
  assert.equal(result.stdout, "inside\nexample\n", result.stderr);
  const own = hostname();
  assert.notEqual(own, "inside");
});

testSandbox("a network of its own has a loopback device that is up, and no other", async (make) => {
  const script =
    "tail -n +3 /proc/net/dev | cut -d: -f1; cat /sys/class/net/lo/flags 2>/dev/null; grep -c 127.0.0.1 /proc/net/fib_trie";
  const result = await make.script([...everything, "--unshare-net"], script);
  assert.match(result.stdout, /^ *lo\n/, result.stderr);
  assert.doesNotMatch(result.stdout, /eth/);
  assert.match(result.stdout, /\n[1-9]\d*\n$/);
});

for (const caller of callers) {
  test(`${caller.name}: --disable-userns in the caller's mount namespace`, { skip: caller.unavailable }, async (t) => {
    const options = ["--unshare-user", "--disable-userns"];
    const result = await runIn(t, caller, ["sh", "-c", "unshare --user true 2>/dev/null || echo none"], { options });
    assert.deepEqual([result.status, result.stdout, result.stderr], [0, "none\n", ""]);
  });
}

testSandbox("--disable-userns and --assert-userns-disabled", async (make) => {
  const words = [...everything, "--unshare-user"];
  const result = await make.script([...words, "--disable-userns"], "unshare --user true || echo none");
  assert.match(result.stdout, /none/);
  const again = [...words, "--disable-userns", "--", ...make.words(["x"]).slice(-2, -1)];
  const nested = await make.run([...again, ...everything, "--unshare-user", "--", "true"]);
  assert.equal(nested.status, make.refusal);
  const asserted = await make.run([...words, "--assert-userns-disabled", "--", "true"]);
  assert.equal(asserted.status, make.refusal);
  assert.match(asserted.stderr, /creation of new user namespaces was not disabled as requested/);
});

testCrowd(
  "--userns and --pidns join those of another sandbox; with --unshare-pid there is one more below it",
  async (make) => {
    const first = make.start(
      [
        // With capabilities its mounts would be locked in a lesser user namespace, to which the PID namespace does not belong.
        ...[
          ...everything,
          "--cap-drop",
          "ALL",
          "--unshare-user",
          "--unshare-pid",
          "--proc",
          "/proc",
          "--info-fd",
          "3",
          "--",
        ],
        ...["sh", "-c", "readlink /proc/self/ns/pid; readlink /proc/self/ns/user; read -r line"],
      ],
      { extraPipes: 1 },
    );
    const [, pid] = await (first.extra.get(3) as NonNullable<ReturnType<typeof first.extra.get>>).matching(
      /"child-pid": (\d+)/,
    );
    const [pids, users] = [await first.line(), await first.line()];
    const join = `exec 8</proc/${pid}/ns/user 9</proc/${pid}/ns/pid; "$@"`;
    const script = "readlink /proc/self/ns/pid; readlink /proc/self/ns/user; cat /proc/1/comm; echo $$; exit 7";
    const words = [...everything, "--cap-drop", "ALL", "--userns", "8", "--pidns", "9", "--proc", "/proc"];
    const joined = await make.within(join, [...words, "--", "sh", "-c", script]);
    assert.match(
      joined.stdout,
      new RegExp(`^${pids?.replace(/[[\]]/g, "\\$&")}\n${users?.replace(/[[\]]/g, "\\$&")}\n${make.initName}\n`),
      joined.stderr,
    );
    assert.equal(joined.status, 7);
    const below = await make.within(join, [...words, "--unshare-pid", "--info-fd", "1", "--", "sh", "-c", script]);
    const own = /"child-pid": (\d+)/.exec(below.stdout)?.[1];
    assert.match(
      below.stdout,
      new RegExp(`\n\\}\npid:\\[\\d+\\]\nuser:\\[\\d+\\]\n${make.initName}\n2\n$`),
      below.stderr,
    );
    assert.ok(!below.stdout.includes(pids ?? "pid:"));
    assert.ok(Number(own) > 2);
    assert.equal(below.status, 7);
    first.stdin.write("\n");
    assert.equal((await first.exit()).status, 0);
  },
);

testCrowd("--userns2 changes into a user namespace below the one that the set-up joins", async (make) => {
  const shown = "echo $$; readlink /proc/self/ns/user";
  const script = `${shown}; unshare --user sh -c '${shown}; read -r line'`;
  const first = make.start([...everything, "--unshare-user", "--cap-drop", "ALL", "--", "sh", "-c", script]);
  const [outer, outerUser] = [await first.line(), await first.line()];
  const [inner, innerUser] = [await first.line(), await first.line()];
  assert.notEqual(innerUser, outerUser);
  const words = [...everything, "--userns", "8", "--userns2", "9", "--", "readlink", "/proc/self/ns/user"];
  const result = await make.within(`exec 8</proc/${outer}/ns/user 9</proc/${inner}/ns/user; "$@"`, words);
  assert.equal(result.stdout, `${innerUser}\n`, result.stderr);
  first.stdin.write("\n");
  assert.equal((await first.exit()).status, 0);
});
