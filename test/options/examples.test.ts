// No option without a row in the tests of the executable.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Option } from "../../src/options/option.ts";
import { options } from "../../src/options/options.ts";
import { forInit, forSandbox, refused } from "../support/option-examples.ts";

const ofRein = options.filter(({ dialects }) => dialects.includes("rein"));
const sandboxes = forSandbox.map((row) => row.split(" "));

/** What they show is tested where that is. */
const showing = ["--help", "-h", "--help-sandbox", "--version"];

/** `--group` and `-g` */
function written({ name, short }: Option): string[] {
  return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
}

/** The words behind each place where an option stands, up to the next option. */
function valuesOf(word: string): (readonly string[])[] {
  const alone = forInit[word];
  const among = sandboxes.flatMap((row) =>
    row.flatMap((other, index) => {
      const rest = row.slice(index + 1);
      const end = rest.findIndex((one) => one.startsWith("--"));
      return other === word ? [end < 0 ? rest : rest.slice(0, end)] : [];
    }),
  );
  return alone === undefined ? among : [alone, ...among];
}

for (const option of ofRein) {
  for (const word of written(option).filter((one) => !showing.includes(one))) {
    test(`${word} has a row in test/support/option-examples.ts, with the values that the table says`, () => {
      const rows = valuesOf(word);
      const isRefused = refused.some(([row]) => row.split(" ").includes(word));
      assert.ok(rows.length > 0 || isRefused, `there is no row with ${word}`);
      for (const values of rows) assert.equal(values.length, option.values.length, `${word} ${values.join(" ")}`);
    });
  }
}

test("no row has an option that is not in the table", () => {
  const words = [...Object.keys(forInit), ...sandboxes.flat(), ...refused.flatMap(([row]) => row.split(" "))];
  const known = new Set(ofRein.flatMap(written));
  const wrong = words.filter((word) => word.startsWith("--") && !known.has(word));
  assert.ok(wrong.length === 0, `not in the table: ${wrong.join(", ")}`);
});
