// As many mounts as a package manager's sandbox may ask for: too many for the command line of some, so from a file.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { everything, testSandbox } from "../support/sandbox.ts";

const COUNT = 1000;

testSandbox(`${COUNT} --ro-bind by --args: each is there, in its place and read-only`, async (make) => {
  const folder = make.folder();
  const words = ["--tmpfs", "/mnt"];
  for (let i = 0; i < COUNT; i++) {
    const source = join(folder, `${i}`);
    mkdirSync(source);
    writeFileSync(join(source, "name"), `${i}\n`);
    words.push("--ro-bind", source, `/mnt/${i % 10}/${i}`);
  }
  const file = join(folder, "arguments");
  writeFileSync(file, words.map((word) => `${word}\0`).join(""));
  const script = `
    i=0; while [ $i -lt ${COUNT} ]; do read -r name </mnt/$((i % 10))/$i/name && [ "$name" = $i ] || echo "wrong: $i"; i=$((i + 1)); done
    awk '$5 ~ "^/mnt/./" { all++; if ($6 ~ /^ro,/) readOnly++ } END { print all, readOnly }' /proc/self/mountinfo
    (: >/mnt/9/999/written) 2>/dev/null || echo refused`;
  for (const life of [[], ["--unshare-user", "--unshare-pid", "--proc", "/proc", "--dev", "/dev"]]) {
    const command = [...everything, ...life, "--args", "9", "--", "sh", "-c", script];
    const result = await make.within(`exec 9<${file}; exec "$@"`, command);
    assert.equal(result.stderr, "");
    assert.equal(result.stdout, `${COUNT} ${COUNT}\nrefused\n`);
    assert.equal(result.status, 0);
  }
});
