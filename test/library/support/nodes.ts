// Node.js in the versions that the package is for, from npm, each installed on its first use.

import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Node {
  readonly version: number;
  readonly path: string;
  /** Why there is none, or false. */
  readonly unavailable: string | false;
}

/** Where what the tests download is kept: with what those of the images keep, or where anybody may write. */
function cache(): string {
  const shared = "/var/cache/rein-test";
  try {
    accessSync(shared, constants.W_OK);
    return shared;
  } catch {
    return join(tmpdir(), "rein-test");
  }
}

function find(version: number): Node {
  if (version === Number(process.versions.node.split(".")[0])) {
    return { version, path: process.execPath, unavailable: false };
  }
  const name = `node-linux-${process.arch}`;
  const folder = join(cache(), `node-${version}`);
  const path = join(folder, "node_modules", name, "bin/node");
  if (existsSync(path)) return { version, path, unavailable: false };
  mkdirSync(cache(), { recursive: true });
  // Elsewhere first: tests that run at once, or one that is interrupted, leave no half of it.
  const draft = mkdtempSync(join(cache(), "draft-"));
  const quiet = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1"];
  const npm = spawnSync("npm", ["install", "--prefix", draft, ...quiet, `${name}@${version}`], { encoding: "utf8" });
  try {
    if (npm.status === 0) renameSync(draft, folder);
  } catch {
    // Another test was faster.
  }
  rmSync(draft, { recursive: true, force: true });
  const reason = `npm cannot install ${name}@${version}: ${npm.error?.message ?? npm.stderr.trim()}`;
  return { version, path, unavailable: existsSync(path) ? false : reason };
}

export const nodes: readonly Node[] = [22, 24, 26].map(find);
