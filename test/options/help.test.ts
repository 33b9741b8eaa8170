// The texts of --help, as they are generated.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type HelpPage, helpPages } from "../../scripts/generate/help-pages.ts";
import type { Dialect } from "../../src/options/option.ts";
import { groups, options } from "../../src/options/options.ts";

/** What one message holds. */
const LONGEST_PART = 4000;
const LONGEST_WHOLE = 10_000;

function page(name: string): HelpPage {
  const found = helpPages.find((one) => one.name === name);
  assert.ok(found !== undefined, name);
  return found;
}

function textOf(...names: readonly string[]): string {
  return names.flatMap((name) => page(name).parts.map(({ text }) => text)).join("\n");
}

/** The options' names that a text does not have. */
function missingIn(text: string, names: readonly string[]): string[] {
  return names.filter((name) => !new RegExp(`(^|[ ,])--${name}(?![a-z0-9-])`, "m").test(text));
}

function takenBy(dialect: Dialect): string[] {
  return options.filter(({ dialects }) => dialects.includes(dialect)).map(({ name }) => name);
}

suite("the help", () => {
  test("names every option: rein's on two pages, bwrap's on one", () => {
    assert.deepEqual(missingIn(textOf("helpOfRein", "helpOfSandbox"), takenBy("rein")), []);
    assert.deepEqual(missingIn(textOf("helpOfBwrap"), takenBy("bwrap")), []);
  });

  test("says everything once on a page", () => {
    for (const { name, parts } of helpPages) {
      const lines = parts.flatMap(({ text }) => text.split("\n")).filter((line) => line.trim() !== "");
      assert.deepEqual(new Set(lines).size, lines.length, name);
    }
  });

  test("rein's first page has what changes the init and the command, on one screen", () => {
    const first = groups.filter((group) => group.page === "first").flatMap((group) => group.options);
    const own = first.filter(({ dialects }) => dialects.includes("rein")).map(({ name }) => name);
    assert.deepEqual(missingIn(textOf("helpOfRein"), own), []);
    const lines = textOf("helpOfRein").split("\n").length;
    assert.ok(
      lines <= 48,
      `${lines} lines of at most 48: let an option share the line of its relatives (\`together\`)`,
    );
  });

  test("says nothing of what a name does not take", () => {
    const others = options.filter(({ dialects }) => !dialects.includes("bwrap")).map(({ name }) => name);
    assert.deepEqual(missingIn(textOf("helpOfBwrap"), others), others);
    assert.deepEqual(missingIn(textOf("helpOfRein", "helpOfSandbox"), ["level-prefix"]), ["level-prefix"]);
    assert.doesNotMatch(textOf("helpOfBwrap"), /^ {2}-\w,/m);
  });

  test("fits 80 columns, its parts a message each, and all of it the memory that is meant for it", () => {
    const parts = new Map(helpPages.flatMap(({ parts }) => parts.map(({ name, text }) => [name, text] as const)));
    for (const [name, text] of parts) {
      assert.ok(text.length <= LONGEST_PART, name);
      for (const line of text.split("\n")) assert.ok(line.length <= 80 && line === line.trimEnd(), line);
    }
    assert.ok([...parts.values()].join("").length < LONGEST_WHOLE);
  });
});
