/**
 * What takes room in the executable: by source file the bytes of its functions' wasm, and of its texts; the largest first.
 *
 *   node scripts/sizes.ts            prints them, after a build
 *   node scripts/sizes.ts --record   writes test/build/sizes.json, against which a build that is too large is compared
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { sizesOf } from "./build/wasm.ts";
import { sizesOfTexts } from "./module-source.ts";

/** Bytes by what they are of: `init/reap.ts`, below src/executable/, or `init/reap.ts: texts`. */
export type Sizes = Record<string, number>;

const root = join(import.meta.dirname, "..");
const record = join(root, "test/build/sizes.json");

/** Of what is not a file's own. */
export const OTHERS = ["AssemblyScript's library", "other constants"] as const;
const [LIBRARY, CONSTANTS] = OTHERS;

/** Of the module that the latest build made. */
export function currentSizes(): Sizes {
  const { functions, constants } = sizesOf(readFileSync(join(root, "dist/generated/named.wasm")));
  const sizes: Sizes = {};
  const add = (name: string, size: number): void => {
    if (size !== 0) sizes[name] = (sizes[name] ?? 0) + size;
  };
  for (const [name, size] of functions) add(fileOf(name), size);
  add(CONSTANTS, constants);
  for (const [file, texts] of sizesOfTexts()) {
    add(`${file}: texts`, texts);
    add(CONSTANTS, -texts);
  }
  return Object.fromEntries(Object.entries(sizes).sort(([, a], [, b]) => b - a));
}

/** Of a function that asc names `src/executable/init/reap/Reaper#reapAll`, or `start:src/executable/stages`: what a file does first. */
function fileOf(name: string): string {
  const path = /^(start:)?src\/executable\/([^<]*)/.exec(name);
  if (path === null) return LIBRARY;
  const [, start, below = ""] = path;
  return `${start === undefined ? dirname(below) : below}.ts`;
}

/** What has grown between two builds, a line each, the most first. */
export function growth(before: Sizes, now: Sizes): string[] {
  const changes = Object.entries(now).map(([file, size]) => ({
    file,
    by: size - (before[file] ?? 0),
    was: before[file],
  }));
  return changes
    .filter(({ by }) => by > 0)
    .sort((a, b) => b.by - a.by)
    .map(({ file, by, was }) => `${`+${by}`.padStart(7)}  ${file}${was === undefined ? " (new)" : ""}`);
}

/** What has grown since the record was written. */
export function growthSinceRecord(): string[] {
  return growth(JSON.parse(readFileSync(record, "utf8")) as Sizes, currentSizes());
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { record: { type: "boolean", default: false } } });
  const sizes = currentSizes();
  if (values.record) writeFileSync(record, `${JSON.stringify(sizes, null, 2)}\n`);
  else for (const [file, size] of Object.entries(sizes)) console.log(`${String(size).padStart(7)}  ${file}`);
}
