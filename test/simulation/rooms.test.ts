// Who may import whom in this folder (README.md): rooms only from those below them, and no file in a circle.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";

const here = import.meta.dirname;
/** For each room those that it may import from beside itself; "." is this folder, with the commands and the tests. */
const below: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  oracle: ["kernel"],
  schedules: ["kernel", "oracle"],
  fuzz: ["kernel", "oracle"],
  model: ["kernel", "oracle", "schedules"],
  ".": ["kernel", "oracle", "schedules", "fuzz", "model"],
};

const files = readdirSync(here, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));

/** The files of this folder that a file imports, types too. */
function importsOf(file: string): string[] {
  const paths = readFileSync(join(here, file), "utf8").matchAll(/\b(?:from|import|URL\() ?\(?"(\.[^"]+\.ts)"/g);
  return [...paths]
    .map(([, path = ""]) => normalize(join(dirname(file), path)))
    .filter((path) => !path.startsWith(".."));
}

const imports = new Map(files.map((file) => [file, importsOf(file)]));

test("a room imports only from those below it", () => {
  const wrong: string[] = [];
  for (const [file, paths] of imports) {
    const allowed = [dirname(file), ...(below[dirname(file)] ?? [])];
    for (const path of paths) if (!allowed.includes(dirname(path))) wrong.push(`${file} imports ${path}`);
  }
  assert.deepEqual(wrong, []);
});

test("no file imports itself by way of others", () => {
  const left = new Map(imports);
  const isFree = (path: string): boolean => !left.has(path);
  for (let size = 0; size !== left.size; ) {
    size = left.size;
    for (const [file, paths] of left) if (paths.every(isFree)) left.delete(file);
  }
  assert.ok(imports.size > 50, "the files were not found");
  assert.deepEqual([...left.keys()], []);
});
