// The init inside: whoever may trace it finds nothing of the caller's there, from its command's first moment on.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { type Result, runCommand } from "../../support/rein.ts";
import { attacksUnavailable, type Caller, callers, contained, dialects, openAttack, root } from "./attack.ts";

/** The command wins the race now and then only. */
const ATTEMPTS = 60;
const secrets = { KEPT: "is its own", REMOVED: "secret one", REPLACED: "secret two" };
const withoutSecrets = ["--unsetenv", "REMOVED", "--setenv", "REPLACED", "by this"];
/** May trace: root's has every capability; an ordinary user's asks for it. */
const tracing = (caller: Caller): string[] =>
  caller === root ? [] : ["--unshare-user", "--uid", "0", "--gid", "0", "--cap-add", "CAP_SYS_PTRACE"];

/** A sandbox whose caller has its root open as descriptor 9, and is in a directory of its own. */
async function attempt(t: TestContext, caller: Caller, program: string, words: readonly string[]): Promise<Result> {
  const before = ["sh", "-c", 'cd /var && exec 9</ "$@"', "sh", ...caller.prefix];
  return runCommand(t, [...before, program, ...tracing(caller), ...words], { environment: secrets });
}

for (const dialect of dialects) {
  describe(dialect, { skip: attacksUnavailable }, () => {
    for (const caller of callers) {
      // bubblewrap's command has all that its caller has open, and so there is nothing to be taken.
      test(`${caller.name}: no descriptor that is not the command's`, { skip: dialect === "bwrap" }, async (t) => {
        const programs = openAttack(t);
        for (const shape of [[], ["--unshare-user"], ["--dev", "/dev"]]) {
          for (let i = 0; i < ATTEMPTS; i++) {
            const words = [...contained, ...shape, "--", programs.attack, "init"];
            const result = await attempt(t, caller, programs[dialect], words);
            assert.match(result.stdout, /^tried$/m, result.stderr);
            // The handshake, and what it makes for itself.
            for (const [, path = ""] of result.stdout.matchAll(/^fd \d+ (.*)$/gm))
              assert.doesNotMatch(path, /^\//, `${shape.join(" ")}: ${result.stdout}`);
          }
        }
      });

      test(`${caller.name}: no variable that was taken away`, async (t) => {
        const programs = openAttack(t);
        for (let i = 0; i < ATTEMPTS; i++) {
          const words = [...contained, ...withoutSecrets, "--", programs.attack, "init"];
          const result = await attempt(t, caller, programs[dialect], words);
          assert.match(result.stdout, /^tried$/m, result.stderr);
          assert.doesNotMatch(result.stdout, /secret/);
        }
        const words = [...contained, "--clearenv", "--", programs.attack, "init"];
        assert.doesNotMatch((await attempt(t, caller, programs[dialect], words)).stdout, /^environ \w+=/m);
      });
    }

    test("not the caller's directory, where the command's is another", async (t) => {
      const programs = openAttack(t);
      for (let i = 0; i < ATTEMPTS; i++) {
        const words = [...contained, "--chdir", "/usr", "--", programs.attack, "init"];
        const result = await attempt(t, root, programs[dialect], words);
        assert.doesNotMatch(result.stdout, /^cwd \/var$/m);
        assert.match(result.stdout, /^cwd \/$/m);
      }
    });
  });
}
