// A program that registers functions where something else runs it: test runners, what watches files, process managers.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Node } from "../library/support/nodes.ts";
import { eventually } from "../support/waiting.ts";
import { area } from "./support/combination.ts";
import { Functions } from "./support/functions.ts";
import { begin, type Files } from "./support/project.ts";

const combine = area("Where functions are registered");
const ownTool = { tool: "Node.js", version: "" } as const;

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

/** The test of another runner, whose main script is its own: it is refused, and works with a script as docs/frameworks.md has it. */
async function needScript(
  t: TestContext,
  node: Node,
  {
    words,
    test,
    more = {},
    files = {},
  }: { words: readonly string[]; test: string; more?: Record<string, string>; files?: Files },
): Promise<string> {
  const text = testFile.replace('import { test } from "node:test";', test);
  const functions = new Functions(t, node, { "main.test.mjs": text, ...files });
  const refusal = await functions.run(words, more);
  const output = refusal.stdout + refusal.stderr;
  assert.match(
    output,
    /node_modules\/.* would be started for "words", and it is registered by .*main\.test\.mjs; give the option script/,
  );
  assert.notEqual(refusal.status, 0);
  assert.deepEqual(functions.started(), ["node"]);
  const { stdout, stderr, status } = await functions.run(words, { ...more, ...functions.script });
  assert.equal(status, 0, stdout + stderr);
  assert.deepEqual(functions.started(), ["node", "words"]);
  await functions.nobodyIsLeft();
  return "with `script`";
}

for (const pool of ["forks", "threads", "vmThreads"]) {
  combine({
    tool: "vitest",
    what: `\`vitest run --pool=${pool}\``,
    ...(pool === "forks" ? {} : { short: "never" as const }),
    run: (t, node) =>
      needScript(t, node, { words: ["vitest", "run", `--pool=${pool}`], test: 'import { test } from "vitest";' }),
  });
}

/** With the condition `module` rein loads what it needs by `import`. */
const jestFiles = (conditions: readonly string[] = []): Files => ({
  "jest.config.mjs": `export default {
    testMatch: ["**/main.test.*js"],
    transform: {},
    testEnvironmentOptions: { customExportConditions: ${JSON.stringify(["node", "node-addons", ...conditions])} },
  };`,
});
const vmModules = { NODE_OPTIONS: "--experimental-vm-modules" };

for (const { what, on, conditions } of [
  { what: "", on: [24, 26], conditions: [] },
  { what: ', `customExportConditions: ["node", "node-addons", "module"]`', on: [22, 24], conditions: ["module"] },
]) {
  combine({
    tool: "jest",
    what: `ESM, \`NODE_OPTIONS=--experimental-vm-modules\`${what}`,
    on,
    ...(conditions.length === 0 ? {} : { short: "never" as const }),
    run: (t, node) => needScript(t, node, { words: ["jest"], test: "", more: vmModules, files: jestFiles(conditions) }),
  });
}

const required = `const { command } = require("rein");
  test("a function", async () => {
    const { stdout } = await command("words", ["one"], { reject: false, script: process.cwd() + "/functions.mjs" });
    expect(stdout).toBe("one");
  });`;
for (const { more, what, known } of [
  {
    what: 'CommonJS, `require("rein")`, `NODE_OPTIONS=--experimental-vm-modules`',
    more: vmModules,
    known: (version: number) =>
      version === 22 ? "jest has `require()` of ESM from Node.js 24.9 on: import it in a test that is ESM" : undefined,
  },
  {
    what: 'CommonJS, `require("rein")`',
    more: {},
    known: "jest takes ESM, as this package is, with `NODE_OPTIONS=--experimental-vm-modules` only",
  },
]) {
  combine({
    tool: "jest",
    what,
    short: "never",
    known,
    async run(t, node) {
      const functions = new Functions(t, node, { "main.test.cjs": required, ...jestFiles() });
      const { status, stdout, stderr } = await functions.run(["jest"], more);
      if (/Must use import to load ES Module/.test(stderr)) throw new Error("require() of ESM is refused by jest");
      assert.equal(status, 0, stdout + stderr);
      assert.deepEqual(functions.started(), ["words"]);
      await functions.nobodyIsLeft();
    },
  });
}

for (const { what, words, short } of [
  { what: "`mocha main.test.mjs`", words: [], short: {} },
  { what: "`mocha --parallel main.test.mjs`", words: ["--parallel"], short: { short: "never" } as const },
]) {
  combine({
    tool: "mocha",
    what,
    ...short,
    run: (t, node) =>
      needScript(t, node, { words: ["mocha", ...words, "main.test.mjs"], test: "const { it: test } = globalThis;" }),
  });
}

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

const watchers: readonly {
  tool: string;
  version?: string;
  what: string;
  words: readonly string[];
  watches?: RegExp;
}[] = [
  { ...ownTool, what: "`node --watch main.mjs`, a change while a function runs", words: ["node", "--watch"] },
  { tool: "tsx", what: "`tsx watch main.mjs`, a change while a function runs", words: ["tsx", "watch"] },
  {
    tool: "nodemon",
    what: "`nodemon --verbose main.mjs`, a change while a function runs",
    words: ["nodemon", "--verbose"],
    // It starts the program before.
    watches: /watching \d+ files/,
  },
];
for (const { words, watches = /^/, ...shown } of watchers) {
  combine({
    ...shown,
    async run(t, node) {
      const functions = new Functions(t, node, { "main.mjs": watched });
      const { environment } = functions;
      const watching = begin(t, node, functions.folder, [...words, "main.mjs"], { environment });
      for (const turn of ["first", "second"]) {
        assert.equal((await watching.lineMatching(/^\[".*/))[0], '["hello"]', turn);
        await watching.lineMatching(/^waiting$/);
        if (turn === "second") break;
        await eventually("the files are watched", () => watches.test(watching.stdout.text));
        functions.change("main.mjs", `${watched}\n`);
        await watching.lineMatching(/^stopped$/);
      }
      watching.process.kill("SIGTERM");
      await watching.lineMatching(/^stopped$/);
      await watching.exit();
      await functions.nobodyIsLeft();
    },
  });
}

const managed = `import { appendFileSync } from "node:fs"; import { basename } from "node:path";
  import { command, init, register } from "rein";
  appendFileSync(process.env.FUNCTIONS_LOG, basename(process.argv0) + "\\n");
  register("waiting", async () => {
    setInterval(() => {}, 1000);
    console.log("waiting");
  });
  if (!init()) {
    try { command("waiting"); } catch (error) { console.log(error.message); }
    // In cluster mode its standard output is not the one that others inherit.
    for await (const line of command("waiting", { script: import.meta.filename })) console.log(line);
  }`;

for (const { mode, words } of [
  { mode: "fork", words: [] },
  { mode: "cluster", words: ["-i", "2"] },
]) {
  combine({
    tool: "pm2",
    what: `\`pm2 start main.mjs ${words.join(" ")}\`, ${mode} mode, then \`pm2 kill\` while a function runs`.replace(
      " `,",
      "`,",
    ),
    ...(mode === "fork" ? {} : { short: "never" as const }),
    async run(t, node) {
      const each = words.length === 0 ? 1 : 2;
      // Its sockets have a path of at most 107 bytes.
      const home = mkdtempSync(join(tmpdir(), "rein-pm2-"));
      t.after(() => rmSync(home, { recursive: true, force: true }));
      const functions = new Functions(t, node, { "main.mjs": managed });
      const more = { PM2_HOME: home, PM2_DISCRETE_MODE: "true" };
      const out = join(functions.folder, "out");
      try {
        const starting = ["pm2", "start", "main.mjs", ...words, "--merge-logs", "--output", out, "--error", out];
        const { status, stderr } = await functions.run(starting, more);
        assert.equal(status, 0, stderr);
        await eventually(
          "the functions run",
          () => existsSync(out) && readFileSync(out, "utf8").match(/^waiting$/gm)?.length === each,
        );
      } finally {
        await functions.run(["pm2", "kill"], more);
      }
      const text = readFileSync(out, "utf8");
      const refusals = text.match(/^\S*\/pm2\/lib\/\S+ would be started for "waiting", .*; give the option script: /gm);
      assert.equal(refusals?.length, each, text);
      assert.deepEqual(functions.started(), [...Array(each).fill("node"), ...Array(each).fill("waiting")]);
      await functions.nobodyIsLeft();
      return "with `script`";
    },
  });
}
