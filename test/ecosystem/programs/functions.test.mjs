// The test of a program that registers functions, in its own file; under node --test.

import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { basename } from "node:path";
import { test } from "node:test";
import { command, init, register } from "rein";

appendFileSync(process.env.FUNCTIONS_LOG, `${basename(process.argv0)}\n`);

register("words", () => {
  console.log(...process.argv.slice(2));
  process.exitCode = 3;
});
if (!init()) {
  test("a function", async () => {
    const options = { reject: false, ...JSON.parse(process.env.FUNCTIONS_OPTIONS ?? "{}") };
    const { stdout, exitCode } = await command("words", ["one", "-e", "--test"], options);
    assert.deepEqual([stdout, exitCode], ["one -e --test", 3]);
  });
}
