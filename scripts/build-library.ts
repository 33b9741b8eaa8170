/**
 * Builds the library: checks its types, writes their declarations, and bundles
 * its modules, for which Node.js otherwise needs a third of a millisecond each.
 *
 *   node scripts/build-library.ts
 *
 * Writes dist/library.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "src/library");
const output = join(root, "dist/library");
const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { engines: { node: string } };

// Names of what several bundles share change with its content: nothing old may stay.
rmSync(output, { recursive: true, force: true });
const compiler = join(root, "node_modules/.bin/tsc");
const { status } = spawnSync(process.execPath, [compiler, "-p", join(source, "tsconfig.json")], { stdio: "inherit" });
// It has said what is wrong.
if (status !== 0) process.exit(1);

/** Imported, each of Node.js's own modules takes a millisecond or more that a started function waits for; asked for, none. */
const builtinModules: Plugin = {
  name: "builtin-modules",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: "builtin" }));
    onLoad({ filter: /^/, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

/** All other processes do not even have it compiled. It imports nothing, and so can stand in a function. */
const onlyAsFirstProcess = {
  // No expression in parentheses: V8 compiles that at once.
  banner: { js: "function asFirstProcess() {" },
  footer: { js: "}\nif (process.pid === 1) asFirstProcess();" },
  minify: true,
};

// Each list loads what it shares from one place, as the table of registered functions is; what is not in one list does
// not make each other's bundles smaller, and so more.
for (const modules of [["index.ts", "bundled.ts", "reexec.ts", "execa.ts"], ["auto.ts"], ["cli.ts"]]) {
  await build({
    entryPoints: modules.map((name) => join(source, name)),
    outdir: output,
    bundle: true,
    splitting: true,
    chunkNames: "shared-[hash]",
    format: "esm",
    platform: "node",
    // The oldest that the package is for.
    target: engines.node.replace(">=", "node"),
    packages: "external",
    plugins: [builtinModules],
    ...(modules.includes("auto.ts") ? onlyAsFirstProcess : {}),
    charset: "utf8",
    logLevel: "warning",
  });
}
