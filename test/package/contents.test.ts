// What is in the tarball, and what tools that know packages say of it.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { notBuilt, packed, root, tarball } from "./support/tarball.ts";

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<string, unknown>;

suite("the tarball", () => {
  for (const architecture of ["x64", "arm64"]) {
    test(`has the executable for ${architecture}, which everybody may execute`, {
      skip: notBuilt(architecture),
    }, () => {
      const path = `dist/linux-${architecture}/rein`;
      const file = packed.files.find((one) => one.path === path);
      assert.ok(file, `${path} is missing`);
      assert.equal(file.mode & 0o777, 0o755);
      // As it is unpacked: a static ELF of that machine.
      const content = execFileSync("tar", ["-xzOf", tarball, `package/${path}`], { maxBuffer: 1 << 20 });
      assert.equal(content.toString("latin1", 0, 4), "\x7fELF");
      assert.equal(content.readUInt16LE(18), { x64: 62, arm64: 183 }[architecture]);
    });
  }

  test("has nothing but executables, the library and its types, and the texts", () => {
    const others = packed.files.map(({ path }) => path).filter((path) => !/^dist\/linux-\w+\/rein$/.test(path));
    const unexpected = others.filter((path) => !/^dist\/library\/([\w-]+\.js|([\w-]+\/)?[\w-]+\.d\.ts)$/.test(path));
    assert.deepEqual(unexpected.sort(), ["LICENSE", "README.md", "package.json"]);
  });

  test("runs no scripts where it is installed", () => {
    const scripts = Object.keys(manifest.scripts as object);
    assert.deepEqual(
      scripts.filter((name) => /^(pre|post)?(install|prepare|uninstall)$/.test(name)),
      [],
    );
  });

  test("depends on execa, signal-exit and tree-kill only", () => {
    assert.deepEqual(Object.keys(manifest.dependencies as object), ["execa", "signal-exit", "tree-kill"]);
    for (const kind of ["optionalDependencies", "peerDependencies", "bundleDependencies"]) {
      assert.equal(manifest[kind], undefined, kind);
    }
  });
});

const tools: readonly [string, readonly string[]][] = [
  ["publint", ["run", tarball, "--strict"]],
  // Neither TypeScript's oldest way to find modules, which knows no exports, nor a CommonJS that cannot require ESM.
  ["attw", [tarball, "--profile", "esm-only"]],
];

/** Not among the dependencies: its parser comes as a package for each platform, and a lock file has those that a registry has. */
const KNIP = ["exec", "--yes", "--package=knip@6.44.2", "--", "knip", "--no-progress"];

suite("has nothing to be said against by", () => {
  for (const [tool, words] of tools) {
    test(tool, () => {
      const path = join(root, "node_modules/.bin", tool);
      const { status, stdout, stderr, error } = spawnSync(path, words, { cwd: root, encoding: "utf8" });
      assert.equal(error, undefined);
      assert.equal(status, 0, stdout + stderr);
    });
  }

  test("knip", (t) => {
    const words = [...KNIP, "--include", "files,dependencies,unlisted,unresolved,exports,types"];
    const { status, stdout, stderr } = spawnSync("npm", words, { cwd: root, encoding: "utf8" });
    if (stderr.includes("npm error")) return t.skip(`npm cannot fetch knip: ${stderr.split("\n", 1)[0]}`);
    assert.equal(status, 0, stdout + stderr);
  });
});
