// A program that is started again for its functions, bundled and run as it is by strangers.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { executablePath } from "rein";
import { area } from "./support/combination.ts";
import { Functions, inCommonJs, program, typed } from "./support/functions.ts";
import { begin, output } from "./support/project.ts";

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

for (const { what, words } of [
  { what: "`tsx main.ts`, ESM", words: ["tsx", "main.ts"] },
  { what: "`tsx main.cts`, CommonJS", words: ["tsx", "main.cts"] },
  { what: "`node --import tsx main.ts`", words: ["node", "--import", "tsx", "main.ts"] },
]) {
  combine({
    tool: "tsx",
    what,
    async run(t, node) {
      const files = { "main.ts": typed(program), "main.cts": typed(program.replace("await main()", "main()")) };
      await new Functions(t, node, files).work(words);
    },
  });
}

const ownTool = { tool: "Node.js", version: "" } as const;

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

const testFile = readFileSync(join(import.meta.dirname, "programs/functions.test.mjs"), "utf8");

for (const { what, words, more = [] } of [
  { what: "`node --test`, two files", words: ["--test"], more: ["other.test.mjs"] },
  { what: "`node main.test.mjs`, without the runner", words: [] },
]) {
  combine({
    ...ownTool,
    what,
    async run(t, node) {
      const functions = new Functions(t, node, { "main.test.mjs": testFile, "other.test.mjs": testFile });
      const { status, stdout } = await functions.run(["node", ...words, "main.test.mjs", ...more]);
      assert.equal(status, 0, stdout);
      const each = [...more, "main"].length;
      assert.deepEqual(functions.started(), [...Array(each).fill("node"), ...Array(each).fill("words")]);
      await functions.nobodyIsLeft();
    },
  });
}

combine({
  ...ownTool,
  what: "`node --test --test-isolation=none`",
  async run(t, node) {
    const functions = new Functions(t, node, { "main.test.mjs": testFile });
    const isolation = node.version === 22 ? "--experimental-test-isolation=none" : "--test-isolation=none";
    const words = ["node", "--test", isolation, "main.test.mjs"];
    await functions.refuse(words, /the main program is Node\.js's test runner/);
    const script = JSON.stringify({ script: join(functions.folder, "main.test.mjs") });
    const { status, stdout } = await functions.run(words, { FUNCTIONS_OPTIONS: script });
    assert.equal(status, 0, stdout);
    assert.deepEqual(functions.started(), ["node", "words"]);
    await functions.nobodyIsLeft();
    return "with `script`";
  },
});

const watched = `import { command, init, register } from "rein";
  register("waiting", async () => {
    process.on("SIGTERM", () => { console.log("stopped"); process.exit(); });
    setInterval(() => {}, 1000);
    console.log("waiting");
  });
  register("telling", async () => {
    await import("node:os");
    process.send("hello");
    process.disconnect();
  });
  if (!init()) {
    const messages = [];
    for await (const message of command("telling", { ipc: true }).getEachMessage()) messages.push(message);
    console.log(JSON.stringify(messages));
    await command("waiting", { stdout: "inherit" });
  }`;

combine({
  ...ownTool,
  what: "`node --watch`, a change while a function runs",
  async run(t, node) {
    const functions = new Functions(t, node, { "main.mjs": watched });
    const { environment } = functions;
    const watching = begin(t, node, functions.folder, ["node", "--watch", "main.mjs"], { environment });
    for (const turn of ["first", "second"]) {
      assert.equal((await watching.lineMatching(/^\[.*/))[0], '["hello"]', turn);
      await watching.lineMatching(/^waiting$/);
      if (turn === "second") break;
      functions.change("main.mjs", `${watched}\n`);
      await watching.lineMatching(/^stopped$/);
    }
    watching.process.kill("SIGTERM");
    await watching.lineMatching(/^stopped$/);
    await watching.exit();
    await functions.nobodyIsLeft();
  },
});
