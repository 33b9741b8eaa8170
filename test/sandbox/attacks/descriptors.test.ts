// CVE-2024-21626 (runc): a descriptor of the host, or a working directory behind one, is a way out.

import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { runCommand } from "../../support/rein.ts";
import {
  attacksUnavailable,
  type Caller,
  callers,
  contained,
  dialects,
  openAttack,
  type Programs,
  root,
  runSandbox,
} from "./attack.ts";

/** The words before a sandbox whose caller has the host's root open, as descriptor 9. */
const withRoot = (caller: Caller): string[] => ["sh", "-c", 'exec 9</ "$@"', "sh", ...caller.prefix];

/** What a sandbox is asked to keep open for itself. */
const held: readonly string[] = ["--lock-file", "/etc/passwd", "--sync-fd", "8"];
const told: readonly string[] = ["--json-status-fd", "7", "--info-fd", "6"];
const sandboxes: readonly (readonly [string, readonly string[]])[] = [
  ["without a PID namespace", ["--ro-bind", "/", "/"]],
  ["in a PID namespace", contained],
  ["as PID 1", [...contained, "--as-pid-1"]],
  ["with a second user namespace", [...contained, "--unshare-user", "--dev", "/dev", "--disable-userns"]],
  ["with all that holds descriptors", [...contained, ...held, ...told, "--tmpfs", "/mnt", "--file", "5", "/mnt/file"]],
  ["without a new root", ["--unshare-pid"]],
];

/** Programs, and no caller's directories. */
const bare: readonly string[] = ["/usr", "/bin", "/lib", "/lib64"]
  .flatMap((path) => ["--ro-bind-try", path, path])
  .concat("--proc", "/proc", "--unshare-pid");

/** The numbers of what a payload has open behind these words. */
async function openOnes(t: TestContext, words: readonly string[], programs: Programs): Promise<string[]> {
  // 5 is for reading, 6 and 7 for writing; 9 is a way out.
  const script = 'exec 5</dev/null 6>/dev/null 7>/dev/null 8</dev/null 9</ "$@"';
  const result = await runCommand(t, ["sh", "-c", script, "sh", ...words, programs.attack, "descriptors"]);
  assert.equal(result.status, 0, result.stderr);
  return result.stdout.match(/^\d+/gm) ?? [];
}

for (const caller of callers) {
  describe(caller.name, { skip: attacksUnavailable }, () => {
    for (const [name, options] of sandboxes) {
      test(`rein, ${name}: the standard streams and nothing else`, async (t) => {
        const programs = openAttack(t);
        const open = await openOnes(t, [...caller.prefix, programs.rein, ...options, "--"], programs);
        assert.deepEqual(open, ["0", "1", "2"]);
      });

      // It always makes a new root.
      if (!options.includes("/")) continue;
      test(`bwrap, ${name}: nothing but what the caller had open`, async (t) => {
        const programs = openAttack(t);
        const callers = await openOnes(t, [], programs);
        const open = await openOnes(t, [...caller.prefix, programs.bwrap, ...options, "--"], programs);
        assert.ok(open.includes("9"), "as bubblewrap does");
        for (const file of open) assert.ok(callers.includes(file), `${file} in ${open} and not in ${callers}`);
      });
    }

    for (const dialect of dialects) {
      const refusal = dialect === "rein" ? 125 : 1;

      test(`${dialect}: --chdir through a descriptor is refused`, async (t) => {
        const programs = openAttack(t);
        for (const options of [contained, [...contained, "--as-pid-1"], ["--ro-bind", "/", "/"]]) {
          const words = [...withRoot(caller), programs[dialect], ...options, "--chdir", "/proc/self/fd/9"];
          const result = await runCommand(t, [...words, "--", "pwd"]);
          assert.deepEqual([result.status, result.stdout], [refusal, ""], result.stderr);
          // Where the init has closed it by then, there is no such directory.
          assert.match(result.stderr, /working directory is not in the sandbox|\/proc\/self\/fd\/9: No such file/);
        }
      });

      test(`${dialect}: a home or a working directory that is a link to one is refused`, async (t) => {
        const programs = openAttack(t);
        const place = join(programs.folder, "place");
        mkdirSync(place);
        const homeless = ["env", "HOME=/proc/self/fd/9"];
        const home = [...withRoot(caller), ...homeless, programs[dialect], ...bare];
        const throughHome = await runCommand(t, [...home, "--", "/bin/pwd"], { directory: place });
        assert.deepEqual([throughHome.status, throughHome.stdout], [refusal, ""], throughHome.stderr);
        const link = [...withRoot(caller), programs[dialect], ...bare, "--symlink", "/proc/self/fd/9", place];
        const throughLink = await runCommand(t, [...link, "--", "/bin/pwd"], { directory: place });
        assert.deepEqual([throughLink.status, throughLink.stdout], [refusal, ""], throughLink.stderr);
      });

      test(`${dialect}: a link in a bound directory to a descriptor is refused`, async (t) => {
        const programs = openAttack(t);
        const hostile = join(programs.folder, "hostile");
        mkdirSync(hostile);
        symlinkSync("/proc/self/fd/9", join(hostile, "way"));
        const words = [...withRoot(caller), programs[dialect], ...contained, "--chdir", join(hostile, "way")];
        const result = await runCommand(t, [...words, "--", "pwd"]);
        assert.deepEqual([result.status, result.stdout], [refusal, ""], result.stderr);
      });
    }
  });
}

describe("the init inside", { skip: attacksUnavailable }, () => {
  for (const dialect of dialects) {
    test(`${dialect}: its root and its directory are the sandbox's`, async (t) => {
      const programs = openAttack(t);
      const places = ["stat", "-L", "-c", "%d:%i", "/", "/proc/1/root", "/proc/1/cwd"];
      // Root's payload may look at it.
      const result = await runSandbox(t, root, programs[dialect], bare, places);
      const [own, ...others] = result.stdout.trimEnd().split("\n");
      assert.deepEqual(others, [own, own], result.stderr);
    });
  }
});

for (const caller of callers) {
  describe(`${caller.name}: a standard stream that is a directory`, { skip: attacksUnavailable }, () => {
    for (const [stream, redirection] of [
      [0, "0</"],
      [1, "1</"],
      [2, "2</"],
    ] as const) {
      test(`rein: ${stream} is refused, which fchdir(2) would lead out by`, async (t) => {
        const programs = openAttack(t);
        // What it says has to be seen.
        const script = `exec ${redirection} "$@"`;
        for (const options of [bare, [...bare, "--as-pid-1"]]) {
          const words = ["sh", "-c", script, "sh", ...caller.prefix, programs.rein, ...options, "--", "true"];
          const result = await runCommand(t, words);
          assert.equal(result.status, 125);
          if (stream !== 2)
            assert.match(result.stderr, new RegExp(`^rein: the standard stream ${stream} is a directory`));
        }
      });
    }

    test("what --keep-fd names is the caller's word", async (t) => {
      const programs = openAttack(t);
      const words = [...withRoot(caller), programs.rein, ...contained, "--keep-fd", "9", "--", programs.attack];
      const result = await runCommand(t, [...words, "descriptors"]);
      assert.match(result.stdout, /^9 /m, result.stderr);
    });

    test("closed streams are no directories", async (t) => {
      const programs = openAttack(t);
      const words = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", ...caller.prefix, programs.rein, ...contained];
      assert.equal((await runCommand(t, [...words, "--", "true"])).status, 0);
    });
  });
}
