// CVE-2019-5736 (runc): the payload opens the executable of a process of ours in
// /proc, keeps it until that process has ended, and writes to it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
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
  ["without a PID namespace and CAP_SYS_ADMIN", ["--ro-bind", "/", "/", "--cap-drop", "SYS_ADMIN"]],
  ["without a PID namespace, almighty in a user namespace", ["--ro-bind", "/", "/", ...almighty]],
  ["in a PID namespace", contained],
  ["in a PID namespace, almighty", [...contained, ...almighty]],
  ["in a PID namespace, almighty, with /dev", [...contained, ...almighty, "--dev", "/dev"]],
  ["as PID 1", [...contained, "--as-pid-1"]],
  ["under a lock in the caller's PID namespace", ["--ro-bind", "/", "/", "--lock-file", "/etc/passwd"]],
];

for (const caller of callers) {
  for (const dialect of dialects) {
    for (const [name, options] of sandboxes) {
      // Only root can give up what it has.
      if (caller.uid !== 0 && options.includes("--cap-drop")) continue;
      test(`${caller.name}, ${dialect}, ${name}: no executable outside is overwritten`, {
        skip: attacksUnavailable,
      }, async (t) => {
        const programs = openAttack(t);
        const before = readFileSync(programs[dialect]);
        const result = await runSandbox(t, caller, programs[dialect], options, [programs.attack, "overwrite"]);
        assert.equal(result.status, 0, result.stderr);
        const told = outcomes(result);
        assert.ok(told["PID 1"] !== undefined, result.stdout);
        for (const [what, outcome] of Object.entries(told))
          if (what.startsWith("overwrite")) assert.notEqual(outcome, "ok", result.stdout);
        assert.ok(readFileSync(programs[dialect]).equals(before), "the file outside is another");
        // What can be opened at all is the sealed copy.
        assert.doesNotMatch(result.stdout, /^parent is (?!\/memfd:)/m);
        if (caller.uid === 0 && options.includes("--cap-drop")) {
          assert.equal(told.parent, "ok", "the attack got as far as the descriptor");
          assert.match(result.stdout, /^survivor ends$/m);
        }
      });
    }
  }
}
