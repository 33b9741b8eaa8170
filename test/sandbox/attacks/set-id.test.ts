// A confined command leaves its caller's files set-uid: whoever else may run them has the caller's rights.

import assert from "node:assert/strict";
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runCommand } from "../../support/rein.ts";
import { attacksUnavailable, callers, openAttack, outcomes } from "./attack.ts";

const BITS = 0o6000;

for (const caller of callers) {
  test(`${caller.name}: no file is set-uid or set-gid after --confine`, { skip: attacksUnavailable }, async (t) => {
    const { folder, rein } = openAttack(t);
    const work = mkdtempSync(join(tmpdir(), "rein-files-"));
    t.after(() => rmSync(work, { recursive: true, force: true }));
    const id = caller.uid === 0 ? 2_000_001_000 : caller.uid;
    chownSync(work, id, id);
    chmodSync(work, 0o755);
    const bound = ["--bind", work, "/work", "--chdir", "/work", "--ro-bind", folder, "/opt"];
    const words = [rein, "--confine", ...bound, "--", "/opt/attack", "set-id"];
    const output = join(work, "stdout");
    // The output is a file of whom the command is outside, as a caller's own would be.
    const script = `: >${output}; chown ${id}:${id} ${output}; exec "$@" >>${output}`;
    const result = await runCommand(t, ["sh", "-c", script, "sh", ...caller.prefix, ...words]);
    assert.equal(result.status, 0, result.stderr);
    const shown = await runCommand(t, ["cat", output]);
    for (const [what, outcome] of Object.entries(outcomes(shown)))
      assert.equal(outcome, what.startsWith("plain") ? "ok" : what.startsWith("openat2") ? "ENOSYS" : "EPERM", what);
    assert.ok(Object.keys(outcomes(shown)).length >= 18, shown.stdout);
    for (const name of readdirSync(work)) assert.equal(statSync(join(work, name)).mode & BITS, 0, name);
  });
}
