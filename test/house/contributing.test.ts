// CONTRIBUTING.md: found from README, and what it names is there.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");

test("README links to it", () => {
  assert.match(readFileSync(join(root, "README.md"), "utf8"), /\]\(CONTRIBUTING\.md\)/);
});

test("every file and folder that it names is there", () => {
  const named = [
    ...page.matchAll(/\]\(([^)#]+)/g),
    ...page.matchAll(/((?:src|test|scripts|docs|bench|\.ci)\/[\w./-]*)/g),
  ];
  const paths = [...new Set(named.map(([, path]) => path!.replace(/\.$/, "")))];
  assert.ok(paths.length > 30, `${paths.length} paths`);
  assert.deepEqual(
    paths.filter((path) => !existsSync(join(root, path))),
    [],
  );
});

test("files that are named without their folder are in the folder that was named before", () => {
  for (const paragraph of page.split("\n")) {
    let folder = "";
    for (const [, name = ""] of paragraph.matchAll(/`([\w./-]+)`/g)) {
      if (/^src\//.test(name)) folder = name.replace(/[^/]+$/, "");
      else if (/^[\w-]+\.ts$/.test(name)) assert.ok(existsSync(join(root, folder, name)), `${folder}${name}`);
    }
  }
});

test("the options of scripts that it shows are those that the scripts have", () => {
  const shown = [...page.matchAll(/scripts\/([\w-]+) (--[\w-]+)/g)];
  assert.ok(shown.length > 2);
  for (const [, script = "", option = ""] of shown)
    assert.ok(readFileSync(join(root, "scripts", script), "utf8").includes(`  ${option})`), `${script} ${option}`);
});
