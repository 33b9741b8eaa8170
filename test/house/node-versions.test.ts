// Which Node.js the package is for, and which one builds it: each is said in package.json, and nowhere otherwise.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../..");

interface Manifest {
  readonly engines: { readonly node: string };
  readonly devEngines: { readonly runtime: { readonly name: string; readonly version: string } };
}

const { engines, devEngines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
const using = /^>=(\d+\.\d+)$/.exec(engines.node)?.[1] ?? "";
const building = /^\^(\d+\.\d+) \|\| >=\d+$/.exec(devEngines.runtime.version)?.[1] ?? "";

/** The names of all committed files that have the text in them. */
function filesWith(text: string): string[] {
  const words = [
    "grep",
    "-l",
    "--fixed-strings",
    "--word-regexp",
    text,
    "--",
    ".",
    ":!package-lock.json",
    ":!test",
    ":!docs/bench",
  ];
  const files = execFileSync("git", words, { cwd: root, encoding: "utf8" }).trim().split("\n");
  return files.map((file) => basename(file)).sort();
}

test("the forms that scripts/setup and scripts/build-library.ts read", () => {
  assert.match(using, /^\d+\.\d+$/);
  assert.match(building, /^\d+\.\d+$/);
  assert.equal(devEngines.runtime.name, "node");
});

test("the one for using is package.json's; README and the error that is its reason repeat it", () => {
  assert.deepEqual(filesWith(using), ["README.md", "become.ts", "package.json"]);
  assert.match(
    readFileSync(join(root, "README.md"), "utf8"),
    new RegExp(`Node\\.js ${using.replace(".", "\\.")} or newer`),
  );
});

test("the one for building is package.json's", () => {
  assert.deepEqual(filesWith(building), ["package.json"]);
});
