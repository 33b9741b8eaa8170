// A program that is started again for its functions, bundled and run as it is by strangers.

import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { executablePath } from "rein";
import { cached } from "../library/support/cache.ts";
import type { Node } from "../library/support/nodes.ts";
import { area } from "./support/combination.ts";
import { Functions, inCommonJs, program, typed, withoutAwait } from "./support/functions.ts";
import { output } from "./support/project.ts";

const combine = area("Where functions are registered");
const executable = { REIN_EXECUTABLE: executablePath() };

// What execa needs has a require of its own, which a bundle in ESM has not: esbuild's documentation.
const requireBanner =
  'import { createRequire as forBundle } from "node:module"; const require = forBundle(import.meta.url);';
const bundles = [
  {
    what: "`--bundle --platform=node --format=esm`, with a `require` in its banner, `REIN_EXECUTABLE`",
    words: ["functions.mjs", "--format=esm", `--banner:js=${requireBanner}`, "--outfile=out/main.mjs"],
  },
  {
    what: "`--bundle --platform=node --format=cjs --minify`, `REIN_EXECUTABLE`",
    words: ["functions.cjs", "--format=cjs", "--minify", "--outfile=out/main.cjs"],
  },
  {
    what: "`--bundle --platform=node --format=esm --packages=external`",
    words: ["functions.mjs", "--format=esm", "--packages=external", "--outfile=out/main.mjs"],
    variables: {},
  },
];
for (const { what, words, variables = executable } of bundles) {
  combine({
    tool: "esbuild",
    what,
    async run(t, node) {
      const functions = new Functions(t, node);
      await output(t, node, functions.folder, [
        "esbuild",
        ...words,
        "--bundle",
        "--platform=node",
        "--log-level=error",
      ]);
      const main = words.at(-1)?.split("=")[1] ?? "";
      await functions.work(["node", main], { more: variables });
    },
  });
}

combine({
  tool: "rollup",
  what: "ESM and CommonJS with `@rollup/plugin-node-resolve` and `@rollup/plugin-commonjs`, `REIN_EXECUTABLE`",
  async run(t, node) {
    const functions = new Functions(t, node, {
      "main.mjs": withoutAwait,
      "rollup.config.mjs": `import commonjs from "@rollup/plugin-commonjs"; import resolve from "@rollup/plugin-node-resolve";
        const plugins = [resolve({ preferBuiltins: true, exportConditions: ["node"] }), commonjs()];
        const output = (format, entryFileNames) => ({ dir: "out", format, entryFileNames });
        export default [
          { input: "functions.mjs", output: output("esm", "[name].mjs"), plugins },
          { input: "main.mjs", output: output("cjs", "[name].cjs"), plugins },
        ];`,
    });
    await output(t, node, functions.folder, ["rollup", "--silent", "--config", "rollup.config.mjs"]);
    for (const main of ["out/functions.mjs", "out/main.cjs"])
      await functions.work(["node", main], { more: executable });
  },
});

for (const { what, entry, main, esm, short } of [
  { what: "ESM", entry: "functions.mjs", main: "main.mjs", esm: true, short: {} },
  { what: "CommonJS", entry: "functions.cjs", main: "main.cjs", esm: false, short: { short: "never" } as const },
]) {
  combine({
    tool: "webpack",
    what: `\`target: "node22"\`, \`mode: "production"\`, ${what}; the executable is among its assets`,
    ...short,
    async run(t, node) {
      const module = { output: { module: true, chunkFormat: "module" }, experiments: { outputModule: true } };
      const configuration = { mode: "production", target: "node22", entry: `./${entry}`, ...(esm ? module : {}) };
      const functions = new Functions(t, node, {
        "webpack.config.mjs": `const configuration = ${JSON.stringify(configuration)};
          const output = { ...configuration.output, path: import.meta.dirname + "/out", filename: "${main}" };
          export default { ...configuration, output };`,
      });
      await output(t, node, functions.folder, ["webpack", "build"]);
      await functions.work(["node", `out/${main}`]);
    },
  });
}

const ownTool = { tool: "Node.js", version: "" } as const;

/** Makes a single executable application of the program, with options of its own, and runs it. */
async function useApplication(
  t: TestContext,
  node: Node,
  extension: "cjs" | "mjs",
  make: (functions: Functions, configuration: object) => Promise<void>,
): Promise<void> {
  const functions = new Functions(t, node);
  const format = extension === "cjs" ? ["cjs"] : ["esm", `--banner:js=${requireBanner}`];
  const words = [`functions.${extension}`, `--format=${format[0]}`, ...format.slice(1), `--outfile=main.${extension}`];
  await output(t, node, functions.folder, ["esbuild", ...words, "--bundle", "--platform=node", "--log-level=error"]);
  await make(functions, {
    main: `main.${extension}`,
    ...(extension === "mjs" ? { mainFormat: "module" } : {}),
    execArgv: ["--stack-trace-limit=33"],
    disableExperimentalSEAWarning: true,
  });
  await functions.work(["./application"], { more: executable, main: "application" });
}

for (const extension of ["cjs", "mjs"] as const) {
  combine({
    ...ownTool,
    what: `a single executable application, \`--build-sea\`, ${extension === "cjs" ? "CommonJS" : "ESM"}, \`execArgv\`, \`REIN_EXECUTABLE\``,
    on: [26],
    short: "everywhere",
    run: (t, node) =>
      useApplication(t, node, extension, async (functions, configuration) => {
        functions.change("sea.json", JSON.stringify({ ...configuration, output: "application" }));
        await output(t, node, functions.folder, ["node", "--build-sea", "sea.json"]);
      }),
  });
}

const postject = cached("postject@1.0.0-alpha.6");
combine({
  tool: "postject",
  version: "1.0.0-alpha.6",
  what: "a single executable application, CommonJS, `execArgv`, `REIN_EXECUTABLE`",
  on: [22, 24],
  short: "never",
  skip: postject.unavailable,
  run: (t, node) =>
    useApplication(t, node, "cjs", async (functions, configuration) => {
      functions.change("sea.json", JSON.stringify({ ...configuration, output: "blob" }));
      await output(t, node, functions.folder, ["node", "--experimental-sea-config", "sea.json"]);
      copyFileSync(node.path, join(functions.folder, "application"));
      const fuse = ["--sentinel-fuse", "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2"];
      const inject = join(postject.folder, "node_modules/.bin/postject");
      await output(t, node, functions.folder, [inject, "application", "NODE_SEA_BLOB", "blob", ...fuse]);
    }),
});

for (const { what, words } of [
  { what: "`tsx main.ts`, ESM", words: ["tsx", "main.ts"] },
  { what: "`tsx main.cts`, CommonJS", words: ["tsx", "main.cts"] },
  { what: "`node --import tsx main.ts`", words: ["node", "--import", "tsx", "main.ts"] },
]) {
  combine({
    tool: "tsx",
    what,
    async run(t, node) {
      const files = { "main.ts": typed(program), "main.cts": typed(withoutAwait) };
      await new Functions(t, node, files).work(words);
    },
  });
}

for (const { what, words } of [
  { what: "`node main.mjs`", words: ["node", "functions.mjs"] },
  { what: "`node main.cjs`", words: ["node", "functions.cjs"] },
  { what: "`node main`, without its extension", words: ["node", "main"] },
  { what: "`node -e`", words: ["node", "-e", inCommonJs] },
  { what: "`node --input-type=module --eval=`", words: ["node", "--input-type=module", `--eval=${program}`] },
]) {
  combine({
    ...ownTool,
    what,
    async run(t, node) {
      const files = { "main.js": inCommonJs, "package.json": { name: "application", private: true } };
      await new Functions(t, node, files).work(words);
    },
  });
}

for (const { what, command } of [
  { what: "standard input", command: "exec node <functions.cjs" },
  {
    what: "standard input, `--input-type=module`, `-`",
    command: "exec node --input-type=module - one two <functions.mjs",
  },
]) {
  combine({
    ...ownTool,
    what,
    run: (t, node) => new Functions(t, node).needScript(["sh", "-c", command], /came from standard input/),
  });
}

/** Starts a worker. */
const starts = (worker: string, options = "{}"): string =>
  `const { readFileSync } = require("node:fs"); const { pathToFileURL } = require("node:url");
  new (require("node:worker_threads").Worker)(${worker}, ${options}).on("exit", (code) => { process.exitCode = code; });`;
const workerOfFile = starts('pathToFileURL("functions.mjs")');

for (const { what, words } of [
  { what: "a worker thread with a file of its own", words: ["node", "worker.cjs"] },
  { what: "a worker thread of `node -e`", words: ["node", "-e", workerOfFile] },
]) {
  combine({
    ...ownTool,
    what,
    run: (t, node) => new Functions(t, node, { "worker.cjs": workerOfFile }).work(words),
  });
}

combine({
  ...ownTool,
  what: "a worker thread of a text, `eval: true`",
  run: (t, node) =>
    new Functions(t, node, {
      "worker.cjs": starts('readFileSync("functions.cjs", "utf8")', "{ eval: true }"),
    }).needScript(["node", "worker.cjs"], /the text of a worker/),
});

const session = `const { command, init, register } = require("rein");
register("x", () => {});
init();
try { command("x"); } catch (error) { console.log(String(error)); }
(await command("words", ["one"], { script: process.cwd() + "/functions.mjs", reject: false })).stdout
`;
combine({
  ...ownTool,
  what: "the REPL",
  async run(t, node) {
    const functions = new Functions(t, node, { session });
    const { stdout } = await functions.run(["sh", "-c", "exec node --interactive <session"]);
    assert.match(stdout, /ReexecError: .* from standard input.*; give the option script: /);
    assert.match(stdout, /> 'one'$/m);
    assert.deepEqual(functions.started(), ["words"]);
    await functions.nobodyIsLeft();
    return "with `script`";
  },
});

const permissions = ["--permission", "--allow-fs-write=log"];
for (const { what, reads } of [
  { what: "`--allow-fs-read=*`", reads: () => ["*"] },
  {
    what: "`--allow-fs-read` of the application and its packages",
    reads: (folder: string) => [folder, join(folder, "../../node_modules")],
  },
]) {
  combine({
    ...ownTool,
    what: `\`--permission --allow-child-process\`, ${what}`,
    async run(t, node) {
      const functions = new Functions(t, node);
      const allowed = reads(functions.folder).map((path) => `--allow-fs-read=${path}`);
      const words = ["node", ...permissions, ...allowed, "--allow-child-process", "functions.mjs"];
      await functions.work(words, { more: { NODE_NO_WARNINGS: "1" } });
    },
  });
}

combine({
  ...ownTool,
  what: "`--permission` without `--allow-child-process`",
  async run(t, node) {
    const functions = new Functions(t, node, { "main.mjs": program.replace("reject: false, ", "") });
    const words = ["node", ...permissions, "--allow-fs-read=*", "main.mjs"];
    const { status, stderr } = await functions.run(words);
    assert.match(stderr, /ERR_ACCESS_DENIED/);
    assert.notEqual(status, 0);
    assert.deepEqual(functions.started(), ["node"]);
    await functions.nobodyIsLeft();
    return "refused, by Node.js";
  },
});

combine({
  ...ownTool,
  what: "`node:cluster`, in each of two workers",
  async run(t, node) {
    const functions = new Functions(t, node, {
      "main.mjs": `import cluster from "node:cluster";
        ${program.replace("await main()", "cluster.isPrimary ? [cluster.fork(), cluster.fork()] : main().finally(() => process.disconnect())")}`,
    });
    const { stdout, status } = await functions.run(["node", "main.mjs"]);
    assert.equal(stdout.match(/"words":\["one -e --watch","",3\],"outer":\["inner","",0\]/g)?.length, 2, stdout);
    assert.equal(status, 0);
    const twice = ["failing", "inner", "node", "outer", "words"].flatMap((name) => [name, name]);
    assert.deepEqual(functions.started(), [...twice, "node"].sort());
    await functions.nobodyIsLeft();
  },
});
