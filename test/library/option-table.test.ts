// The library's options against the table of the executable's (src/options): neither names what the other has not.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { OWN_OPTIONS, optionArguments } from "../../src/library/options/arguments.ts";
import { OPTIONS, SHORT_NAMES } from "../../src/library/portable/option-table.ts";
import { options } from "../../src/options/options.ts";
import { accepted, contents } from "./support/accepted-options.ts";

const library = join(import.meta.dirname, "../../src/library");
const inTable = new Set(options.map(({ name }) => name));
const ofRein = options.filter(({ dialects }) => dialects.includes("rein"));

/** Fails, and names what should not be there. */
function none(what: string, found: readonly string[]): void {
  assert.ok(found.length === 0, `${what}: ${found.join(", ")}`);
}

/** The options among arguments; fails where one is not rein's, or has not as many values as the table says. */
function optionsAmong(args: readonly string[]): string[] {
  const found: string[] = [];
  let next = 0;
  while (next < args.length) {
    const written = args[next++] ?? "";
    const option = ofRein.find(({ name }) => written === `--${name}`);
    assert.ok(option, `${written} is no option of the table: ${args.join(" ")}`);
    const count = option.values.length;
    const values = args.slice(next, next + count);
    const isWhole = values.length === count && !values.some((value) => value.startsWith("--"));
    assert.ok(isWhole, `${written} takes ${count} values, and has other ones: ${values.join(" ")}`);
    next += count;
    found.push(option.name);
  }
  return found;
}

/** The options that are written out in a file of the library. */
function optionsIn(file: string): string[] {
  const strings = readFileSync(join(library, file), "utf8").matchAll(/"--([a-z0-9-]+)"/g);
  return [...strings].map(([, name = ""]) => name);
}

/** Those that stand before every command, whatever the library's options are. */
const always = optionsIn("run/start.ts");

suite("an option of the library", () => {
  test("leads to a row of the table", () => {
    const named = new Set(options.map((option) => option.library));
    none(
      "no row names",
      [...OWN_OPTIONS].filter((key) => !named.has(key)),
    );
  });

  test("becomes options that are in the table, with as many values as it says", () => {
    for (const [, , args] of accepted) optionsAmong(args);
  });

  const files = readdirSync(join(library, "options")).map((name) => join("options", name));
  for (const file of [...files, "run/start.ts"]) {
    test(`is written in ${file} with names that are in the table`, () => {
      none(
        `${file} writes`,
        optionsIn(file).filter((name) => !inTable.has(name)),
      );
    });
  }
});

suite("the row of", () => {
  const reached = accepted.map(([, given]) => ({
    names: new Set(optionsAmong(optionArguments(given, contents().add))),
    keys: Object.keys(given),
  }));

  for (const { name, library: key } of options) {
    if (key === undefined) {
      test(`--${name}, which names no option of the library, has none that becomes it`, () => {
        const rows = reached.filter(({ names }) => names.has(name));
        none(
          `--${name} is reached by`,
          rows.map(({ keys }) => keys.join(" and ")),
        );
      });
    } else {
      test(`--${name} names an option of the library that becomes it: ${key}`, () => {
        assert.ok(OWN_OPTIONS.has(key), `the library has no option ${key}`);
        const isReached = reached.some(({ names, keys }) => names.has(name) && keys.includes(key));
        assert.ok(isReached || always.includes(name), `no row of accepted-options.ts has ${key} and becomes --${name}`);
      });
    }
  }
});

suite("without the executable", () => {
  test("every option of rein is done, left out or refused", () => {
    none(
      "no treatment has",
      ofRein.filter(({ portable }) => portable === undefined).map(({ name }) => `--${name}`),
    );
  });

  test("its options are known by name, letter and number of values", () => {
    const known = ofRein.map(({ name, values, portable, variable }) => [
      name,
      { values: values.length, treatment: portable, ...(variable ? { variable } : {}) },
    ]);
    assert.deepEqual(OPTIONS, Object.fromEntries(known));
    const letters = ofRein.filter(({ short }) => short !== undefined).map(({ name, short }) => [short, name]);
    assert.deepEqual(SHORT_NAMES, Object.fromEntries(letters));
  });
});
