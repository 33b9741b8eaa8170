// What the payload gets of the processes around it: the init inside, and the supervisor where it can be seen.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { processes, stat } from "../../support/processes.ts";
import { type Result, startCommand } from "../../support/rein.ts";
import {
  almighty,
  assertRefusedAll,
  attacksUnavailable,
  callers,
  contained,
  type Dialect,
  dialects,
  openAttack,
  ordinary,
  outcomes,
  root,
  runSandbox,
} from "./attack.ts";

const everything = [
  ...["mem", "environ", "maps", "auxv", "fd/0", "cwd", "root", "ns/mnt", "exe"],
  ...["process_vm_readv", "pidfd_getfd", "ptrace"],
];

function attackOn(
  t: TestContext,
  dialect: Dialect,
  options: readonly string[],
  words: readonly string[],
  caller = ordinary,
): Promise<Result> {
  const programs = openAttack(t);
  return runSandbox(t, caller, programs[dialect], options, [programs.attack, "process", ...words]);
}

for (const dialect of dialects) {
  describe(dialect, { skip: attacksUnavailable }, () => {
    test("an ordinary user's payload gets nothing of the init", async (t) => {
      // Not even how many descriptors it has.
      for (const options of [contained, [...contained, "--unshare-all", "--dev", "/dev"]])
        assertRefusedAll(await attackOn(t, dialect, options, ["1"]), [...everything, "fd"]);
    });

    test("nor does root's without capabilities", async (t) => {
      for (const more of [
        ["--cap-drop", "ALL"],
        ["--cap-drop", "ALL", "--unshare-user"],
      ])
        assertRefusedAll(await attackOn(t, dialect, [...contained, ...more], ["1"], root), everything);
    });

    test("nor all capabilities but CAP_SYS_PTRACE", async (t) => {
      const options = [...contained, ...almighty, "--cap-drop", "CAP_SYS_PTRACE"];
      assertRefusedAll(await attackOn(t, dialect, options, ["1"]), everything);
    });

    // Who gives CAP_SYS_PTRACE gives the processes of the sandbox with it; the supervisor is none of them.
    test("CAP_SYS_PTRACE is for the init inside", async (t) => {
      assert.equal(outcomes(await attackOn(t, dialect, [...contained, ...almighty], ["1"])).ptrace, "ok");
    });

    test("the supervisor, seen for want of a PID namespace, is out of the reach of an almighty payload", async (t) => {
      for (const more of [[], almighty, [...almighty, "--dev", "/dev"]])
        assertRefusedAll(await attackOn(t, dialect, ["--ro-bind", "/", "/", ...more], []), everything);
    });

    test("the init's arguments tell neither paths outside nor variables", async (t) => {
      for (const caller of callers) {
        const programs = openAttack(t);
        const secret = ["--setenv", "SECRET", "hush", "--argv0", "other", "--bind", programs.folder, "/mnt"];
        const show = ["sh", "-c", 'tr "\\0" "\\n" </proc/1/cmdline; echo "$SECRET $0"'];
        const result = await runSandbox(t, caller, programs[dialect], [...contained, ...secret], show);
        const [name, ...others] = result.stdout.split("\n").filter(Boolean);
        assert.equal(name, dialect === "bwrap" ? "bwrap" : "rein-init");
        assert.deepEqual(others, ["sh", "-c", show[2], "hush other"], result.stderr);
      }
    });

    test("no signal ends or stops the init", async (t) => {
      for (const caller of callers) {
        for (const options of [contained, [...contained, ...almighty]]) {
          const programs = openAttack(t);
          const result = await runSandbox(t, caller, programs[dialect], options, [programs.attack, "first"]);
          // The kernel takes them and drops them.
          const { stop, kill } = outcomes(result);
          assert.deepEqual([result.status, stop, kill], [0, "ok", "ok"], result.stderr);
        }
      }
    });
  });
}

test("kill(-1) from inside reaches nobody outside", { skip: attacksUnavailable }, async (t) => {
  const bystander = startCommand(t, ["setpriv", ...ordinary.prefix.slice(1), "sleep", "1000"]);
  const pid = Number(bystander.process.pid);
  const programs = openAttack(t);
  for (const caller of callers) await runSandbox(t, caller, programs.rein, contained, ["sh", "-c", "kill -9 -1"]);
  assert.ok(processes().includes(pid) && stat(pid)?.state !== "Z");
});
