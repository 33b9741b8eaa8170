// Ways out of the new root, and to what its mounts cover.

import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import {
  almighty,
  assertRefusedAll,
  attacksUnavailable,
  type Caller,
  callers,
  dialects,
  openAttack,
  ordinary,
  outcomes,
  type Programs,
  root,
  runSandbox,
} from "./attack.ts";

const cover = ["unmount", "secret", "remount", "remount copy", "write", "open_tree"];

interface Scene {
  readonly programs: Programs;
  readonly options: readonly string[];
  readonly command: readonly string[];
  readonly file: string;
}

/** A directory with a secret, which a tmpfs covers, and one that is bound to be read only. */
function open(t: TestContext): Scene {
  const programs = openAttack(t);
  const [covered, fixed] = [join(programs.folder, "covered"), join(programs.folder, "fixed")];
  for (const path of [covered, fixed]) {
    mkdirSync(path);
    chmodSync(path, 0o777);
  }
  const file = join(fixed, "file");
  for (const path of [join(covered, "secret"), file]) writeFileSync(path, "untouched");
  chmodSync(file, 0o666);
  const options = ["--bind", "/", "/", "--tmpfs", covered, "--ro-bind", fixed, fixed];
  return { programs, options, command: [programs.attack, "reveal", covered, file], file };
}

async function assertCovered(t: TestContext, caller: Caller, dialect: "rein" | "bwrap", more: readonly string[]) {
  const { programs, options, command, file } = open(t);
  const result = await runSandbox(t, caller, programs[dialect], [...options, ...more], command);
  assertRefusedAll(result, cover);
  assert.equal(readFileSync(file, "utf8"), "untouched");
}

describe("what a mount covers", { skip: attacksUnavailable }, () => {
  for (const dialect of dialects) {
    test(`${dialect}: stays covered from a payload without capabilities`, async (t) => {
      await assertCovered(t, ordinary, dialect, []);
      await assertCovered(t, root, dialect, ["--cap-drop", "ALL"]);
    });

    test(`${dialect}: and from an almighty one in a second user namespace`, async (t) => {
      for (const caller of callers) await assertCovered(t, caller, dialect, [...almighty, "--disable-userns"]);
    });
  }

  test("rein: and from every almighty one in a user namespace", async (t) => {
    await assertCovered(t, ordinary, "rein", ["--cap-add", "ALL"]);
    await assertCovered(t, ordinary, "rein", ["--cap-add", "SYS_ADMIN", "--unshare-pid"]);
    await assertCovered(t, ordinary, "rein", [...almighty, "--unshare-all"]);
    for (const caller of callers) await assertCovered(t, caller, "rein", [...almighty, "--dev", "/dev"]);
    // Root's payload has all capabilities unless they are dropped.
    await assertCovered(t, root, "rein", ["--unshare-user"]);
    await assertCovered(t, root, "rein", ["--unshare-all"]);
  });

  test("rein: such a payload can still mount for itself", async (t) => {
    const { programs } = open(t);
    const command = ["sh", "-c", "mount -t tmpfs none /mnt && echo mine >/mnt/file && cat /mnt/file"];
    const options = ["--ro-bind", "/", "/", ...almighty];
    const result = await runSandbox(t, ordinary, programs.rein, options, command);
    assert.deepEqual([result.status, result.stdout], [0, "mine\n"], result.stderr);
  });

  test("bwrap: as with bubblewrap, who gives CAP_SYS_ADMIN gives the mounts", async (t) => {
    const { programs, options, command } = open(t);
    const result = await runSandbox(t, ordinary, programs.bwrap, [...options, "--cap-add", "ALL"], command);
    assert.equal(outcomes(result).unmount, "ok");
  });
});

describe("the caller's root", { skip: attacksUnavailable }, () => {
  for (const dialect of dialects) {
    for (const caller of callers) {
      for (const [name, first] of [
        ["an empty root", []],
        ["a tmpfs over it", ["--tmpfs", "/"]],
        ["a directory bound over it", undefined],
      ] as const) {
        test(`${dialect}, ${caller.name}, ${name}: nothing is beneath it`, async (t) => {
          const { programs } = open(t);
          const bottom = join(programs.folder, "bottom");
          mkdirSync(bottom);
          chmodSync(bottom, 0o777);
          const files = ["--ro-bind", programs.attack, "/attack", "--proc", "/proc", "--unshare-pid"];
          const markers = ["--dir", "/tmp", "--dir", "/marker-of-the-sandbox"];
          const marked = caller.uid === 0 ? files : [...files, "--cap-add", "ALL"];
          const options = [...(first ?? ["--bind", bottom, "/"]), ...marked, ...markers];
          const result = await runSandbox(t, caller, programs[dialect], options, ["/attack", "mounts"]);
          const told = outcomes(result);
          assert.equal(told["marker of the host"], "ENOENT", result.stdout);
          assert.equal(told["marker of the sandbox"], "ok", result.stdout + result.stderr);
        });

        test(`${dialect}, ${caller.name}, ${name}: no mount is there that was not asked for`, async (t) => {
          const { programs } = open(t);
          const bottom = join(programs.folder, "bottom");
          mkdirSync(bottom);
          chmodSync(bottom, 0o777);
          const files = ["--ro-bind", programs.payload, "/payload", "--proc", "/proc", "--unshare-pid"];
          const options = [...(first ?? ["--bind", bottom, "/"]), ...files, "--ro-bind", "/usr", "/usr"];
          const loader = ["--ro-bind-try", "/lib", "/lib", "--ro-bind-try", "/lib64", "/lib64"];
          const show = ["/usr/bin/cat", "/proc/self/mountinfo"];
          const result = await runSandbox(t, caller, programs[dialect], [...options, ...loader], show);
          const places = result.stdout
            .trimEnd()
            .split("\n")
            .map((line) => line.split(" ")[4] ?? "");
          assert.equal(places.filter((place) => place === "/").length, 1, result.stdout);
          for (const place of places)
            assert.match(place, /^\/($|payload$|proc|usr|lib)/, result.stdout + result.stderr);
        });
      }
    }
  }
});
