// Who has every capability over a user namespace, and sees the set-up of a sandbox in it: root of a container without
// user namespaces, by its id alone (cap_capable() in the kernel's commoncap.c), and the owner of one that root joins.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { children, isAlive, statusField } from "../../support/processes.ts";
import { type Running, startCommand } from "../../support/rein.ts";
import { eventually } from "../../support/waiting.ts";
import {
  attacksUnavailable,
  callers,
  type Dialect,
  dialects,
  openAttack,
  ordinary,
  type Programs,
  runSandbox,
} from "./attack.ts";

const SECRET = "what only the caller reads";

interface Scene {
  readonly programs: Programs;
  readonly secret: string;
}

function open(t: TestContext): Scene {
  const programs = openAttack(t);
  const secret = join(programs.folder, "hidden", "secret");
  mkdirSync(join(secret, ".."));
  writeFileSync(secret, SECRET, { mode: 0o600 });
  return { programs, secret };
}

/** Somebody who looks into everybody who comes, and cannot see the secret at its own place. */
class Holder {
  readonly #running: Running;
  readonly pid: number;

  constructor(running: Running, pid: number) {
    this.#running = running;
    this.pid = pid;
  }

  /** Root, but without CAP_SYS_PTRACE, in a PID namespace. */
  static async rootOfContainer(t: TestContext, { programs, secret }: Scene): Promise<Holder> {
    const options = ["--unshare-pid", "--as-pid-1", "--cap-drop", "CAP_SYS_PTRACE", "--ro-bind", "/", "/"];
    const words = [...options, "--proc", "/proc", "--tmpfs", join(secret, "..")];
    const running = startCommand(t, [programs.rein, ...words, "--", programs.attack, "await", secret]);
    await running.lineMatching(/^ready$/);
    return new Holder(running, children(running.process.pid ?? 0)[0] ?? assert.fail("it is gone"));
  }

  /** An ordinary user, who is root of a user namespace and sees all processes. */
  static async ownerOfNamespace(t: TestContext, { programs, secret }: Scene): Promise<Holder> {
    const unshare = [...ordinary.prefix, "unshare", "--user", "--map-root-user"];
    const running = startCommand(t, [...unshare, programs.attack, "await", secret]);
    await running.lineMatching(/^ready$/);
    return new Holder(running, running.process.pid ?? 0);
  }

  /** All that it has got hold of, when it has looked at everybody who is there now. */
  async findings(): Promise<string> {
    this.#running.stdin.write("\n");
    await this.#running.lineMatching(/^looked$/);
    return this.#running.stdout.text;
  }
}

/** Root starts a sandbox that waits; its root directory is open there. */
function startWaiting(t: TestContext, { programs }: Scene, dialect: Dialect, pid: number, words: readonly string[]) {
  const script = `exec 7</ 8</proc/${pid}/ns/user 9</proc/${pid}/ns/pid "$@"`;
  const sandbox = [programs[dialect], ...words, "--ro-bind", "/", "/", "--tmpfs", join(programs.folder, "hidden")];
  return startCommand(t, ["sh", "-c", script, "sh", ...sandbox, "--", programs.payload, "exit", "3"]);
}

/** The process that waits in the namespaces, as soon as that is so. */
function stageOf(running: Running, name: RegExp): Promise<number> {
  return eventually(`the stage waits\n${running.seen()}`, () => {
    const [child] = children(running.process.pid ?? 0);
    // One that makes the next one below a joined PID namespace ends.
    if (child === undefined || !isAlive(child)) return undefined;
    try {
      const isThere = name.test(statusField(child, "Name"));
      return isThere && readFileSync(`/proc/${child}/syscall`, "utf8") !== "running\n" ? child : undefined;
    } catch (error) {
      if (isAlive(child)) throw error;
      return undefined;
    }
  });
}

const held = ["--unshare-user", "--userns-block-fd", "0", "--info-fd", "1"];
const maps = ["--uid-map", "0:0:1", "--gid-map", "0:0:1"];
const made = [
  ["--unshare-user"],
  ["--unshare-user", "--unshare-pid"],
  ["--unshare-user", "--cap-drop", "ALL"],
  ["--unshare-user", "--uid", "5", "--gid", "5", "--dev", "/dev", "--disable-userns"],
];
/** It was the caller's, or is one of the caller's processes. */
const gotHold = new RegExp(`${SECRET}|^traced (rein-setup|rein|bwrap)$`, "m");

for (const dialect of dialects) {
  describe(`${dialect}, root`, { skip: attacksUnavailable }, () => {
    const joinings = [
      () => ["--pidns", "9"],
      ...(dialect === "rein" ? [(pid: number) => ["--join", `pid:/proc/${pid}/ns/pid`]] : []),
    ];

    test("in a container's PID namespace: its root looks into no child that waits for its maps", async (t) => {
      for (const joining of joinings) {
        const scene = open(t);
        const holder = await Holder.rootOfContainer(t, scene);
        const running = startWaiting(t, scene, dialect, holder.pid, [...joining(holder.pid), ...held]);
        await running.lineMatching(/child-pid/);
        const child = children(running.process.pid ?? 0)[0] ?? assert.fail(running.seen());
        assert.doesNotMatch(await holder.findings(), gotHold);
        for (const map of ["uid_map", "gid_map"]) writeFileSync(`/proc/${child}/${map}`, "0 0 1");
        running.stdin.write("x");
        assert.equal((await running.exit()).status, 3, running.seen());
      }
    });

    test("nor into a stage", async (t) => {
      for (const joining of joinings) {
        for (const shape of [...made, ...(dialect === "rein" ? [maps] : [])]) {
          const scene = open(t);
          const holder = await Holder.rootOfContainer(t, scene);
          const words = [...joining(holder.pid), ...shape, "--block-fd", "0"];
          const running = startWaiting(t, scene, dialect, holder.pid, words);
          await stageOf(running, /^rein-setup$/);
          assert.doesNotMatch(await holder.findings(), gotHold, words.join(" "));
          running.stdin.write("x");
          assert.equal((await running.exit()).status, 3, running.seen());
          // bubblewrap's command has all that its caller has open.
          if (dialect === "rein") assert.doesNotMatch(await holder.findings(), new RegExp(SECRET), words.join(" "));
        }
      }
    });

    test("in a user namespace: its owner, who sees all processes, looks into no stage", async (t) => {
      const scene = open(t);
      const holder = await Holder.ownerOfNamespace(t, scene);
      const paths = ["--join", `user:/proc/${holder.pid}/ns/user`];
      for (const joining of [["--userns", "8"], ...(dialect === "rein" ? [paths] : [])]) {
        const words = [...joining, "--cap-drop", "CAP_SYS_ADMIN", "--block-fd", "0"];
        const running = startWaiting(t, scene, dialect, holder.pid, words);
        await stageOf(running, /^rein-setup$/);
        assert.doesNotMatch(await holder.findings(), gotHold);
        running.stdin.write("x");
        assert.equal((await running.exit()).status, 3, running.seen());
      }
    });
  });
}

test("rein, root: mounts that would have to be locked in a user namespace that is joined are refused", {
  skip: attacksUnavailable,
}, async (t) => {
  const scene = open(t);
  const holder = await Holder.ownerOfNamespace(t, scene);
  const running = startWaiting(t, scene, "rein", holder.pid, ["--userns", "8"]);
  assert.equal((await running.exit()).status, 125);
  assert.match(running.stderr.text, /CAP_SYS_ADMIN .* give --cap-drop SYS_ADMIN\n$/);
});

for (const caller of callers) {
  test(`${caller.name}: --disable-userns limits no user namespace that is joined`, {
    skip: attacksUnavailable,
  }, async (t) => {
    const programs = openAttack(t);
    const script = "echo ready; read -r line; unshare --user true && echo still";
    const unshare = [...ordinary.prefix, "unshare", "--user", "--map-root-user"];
    const holder = startCommand(t, [...unshare, "sh", "-c", script]);
    await holder.lineMatching(/^ready$/);
    const joined = ["--join", `user:/proc/${holder.process.pid}/ns/user`];
    const words = [...joined, "--unshare-user", "--disable-userns", "--bind", "/", "/"];
    const result = await runSandbox(t, caller, programs.rein, words, ["true"]);
    assert.equal(result.status, 125, result.stderr);
    assert.match(result.stderr, /^rein: --disable-userns requires --unshare-user/);
    holder.stdin.write("\n");
    assert.equal(await holder.line(), "still");
  });
}
