// What is built: the same from the same source, small, and nothing but itself.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../..");
const architectures = ["x64", "arm64"].filter((name) => existsSync(join(root, `dist/linux-${name}/rein`)));
const executables = architectures.map((name) => `linux-${name}/rein`);

/** e_type, e_machine and the types of the program headers (elf(5)). */
function elf(path: string): { type: number; machine: number; segments: number[] } {
  const file = readFileSync(path);
  const start = Number(file.readBigUInt64LE(32));
  const count = file.readUInt16LE(56);
  const segments = Array.from({ length: count }, (_, index) => file.readUInt32LE(start + index * 56));
  return { type: file.readUInt16LE(16), machine: file.readUInt16LE(18), segments };
}

test("two builds of one source are the same bytes, whatever folder it is in", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "rein-build-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of ["src", "scripts", "package.json"])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  execFileSync(process.execPath, ["scripts/build.ts", "--output", "elsewhere"], { cwd: folder, stdio: "ignore" });
  for (const name of ["rein.wasm", ...executables]) {
    const [one, other] = [join(root, "dist", name), join(folder, "elsewhere", name)].map((path) => readFileSync(path));
    assert.ok(one?.equals(other as Buffer), `${name} differs`);
  }
});

test("the executable for x64 takes at most 128 kB", {
  skip: !architectures.includes("x64") && "not built here",
}, () => {
  assert.ok(readFileSync(join(root, "dist/linux-x64/rein")).length <= 128_000);
});

for (const [index, path] of executables.entries()) {
  test(`${path} is a static executable for its machine, without an executable stack`, () => {
    const machine = { x64: 62, arm64: 183 }[architectures[index] as string];
    const [EXECUTABLE, LOAD, GNU_STACK] = [2, 1, 0x6474_e551];
    assert.deepEqual(elf(join(root, "dist", path)), { type: EXECUTABLE, machine, segments: [LOAD, LOAD, GNU_STACK] });
  });
}

test("the executable says package.json's version", () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const executable = join(root, `dist/linux-${process.arch}/rein`);
  assert.equal(execFileSync(executable, ["--version"], { encoding: "utf8" }), `rein ${version}\n`);
  const asTini = spawnSync(executable, ["--version"], { encoding: "utf8", argv0: "tini" });
  assert.equal(asTini.stdout, `tini version ${version}_rein - git.rein-${version.replaceAll(".", "-")}\n`);
});
