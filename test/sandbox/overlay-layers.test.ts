// Overlays of more layers than one page of options names.

import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { everything, type Maker, testSandbox } from "../support/sandbox.ts";

/** The kernel's OVL_MAX_STACK. */
const MOST = 500;
const [major = 0, minor = 0] = release().split(".").map(Number);
const skip = major > 6 || (major === 6 && minor >= 8) || "the kernel takes one page of options (Linux 6.8)";

/** The options for so many layers, each with a file of its own number and one of the same name, in folders of awkward names. */
function layers(make: Maker, count: number): string[] {
  const folder = join(make.folder(), `with, a:comma\\and ${"long".repeat(55)}`);
  mkdirSync(folder);
  const words: string[] = [];
  for (let layer = 1; layer <= count; layer++) {
    const path = join(folder, `layer-${layer}`);
    mkdirSync(path);
    chmodSync(path, 0o777);
    writeFileSync(join(path, `file-${layer}`), "");
    writeFileSync(join(path, "top"), `${layer}\n`);
    words.push("--overlay-src", path);
  }
  return words;
}

testSandbox("an overlay has as many layers as the kernel takes, the last one on top", async (make, t) => {
  if (skip !== true) return t.skip(skip);
  const sources = layers(make, MOST);
  const shown = "cd /mnt && ls | wc -l; cat top";
  const written = `${shown}; echo new >new; cat new; rm top; ls top || echo gone`;
  const all = `${MOST + 1}\n${MOST}\n`;
  const readOnly = await make.script(
    [...everything, ...sources, "--ro-overlay", "/mnt"],
    `${shown}; touch x || echo no`,
  );
  assert.deepEqual([readOnly.status, readOnly.stdout], [0, `${all}no\n`], readOnly.stderr);
  const twice = [...sources, "--tmp-overlay", "/media", ...sources, "--tmp-overlay", "/mnt"];
  const temporary = await make.script([...everything, ...twice], `${written}; cat /media/top`);
  assert.deepEqual([temporary.status, temporary.stdout], [0, `${all}new\ngone\n${MOST}\n`], temporary.stderr);
  const [upper, work] = [make.folder(), make.folder()];
  const kept = await make.script([...everything, ...sources, "--overlay", upper, work, "/mnt"], written);
  assert.deepEqual([kept.status, kept.stdout], [0, `${all}new\ngone\n`], kept.stderr);
  assert.equal(readFileSync(join(upper, "new"), "utf8"), "new\n");
});

testSandbox("an overlay of more layers than that is refused, with the limits", async (make) => {
  const words = [...everything, ...layers(make, MOST + 1), "--ro-overlay", "/mnt", "--", "echo", "ran"];
  const result = await make.run(words);
  assert.deepEqual([result.status, result.stdout], [make.refusal, ""]);
  assert.match(result.stderr, /Can't make overlay mount on \/mnt: Invalid argument(.|\n)*takes 500 layers/);
});

testSandbox(
  "many layers are looked for as the caller",
  async (make, t) => {
    if (skip !== true) return t.skip(skip);
    const sources = layers(make, 200);
    chmodSync(join(sources[1] ?? "", "../.."), 0o700);
    const words = ["--uid-map", "0:100000:65536", "--gid-map", "0:100000:65536", "--ro-bind", "/", "/", ...sources];
    const result = await make.script([...words, "--ro-overlay", "/mnt"], "cat /mnt/top");
    assert.deepEqual([result.status, result.stdout], [0, "200\n"], result.stderr);
  },
  { dialect: "rein", person: "root" },
);
