// Where the command starts when the caller's directory is not in the sandbox.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Maker, system, testSandbox } from "../support/sandbox.ts";

/** Runs pwd(1) from a directory that is in the sandbox or not, with nobody's home. */
async function start(make: Maker, options: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const directory = join(make.folder(), "work");
  mkdirSync(directory);
  const words = [...options, "--", "sh", "-c", "pwd -P"];
  const result = await make.run(words, { directory, environment: { HOME: "/usr/share", ...more } });
  return { directory, ...result };
}

const covered = ["--ro-bind", "/", "/", "--tmpfs", "/tmp"];
const absent = [...system];
const said = (from: string, to: string): string =>
  `rein: the working directory ${from} cannot be entered in the sandbox: the command starts in ${to}; give --chdir\n`;

testSandbox("a directory that is covered or absent: rein says where the command starts", async (make) => {
  for (const options of [covered, absent]) {
    const home = await start(make, options);
    assert.deepEqual([home.status, home.stdout], [0, "/usr/share\n"], home.stderr);
    assert.equal(home.stderr, make.dialect === "rein" ? said(home.directory, "/usr/share") : "");
    const none = await start(make, options, { HOME: "/nowhere" });
    assert.deepEqual([none.status, none.stdout], [0, "/\n"], none.stderr);
    assert.equal(none.stderr, make.dialect === "rein" ? said(none.directory, "/") : "");
  }
});

testSandbox("nothing is said where it is there, or another one is asked for", async (make) => {
  const same = await start(make, ["--ro-bind", "/", "/"]);
  assert.deepEqual([same.stdout, same.stderr], [`${same.directory}\n`, ""]);
  const other = await start(make, [...covered, "--chdir", "/usr"]);
  assert.deepEqual([other.stdout, other.stderr], ["/usr\n", ""]);
});

testSandbox(
  "a relative --chdir begins there, and so it is said",
  async (make) => {
    const result = await start(make, [...covered, "--chdir", "man"]);
    assert.deepEqual([result.stdout, result.stderr], ["/usr/share/man\n", said(result.directory, "/usr/share")]);
  },
  { dialect: "rein" },
);

testSandbox(
  "--same-directory refuses to start elsewhere",
  async (make) => {
    for (const options of [covered, absent]) {
      const result = await start(make, [...options, "--same-directory", "--json-status-fd", "1"]);
      assert.equal(result.status, 125);
      assert.match(
        result.stderr,
        new RegExp(
          `^rein: set-up: the working directory ${result.directory} cannot be entered in the sandbox; give --chdir\n$`,
        ),
      );
      assert.match(result.stdout, /^\{"event":"set-up-failed","stage":"set-up","path":"[^"]+\/work"\}$/m);
    }
    const same = await start(make, ["--ro-bind", "/", "/", "--same-directory"]);
    assert.deepEqual([same.stdout, same.stderr], [`${same.directory}\n`, ""]);
    const other = await start(make, [...covered, "--same-directory", "--chdir", "/usr"]);
    assert.deepEqual([other.stdout, other.stderr], ["/usr\n", ""]);
  },
  { dialect: "rein" },
);
