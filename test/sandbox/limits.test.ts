// What the init does for a command without a sandbox, it does in one.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertRefused } from "../support/accounts.ts";
import { callers, runIn } from "./support/callers.ts";

const SANDBOXES: readonly (readonly string[])[] = [
  ["--unshare-user"],
  ["--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc"],
  ["--unshare-user", "--unshare-pid", "--as-pid-1", "--ro-bind", "/", "/", "--proc", "/proc"],
];

for (const caller of callers) {
  for (const sandbox of SANDBOXES) {
    describe(`${caller.name}: ${sandbox.join(" ")}`, { skip: caller.unavailable, concurrency: 2 }, () => {
      test("the command has its limits, its score and no new privileges", async (t) => {
        const own = ["--rlimit", "nofile=99:100", "--oom-score-adj", "500", "--no-new-privs"];
        const script =
          "ulimit -Sn; ulimit -Hn; cat /proc/self/oom_score_adj; grep ^NoNewPrivs /proc/self/status | cut -f2";
        const result = await runIn(t, caller, ["sh", "-c", script], { options: [...own, ...sandbox] });
        assert.equal(result.stdout, "99\n100\n500\n1\n", result.stderr);
      });

      test("a raised limit is refused with the reason", async (t) => {
        const options = ["--rlimit", "nofile=99:unlimited", ...sandbox];
        const says = [/--rlimit nofile=99:unlimited: Operation not permitted; in a user namespace nobody may raise/];
        assertRefused(await runIn(t, caller, ["true"], { options }), says);
      });
    });
  }
}

test("a score is set where the sandbox has no /proc", { skip: callers[1]?.unavailable }, async (t) => {
  const caller = callers[1];
  assert.ok(caller);
  const options = ["--oom-score-adj", "300", "--ro-bind", "/", "/", "--tmpfs", "/proc"];
  assert.equal((await runIn(t, caller, ["test", "!", "-e", "/proc/self"], { options })).status, 0);
});
