// CVE-2021-30465 and its siblings: links at the places where something is to be mounted or made, put there before or meanwhile.

import assert from "node:assert/strict";
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { startCommand } from "../../support/rein.ts";
import { attacksUnavailable, type Caller, callers, dialects, openAttack, type Programs, runSandbox } from "./attack.ts";

interface Scene {
  readonly programs: Programs;
  /** Bound writable as /x; whoever is in there before has put what they like into it. */
  readonly hostile: string;
  /** Where nothing must be made. */
  readonly outside: string;
}

function open(t: TestContext, caller: Caller): Scene {
  const programs = openAttack(t);
  const [hostile, outside] = [join(programs.folder, "hostile"), join(programs.folder, "outside")];
  for (const path of [hostile, outside]) {
    mkdirSync(path);
    chmodSync(path, 0o777);
    chownSync(path, caller.uid, caller.uid);
  }
  writeFileSync(join(outside, "file"), "untouched");
  chmodSync(join(outside, "file"), 0o666);
  return { programs, hostile, outside };
}

function assertUntouched({ outside }: Scene, mounts: string): void {
  assert.deepEqual(readdirSync(outside), ["file"]);
  assert.equal(readFileSync(join(outside, "file"), "utf8"), "untouched");
  assert.equal(readFileSync("/proc/self/mountinfo", "utf8"), mounts);
}

const operations: readonly (readonly string[])[] = [
  ["--tmpfs", "/x/a/b"],
  ["--dir", "/x/a/b"],
  ["--file", "9", "/x/a/f"],
  ["--file", "9", "/x/a/file"],
  ["--ro-bind", "/usr", "/x/a/b"],
  ["--bind-data", "9", "/x/a/f"],
  ["--symlink", "there", "/x/a/l"],
  ["--chmod", "0600", "/x/a/file"],
  ["--proc", "/x/a"],
  ["--tmpfs", "/x/a"],
  ["--file", "9", "/x/a"],
  ["--perms", "0700", "--dir", "/x/a/b/c/d"],
];

for (const caller of callers) {
  for (const dialect of dialects) {
    describe(`${caller.name}, ${dialect}`, { skip: attacksUnavailable }, () => {
      for (const operation of operations) {
        test(`a link in place of /x/a: ${operation.join(" ")}`, async (t) => {
          for (const kind of ["absolute", "relative", "through /proc"]) {
            const scene = open(t, caller);
            const target =
              kind === "absolute"
                ? scene.outside
                : kind === "relative"
                  ? join("../../../../../../../../..", scene.outside)
                  : `/proc/self/root${scene.outside}`;
            symlinkSync(target, join(scene.hostile, "a"));
            const mounts = readFileSync("/proc/self/mountinfo", "utf8");
            const bound = ["--bind", scene.hostile, "/x", "--ro-bind", scene.programs.payload, "/payload"];
            const words = [scene.programs[dialect], ...bound, ...operation, "--", "/payload", "exit"];
            const shell = { ...caller, prefix: ["sh", "-c", 'exec 9</etc/hostname "$@"', "sh", ...caller.prefix] };
            await runSandbox(t, shell, words[0] ?? "", words.slice(1, -3), words.slice(-2));
            assertUntouched(scene, mounts);
          }
        });
      }

      test("a directory and a link exchanged all the time", async (t) => {
        const scene = open(t, caller);
        const mounts = readFileSync("/proc/self/mountinfo", "utf8");
        for (const target of [scene.outside, join("../../../../../../../..", scene.outside)]) {
          const arguments_ = ["swap", scene.hostile, "a", target];
          const hostile = startCommand(t, [...caller.prefix, scene.programs.attack, ...arguments_]);
          await hostile.lineMatching(/^swapping$/);
          const bound = ["--bind", scene.hostile, "/x", "--ro-bind", scene.programs.payload, "/payload"];
          const made = ["--tmpfs", "/x/a/b", "--file", "9", "/x/a/f", "--dir", "/x/a/d/e", "--symlink", "f", "/x/a/l"];
          // A shell's loop: the more often, the sooner a hole is hit.
          const count = '"$@" 9</etc/hostname 2>/dev/null && made=$((made + 1))';
          const loop = `made=0; i=0; while [ $i -lt 150 ]; do i=$((i + 1)); ${count}; done; echo $made`;
          const looping = { ...caller, prefix: [...caller.prefix, "sh", "-c", loop, "sh"] };
          const options = [...bound, ...made];
          const result = await runSandbox(t, looping, scene.programs[dialect], options, ["/payload", "exit"]);
          assert.ok(Number(result.stdout) > 0, "now and then all is made where it is asked for");
          hostile.process.kill("SIGKILL");
          await hostile.exit();
          await runSandbox(t, caller, "rm", ["-rf"], [join(scene.hostile, "a"), join(scene.hostile, "other")]);
        }
        assertUntouched(scene, mounts);
      });
    });
  }
}
