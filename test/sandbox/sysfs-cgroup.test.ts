// --sysfs and --cgroup: what of the kernel's own file systems a sandbox sees, and that it changes nothing there.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { assertRefused } from "../support/accounts.ts";
import type { Result } from "../support/rein.ts";
import { afterScript, callers, root, runIn } from "./support/callers.ts";

// With its devices: scripts write to /dev/null.
const ROOT = ["--dev-bind", "/", "/"];

function lines(result: Result): string[] {
  assert.equal(result.status, 0, result.stderr);
  return result.stdout.trim().split("\n").filter(Boolean);
}

/** The options of every mount at a path or below, the newest ones last; a script's. */
const mountsAt = (path: string): string => `awk '$5 ~ "^${path}" { print $5, $6 }' /proc/self/mountinfo`;

const noSysfs = existsSync("/sys/class/net") ? false : "there is no /sys here";
const noGroups = existsSync("/sys/fs/cgroup") ? false : "there are no control groups here";
const noVersion2 = /\tcgroup2$/m.test(readFileSync("/proc/filesystems", "utf8")) ? false : "there is no cgroup2 here";

for (const caller of callers) {
  describe(`--sysfs by ${caller.name}`, { skip: noSysfs || caller.unavailable, concurrency: 2 }, () => {
    test("in a network namespace of its own: its devices", async (t) => {
      const options = ["--unshare-net", ...ROOT, "--tmpfs", "/tmp", "--sysfs", "/tmp/sys"];
      const script = `ls /tmp/sys/class/net; touch /tmp/sys/x 2>/dev/null || echo closed; ${mountsAt("/tmp/sys")}`;
      const [device, closed, mount, ...more] = lines(await runIn(t, caller, ["sh", "-c", script], { options }));
      assert.deepEqual([device, closed, more], ["lo", "closed", []]);
      assert.match(mount ?? "", /^\/tmp\/sys ro,nosuid,nodev,noexec\b/);
    });

    test("else the caller's, read-only with all below", async (t) => {
      const options = [...ROOT, "--tmpfs", "/tmp", "--sysfs", "/tmp/sys"];
      const script = `ls /tmp/sys/class/net | tr '\\n' ' '; echo; ${mountsAt("/tmp/sys")}`;
      const [devices, ...mounts] = lines(await runIn(t, caller, ["sh", "-c", script], { options }));
      assert.equal(devices?.trim(), readdirSync("/sys/class/net").toSorted().join(" "));
      assert.ok(mounts.length > 0);
      for (const mount of mounts) assert.match(mount, / ro,nosuid,nodev,noexec\b/);
    });
  });

  describe(`--cgroup by ${caller.name}`, { skip: noGroups || caller.unavailable, concurrency: 2 }, () => {
    test("without a cgroup namespace: the caller's, read-only with all below", async (t) => {
      const options = [...ROOT, "--tmpfs", "/tmp", "--cgroup", "/tmp/groups"];
      const script = `ls /tmp/groups | wc -l; ${mountsAt("/tmp/groups")}`;
      const [count, ...mounts] = lines(await runIn(t, caller, ["sh", "-c", script], { options }));
      assert.equal(Number(count), readdirSync("/sys/fs/cgroup").length);
      for (const mount of mounts) assert.match(mount, / ro,nosuid,nodev,noexec\b/);
    });

    test("with one: its own group on top", { skip: noVersion2 }, async (t) => {
      const options = ["--unshare-cgroup", ...ROOT, "--tmpfs", "/tmp", "--cgroup", "/tmp/groups"];
      const script = `grep -c . /tmp/groups/cgroup.procs >/dev/null && grep ^0:: /proc/self/cgroup; ${mountsAt("/tmp/groups")}`;
      const [group, mount] = lines(await runIn(t, caller, ["sh", "-c", script], { options }));
      assert.equal(group, "0::/");
      assert.match(mount ?? "", / rw,nosuid,nodev,noexec\b/);
    });
  });
}

test("--sysfs says why the kernel shows none where parts are hidden", {
  skip: noSysfs || root.unavailable,
}, async (t) => {
  // As in a container: something lies over a part of /sys, which a new one would show.
  const before = afterScript("mount -t tmpfs tmpfs /sys/kernel");
  const options = ["--unshare-user", "--unshare-net", ...ROOT, "--tmpfs", "/tmp", "--sysfs", "/tmp/sys"];
  const says = [/Can't mount sysfs: Operation not permitted; parts of \/sys are hidden here.*--ro-bind \/sys \/sys/];
  assertRefused(await runIn(t, root, ["true"], { options, before }), says);
});
