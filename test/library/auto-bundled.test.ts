// rein/auto in what bundlers make of a program: no file is beside it, and of import.meta little is left.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { build } from "esbuild";
import { executablePath } from "rein";
import { runCommand } from "../support/rein.ts";
import { nodes } from "./support/nodes.ts";
import { asPid1, noPid1 } from "./support/pid-1.ts";

const folder = mkdtempSync(join(tmpdir(), "rein-bundled-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const program = `import "rein/auto"; import { executablePath } from "rein";
  let path; try { path = executablePath(); } catch (error) { path = error.code; }
  console.log(process.pid === 1, process.ppid, ...process.argv.slice(2), path);`;

/** Bundles the program; returns the file's path. */
async function bundle(format: "esm" | "cjs", external: readonly string[] = []): Promise<string> {
  const outfile = join(folder, format === "esm" ? "main.mjs" : "main.cjs");
  await build({
    stdin: { contents: program, resolveDir: import.meta.dirname },
    outfile,
    bundle: true,
    platform: "node",
    format,
    external: [...external],
    // A bundle of ESM has no require of its own, for those of its parts that are CommonJS.
    banner: format === "esm" ? { js: 'import{createRequire as c}from"module";var require=c(import.meta.url);' } : {},
    logOverride: { "empty-import-meta": "silent" },
  });
  return outfile;
}

const given = executablePath();
const kinds: readonly (readonly [string, () => Promise<string>])[] = [
  ["ESM", () => bundle("esm")],
  ["CommonJS", () => bundle("cjs")],
];

for (const [kind, make] of kinds) {
  suite(`bundled by esbuild as ${kind}`, { skip: noPid1 }, async () => {
    const main = await make();
    for (const { version, path: node, unavailable } of nodes) {
      test(`Node.js ${version} stays PID 1, and says what is missing`, { skip: unavailable }, async (t) => {
        const { stdout, stderr, status } = await runCommand(t, [...asPid1, node, main, "-x"]);
        assert.deepEqual([stdout, status], ["true 0 -x ERR_REIN_UNSUPPORTED\n", 0]);
        assert.match(stderr, /^rein: .*REIN_EXECUTABLE.*; Node\.js stays the first process of this container\n$/);
      });

      test(`Node.js ${version} is below the executable whose path is set`, { skip: unavailable }, async (t) => {
        const environment = { REIN_EXECUTABLE: given };
        const { stdout, stderr, status } = await runCommand(t, [...asPid1, node, main, "-x"], { environment });
        assert.deepEqual([stdout, stderr, status], [`false 1 -x ${given}\n`, "", 0]);
      });
    }
  });
}

const newest = nodes.find(({ version }) => version === 26);

suite("a single executable application as PID 1", { skip: newest?.unavailable || noPid1 }, async () => {
  const main = await bundle("cjs");
  const path = join(folder, "application");
  const configuration = join(folder, "sea.json");
  writeFileSync(configuration, JSON.stringify({ main, output: path, disableExperimentalSEAWarning: true }));
  execFileSync(newest?.path ?? "", ["--build-sea", configuration], { stdio: "ignore" });

  test("stays it, and says what is missing", async (t) => {
    const { stdout, stderr } = await runCommand(t, [...asPid1, path, "-x"]);
    assert.equal(stdout, "true 0 -x ERR_REIN_UNSUPPORTED\n");
    assert.match(stderr, /^rein: .*REIN_EXECUTABLE.*; Node\.js stays the first process of this container\n$/);
  });

  test("is below the executable whose path is set", async (t) => {
    const { stdout, stderr } = await runCommand(t, [...asPid1, path, "-x"], {
      environment: { REIN_EXECUTABLE: given },
    });
    assert.deepEqual([stdout, stderr], [`false 1 -x ${given}\n`, ""]);
  });
});
