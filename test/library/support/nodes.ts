// Node.js in the versions that the package is for, from npm.

import { join } from "node:path";
import { cached } from "./cache.ts";

export interface Node {
  readonly version: number;
  readonly path: string;
  /** Why there is none, or false. */
  readonly unavailable: string | false;
}

function find(version: number): Node {
  if (version === Number(process.versions.node.split(".")[0])) {
    return { version, path: process.execPath, unavailable: false };
  }
  const name = `node-linux-${process.arch}`;
  const { folder, unavailable } = cached(`${name}@${version}`);
  return { version, path: join(folder, "node_modules", name, "bin/node"), unavailable };
}

export const nodes: readonly Node[] = [22, 24, 26].map(find);
