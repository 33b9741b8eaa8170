// The table of options: each row says what everybody who reads it needs.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Option } from "../../src/options/option.ts";
import { groups, options } from "../../src/options/options.ts";
import { VALUE_FORMS } from "../../src/options/values.ts";

/** What the right column of --help holds. */
const LONGEST_HELP = 51;

/** Whether the text is whole sentences, its backquotes in pairs. */
function isRunningText(text: string): boolean {
  return /^[\w`]/.test(text) && text.endsWith(".") && text.length > 15 && text.split("`").length % 2 === 1;
}

function assertUnique(words: readonly string[]): void {
  assert.deepEqual([...new Set(words)], words);
}

function named(name: string): Option {
  const option = options.find((one) => one.name === name);
  assert.ok(option !== undefined, `there is no --${name}`);
  return option;
}

suite("the table of options", () => {
  test("names and letters are there once", () => {
    assertUnique(options.map(({ name }) => name));
    assertUnique(options.flatMap(({ short }) => (short === undefined ? [] : [short])));
    for (const { name, short = "x" } of options) {
      assert.match(name, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      assert.match(short, /^[a-z]$/);
    }
  });

  test("groups have names of their own, headings, and options that somebody takes", () => {
    assertUnique(groups.map(({ name }) => name));
    for (const { heading, manual, options: own } of groups) {
      assert.match(heading, /^[A-Z].{1,78}[a-z]$/);
      if (manual !== undefined) assert.ok(isRunningText(manual), manual);
      assert.ok(own.length > 0, heading);
      for (const { name, dialects } of own) assert.ok(dialects.length > 0, name);
    }
  });

  for (const option of options) {
    const { name, help, manual, values, repeated } = option;
    test(`--${name} has a line of help, a paragraph of the manual, and values that are known`, () => {
      assert.ok(help.length > 3 && help.length <= LONGEST_HELP, `${help.length} characters: ${help}`);
      assert.doesNotMatch(help, /\.$|[`$\\]/);
      assert.ok(isRunningText(manual), manual);
      for (const { kind, name: shown } of values) {
        assert.ok(kind in VALUE_FORMS, kind);
        assert.match(shown, /^[A-Z][A-Z=:[\]]*$/);
      }
      for (const [, other = ""] of manual.matchAll(/`--([a-z0-9-]+)/g)) named(other);
      // An option without values has nothing that another could take the place of.
      if (values.length === 0) assert.notEqual(repeated, "replaces");
    });
  }

  test("options that share a line of the help are neighbours", () => {
    for (const { name, together } of options) {
      if (together === undefined) continue;
      const { options: own = [] } = groups.find((group) => group.options.some((one) => one.name === name)) ?? {};
      const start = own.findIndex((one) => one.name === name) + 1;
      assert.deepEqual(
        own.slice(start, start + together.others.length).map((one) => one.name),
        together.others,
      );
    }
  });

  test("what only prints something stands neither in REIN_OPTIONS nor is it done without the executable", () => {
    for (const name of ["help", "help-sandbox", "version"]) {
      const { variable, portable } = named(name);
      assert.deepEqual([variable, portable], [undefined, "refused"], name);
    }
  });

  test("every kind of value is one that an option takes, and is explained in a sentence", () => {
    const taken = new Set(options.flatMap(({ values }) => values.map(({ kind }) => kind)));
    assert.deepEqual([...taken].sort(), Object.keys(VALUE_FORMS).sort());
    for (const { accepted } of Object.values(VALUE_FORMS)) assert.ok(isRunningText(accepted), accepted);
  });
});
