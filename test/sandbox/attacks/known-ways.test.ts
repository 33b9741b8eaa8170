// What docs/sandbox-limits.md says that a sandbox does not keep: each way is there, and what it says against it closes it.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { startCommand } from "../../support/rein.ts";
import { eventually } from "../../support/waiting.ts";
import {
  attacksUnavailable,
  type Caller,
  callers,
  dialects,
  openAttack,
  outcomes,
  root,
  runSandbox,
} from "./attack.ts";

/** What keeps a command from user namespaces, and so from mount namespaces of its own. */
const closed: readonly (readonly string[])[] = [
  ["--unshare-user", "--disable-userns"],
  ["--seccomp-profile", "default"],
  ["--seccomp-profile", "strict"],
];
const files = ["--ro-bind", "/", "/", "--proc", "/proc", "--tmpfs", "/tmp"];

describe("a --ro-bind within a writable --bind", { skip: attacksUnavailable }, () => {
  async function moveAway(t: TestContext, caller: Caller, dialect: "rein" | "bwrap", options: readonly string[]) {
    const programs = openAttack(t);
    const work = join(programs.folder, "work");
    mkdirSync(join(work, "fixed"), { recursive: true });
    for (const path of [work, join(work, "fixed")]) chownSync(path, caller.uid, caller.uid);
    writeFileSync(join(work, "fixed/file"), "kept");
    const mounts = [...files, "--bind", work, "/tmp/work", "--ro-bind", join(work, "fixed"), "/tmp/work/fixed"];
    const attack = ["--ro-bind", programs.attack, "/tmp/attack", "--unshare-pid", "--cap-drop", "ALL", ...options];
    const command = ["/tmp/attack", "away", "/tmp/work", "fixed"];
    const told = outcomes(await runSandbox(t, caller, programs[dialect], [...mounts, ...attack], command));
    return { told, isThere: existsSync(join(work, "fixed/file")) };
  }

  for (const caller of callers) {
    for (const dialect of dialects) {
      test(`${dialect}, ${caller.name}: can be moved away where the command may make user namespaces`, async (t) => {
        const { told, isThere } = await moveAway(t, caller, dialect, []);
        assert.deepEqual([told["in place"], told.rename, told.another, isThere], ["EBUSY", "ok", "ok", false]);
      });

      for (const options of closed)
        test(`${dialect}, ${caller.name} ${options.join(" ")}: stays`, async (t) => {
          const { told, isThere } = await moveAway(t, caller, dialect, options);
          assert.deepEqual([told["in place"], told.unshare === "ok", isThere], ["EBUSY", false, true]);
        });
    }
  }
});

/** Where the control groups of version 2 are mounted, and which of them is ours. */
function ownGroup(): string | undefined {
  const mounted = /^\S+ (\S+) cgroup2 /m.exec(readFileSync("/proc/mounts", "utf8"))?.[1];
  const path = /^0::(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1];
  return mounted === undefined || path === undefined ? undefined : join(mounted, path);
}

function withoutGroups(): string | false {
  if (attacksUnavailable !== false) return attacksUnavailable;
  const own = ownGroup();
  if (own === undefined) return "there are no control groups of version 2";
  const probe = join(own, `rein-probe-${process.pid}`);
  try {
    mkdirSync(probe);
    const can = existsSync(join(probe, "cgroup.kill"));
    rmdirSync(probe);
    return can ? false : "Linux 5.14 has cgroup.kill";
  } catch (error) {
    return `no control group can be made: ${error instanceof Error ? error.message : error}`;
  }
}

describe("the control groups below the caller's, from root's command", { skip: withoutGroups() }, () => {
  /** Somebody else's process in a group below ours: whether the command killed it. */
  async function killGroup(t: TestContext, dialect: "rein" | "bwrap", options: readonly string[]) {
    const programs = openAttack(t);
    const name = `rein-victim-${process.pid}`;
    const group = join(ownGroup() ?? "", name);
    mkdirSync(group);
    const victim: ChildProcess = spawn("cat", { stdio: ["pipe", "ignore", "ignore"] });
    const gone = new Promise<NodeJS.Signals | null>((resolve) => victim.on("exit", (_, signal) => resolve(signal)));
    t.after(() => eventually("the group is empty", () => (remove(group) ? true : undefined)));
    writeFileSync(join(group, "cgroup.procs"), String(victim.pid));
    const attack = ["--ro-bind", programs.attack, "/tmp/attack", "--unshare-all", "--cap-drop", "ALL", ...options];
    const told = outcomes(
      await runSandbox(t, root, programs[dialect], [...files, ...attack], ["/tmp/attack", "groups", name]),
    );
    victim.stdin?.end();
    return { told, signal: await gone };
  }

  function remove(group: string): boolean {
    try {
      rmdirSync(group);
      return true;
    } catch {
      return false;
    }
  }

  for (const dialect of dialects) {
    test(`${dialect}: can be killed where the command may make user namespaces`, async (t) => {
      const { told, signal } = await killGroup(t, dialect, []);
      assert.deepEqual([told.kill, signal], ["ok", "SIGKILL"]);
    });

    const nobody = [["--uid-map", "0:100000:1", "--gid-map", "0:100000:1"]];
    for (const options of dialect === "rein" ? [...closed, ...nobody] : closed)
      test(`${dialect} ${options.join(" ")}: cannot`, async (t) => {
        const { told, signal } = await killGroup(t, dialect, options);
        assert.notEqual(told.kill, "ok", JSON.stringify(told));
        assert.equal(signal, null);
      });
  }
});

describe("/proc/PID/root of a process outside, from root's command without capabilities", {
  skip: attacksUnavailable,
}, () => {
  /** A process of root's without capabilities, as a service may be, sees a file that the sandbox has read-only. */
  async function write(t: TestContext, dialect: "rein" | "bwrap", options: readonly string[]): Promise<string> {
    const programs = openAttack(t);
    const file = join(programs.folder, "file");
    writeFileSync(file, "kept");
    chmodSync(file, 0o600);
    const service = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "sh", "-c", "echo $$; read -r line"];
    const running = startCommand(t, service);
    const pid = await running.line();
    const script = `echo changed >/proc/${pid}/root${file}`;
    const all = ["--ro-bind", "/", "/", "--cap-drop", "ALL", ...options];
    await runSandbox(t, root, programs[dialect], all, ["sh", "-c", script]);
    running.stdin.end("\n");
    await running.exit();
    return readFileSync(file, "utf8").trim();
  }

  for (const dialect of dialects) {
    test(`${dialect}: is writable where the caller's /proc is there`, async (t) => {
      assert.equal(await write(t, dialect, []), "changed");
      assert.equal(await write(t, dialect, ["--unshare-pid"]), "changed");
    });

    for (const options of [["--unshare-pid", "--proc", "/proc"], ["--unshare-user"], ["--unshare-all"]])
      test(`${dialect} ${options.join(" ")}: is out of reach`, async (t) => {
        assert.equal(await write(t, dialect, options), "kept");
      });
  }
});
