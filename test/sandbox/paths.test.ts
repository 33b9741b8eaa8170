// Paths in all their forms.

import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { everything, system, testSandbox } from "../support/sandbox.ts";

testSandbox("sources are found as the caller finds them: relative, through links, with slashes", async (make) => {
  const directory = make.folder();
  mkdirSync(join(directory, "real"));
  writeFileSync(join(directory, "real/file"), "content\n");
  symlinkSync("real", join(directory, "link"));
  symlinkSync("real/file", join(directory, "file"));
  for (const source of ["real", "./real/", "link", "link/", "real/../link", ".//real//"]) {
    const result = await make.script([...system, "--bind", source, "/to"], "cat /to/file", { directory });
    assert.equal(result.stdout, "content\n", `${source}: ${result.stderr}`);
  }
  const file = await make.script([...system, "--bind", "file", "/to"], "cat /to", { directory });
  assert.equal(file.stdout, "content\n");
});

testSandbox("targets are in the new root, in whatever form", async (make) => {
  const targets = ["/a/b", "a/b", "//a//b", "/a/b/", "/a/b//", "/a/./b", "/../../a/b", "/a/x/../b", "/a/b/."];
  for (const target of targets) {
    const words = [...system, "--dir", "/a/x", "--dir", "/a/b", "--tmpfs", target, "--dir", "/a/b/made"];
    const result = await make.script(words, "ls /a/b");
    assert.equal(result.stdout, "made\n", `${target}: ${result.stderr}`);
  }
  const up = await make.script([...system, "--dir", "/new/..", "--dir", "/."], "ls -d /new");
  assert.equal(up.stdout, "/new\n", up.stderr);
});

testSandbox("an empty path is refused", async (make) => {
  for (const words of [
    ["--bind", "", "/to"],
    ["--bind", "/usr", ""],
    ["--dir", ""],
    ["--tmpfs", ""],
    ["--symlink", "x", ""],
  ]) {
    const result = await make.run([...system, ...words, "--", "true"]);
    assert.equal(result.status, make.refusal, words.join(" "));
    assert.match(result.stderr, /: No such file or directory\n$/);
  }
});

testSandbox("a path is as long as the kernel takes it, and no longer", async (make) => {
  const path = (size: number): string => `/${"d/".repeat(size)}`.slice(0, size - 1).concat("e");
  for (const [size, status] of [
    [4000, 0],
    [4095, make.refusal],
    [4096, make.refusal],
    [6000, make.refusal],
  ] as const) {
    const result = await make.run([...everything, "--tmpfs", "/mnt", "--dir", `/mnt${path(size - 4)}`, "--", "true"]);
    assert.equal(result.status, status, `${size}: ${result.stderr.slice(-100)}`);
    if (status !== 0) assert.match(result.stderr, /: File name too long\n$/);
  }
  const source = await make.run([...everything, "--bind", path(4096), "/mnt", "--", "true"]);
  assert.match(source.stderr, /: File name too long\n$/);
});

testSandbox(
  "a name that is no UTF-8, or holds what a terminal obeys, is shown so that it can do no harm",
  async (make) => {
    const result = await make.run([...everything, "--bind", "/no\x1b[31m\nsuch", "/mnt", "--", "true"]);
    assert.match(result.stderr, /\/no\\x1b\[31m\\x0asuch: No such file or directory\n$/);
  },
);

testSandbox("nine thousand operations take no longer each than one thousand", async (make) => {
  const took = async (count: number): Promise<number> => {
    const words = Array.from({ length: count }, (_, index) => ["--bind", "/etc/passwd", `/mnt/${index}`]).flat();
    const since = performance.now();
    const result = await make.run([...everything, "--tmpfs", "/mnt", ...words, "--", "true"]);
    assert.equal(result.status, 0, result.stderr);
    return performance.now() - since;
  };
  const few = await took(1000);
  const many = await took(9000);
  // Nine times the work; a square would be 81 times.
  assert.ok(many < 40 * few, `1000: ${few} ms, 9000: ${many} ms`);
});
