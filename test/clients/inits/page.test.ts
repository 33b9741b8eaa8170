import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bugs, describeTests } from "./bugs.ts";
import { differences } from "./differences.ts";
import { forms } from "./forms.ts";
import { describeForm } from "./support/form.ts";

test("docs/other-inits.md has all forms, and all differences and no others (support/page.ts prints it)", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/other-inits.md"), "utf8");
  const [listed = "", tried = "", wrong = ""] = page.split("\n## ");
  for (const { what, reason } of differences) {
    assert.ok(listed.includes(`| ${what.replaceAll("|", "\\|")} | ${reason.replaceAll("|", "\\|")} |`), what);
  }
  // The table's head and the line below it are two more.
  assert.equal(listed.match(/^\| /gm)?.length, differences.length + 2);
  for (const form of forms)
    assert.ok(tried.includes(`\`${describeForm(form).replaceAll("|", "\\|")}\``), describeForm(form));
  assert.equal(wrong.match(/^\| /gm)?.length, bugs.length + 2);
  for (const { what, where, tests } of bugs)
    assert.ok(wrong.includes(`| ${what} | ${where} | ${tests.map(describeTests).join("; ")} |`), what);
});

test("each test that keeps rein from what other inits get wrong is there", () => {
  for (const [file, ...names] of bugs.flatMap(({ tests }) => tests)) {
    const text = readFileSync(join(import.meta.dirname, `../../${file}.test.ts`), "utf8");
    for (const part of names.flatMap((name) => name.split("…")))
      assert.ok(text.includes(part.trim()), `${file}: ${part}`);
  }
});
