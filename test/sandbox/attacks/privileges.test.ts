// Privileges: none beyond those that were asked for, and no way to more.

import assert from "node:assert/strict";
import { chmodSync, chownSync } from "node:fs";
import { describe, test } from "node:test";
import { field } from "../../support/accounts.ts";
import {
  almighty,
  assertRefusedAll,
  attacksUnavailable,
  callers,
  contained,
  dialects,
  openAttack,
  ordinary,
  outcomes,
  root,
  runSandbox,
} from "./attack.ts";

const sets = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"];
const none = "0000000000000000";
const netRaw = "0000000000002000";

for (const dialect of dialects) {
  describe(dialect, { skip: attacksUnavailable }, () => {
    const shapes = [
      contained,
      [...contained, "--as-pid-1"],
      ["--ro-bind", "/", "/"],
      [...contained, "--dev", "/dev"],
      [...contained, "--unshare-all", "--unshare-user", "--disable-userns"],
    ];

    test("an ordinary user's payload has no capability in any set", async (t) => {
      const programs = openAttack(t);
      for (const options of shapes) {
        const result = await runSandbox(t, ordinary, programs[dialect], options, [programs.payload, "status"]);
        for (const set of sets) assert.deepEqual(field(result, set), [none], `${set}: ${options.join(" ")}`);
        assert.deepEqual(field(result, "NoNewPrivs"), ["1"]);
      }
    });

    test("--cap-drop ALL of root's: none either", async (t) => {
      const programs = openAttack(t);
      for (const options of shapes) {
        const words = [...options, "--cap-drop", "ALL"];
        const result = await runSandbox(t, root, programs[dialect], words, [programs.payload, "status"]);
        for (const set of sets) assert.deepEqual(field(result, set), [none], `${set}: ${options.join(" ")}`);
        assert.deepEqual(field(result, "NoNewPrivs"), ["1"]);
      }
    });

    test("--cap-add gives one, and an execve no other", async (t) => {
      const programs = openAttack(t);
      for (const identity of [[], ["--unshare-user", "--uid", "0", "--gid", "0"]]) {
        const words = [...contained, ...identity, "--cap-add", "CAP_NET_RAW"];
        const command = ["sh", "-c", 'exec "$0" status', programs.payload];
        const result = await runSandbox(t, ordinary, programs[dialect], words, command);
        for (const set of ["CapPrm", "CapEff", "CapBnd"]) assert.deepEqual(field(result, set), [netRaw], set);
        // Root needs no inheritable ones; any other user has them over an execve only so.
        for (const set of ["CapInh", "CapAmb"])
          assert.deepEqual(field(result, set), [identity.length > 0 ? none : netRaw], set);
      }
    });

    test("a set-uid and set-gid file of root's gives nothing", async (t) => {
      const programs = openAttack(t);
      chownSync(programs.payload, 0, 0);
      chmodSync(programs.payload, 0o6755);
      for (const options of shapes) {
        const result = await runSandbox(t, ordinary, programs[dialect], options, [programs.payload, "status"]);
        assert.deepEqual(new Set(field(result, "Uid")), new Set([`${ordinary.uid}`]));
        assert.deepEqual(new Set(field(result, "Gid")), new Set([`${ordinary.uid}`]));
        for (const set of sets) assert.deepEqual(field(result, set), [none], set);
      }
    });

    test("every mount is nosuid", async (t) => {
      const programs = openAttack(t);
      const more = ["--dev", "/dev", "--tmpfs", "/tmp", "--bind", programs.folder, "/mnt", "--mqueue", "/tmp/queues"];
      const devices = ["--dev-bind", "/dev", "/tmp/devices", "--ro-bind", "/usr", "/tmp/usr"];
      const overlays = ["--overlay-src", "/usr", "--tmp-overlay", "/tmp/overlay"];
      for (const caller of callers) {
        const words = [...contained, "--unshare-ipc", ...more, ...devices, ...overlays];
        const result = await runSandbox(t, caller, programs[dialect], words, ["cat", "/proc/self/mountinfo"]);
        const mounts = result.stdout.trimEnd().split("\n");
        assert.ok(mounts.length > 10, result.stderr);
        for (const mount of mounts) assert.match(mount.split(" ")[5] ?? "", /\bnosuid\b/, mount);
      }
    });

    // CVE-2014-8989
    test("no group is dropped, no identity taken", async (t) => {
      const programs = openAttack(t);
      for (const options of shapes) {
        const result = await runSandbox(t, ordinary, programs[dialect], options, [programs.attack, "identity"]);
        const tried = ["setgroups", "allow setgroups", "uid_map", "setuid", "setuid 1", "ambient", "no-new-privs off"];
        assertRefusedAll(result, tried);
        assert.match(result.stdout, /^no-new-privs is 1$/m);
      }
      const result = await runSandbox(
        t,
        ordinary,
        programs[dialect],
        [...contained, ...almighty],
        [programs.attack, "identity"],
      );
      assertRefusedAll(result, ["setgroups", "allow setgroups", "uid_map", "setuid 1", "no-new-privs off"]);
    });

    test("--disable-userns: no way to another user namespace, whatever the capabilities", async (t) => {
      const programs = openAttack(t);
      for (const caller of callers) {
        for (const more of [[], almighty.slice(1)]) {
          const words = [...contained, "--unshare-user", "--disable-userns", ...more];
          const result = await runSandbox(t, caller, programs[dialect], words, [programs.attack, "namespaces"]);
          assertRefusedAll(result, ["clone", "clone3", "setns", "unshare"]);
        }
      }
    });

    test("the user namespaces that own the sandbox's are out of reach", async (t) => {
      const programs = openAttack(t);
      for (const caller of callers) {
        for (const more of [["--dev", "/dev"], [], ["--disable-userns"]]) {
          const words = [...contained, "--unshare-all", ...almighty, ...more];
          const result = await runSandbox(t, caller, programs[dialect], words, [programs.attack, "owners"]);
          assert.equal(Object.keys(outcomes(result)).length, 7, result.stderr);
          assertRefusedAll(result, ["user", "mnt", "pid", "net", "uts", "ipc", "cgroup"]);
        }
      }
    });
  });
}
