// The library in other runtimes than Node.js, which do not have all of its modules.

import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { runCommand } from "../support/rein.ts";
import { cached } from "./support/cache.ts";
import { asPid1, noPid1 } from "./support/pid-1.ts";
import { auto } from "./support/programs.ts";

const bun = cached("@oven/bun-linux-x64@1.4.5");
const deno = cached("@deno/linux-x64-glibc@2.9.6");
const isX64 = process.arch === "x64" ? false : "these are for x64";
const multicall = join(import.meta.dirname, "programs/light.ts");
const template = join(import.meta.dirname, "programs/template.ts");
const nothing = join(import.meta.dirname, "programs/nothing.ts");

for (const [name, { folder, unavailable }, words, asFirst] of [
  ["Bun", bun, ["node_modules/@oven/bun-linux-x64/bin/bun"], /^$/],
  [
    "Deno",
    deno,
    ["node_modules/@deno/linux-x64-glibc/deno", "run", "--allow-all"],
    /^rein: .*there is no process\.execve; .* stays/,
  ],
] as const) {
  const [file, ...options] = words;
  const runtime = [join(folder, file), ...options];
  suite(name, { skip: isX64 || unavailable }, () => {
    test("a function in a process of its own", async (t) => {
      const { stdout, stderr, status } = await runCommand(t, [...runtime, multicall]);
      assert.deepEqual([stdout, stderr, status], ["registered once for both\n", "", 0]);
    });

    test("a template", async (t) => {
      const { stdout, stderr, status } = await runCommand(t, [...runtime, template]);
      assert.deepEqual([stdout, stderr, status], ["1 x y z\n", "", 0]);
    });

    test("rein/auto as PID 1 puts the executable there, or says why not and goes on", { skip: noPid1 }, async (t) => {
      const preload = name === "Bun" ? ["--preload", auto, nothing] : [auto];
      const { stderr, status } = await runCommand(t, [...asPid1, ...runtime, ...preload]);
      assert.equal(status, 0, stderr);
      assert.match(stderr, asFirst);
    });
  });
}
