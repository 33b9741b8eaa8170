/**
 * Writes what is generated from the table of options (src/options), and is checked in.
 *
 *   node scripts/generate.ts           writes all of it
 *   node scripts/generate.ts --check   names each file that is not current, and exits with 1
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { generatedFiles } from "./generate/files.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });

/** Undefined for a file that is not there. */
function contentOf(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

const old = generatedFiles().filter(({ path, content }) => contentOf(path) !== content);
for (const { path, content } of old) {
  if (values.check) console.error(`${path} is not current: run scripts/make generated`);
  else {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    console.error(`${path} is written`);
  }
}
if (values.check && old.length > 0) process.exitCode = 1;
