// What is generated from the table of options and checked in is that of the table as it is.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { generatedFiles } from "../../scripts/generate/files.ts";

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);

/** The generator and the table, and nothing that they make. */
function copyOfGenerator(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "rein-generate-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "scripts"));
  for (const path of ["package.json", "scripts/generate.ts", "scripts/generate", "src/options"]) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  return folder;
}

suite("generated files", () => {
  for (const { path, content } of generatedFiles()) {
    test(`${path} is current`, () => {
      assert.ok(readFileSync(join(root, path), "utf8") === content, "run scripts/make generated");
    });
  }

  test("--check names each file that is not current, and the generator then writes it", async (t) => {
    const folder = copyOfGenerator(t);
    const generate = (...words: readonly string[]): Promise<unknown> =>
      run(process.execPath, [join(folder, "scripts/generate.ts"), ...words]);
    const everything = (error: { readonly code?: unknown; readonly stderr?: string }): boolean =>
      error.code === 1 && generatedFiles().every(({ path }) => error.stderr?.includes(`${path} is not current`));
    await assert.rejects(generate("--check"), everything);
    await generate();
    await generate("--check");
    appendFileSync(join(folder, "docs/options.md"), "\n");
    await assert.rejects(generate("--check"), {
      code: 1,
      stderr: "docs/options.md is not current: run scripts/make generated\n",
    });
  });
});
