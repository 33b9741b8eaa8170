// Somebody has taken all namespaces there may be: who asked for one gets no sandbox without it.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { type Result, runCommand } from "../../support/rein.ts";
import { attacksUnavailable, type Dialect, dialects, openAttack } from "./attack.ts";

const files = ["--ro-bind", "/", "/"];
const everyKind = ["--unshare-all", ...files];

/** In a user namespace of the test's own, whose limits are changed by a line of the shell, root asks for a sandbox. */
function runLimited(t: TestContext, dialect: Dialect, limit: string, options: readonly string[]): Promise<Result> {
  const programs = openAttack(t);
  const script = `${limit}; shift 2; "$@"`;
  const prefix = ["unshare", "--user", "--map-root-user", "bash", "-c", script, "bash", programs.rein, programs.attack];
  return runCommand(t, [...prefix, programs[dialect], ...options, "--", "sh", "-c", "echo ran"]);
}

/** The command of another sandbox, which has no capability, holds all user namespaces that there may be. */
const starving = [
  "echo 8 >/proc/sys/user/max_user_namespaces",
  'coproc HOLD { "$1" --unshare-pid --cap-drop ALL --ro-bind / / -- "$2" starve; }',
  'read -r line <&"$' + '{HOLD[0]}"',
  'echo "$line"',
].join("; ");

const withoutCgroup = "echo 0 >/proc/sys/user/max_cgroup_namespaces";
const withoutUser = "echo 0 >/proc/sys/user/max_user_namespaces";

describe("namespaces that are only tried", { skip: attacksUnavailable }, () => {
  for (const dialect of dialects) {
    const refusal = dialect === "rein" ? 125 : 1;

    for (const options of [everyKind, ["--unshare-user-try", "--unshare-pid", ...files]]) {
      test(`${dialect} ${options[0]}: no sandbox where others hold all user namespaces`, async (t) => {
        const result = await runLimited(t, dialect, starving, options);
        assert.equal(result.stdout, "one more ENOSPC\n", result.stderr);
        assert.equal(result.status, refusal);
        assert.match(
          result.stderr,
          /(No space left on device; |\(ENOSPC\)\nbwrap: )there are as many as the limits in \/proc\/sys\/user allow/,
        );
      });
    }

    for (const options of [everyKind, ["--unshare-cgroup-try", ...files]]) {
      test(`${dialect} ${options[0]}: no sandbox where there can be no cgroup namespace`, async (t) => {
        const result = await runLimited(t, dialect, withoutCgroup, options);
        assert.deepEqual([result.status, result.stdout], [refusal, ""], result.stderr);
        assert.match(result.stderr, /No space left on device|\(ENOSPC\)\n/);
      });
    }

    test(`${dialect}: where user namespaces are switched off, one is left out, and that is told`, async (t) => {
      // Under the name bwrap only who asks by the variable is told.
      const asking = `${withoutUser}; export REIN_OPTIONS="--json-status-fd 1"`;
      const result = await runLimited(t, dialect, asking, everyKind);
      const lines = result.stdout.trimEnd().split("\n");
      assert.equal(lines[0], '{"event":"left-out","namespace":"user"}', result.stdout + result.stderr);
      assert.ok(lines.includes("ran"), result.stdout + result.stderr);
      const said =
        "rein: there is no user namespace: the kernel has none, or they are switched off (user.max_user_namespaces)\n";
      assert.equal(result.stderr, dialect === "rein" ? said : "");
    });
  }
});
