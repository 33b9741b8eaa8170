// A copy of the file that gives rights to whoever runs it: under no name does it run anything.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { APP, asOrdinaryUser, openPrograms, usersUnavailable } from "../support/accounts.ts";
import { runCommand } from "../support/rein.ts";

const main = readFileSync(join(import.meta.dirname, "../../src/executable/main.ts"), "utf8");
/** All names that the file goes by, stages too. */
const names = [...main.matchAll(/register\("([^"]+)"/g)].map(([, name]) => name!);

/** What gives a file rights. */
const rights: Record<string, (file: string) => void> = {
  "set-uid": (file) => chmodSync(file, 0o4755),
  "set-gid": (file) => chmodSync(file, 0o2755),
  "set-uid to another than root": (file) => {
    chownSync(file, 41_235, 41_235);
    chmodSync(file, 0o6755);
  },
  capabilities: (file) => {
    const { status } = spawnSync("setcap", ["cap_net_raw+ep", file]);
    assert.equal(status, 0, "setcap");
  },
};

const noSetcap = spawnSync("setcap", ["-h"]).error !== undefined && "no setcap is here";

describe("a file with rights of its own", { skip: usersUnavailable, concurrency: 4 }, () => {
  for (const [what, give] of Object.entries(rights)) {
    test(`${what}: an ordinary user runs nothing by it, under no name`, {
      skip: what === "capabilities" && noSetcap,
    }, async (t) => {
      const { folder, rein, payload } = openPrograms(t);
      give(rein);
      assert.ok(names.length > 10);
      for (const name of names) {
        const path = name === "rein" ? rein : join(folder, name);
        if (path !== rein) symlinkSync(rein, path);
        for (const words of [
          [payload, "status"],
          ["--", payload, "status"],
          ["3", "4", "5", "0", "0", "0", "0", "0", "0", "rein", "--", payload, "status"],
        ]) {
          const result = await runCommand(t, [...asOrdinaryUser, path, ...words]);
          assert.deepEqual([result.status, result.stdout], [125, ""], `${name} ${words}`);
          assert.match(result.stderr, /^rein: this file is set-uid or set-gid, or has capabilities: [^\n]+\n$/);
        }
      }
    });
  }

  test("with no_new_privs it gives nothing, and runs", async (t) => {
    const { rein, payload } = openPrograms(t);
    chmodSync(rein, 0o6755);
    const result = await runCommand(t, ["setpriv", "--no-new-privs", ...asOrdinaryUser, rein, "--", payload, "status"]);
    assert.equal(result.status, 0, result.stderr);
    assert.match(result.stdout, new RegExp(`^Uid:\\s+${APP}\\s`, "m"));
  });

  test("ambient capabilities are the caller's, and it runs", async (t) => {
    const { rein, payload } = openPrograms(t);
    const ambient = ["--inh-caps", "+net_raw", "--ambient-caps", "+net_raw"];
    const [setpriv = "", ...user] = asOrdinaryUser;
    const result = await runCommand(t, [setpriv, ...ambient, ...user, rein, "--", payload, "status"]);
    assert.equal(result.status, 0, result.stderr);
  });
});
