// What README and docs show is run, to the letter, in an application that has installed the tarball. Each piece has to be
// known here: by what surrounds it, or by the test that runs it elsewhere.

import assert from "node:assert/strict";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Node } from "../library/support/nodes.ts";
import { asPid1, noPid1 } from "../library/support/pid-1.ts";
import { children } from "../support/processes.ts";
import { executable } from "../support/rein.ts";
import { area } from "./support/combination.ts";
import { begin, execute, output, project } from "./support/project.ts";

const combine = area("What the documentation shows");
const root = join(import.meta.dirname, "../..");

interface Piece {
  readonly page: string;
  readonly language: string;
  readonly code: string;
}

const pages = ["README.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)].filter((page) =>
  page.endsWith(".md"),
);
// Dockerfiles are built by scripts/test-docker.
const pieces = new Map<string, Piece>();
for (const page of pages) {
  const counts = new Map<string, number>();
  const text = readFileSync(join(root, page), "utf8");
  for (const [, language = "", code = ""] of text.matchAll(/^```(js|json|sh)\n([\s\S]*?)^```$/gm)) {
    const count = (counts.get(language) ?? 0) + 1;
    counts.set(language, count);
    pieces.set(`${page}: ${language} ${count}`, { page, language, code });
  }
}

type Try = (t: TestContext, node: Node, code: string) => Promise<void>;

/** Runs it as a program, behind what it takes from its surroundings; returns what it prints. */
async function program(t: TestContext, node: Node, code: string, before = "", after = ""): Promise<string> {
  const folder = project(t, { "program.mjs": `${before}\n${code}\n${after}` });
  return output(t, node, folder, ["node", "program.mjs"]);
}

const hasPython = existsSync("/usr/bin/python3");

const tries: Readonly<Record<string, Try>> = {
  "README.md: js 1": async (t, node, code) => {
    assert.equal(await program(t, node, code), "childProcess is process 2");
  },
  "README.md: js 2": async (t, node, code) => {
    assert.match(await program(t, node, code), /event: 'started'[\s\S]*event: 'exited'[\s\S]*\nworking$/);
  },
  "README.md: js 3": async (t, node, code) => {
    assert.equal(await program(t, node, code), "two words three more words");
  },
  "README.md: js 4": async (t, node, code) => {
    const folder = project(t, { "program.cjs": code });
    assert.match(await output(t, node, folder, ["node", "program.cjs"]), /^rein \d/);
  },
  "README.md: sh 2": async (t, node, code) => {
    const folder = project(t, {});
    const printed = await output(t, node, folder, ["sh", "-c", code.replaceAll(/^rein /gm, `${executable} `)]);
    assert.match(printed, /^uid=0[\s\S]*\busr$/);
  },
  "docs/reap-zombies.md: js 1": async (t, node, code) => {
    const folder = project(t, { "server.js": `${code}console.log(process.pid > 1, process.ppid);` });
    assert.equal(await output(t, node, folder, [...asPid1, node.path, "server.js"]), "true 1");
  },
  "docs/frameworks.md: js 1": async (t, node, code) => {
    const main = `import { command } from "rein"; import { script } from "./functions.mjs";
      console.log((await command("sum", ["1", "2"], { script })).stdout);`;
    const folder = project(t, { "functions.mjs": code, "main.mjs": main });
    assert.equal((await output(t, node, folder, ["node", "main.mjs"])).trim(), "3");
  },
  "docs/sandbox-a-script.md: js 1": async (t, node, code) => {
    assert.equal(await program(t, node, code, 'const file = "a.txt";'), "");
  },
  "docs/sandbox-a-script.md: js 2": async (t, node, code) => {
    if (!hasPython) return t.skip("python3 is not installed");
    const folder = project(t, {
      "program.mjs": `const folder = new URL("work", import.meta.url).pathname;\n${code}`,
      "work/script.py": 'import os; open("made", "w").write(os.environ["MODE"])',
    });
    if (process.getuid?.() === 0) {
      chownSync(join(folder, "work"), 2_000_001_000, 2_000_001_000);
      chmodSync(folder, 0o755);
    }
    await output(t, node, folder, ["node", "program.mjs"]);
    assert.equal(readFileSync(join(folder, "work/made"), "utf8"), "test");
  },
  "docs/stop-gracefully.md: js 1": async (t, node, code) => {
    const folder = project(t, {
      "server.mjs": `import { createServer } from "node:http";
const server = createServer().listen(0, () => console.log("listening"));
${code}`,
    });
    const running = begin(t, node, folder, [...asPid1, executable, "--", node.path, "server.mjs"]);
    await running.lineMatching(/^listening$/);
    for (const pid of children(running.process.pid ?? 0)) process.kill(pid, "SIGTERM");
    assert.equal((await running.closed()).status, 0);
  },
  "docs/stop-gracefully.md: json 1": async (t, node, code) => {
    const folder = project(t, {
      "package.json": code,
      "server.mjs":
        'import { readFileSync } from "node:fs";\nconsole.log(readFileSync("/proc/1/cmdline", "utf8").split("\\0").join(" "));',
    });
    const printed = await output(t, node, folder, [...asPid1, node.path, "--import", "rein/auto", "server.mjs"]);
    assert.match(printed, /^rein --stop-delay 5s --grace 20s --drain 5s /);
  },
  "docs/stop-gracefully.md: js 2": async (t, node, code) => {
    const folder = project(t, {
      "program.mjs": `const [file, output] = ["in.avi", "out.avi"];\n${code}\nprocess.exit();`,
      "bin/ffmpeg": '#!/bin/sh\necho "$@"\n',
    });
    chmodSync(join(folder, "bin/ffmpeg"), 0o755);
    const PATH = `${join(folder, "bin")}:${process.env.PATH}`;
    const { stdout } = await execute(t, node, folder, [node.path, "program.mjs"], { environment: { PATH } });
    assert.match(stdout, /^started\n[\s\S]*exited\n/);
  },
  "docs/move-from-bubblewrap.md: sh 1": async (t, node, code) => {
    const folder = project(t, {});
    mkdirSync(join(folder, "bin"));
    const script = code.replaceAll("/usr/local/bin", join(folder, "bin")).replace(" rein ", ` ${executable} `);
    const PATH = `${join(folder, "bin")}:${process.env.PATH}`;
    const { stdout } = await execute(t, node, folder, ["sh", "-e", "-c", script], { environment: { PATH } });
    assert.match(stdout, /^bubblewrap 0\.\d+/);
  },
};

const elsewhere: Readonly<Record<string, string>> = {
  // Their parts; the tools themselves were tried by hand.
  "docs/frameworks.md: js 2": "test/library/reexec-chain.test.ts",
  "docs/frameworks.md: js 3": "test/library/reexec-chain.test.ts",
  "docs/frameworks.md: js 4": "test/library/reexec-chain.test.ts",
  "README.md: sh 1": "test/scripts/rein.test.ts",
  "README.md: json 1": "test/executable/json-status.test.ts",
  "README.md: sh 3": "test/bench/bench.test.ts",
  "docs/reap-zombies.md: sh 1": "test/library/auto.test.ts",
  "docs/sandbox-a-script.md: js 3": "test/examples/sandbox.test.ts",
  "docs/sandbox-limits.md: sh 1": "test/sandbox/attacks/recommended.test.ts",
  "docs/two-services.md: sh 1": "test/examples/two-services.test.ts",
};

for (const [name, run] of Object.entries(tries)) {
  const piece = pieces.get(name);
  if (piece === undefined) continue;
  combine({
    tool: piece.page,
    version: "",
    collection: "npm",
    what: `its ${name.split(": ")[1]}`,
    skip: noPid1,
    run: (t, node) => run(t, node, piece.code),
  });
}

test("every piece of code that is shown is run", () => {
  const known = [...Object.keys(tries), ...Object.keys(elsewhere)];
  assert.deepEqual([...pieces.keys()].sort(), known.sort());
  for (const file of Object.values(elsewhere)) assert.ok(existsSync(join(root, file)), file);
});
