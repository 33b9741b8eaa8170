// rein/auto in what bundlers make of a program: no file is beside it, and of import.meta little is left.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
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
    banner:
      format === "esm"
        ? { js: 'import { createRequire as forBundle } from "node:module"; var require = forBundle(import.meta.url);' }
        : {},
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

suite("where a bundler has put the executable", async () => {
  const main = join(folder, "placed/main.mjs");
  mkdirSync(join(folder, "placed"));
  copyFileSync(await bundle("esm"), main);
  const copy = join(folder, `linux-${process.arch}/rein`);
  mkdirSync(join(folder, `linux-${process.arch}`));

  test("it is found, and gets the mode again that it has lost", async (t) => {
    copyFileSync(given, copy);
    chmodSync(copy, 0o644);
    const { stdout } = await runCommand(t, [process.execPath, main]);
    assert.match(stdout, new RegExp(`${copy}\n$`));
    assert.equal(statSync(copy).mode & 0o777, 0o755);
  });

  test("another user's is refused", {
    skip: process.getuid?.() !== 0 && "only root can give files to others",
  }, async (t) => {
    chownSync(copy, 1234, 1234);
    const { stdout } = await runCommand(t, [process.execPath, main]);
    assert.match(stdout, /ERR_REIN_EXECUTABLE\n$/);
  });
});

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
