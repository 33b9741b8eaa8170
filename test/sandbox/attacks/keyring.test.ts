// The keys of the caller's session: those of ssh, Kerberos, encrypted folders.

import assert from "node:assert/strict";
import { constants } from "node:os";
import { describe, type TestContext, test } from "node:test";
import { APP } from "../../support/accounts.ts";
import { type Result, runCommand } from "../../support/rein.ts";
import { attacksUnavailable, type Caller, callers, contained, openAttack, outcomes, root } from "./attack.ts";

const { EPERM, ENOSYS } = constants.errno;
const KEYCTL = process.arch === "x64" ? 250 : 219;
const JOIN_SESSION_KEYRING = 1;

/** Runs `name` with these options, whose caller has a key; what the command found of it. */
async function tried(
  t: TestContext,
  caller: Caller,
  name: "rein" | "bwrap",
  options: readonly string[],
  deny: readonly string[] = [],
): Promise<Result> {
  const programs = openAttack(t);
  const launch = [programs.payload, "launch", ...deny.map((word) => `deny=${word}`), "--"];
  const words = [programs.attack, "with-key", ...launch, programs[name], ...options, "--", programs.attack, "keys"];
  return runCommand(t, [...caller.prefix, ...words]);
}

const refused = { find: "ENOKEY", read: "ENOKEY", request: "ENOKEY", own: "ok" };

const sandboxes: Record<string, readonly string[]> = {
  "in a PID namespace": contained,
  "as PID 1": [...contained, "--as-pid-1"],
  "without a PID namespace": ["--ro-bind", "/", "/"],
  "in two user namespaces": [...contained, "--unshare-user", "--disable-userns"],
  "with locked mounts": [...contained, "--unshare-user", "--cap-add", "ALL"],
};

for (const caller of callers) {
  describe(caller.name, { skip: attacksUnavailable }, () => {
    for (const [name, options] of Object.entries(sandboxes)) {
      test(`rein, ${name}: the command finds no key of its caller's`, async (t) => {
        const result = await tried(t, caller, "rein", options);
        assert.deepEqual(outcomes(result), refused, result.stderr);
      });
    }

    test("bwrap: it finds them, as with bubblewrap", async (t) => {
      const result = await tried(t, caller, "bwrap", contained);
      assert.equal(outcomes(result).read, "ok", result.stdout + result.stderr);
    });

    for (const errno of [EPERM, ENOSYS]) {
      test(`a filter that answers ${errno} to every keyctl(2) keeps nothing from starting`, async (t) => {
        const { attack, payload, rein } = openAttack(t);
        const launch = [...caller.prefix, payload, "launch", `deny=${KEYCTL}:${errno}`, "--", rein];
        const result = await runCommand(t, [...launch, ...contained, "--", attack, "keys"]);
        assert.deepEqual([result.status, outcomes(result).find], [0, errno === EPERM ? "EPERM" : "ENOSYS"]);
      });
    }

    test("one that refuses a new keyring alone does: the old one would be the command's", async (t) => {
      const { attack, payload, rein } = openAttack(t);
      const deny = `deny=${KEYCTL}:${EPERM}:${JOIN_SESSION_KEYRING}`;
      const result = await runCommand(t, [
        ...caller.prefix,
        payload,
        "launch",
        deny,
        "--",
        rein,
        ...contained,
        "--",
        attack,
        "keys",
      ]);
      assert.deepEqual([result.status, result.stdout], [125, ""]);
      assert.match(result.stderr, /cannot make a session keyring.*Operation not permitted/);
    });
  });
}

describe("root without a sandbox", { skip: attacksUnavailable }, () => {
  test("--user: the command finds no key of its caller's", async (t) => {
    const result = await tried(t, root, "rein", ["--user", `${APP}:${APP}`]);
    assert.deepEqual(outcomes(result), refused, result.stderr);
  });

  test("and with the same user it does", async (t) => {
    const result = await tried(t, root, "rein", []);
    assert.equal(outcomes(result).read, "ok", result.stdout + result.stderr);
  });
});
