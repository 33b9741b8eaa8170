// The C program that the tests run under the init: compiled on its first use.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "payload");

/** Where what the tests build is kept: a folder that git ignores. */
export const cache: string = join(import.meta.dirname, "../../node_modules/.cache/rein-test");

/** Compiles C sources to a static executable, once for each content of them; throws with the compiler's words. */
export function compile(name: string, sources: readonly string[], options: readonly string[] = ["-static"]): string {
  const hash = createHash("sha256").update(options.join(" "));
  for (const source of sources) hash.update(readFileSync(source));
  const path = join(cache, `${name}-${hash.digest("hex").slice(0, 12)}`);
  if (existsSync(path)) return path;
  mkdirSync(cache, { recursive: true });
  // Under another name first: test files that run at once must never see half a file.
  const draft = `${path}.${process.pid}`;
  const inputs = sources.filter((source) => source.endsWith(".c"));
  const result = spawnSync("cc", ["-O1", ...options, "-o", draft, ...inputs], { encoding: "utf8" });
  if (result.error !== undefined) throw new Error(`no C compiler: ${result.error.message}`);
  if (result.status !== 0) throw new Error(`cc failed: ${result.stderr}`);
  renameSync(draft, path);
  return path;
}

function sources(): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}

let path = "";
let reason: string | false = false;
try {
  path = compile("payload", sources());
} catch (error) {
  reason = error instanceof Error ? error.message : String(error);
}

/** The payload's path; empty when it cannot be built. */
export const payload: string = path;
/** Why there is no payload, or false. */
export const payloadUnavailable: string | false = reason;
