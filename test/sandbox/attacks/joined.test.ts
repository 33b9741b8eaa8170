// Joining somebody's namespaces: whoever is root there gets nothing of what the caller has outside (CVE-2016-9962, runc).

import assert from "node:assert/strict";
import { chmodSync, chownSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { APP } from "../../support/accounts.ts";
import { tooFewProcesses } from "../../support/process-limit.ts";
import { children } from "../../support/processes.ts";
import { runCommand, startCommand } from "../../support/rein.ts";
import {
  attacksUnavailable,
  type Caller,
  callers,
  dialects,
  openAttack,
  ordinary,
  type Programs,
  root,
} from "./attack.ts";

// Whoever joins the ordinary user's namespace counts as a process of that user.
const unavailable = attacksUnavailable || tooFewProcesses;
const ATTEMPTS = 40;
const SECRET = "what only the caller reads";

interface Holder {
  readonly pid: number;
  /** All that its command has said. */
  said(): string;
}

/** A sandbox of the ordinary user's with every capability in it, whose command waits for who comes; the secret is not there. */
async function startHolder(t: TestContext, programs: Programs, secret: string): Promise<Holder> {
  const words = [
    ...ordinary.prefix,
    programs.rein,
    // With a map of ids the mounts are not locked, and so there is one user namespace.
    ...["--uid-map", `0:${APP}:1`, "--gid-map", `0:${APP}:1`, "--unshare-pid", "--as-pid-1", "--cap-add", "ALL"],
    ...["--ro-bind", "/", "/", "--proc", "/proc", "--tmpfs", join(secret, "..")],
    ...["--", programs.attack, "await", secret],
  ];
  const holder = startCommand(t, words);
  await holder.lineMatching(/^ready$/);
  const [pid] = children(holder.process.pid ?? 0);
  assert.ok(pid);
  return { pid, said: () => holder.stdout.text };
}

/** A secret of the caller's, in a folder of its own. */
function hide(programs: Programs, caller: Caller): string {
  const folder = join(programs.folder, `hidden-${caller.uid}`);
  const secret = join(folder, "secret");
  mkdirSync(folder);
  writeFileSync(secret, SECRET, { mode: 0o600 });
  chownSync(secret, caller.uid, caller.uid);
  return secret;
}

/** The words that join a process's user and PID namespace, by each name's options. */
function joining(dialect: string, pid: number): readonly (readonly string[])[] {
  const descriptors = ["--userns", "8", "--pidns", "9"];
  const paths = ["--join", `user:/proc/${pid}/ns/user`, "--join", `pid:/proc/${pid}/ns/pid`];
  return dialect === "rein" ? [paths, descriptors] : [descriptors];
}

for (const dialect of dialects) {
  for (const caller of callers) {
    describe(`${dialect}, ${caller.name}`, { skip: unavailable }, () => {
      test("who is there reads nothing of the caller's, and traces no stage", async (t) => {
        const programs = openAttack(t);
        const secret = hide(programs, caller);
        const holder = await startHolder(t, programs, secret);
        const open = ["sh", "-c", `exec 8</proc/${holder.pid}/ns/user 9</proc/${holder.pid}/ns/pid "$@"`, "sh"];
        // With CAP_SYS_ADMIN, root's mounts would have to be locked, which is refused there.
        const restricted = ["--ro-bind", "/", "/", "--tmpfs", join(secret, ".."), "--cap-drop", "CAP_SYS_ADMIN"];
        for (const words of joining(dialect, holder.pid)) {
          for (const more of [[], ["--sync-fd", "0"], ["--unshare-uts", "--hostname", "x"]]) {
            for (let i = 0; i < ATTEMPTS; i++) {
              const command = [...caller.prefix, ...open, programs[dialect], ...words, ...restricted, ...more];
              const result = await runCommand(t, [...command, "--", programs.payload, "exit", "3"]);
              assert.equal(result.status, 3, result.stderr);
            }
          }
        }
        assert.doesNotMatch(holder.said(), new RegExp(SECRET));
        assert.doesNotMatch(holder.said(), /^traced rein-setup|^traced (rein|bwrap)$/m);
      });
    });
  }

  describe(`${dialect}, root`, { skip: unavailable }, () => {
    test("is an id of the user namespace that it joins, and has no group of its own there", async (t) => {
      const programs = openAttack(t);
      const secret = join(programs.folder, "of-the-group");
      writeFileSync(secret, SECRET, { mode: 0o040 });
      chmodSync(secret, 0o040);
      chownSync(secret, APP + 1, 4242);
      const holder = await startHolder(t, programs, hide(programs, root));
      const open = ["sh", "-c", `exec 8</proc/${holder.pid}/ns/user 9</proc/${holder.pid}/ns/pid "$@"`, "sh"];
      const inGroup = ["setpriv", "--groups", "0,4242"];
      const user = dialect === "rein" ? [["--join", `user:/proc/${holder.pid}/ns/user`]] : [];
      for (const words of [...user, ["--userns", "8"]]) {
        const script = 'id -u; id -g; id -G; cat "$0" 2>/dev/null; grep ^Groups /proc/self/status';
        // With CAP_SYS_ADMIN the mounts would have to be locked, as above.
        const restricted = ["--ro-bind", "/", "/", "--cap-drop", "CAP_SYS_ADMIN"];
        const command = [...inGroup, ...open, programs[dialect], ...words, ...restricted];
        const result = await runCommand(t, [...command, "--", "sh", "-c", script, secret]);
        assert.match(result.stdout, /^0\n0\n0\nGroups:\s*\n$/, `${words.join(" ")}: ${result.stdout}${result.stderr}`);
      }
    });

    test("is refused where the user namespace has no id for it to be", async (t) => {
      const programs = openAttack(t);
      const unmapped = startCommand(t, [...ordinary.prefix, "unshare", "--user", "sh", "-c", "echo ready; read line"]);
      await unmapped.lineMatching(/^ready$/);
      const file = openSync(`/proc/${unmapped.process.pid}/ns/user`, "r");
      const open = ["sh", "-c", `exec 8</proc/${process.pid}/fd/${file} "$@"`, "sh"];
      const command = [...open, programs[dialect], "--userns", "8", "--ro-bind", "/", "/", "--", "id"];
      const result = await runCommand(t, command);
      assert.notEqual(result.status, 0);
      assert.equal(result.stdout, "");
      unmapped.stdin.end("\n");
    });
  });
}
