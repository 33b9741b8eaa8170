// What runs a program, or is in its way, besides Node.js as it is: tsx, `node --watch`, `node --permission`.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { run } from "rein";
import { nodes } from "./support/nodes.ts";

const folder = mkdtempSync(join(tmpdir(), "rein-loaders-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

before(() => {
  symlinkSync(join(import.meta.dirname, "../.."), join(folder, "rein"));
  writeFileSync(
    join(folder, "main.mjs"),
    `import { command, init, register } from "./rein/dist/library/index.js";
    register("x", async () => { await import("node:os"); process.send("hello"); process.disconnect(); });
    if (!init()) for await (const message of command("x", { ipc: true }).getEachMessage()) console.log(message);`,
  );
  // As tsx does: a module is translated when it is required, and then requires what it imports.
  writeFileSync(
    join(folder, "loader.cjs"),
    `const { ".js": given } = require.extensions;
    require.extensions[".js"] = (module, path) => {
      if (!path.includes("/node_modules/execa/")) return given(module, path);
      throw Object.assign(new Error("execa was translated"), { code: "ERR_PACKAGE_PATH_NOT_EXPORTED" });
    };`,
  );
});

for (const { version, path, unavailable } of nodes) {
  test(`Node.js ${version}: execa is there where require() translates modules`, { skip: unavailable }, async () => {
    const { stdout, stderr } = await run(path, ["--require", join(folder, "loader.cjs"), join(folder, "main.mjs")]);
    assert.deepEqual([stdout, stderr], ["hello", ""]);
  });

  test(`Node.js ${version}: --permission lets the application's files be read alone`, {
    skip: unavailable,
  }, async () => {
    const reads = [folder, join(import.meta.dirname, "../..")].map((one) => `--allow-fs-read=${one}`);
    const words = ["--no-warnings", "--permission", "--allow-child-process", ...reads, join(folder, "main.mjs")];
    const { stdout, stderr } = await run(path, words);
    assert.deepEqual([stdout, stderr], ["hello", ""]);
  });

  test(`Node.js ${version}: below --watch a function's messages are its own`, { skip: unavailable }, async () => {
    const env = { WATCH_REPORT_DEPENDENCIES: "1" };
    const { stdout, stderr } = await run(path, [join(folder, "main.mjs")], { env });
    assert.deepEqual([stdout, stderr], ["hello", ""]);
  });
}
