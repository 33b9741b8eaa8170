// What each source file imports, types too: an arrow that only the type checker follows is one that a reader follows.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** The files of a folder that each of its files imports; all of them by their paths from the folder. */
export type Imports = ReadonlyMap<string, ReadonlySet<string>>;

// Strings are kept, as a comment's beginning may stand in one; and those of imports are what is looked for.
const COMMENT_OR_STRING = /\/\*[\s\S]*?\*\/|\/\/.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g;
/** `import … from`, `export … from`, `import "…"`, `import("…")` also of a type, `require("…")`, `createRequire(…)("…")`. */
const SPECIFIER = /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\(|\bcreateRequire\([^()]*\)\()\s*["'](\.[^"']*)["']/g;

/** The relative paths that a source file imports, as they are written. */
export function specifiers(source: string): string[] {
  const code = source.replace(COMMENT_OR_STRING, (text) => (text.startsWith("/") ? " " : text));
  return [...code.matchAll(SPECIFIER)].map(([, specifier = ""]) => specifier);
}

/** Reads all TypeScript files below a folder. Throws an error for an import that leads to no file. */
export function readImports(folder: string): Imports {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  return new Map(
    files.sort().map((file) => {
      const imported = specifiers(readFileSync(join(folder, file), "utf8")).map((it) => resolve(folder, file, it));
      return [file, new Set(imported)];
    }),
  );
}

/** AssemblyScript writes no extension, and what loads a file of the build writes that of JavaScript. */
function resolve(folder: string, file: string, specifier: string): string {
  const path = join(dirname(file), specifier);
  const found = [path, `${path}.ts`, path.replace(/\.js$/, ".ts"), `${path}/index.ts`].find(
    (candidate) => candidate.endsWith(".ts") && existsSync(join(folder, candidate)),
  );
  if (found === undefined) throw new Error(`${join(folder, file)} imports "${specifier}", and there is no such file`);
  return normalize(found);
}
