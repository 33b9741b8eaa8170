// The options that docs/sandbox-limits.md recommends for hostile code: a command runs with them, and the attacks do not.

import assert from "node:assert/strict";
import { chownSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { type Result, runCommand } from "../../support/rein.ts";
import { attacksUnavailable, type Caller, openAttack, ordinary, outcomes, root } from "./attack.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/sandbox-limits.md"), "utf8");

/** The shell's line. */
function recommended(): string {
  const [, line] = /<!-- recommended -->\n```sh\n([\s\S]*?)```/.exec(page) ?? [];
  assert.ok(line);
  return line;
}

/** The set, and whom the directory has to belong to. */
const sets: readonly (readonly [who: string, caller: Caller, owner: number])[] = [
  ["user", ordinary, ordinary.uid],
  ["root", root, 2_000_001_000],
];

describe("the recommended options", { skip: attacksUnavailable }, () => {
  for (const [who, caller, owner] of sets) {
    async function run(t: TestContext, command: string): Promise<{ result: Result; work: string }> {
      const { rein, attack, folder } = openAttack(t);
      const work = join(folder, "work");
      mkdirSync(join(work, "fixed"), { recursive: true });
      for (const path of [work, join(work, "fixed")]) chownSync(path, owner, owner);
      const brought = recommended().replace("-- COMMAND", `--ro-bind ${attack} /attack -- ${command}`);
      const script = `cd ${work} && ${brought.replace(/^rein /, `exec ${rein} `)}`;
      const options = { environment: { SECRET: "a secret" } };
      return { result: await runCommand(t, [...caller.prefix, "sh", "-c", script], options), work };
    }

    test(`${who}: a command works there`, async (t) => {
      const { result, work } = await run(
        t,
        `sh -c 'echo "$SECRET." >file; ls / /dev/pts; id -u; echo >/dev/null; exit 3'`,
      );
      assert.equal(result.status, 3, result.stderr);
      assert.equal(readFileSync(join(work, "file"), "utf8"), ".\n");
      assert.equal(result.stdout.split("\n").at(-2), who === "root" ? "1000" : `${caller.uid}`);
      assert.equal(result.stderr, "");
    });

    test(`${who}: no capability, no user namespace, no network, no process outside`, async (t) => {
      const script =
        "grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status; ls -d /proc/[0-9]*; tail -n +3 /proc/net/dev";
      const { result } = await run(t, `sh -c "${script}"`);
      const lines = result.stdout.trim().split("\n");
      for (const name of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
        assert.ok(lines.includes(`${name}:\t0000000000000000`), result.stdout);
      for (const line of ["NoNewPrivs:\t1", "Seccomp:\t2"]) assert.ok(lines.includes(line), result.stdout);
      assert.ok(lines.filter((line) => line.startsWith("/proc/")).length <= 4, result.stdout);
      assert.deepEqual(
        lines
          .filter((line) => line.includes(":") && !/^(Cap|No|Sec)/.test(line))
          .map((line) => line.trim().split(":")[0]),
        ["lo"],
      );
      const ways = outcomes((await run(t, "/attack namespaces")).result);
      for (const way of ["clone", "clone3", "unshare"]) assert.notEqual(ways[way] ?? "", "ok", JSON.stringify(ways));
      assert.equal(Object.keys(ways).length, 5);
    });

    test(`${who}: no way to mount namespaces of its own`, async (t) => {
      for (const attack of ['away "$PWD" fixed', "groups any"]) {
        const told = outcomes((await run(t, `/attack ${attack}`)).result);
        assert.ok(told.unshare !== undefined && told.unshare !== "ok", JSON.stringify(told));
      }
    });
  }
});
