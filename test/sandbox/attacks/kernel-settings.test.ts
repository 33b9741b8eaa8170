// The kernel's settings in /proc: core_pattern alone would let a payload run a program of its choice outside.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  almighty,
  attacksUnavailable,
  type Caller,
  callers,
  contained,
  dialects,
  openAttack,
  ordinary,
  outcomes,
  root,
  runSandbox,
} from "./attack.ts";

const covered = /^\/proc\/(sys|irq|bus)\/|^\/proc\/sysrq-trigger$/;
/** What is about namespaces that an ordinary user's payload has of its own. */
const own = /^\/proc\/sys\/(net\/|user\/max_|kernel\/(ns_last_pid|pid_max)$)/;
/** The kernel's root, whom a user namespace calls by another number. */
const renamed: readonly Caller[] = [1000, 65_534].map((uid) => ({
  name: `root as ${uid}`,
  uid,
  prefix: ["unshare", "--user", `--map-user=${uid}`, `--map-group=${uid}`],
}));
const everyId = ["--uid-map", "0:0:65536", "--gid-map", "0:0:65536", "--cap-add", "ALL"];

const shapes: Readonly<Record<string, readonly string[]>> = {
  "nothing more": [],
  "no capabilities": ["--cap-drop", "ALL"],
  "a user namespace": ["--unshare-user"],
  "another uid": ["--unshare-user", "--uid", "1000", "--gid", "1000"],
  "a user namespace, and a network of its own": [...almighty, "--unshare-net"],
  "a user namespace, and new devices": [...almighty, "--dev", "/dev"],
};

/** The set-up is somebody without any right to root's files, which the payload has. */
const otherId = ["--uid-map", "0:100000:1", "--uid-map", "5:0:1", "--gid-map", "0:100000:1", "--uid", "5"];

for (const dialect of dialects) {
  for (const caller of [...callers, ...renamed]) {
    describe(`${caller.name}, ${dialect}`, { skip: attacksUnavailable }, () => {
      const isRootsRein = caller === root && dialect === "rein";
      const all = Object.entries(
        isRootsRein ? { ...shapes, "every id": everyId, "root's id beside others": otherId } : shapes,
      );
      for (const [name, more] of all) {
        test(`${name}: none of the kernel's settings can be written to`, async (t) => {
          const programs = openAttack(t);
          for (const places of [contained, contained.slice(0, -1)]) {
            const options = [...places, ...more];
            const result = await runSandbox(t, caller, programs[dialect], options, [programs.attack, "kernel"]);
            const tried = Object.entries(outcomes(result)).filter(([file]) => covered.test(file));
            assert.ok(tried.length > 100, `${tried.length} tried: ${result.stderr}`);
            const open = tried.filter(([, outcome]) => outcome === "ok").map(([file]) => file);
            const others = open.filter((file) => caller !== ordinary || !own.test(file));
            assert.deepEqual(others, [], options.join(" "));
          }
        });
      }
    });
  }
}

test("an ordinary user's payload can set what its network has of its own", { skip: attacksUnavailable }, async (t) => {
  const programs = openAttack(t);
  const network = [...contained, "--unshare-net", "--cap-add", "CAP_NET_ADMIN"];
  const maps = ["--uid-map", `0:${ordinary.uid}:1`, "--gid-map", `0:${ordinary.uid}:1`];
  for (const identity of [["--unshare-user", "--uid", "0", "--gid", "0"], maps]) {
    const options = [...network, ...identity];
    const result = await runSandbox(t, ordinary, programs.rein, options, [programs.attack, "kernel"]);
    assert.equal(outcomes(result)["/proc/sys/net/ipv4/ip_forward"], "ok", `${options.join(" ")}: ${result.stderr}`);
  }
});
