// The tarball, installed by npm into an empty folder without scripts, and used as the README says. Other package managers
// are in test/ecosystem.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { suite, test } from "node:test";
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
function application(): string {
  const folder = mkdtempSync(join(tmpdir(), "rein-application-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "application", private: true }));
  for (const program of ["use.mjs", "use.cjs"]) {
    cpSync(join(import.meta.dirname, "programs", program), join(folder, program));
  }
  return folder;
}

/** The README's programs, each named by its first line; what they print. */
const shown: Readonly<Record<string, RegExp>> = {
  "function.mjs": /^childProcess is process 2$/,
  "program.mjs": /event: 'started'[\s\S]*event: 'exited'[\s\S]*\nworking$/,
  "template.mjs": /^two words three more words$/,
  "commonjs.cjs": /^rein \d/,
};

function readmePrograms(): Map<string, string> {
  const blocks = readFileSync(join(root, "README.md"), "utf8").matchAll(/^```js\n\/\/ (\S+)\n([\s\S]*?)^```$/gm);
  return new Map([...blocks].map(([, name = "", code = ""]) => [name, code]));
}

const quiet = ["--no-audit", "--no-fund", "--fetch-retries=1"];

/** Uses what is installed in a folder. */
function use(node: Node, folder: string): void {
  const path = output(node, folder, ["node", "use.mjs"]);
  assert.ok(path.endsWith(`dist/linux-${process.arch}/rein`), path);
  assert.equal(output(node, folder, ["node", "use.cjs"]), `required ${path}`);
}

for (const node of nodes) {
  suite(`Node.js ${node.version}, installed by npm`, { skip: node.unavailable }, () => {
    const folder = application();
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
