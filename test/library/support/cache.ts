// What the tests take from npm, each package installed on its first use and kept.

import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Cached {
  /** Where its `node_modules` is. */
  readonly folder: string;
  /** Why there is none, or false. */
  readonly unavailable: string | false;
}

/** With what the tests of images keep, or where anybody may write. */
function cache(): string {
  const shared = "/var/cache/rein-test";
  try {
    accessSync(shared, constants.W_OK);
    return shared;
  } catch {
    return join(tmpdir(), "rein-test");
  }
}

/** A package of npm's, given as `name@version`. */
export function cached(specifier: string): Cached {
  return cachedAs(specifier.replaceAll("/", "+"), ["install", "--no-save", specifier]);
}

/** What npm installs with such words, under a name of its own; `prepare` is told of the folder, which is empty before. */
export function cachedAs(name: string, words: readonly string[], prepare: (draft: string) => void = () => {}): Cached {
  const folder = join(cache(), name);
  if (existsSync(folder)) return { folder, unavailable: false };
  mkdirSync(cache(), { recursive: true });
  // Elsewhere first: tests that run at once, or one that is interrupted, leave no half of it.
  const draft = mkdtempSync(join(cache(), "draft-"));
  prepare(draft);
  const [command = "", ...rest] = words;
  const quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1"];
  const npm = spawnSync("npm", [command, "--prefix", draft, ...quiet, ...rest], { encoding: "utf8" });
  try {
    if (npm.status === 0) renameSync(draft, folder);
  } catch {
    // Another test was faster.
  }
  rmSync(draft, { recursive: true, force: true });
  const reason = `npm cannot install ${name}: ${npm.error?.message ?? npm.stderr?.trim()}`;
  return { folder, unavailable: existsSync(folder) ? false : reason };
}
