// A filter that refuses exit_group(2): the init ends all the same, and does not spin.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { modes } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { executable, run, runCommand } from "../support/rein.ts";

const [EXIT_GROUP, EXIT] = process.arch === "x64" ? [231, 60] : [94, 93];
const EPERM = 1;

for (const mode of modes) {
  describe(`${mode.name}: exit_group(2) is refused`, { skip: mode.unavailable }, () => {
    test("the init's own end has its status", async (t) => {
      const launch = [`deny=${EXIT_GROUP}:${EPERM}`];
      const refused = await run(t, mode, ["/no/such/command"], { launch });
      assert.deepEqual([refused.status, refused.signal], [127, null], refused.stderr);
    });

    test("exit(2) as well: it is killed by a fault", async (t) => {
      const launch = [`deny=${EXIT_GROUP}:${EPERM}`, `deny=${EXIT}:${EPERM}`];
      // A text that is asked for needs no process but this one.
      const words = [...mode.prefix, payload, "launch", ...launch, "--", executable, "--version"];
      const result = await runCommand(t, words);
      assert.ok(result.signal !== null || (result.status ?? 0) > 128, `${result.status} ${result.signal}`);
      assert.match(result.stdout, /^rein /);
    });
  });
}
