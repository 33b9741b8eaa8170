// What the payload could say in the name of the supervisor.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runCommand } from "../../support/rein.ts";
import { almighty, attacksUnavailable, callers, contained, dialects, openAttack } from "./attack.ts";

const shapes = [contained, [...contained, ...almighty], [...contained, "--as-pid-1"], ["--ro-bind", "/", "/"]];

describe("--json-status-fd and --info-fd", { skip: attacksUnavailable }, () => {
  for (const dialect of dialects) {
    for (const caller of callers) {
      test(`${dialect}, ${caller.name}: a payload writes to neither, nor into the handshake`, async (t) => {
        const programs = openAttack(t);
        for (const options of shapes) {
          // What the tests themselves were started with stays out of it.
          const close = 'for f in /proc/self/fd/*; do f=$(basename $f); [ $f -gt 5 ] && eval "exec $f>&-"; done';
          const words = [...options, "--json-status-fd", "3", "--info-fd", "4", "--", programs.attack, "forge"];
          const command = ["bash", "-c", `${close}; exec "$@"`, "bash", ...caller.prefix, programs[dialect], ...words];
          const result = await runCommand(t, [
            "sh",
            "-c",
            '{ "$@" 3>&5 4>/dev/null 5>&-; echo "status $?"; } 5>&2',
            "sh",
            ...command,
          ]);
          assert.equal(result.stdout, "status 7\n", result.stderr);
          assert.match(result.stderr, /"child-pid"/);
          assert.match(result.stderr, dialect === "rein" ? /"status":7|"exit-code": 7/ : /"exit-code": 7/);
          assert.doesNotMatch(result.stderr, /"exit-code": 0|"status":0/);
        }
      });
    }
  }
});
