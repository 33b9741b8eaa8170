// The kernel's settings in /proc: core_pattern alone would let a payload run a program of its choice outside.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  almighty,
  attacksUnavailable,
  callers,
  contained,
  dialects,
  openAttack,
  outcomes,
  root,
  runSandbox,
} from "./attack.ts";

const covered = /^\/proc\/(sys|irq|bus)\/|^\/proc\/sysrq-trigger$/;
/** What is about namespaces that an ordinary user's payload has of its own. */
const own = /^\/proc\/sys\/(net\/|user\/max_|kernel\/(ns_last_pid|pid_max)$)/;
const everyId = ["--uid-map", "0:0:65536", "--gid-map", "0:0:65536", "--cap-add", "ALL"];

const shapes: Readonly<Record<string, readonly string[]>> = {
  "nothing more": [],
  "no capabilities": ["--cap-drop", "ALL"],
  "a user namespace": ["--unshare-user"],
  "a user namespace, and a network of its own": [...almighty, "--unshare-net"],
  "a user namespace, and new devices": [...almighty, "--dev", "/dev"],
};

for (const dialect of dialects) {
  for (const caller of callers) {
    describe(`${caller.name}, ${dialect}`, { skip: attacksUnavailable }, () => {
      const isRootsRein = caller === root && dialect === "rein";
      const all = Object.entries(isRootsRein ? { ...shapes, "every id": everyId } : shapes);
      for (const [name, more] of all) {
        test(`${name}: none of the kernel's settings can be written to`, async (t) => {
          const programs = openAttack(t);
          for (const places of [contained, contained.slice(0, -1)]) {
            const options = [...places, ...more];
            const result = await runSandbox(t, caller, programs[dialect], options, [programs.attack, "kernel"]);
            const tried = Object.entries(outcomes(result)).filter(([file]) => covered.test(file));
            assert.ok(tried.length > 100, `${tried.length} tried: ${result.stderr}`);
            const open = tried.filter(([, outcome]) => outcome === "ok").map(([file]) => file);
            const others = open.filter((file) => caller === root || !own.test(file));
            assert.deepEqual(others, [], options.join(" "));
          }
        });
      }
    });
  }
}
