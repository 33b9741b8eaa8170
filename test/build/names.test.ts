// The names that the executable goes by.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

test("every name is registered once, and is no path", () => {
  const main = readFileSync(join(import.meta.dirname, "../../src/executable/main.ts"), "utf8");
  const names = [...main.matchAll(/\bregister\("([^"]*)", /g)].map(([, name]) => name ?? "");
  assert.ok(names.includes("rein") && names.includes("bwrap"));
  assert.deepEqual([...new Set(names)], names);
  for (const name of names) assert.match(name, /^[a-z0-9-]+$/);
});
