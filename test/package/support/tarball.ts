// What `npm publish` would send, from what is built.

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const root: string = join(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "rein-package-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Why there is no executable for an architecture, or false: this machine's own has to be there. */
export function notBuilt(architecture: string): string | false {
  if (architecture === process.arch || existsSync(join(root, `dist/linux-${architecture}/rein`))) return false;
  return `there is no cross compiler for ${architecture}, or nothing was built since there is`;
}

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string; readonly mode: number; readonly size: number }[];
}

function pack(): Packed {
  const words = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const output = execFileSync("npm", words, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const [packed] = JSON.parse(output) as [Packed];
  return packed;
}

export const packed: Packed = pack();
export const tarball: string = join(folder, packed.filename);
