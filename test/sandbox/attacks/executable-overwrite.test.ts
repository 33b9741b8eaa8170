// CVE-2019-5736 (runc): the payload opens the executable of a process of ours in
// /proc, keeps it until that process has ended, and writes to it.

import assert from "node:assert/strict";
import { chownSync, readFileSync } from "node:fs";
import { test } from "node:test";
import {
  almighty,
  attacksUnavailable,
  callers,
  contained,
  dialects,
  openAttack,
  outcomes,
  runSandbox,
} from "./attack.ts";

const sandboxes: readonly (readonly [string, readonly string[]])[] = [
  ["without a PID namespace", ["--ro-bind", "/", "/"]],
  // It cannot make its mounts writable, and may still look into every process.
  ["without a PID namespace and CAP_SYS_ADMIN", ["--ro-bind", "/", "/", "--cap-drop", "CAP_SYS_ADMIN"]],
  ["without a PID namespace, almighty in a user namespace", ["--ro-bind", "/", "/", ...almighty]],
  ["in a PID namespace", contained],
  ["in a PID namespace, almighty", [...contained, ...almighty]],
  ["in a PID namespace, almighty, with /dev", [...contained, ...almighty, "--dev", "/dev"]],
  ["as PID 1", [...contained, "--as-pid-1"]],
  ["under a lock in the caller's PID namespace", ["--ro-bind", "/", "/", "--lock-file", "/etc/passwd"]],
];

const cases = sandboxes.flatMap(([name, options]) => [
  [name, options, "root"] as const,
  [name, options, "caller"] as const,
]);

for (const caller of callers) {
  for (const dialect of dialects) {
    for (const [name, options, owner] of cases) {
      // Only root can give up what it has, and is the owner as it is.
      if (caller.uid !== 0 ? options.includes("--cap-drop") : owner === "caller") continue;
      test(`${caller.name}, ${dialect}, ${name}: no executable of the ${owner}'s outside is overwritten`, {
        skip: attacksUnavailable,
      }, async (t) => {
        const programs = openAttack(t);
        // Root's file is root's alone to write. An ordinary user's own is another case.
        if (owner === "caller") chownSync(programs[dialect], caller.uid, caller.uid);
        const before = readFileSync(programs[dialect]);
        // The attack waits for PID 1's end, which waits for the attack's under the name bwrap otherwise.
        const dies = dialect === "bwrap" && options.includes("--unshare-pid") ? ["--die-with-parent"] : [];
        const attack = [programs.attack, "overwrite"];
        const result = await runSandbox(t, caller, programs[dialect], [...options, ...dies], attack);
        assert.equal(result.status, 0, result.stderr);
        const told = outcomes(result);
        assert.ok(told["PID 1"] !== undefined, result.stdout);
        for (const [what, outcome] of Object.entries(told))
          if (what.startsWith("overwrite")) assert.notEqual(outcome, "ok", result.stdout);
        assert.ok(readFileSync(programs[dialect]).equals(before), "the file outside is another");
        if (caller.uid === 0 && options.includes("--cap-drop")) {
          assert.equal(told.parent, "ok", "the attack got as far as the descriptor");
          assert.match(result.stdout, /^survivor ends$/m);
        }
      });
    }
  }
}
