// What is built: the same from the same source, small, and nothing but itself.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { currentSizes, growth, growthSinceRecord, OTHERS } from "../../scripts/sizes.ts";

const root = join(import.meta.dirname, "../..");
/** So that growth is seen. What is felt, resident pages and instructions, has its limits in test/bench. */
const MOST_BYTES = 128 * 1024;
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

const notX64 = !architectures.includes("x64") && "not built here";

test("the executable for x64 takes at most 128 KiB", { skip: notX64 }, () => {
  const { length } = readFileSync(join(root, "dist/linux-x64/rein"));
  if (length > MOST_BYTES) assert.fail(tooLarge(length));
});

test("README's first words have its size, in kB; another compiler's may be two more or less", { skip: notX64 }, () => {
  const { size } = statSync(join(root, "dist/linux-x64/rein"));
  const said = /One static file of (\d+) kB/.exec(readFileSync(join(root, "README.md"), "utf8"))?.[1];
  const kilobytes = Math.round(size / 1000);
  assert.ok(
    Math.abs(Number(said) - kilobytes) <= 2,
    `README.md: "One static file of ${said} kB", it is ${kilobytes} kB`,
  );
});

/** What a contributor needs to know whose change went over the limit. */
function tooLarge(length: number): string {
  return [
    `dist/linux-x64/rein takes ${length} bytes, ${MOST_BYTES} are the limit (for gcc; clang's code is larger).`,
    "What has grown since test/build/sizes.json was written, in bytes of wasm (ten of code become about 14):",
    ...growthSinceRecord().slice(0, 20),
    "What is there: node scripts/sizes.ts. Delete what nobody uses, or say in one place what is said in many. Where the limit",
    "itself is to move, raise it here with the reason, and write a new record: node scripts/sizes.ts --record",
  ].join("\n");
}

test("what is too large is said by file, the largest growth first", () => {
  const before = { "init/reap.ts": 100, "main.ts": 10, "plan.ts": 5 };
  const now = { "init/reap.ts": 103, "main.ts": 9, "plan.ts": 5, "dialects/rein.ts: texts": 1200 };
  assert.deepEqual(growth(before, now), ["  +1200  dialects/rein.ts: texts (new)", "     +3  init/reap.ts"]);
  assert.match(tooLarge(131_073), /takes 131073 bytes, 131072 are the limit/);
});

test("sizes are by source file: all code, and all texts", () => {
  const sizes = currentSizes();
  const others: readonly string[] = OTHERS;
  for (const name of Object.keys(sizes))
    if (!others.includes(name)) assert.ok(existsSync(join(root, "src/executable", name.replace(/: texts$/, ""))), name);
  for (const name of ["main.ts", "init/init.ts", ...OTHERS]) assert.ok(sizes[name]! > 10, `${name}: ${sizes[name]}`);
  const sum = Object.values(sizes).reduce((all, size) => all + size);
  const { length } = readFileSync(join(root, "dist/rein.wasm"));
  // The rest is types, imports, exports and sizes.
  assert.ok(sum < length && sum > 0.9 * length, `${sum} of ${length} bytes`);
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
