// What every script says to who runs it: its help, and which word it does not take.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { Checkout, root } from "./support/checkout.ts";

const names = readdirSync(join(root, "scripts"), { withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.endsWith(".ts"))
  .map(({ name }) => name);

function isProgram(name: string): boolean {
  try {
    accessSync(join(root, "scripts", name), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// All words behind scripts/rein are the executable's.
const programs = names.filter((name) => isProgram(name) && name !== "rein");

test("what is no program is sourced by those that are", () => {
  assert.deepEqual(names.filter((name) => !isProgram(name)).sort(), [
    "command-line",
    "container-engine",
    "debian-packages",
  ]);
  assert.ok(programs.includes("setup") && programs.includes("test-docker"));
});

for (const name of programs) {
  suite(`scripts/${name}`, () => {
    for (const word of ["--help", "-h"]) {
      test(`${word}: what it does and how it is called, and nothing is done`, (t) => {
        const made = new Checkout(t);
        const { status, stdout, stderr } = made.run([`scripts/${name}`, word]);
        assert.equal(status, 0);
        assert.equal(stderr, "");
        assert.match(stdout, /^[A-Z].+\n/);
        assert.match(stdout, new RegExp(`^  .*scripts/${name}`, "m"));
        assert.doesNotMatch(stdout, /^#/m);
        assert.deepEqual(made.calls(), []);
      });
    }

    test("an option that it does not have is named, and nothing is done", (t) => {
      const made = new Checkout(t);
      const { status, stdout, stderr } = made.run([`scripts/${name}`, "--no-such-option"]);
      assert.equal(status, 2);
      assert.equal(stdout, "");
      const help = `scripts/${name} --help`;
      assert.equal(stderr, `rein: scripts/${name} has no option --no-such-option; what it has: ${help}\n`);
      assert.deepEqual(made.calls(), []);
    });
  });
}

test("every option that a script's help has is one that it takes", () => {
  for (const name of programs) {
    const [, ...lines] = readFileSync(join(root, "scripts", name), "utf8").split("\n");
    const end = lines.indexOf("");
    const [help, code] = [lines.slice(0, end), lines.slice(end)].map((part) => part.join("\n"));
    for (const [option] of help!.matchAll(/(?<= )--[a-z][a-z-]+/g))
      assert.ok(code!.includes(option), `${name} ${option}`);
  }
});

const missing = spawnSync("shellcheck", ["--version"]).status !== 0 && "there is no shellcheck";
test("shellcheck finds nothing", { skip: missing }, () => {
  const files = [...names.map((name) => `scripts/${name}`), ".ci/run"];
  const { status, stdout } = spawnSync("shellcheck", files, { cwd: root, encoding: "utf8" });
  assert.equal(status, 0, stdout);
});
