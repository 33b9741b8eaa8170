// The packages of npm's that are combined, as their lock files pin them; installed on their first use and kept.

import { createHash } from "node:crypto";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Cached, cachedAs } from "../../library/support/cache.ts";

/** `npm` for the short form, and `npm-long` for what is large. */
export type Collection = "npm" | "npm-long";

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

const folderOf = (collection: Collection): string => join(import.meta.dirname, "..", collection);

const found = new Map<Collection, Cached>();

export function packages(collection: Collection): Cached {
  const known = found.get(collection);
  if (known !== undefined) return known;
  const lock = readFileSync(join(folderOf(collection), "package-lock.json"));
  const name = `ecosystem-${collection}-${createHash("sha256").update(lock).digest("hex").slice(0, 12)}`;
  const cached = cachedAs(name, ["ci"], (draft) => {
    for (const file of ["package.json", "package-lock.json"]) {
      cpSync(join(folderOf(collection), file), join(draft, file));
    }
  });
  found.set(collection, cached);
  return cached;
}

const versions: Readonly<Record<string, string>> = Object.assign(
  {},
  ...(["npm", "npm-long"] as const).map(
    (collection) =>
      (JSON.parse(readFileSync(join(folderOf(collection), "package.json"), "utf8")) as Manifest).dependencies,
  ),
);

/** The version that a package is pinned to. */
export function pinned(name: string): string {
  const version = versions[name];
  if (version === undefined) throw new Error(`${name} is not among the packages of test/ecosystem`);
  return version.replace(/^npm:.*@/, "");
}
