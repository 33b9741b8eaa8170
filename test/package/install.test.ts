// The tarball, installed into an empty folder without scripts, and used as the README says.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { cached } from "../library/support/cache.ts";
import { type Node, nodes } from "../library/support/nodes.ts";
import { asPid1, noPid1 } from "../library/support/pid-1.ts";
import { root, tarball } from "./support/tarball.ts";

/** A program's output; what it says otherwise is in the failure. */
function output(
  node: Node,
  folder: string,
  words: readonly string[],
  environment: Record<string, string> = {},
): string {
  const [file = "", ...args] = words;
  const { status, stdout, stderr, error } = spawnSync(file, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, PATH: `${dirname(node.path)}${delimiter}${process.env.PATH}`, ...environment },
  });
  assert.equal(status, 0, `${words.join(" ")}: ${error?.message ?? ""}${stdout}${stderr}`);
  return stdout.trim();
}

/** An application's folder with nothing but what it says of itself. */
function application(t: TestContext | undefined, more: object = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "rein-application-"));
  t?.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "application", private: true, ...more }));
  for (const program of ["use.mjs", "use.cjs", "types.ts"]) {
    cpSync(join(import.meta.dirname, "programs", program), join(folder, program));
  }
  return folder;
}

/** The README's programs, each named by its first line; what they print. */
const shown: Readonly<Record<string, RegExp>> = {
  "function.mjs": /^childProcess is process 2$/,
  "program.mjs": /event: 'started'[\s\S]*event: 'exited'[\s\S]*\nworking$/,
  "commonjs.cjs": /^rein \d/,
};

function readmePrograms(): Map<string, string> {
  const blocks = readFileSync(join(root, "README.md"), "utf8").matchAll(/^```js\n\/\/ (\S+)\n([\s\S]*?)^```$/gm);
  return new Map([...blocks].map(([, name = "", code = ""]) => [name, code]));
}

const quiet = ["--no-audit", "--no-fund", "--fetch-retries=1"];

/** Uses what is installed in a folder; `words` run Node.js there. */
function use(
  node: Node,
  folder: string,
  words: readonly string[] = ["node"],
  environment: Record<string, string> = {},
): void {
  const path = output(node, folder, [...words, "use.mjs"], environment);
  assert.ok(path.endsWith(`dist/linux-${process.arch}/rein`), path);
  assert.equal(output(node, folder, [...words, "use.cjs"], environment), `required ${path}`);
}

for (const node of nodes) {
  suite(`Node.js ${node.version}, installed by npm`, { skip: node.unavailable }, () => {
    const folder = application(undefined);
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
    const bin = join(folder, "node_modules/.bin/rein");

    test("installs without scripts and optional dependencies", () => {
      output(node, folder, ["npm", "install", "--ignore-scripts", "--omit=optional", ...quiet, tarball]);
      const { version } = JSON.parse(readFileSync(join(folder, "node_modules/rein/package.json"), "utf8"));
      assert.equal(version, JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version);
    });

    test("import and require", () => use(node, folder));

    for (const [name, printed] of Object.entries(shown)) {
      test(`the README's ${name}`, () => {
        writeFileSync(join(folder, name), readmePrograms().get(name) ?? assert.fail("the README does not show it"));
        assert.match(output(node, folder, ["node", name]), printed);
      });
    }

    test("its command", () => {
      assert.equal(output(node, folder, [bin, "-g", "--", "sh", "-c", "echo hello"]), "hello");
    });

    test("--install into an image, without Node.js in between from then on", () => {
      const target = join(folder, "usr-local-bin-rein");
      output(node, folder, [bin, "--install", target]);
      assert.equal(output(node, folder, [target, "echo", "installed"]), "installed");
    });

    test("rein/auto as PID 1: the server is not", { skip: noPid1 }, () => {
      const words = [...asPid1, node.path, "--import", "rein/auto", "--print", "process.pid > 1 && process.ppid"];
      assert.equal(output(node, folder, words), "1");
    });

    test("rein/auto elsewhere does nothing", () => {
      const words = ["node", "--import", "rein/auto", "--print", "process.argv0"];
      assert.equal(output(node, folder, words), "node");
    });
  });
}

const current: Node = { version: 0, path: process.execPath, unavailable: false };

test("its types, for a program that is checked strictly", (t) => {
  const folder = application(t, { type: "module" });
  mkdirSync(join(folder, "node_modules"));
  output(current, folder, ["npm", "install", "--ignore-scripts", ...quiet, tarball]);
  for (const types of ["@types/node", "undici-types"]) {
    cpSync(join(root, "node_modules", types), join(folder, "node_modules", types), { recursive: true });
  }
  const options = "--noEmit --strict --exactOptionalPropertyTypes --target esnext --module nodenext --types node";
  output(current, folder, [join(root, "node_modules/.bin/tsc"), ...options.split(" "), "types.ts"]);
});

suite("other package managers", () => {
  const pnpm = cached("pnpm@12.21.0");
  test("pnpm, which runs no scripts and hoists nothing", { skip: pnpm.unavailable }, (t) => {
    const folder = application(t);
    const words = [process.execPath, join(pnpm.folder, "node_modules/pnpm/bin/pnpm.mjs")];
    const store = ["--store-dir", join(folder, ".store")];
    output(current, folder, [...words, "add", ...store, tarball]);
    use(current, folder);
    assert.equal(output(current, folder, [join(folder, "node_modules/.bin/rein"), "echo", "hello"]), "hello");
  });

  const yarn = cached("@yarnpkg/cli-dist@4.18.1");
  for (const linker of ["pnp", "node-modules"]) {
    test(`Yarn with ${linker}`, { skip: yarn.unavailable }, (t) => {
      const folder = application(t);
      writeFileSync(join(folder, "yarn.lock"), "");
      const words = [process.execPath, join(yarn.folder, "node_modules/@yarnpkg/cli-dist/bin/yarn.js")];
      const environment = {
        YARN_NODE_LINKER: linker,
        YARN_ENABLE_GLOBAL_CACHE: "false",
        YARN_ENABLE_TELEMETRY: "false",
        YARN_ENABLE_SCRIPTS: "false",
        YARN_GLOBAL_FOLDER: join(folder, ".yarn-global"),
      };
      output(current, folder, [...words, "add", `rein@file:${tarball}`], environment);
      use(current, folder, [...words, "node"], environment);
      assert.equal(output(current, folder, [...words, "rein", "echo", "hello"], environment), "hello");
    });
  }
});
