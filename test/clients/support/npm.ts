// The clients that are packages of npm's: scripts/test-clients installs those of npm/package.json.

import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Client } from "./compare.ts";

const folder = join(import.meta.dirname, "../npm/node_modules");

/** A file of a package. */
export const packageFile = (name: string, path: string): string => join(folder, name, path);

/** Whether others may look into a folder and all above it. */
const isOpen = (path: string): boolean =>
  (statSync(path).mode & 0o005) === 0o005 && (path === "/" || isOpen(dirname(path)));

const rootOnly = !isOpen(import.meta.dirname) && "nobody but root can look into the checkout";

/** A client that is a package, and what it wants of Debian's: files by package. */
export function packageClient(name: string, wants: Readonly<Record<string, string>> = {}): Client {
  const file = packageFile(name, "package.json");
  return {
    name,
    rootOnly,
    version: [process.execPath, "--print", `require(${JSON.stringify(file)}).version`],
    needs: {
      [file]: "scripts/test-clients installs it",
      ...Object.fromEntries(Object.entries(wants).map(([debian, path]) => [path, `apt-get install ${debian}`])),
    },
  };
}
