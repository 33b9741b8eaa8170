// --join: a sandbox in somebody else's namespaces.

import assert from "node:assert/strict";
import { readFileSync, readlinkSync } from "node:fs";
import { describe, type TestContext, test } from "node:test";
import { assertRefused } from "../support/accounts.ts";
import { children, isAlive } from "../support/processes.ts";
import type { Running } from "../support/rein.ts";
import { eventually } from "../support/waiting.ts";
import { type Caller, callers, ordinary, root, runIn, startIn } from "./support/callers.ts";

const KINDS = ["user", "pid", "mount", "net", "ipc", "uts", "cgroup", "time"] as const;
const fileOf = (kind: string): string => (kind === "mount" ? "mnt" : kind);

/** A process in namespaces of its own, every one of them made for an ordinary user. */
async function hold(t: TestContext): Promise<number> {
  const options = [
    ...["--uid-map", `0:${ordinary.uid}:1`, "--gid-map", `0:${ordinary.gid}:1`, "--cap-add", "ALL"],
    ...["--unshare-all", "--unshare-cgroup", "--unshare-time", "--as-pid-1", "--hostname", "inside"],
    ...["--bind", "/", "/", "--tmpfs", "/mnt", "--proc", "/proc", "--tmpfs", "/tmp"],
  ];
  const holder: Running = startIn(t, ordinary, ["sh", "-c", "mkdir /mnt/mark; echo ready; exec sleep 600"], {
    options,
  });
  await holder.lineMatching(/^ready$/);
  const [pid] = children(holder.process.pid ?? 0);
  assert.ok(pid);
  return pid;
}

function join(pid: number, kinds: readonly string[]): string[] {
  return kinds.flatMap((kind) => ["--join", `${kind}:/proc/${pid}/ns/${fileOf(kind)}`]);
}

function isSetUp(pid: number): boolean {
  return readFileSync(`/proc/${pid}/comm`, "utf8") === "rein-setup\n";
}

/** The words that show the namespaces of a process of the sandbox's. */
const SHOW = ["sh", "-c", KINDS.map((kind) => `readlink /proc/self/ns/${fileOf(kind)}`).join("; ")];

const asIn = (pid: number | "self", kinds: readonly string[] = KINDS): string[] =>
  kinds.map((kind) => readlinkSync(`/proc/${pid}/ns/${fileOf(kind)}`));

describe("--join", { skip: ordinary.unavailable, concurrency: 2 }, () => {
  for (const caller of callers) {
    describe(`by ${caller.name}`, { skip: caller.unavailable }, () => {
      for (const kinds of [KINDS, KINDS.toReversed()]) {
        test(`all of them: ${kinds.join()}`, async (t) => {
          const holder = await hold(t);
          const result = await runIn(t, caller, SHOW, { options: join(holder, kinds) });
          assert.deepEqual(result.stdout.trim().split("\n"), asIn(holder), result.stderr);
        });
      }

      test("the command is root there, in the root directory", async (t) => {
        const holder = await hold(t);
        const script = "id -u; id -g; id -G; pwd; test -d /mnt/mark && echo mark; hostname";
        const result = await runIn(t, caller, ["sh", "-c", script], { options: join(holder, KINDS) });
        assert.equal(result.stdout, "0\n0\n0\n/\nmark\ninside\n", result.stderr);
      });

      test("operations on files begin with the mounts that are joined, and leave those alone", async (t) => {
        const holder = await hold(t);
        const options = [...join(holder, KINDS), "--ro-bind", "/", "/", "--proc", "/proc", "--tmpfs", "/tmp"];
        const script = "test -d /mnt/mark && touch /tmp/there; touch /mnt/x 2>/dev/null || echo read-only; ls /tmp";
        const result = await runIn(t, caller, ["sh", "-c", script], { options });
        assert.equal(result.stdout, "read-only\nthere\n", result.stderr);
        const again = ["sh", "-c", "ls /tmp"];
        assert.equal((await runIn(t, caller, again, { options: join(holder, KINDS) })).stdout, "");
      });

      test("signals and its status pass, and kill -9 of the supervisor ends it", async (t) => {
        const holder = await hold(t);
        const options = join(holder, KINDS);
        assert.equal((await runIn(t, caller, ["sh", "-c", "exit 7"], { options })).status, 7);
        const first = startIn(t, caller, ["sh", "-c", "echo ready; exec sleep 600"], { options });
        await first.lineMatching(/^ready$/);
        first.process.kill("SIGTERM");
        assert.equal((await first.exit()).status, 143);
        const second = startIn(t, caller, ["sh", "-c", "echo ready; exec sleep 600"], { options });
        await second.lineMatching(/^ready$/);
        const [pid] = children(second.process.pid ?? 0);
        assert.ok(pid);
        second.process.kill("SIGKILL");
        await eventually("the command has ended", () => (isAlive(pid) ? undefined : true));
      });

      test("the stage that sets up cannot be looked into by those who are there", async (t) => {
        const holder = await hold(t);
        const options = [...join(holder, KINDS), "--block-fd", "0"];
        const blocked = startIn(t, caller, ["true"], { options });
        const pid = await eventually("the stage is there", () => {
          const [child] = children(blocked.process.pid ?? 0);
          return child !== undefined && isSetUp(child) ? child : undefined;
        });
        // Its caller's own root may look into what is that user's; of root's nobody there may see a thing.
        const strongest = caller === root ? ["--cap-add", "ALL"] : [];
        const look =
          "cd /proc; for p in [0-9]*; do grep -q ^rein-setup $p/comm && echo seen && readlink $p/exe $p/cwd; done";
        const within = await runIn(t, ordinary, ["sh", "-c", look], {
          options: [...strongest, ...join(holder, KINDS)],
        });
        assert.equal(within.stdout, "seen\n", within.stderr);
        assert.ok(isAlive(pid));
        blocked.stdin.end("x");
        assert.equal((await blocked.exit()).status, 0);
      });
    });
  }

  test("root joins single ones, and keeps all others", { skip: root.unavailable }, async (t) => {
    const holder = await hold(t);
    for (const kind of KINDS) {
      // Another PID namespace than that of /proc has no /proc/self there.
      if (kind === "pid" || kind === "mount" || kind === "user") continue;
      const result = await runIn(t, root, SHOW, { options: join(holder, [kind]) });
      const expected = KINDS.map((other) => asIn(other === kind ? holder : "self", [other])[0]);
      assert.deepEqual(result.stdout.trim().split("\n"), expected, result.stderr);
    }
  });

  test("--unshare-all makes what is not joined", { skip: root.unavailable }, async (t) => {
    const holder = await hold(t);
    const options = [...join(holder, ["net"]), "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc"];
    const [user, pid, , net, ipc] = (await runIn(t, root, SHOW, { options })).stdout.trim().split("\n");
    assert.equal(net, asIn(holder, ["net"])[0]);
    for (const [made, kind] of [
      [user, "user"],
      [pid, "pid"],
      [ipc, "ipc"],
    ] as const) {
      assert.match(made ?? "", /\d/);
      assert.notEqual(made, asIn("self", [kind])[0]);
    }
  });

  test("--uid says who the command is, without groups of the caller's", { skip: root.unavailable }, async (t) => {
    const options = ["--uid-map", "0:0:100", "--gid-map", "0:0:100", "--bind", "/", "/"];
    const holder = startIn(t, root, ["sh", "-c", "echo ready; exec sleep 600"], { options });
    await holder.lineMatching(/^ready$/);
    const [pid] = children(holder.process.pid ?? 0);
    const join = ["--join", `user:/proc/${pid}/ns/user`, "--uid", "5", "--gid", "7"];
    const before = ["setpriv", "--groups", "0,8,9"];
    const script = "id -u; id -g; id -G; grep ^CapEff /proc/self/status | cut -f2";
    const result = await runIn(t, root, ["sh", "-c", script], { options: join, before });
    assert.equal(result.stdout, "5\n7\n7\n0000000000000000\n", result.stderr);
  });

  for (const [value, says] of [
    ["net:/nowhere", /cannot join the net namespace \/nowhere: No such file or directory/],
    ["net:/proc/self/ns/uts", /cannot join the net namespace .*: Invalid argument/],
    ["net:", /"net:" is not a namespace; give KIND:PATH/],
    ["mounts:/proc/self/ns/mnt", /"mounts:.*" is not a namespace/],
    ["mnt:/nowhere", /cannot join the mnt namespace \/nowhere: No such file or directory/],
    ["network:/nowhere", /cannot join the network namespace \/nowhere: No such file or directory/],
    ["net", /"net" is not a namespace/],
  ] as const) {
    test(`${value} is refused`, async (t) => {
      const caller: Caller = root.unavailable === false ? root : ordinary;
      assertRefused(await runIn(t, caller, ["true"], { options: ["--join", value] }), [says]);
    });
  }

  test("what takes privileges is said so", async (t) => {
    const holder = await hold(t);
    const says = [/cannot join the net namespace .*: Operation not permitted; it takes privileges .*join that too/];
    assertRefused(await runIn(t, ordinary, ["true"], { options: join(holder, ["net"]) }), says);
  });
});
