// Every option of the table is everywhere where it has to be. A failure names the places that miss it.

import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { optionArguments } from "../../src/library/options/arguments.ts";
import { type PortablePlan, readPlan } from "../../src/library/portable/command-line.ts";
import type { Option, Portable } from "../../src/options/option.ts";
import { options } from "../../src/options/options.ts";
import { accepted } from "../library/support/accepted-options.ts";
import { values } from "./support/samples.ts";

const root = join(import.meta.dirname, "../..");

/** The code of the files, without lines that are comments. */
function codeOf(...patterns: readonly string[]): string {
  const files = globSync(patterns, { cwd: root });
  const lines = files.flatMap((file) => readFileSync(join(root, file), "utf8").split("\n"));
  return lines.filter((line) => !/^\s*(\/\/|\/?\*)/.test(line)).join("\n");
}

/** Those with the table's enumeration: other inits have one of their own. */
const executable = codeOf(
  ...["rein", "bwrap", "shared"].map((dialect) => `src/executable/dialects/${dialect}/**/*.ts`),
);
const tests = codeOf("test/executable/**/*.ts", "test/sandbox/**/*.ts", "test/support/option-examples.ts");
const library = codeOf("src/library/**/*.ts");

function hasWord(code: string, name: string): boolean {
  return new RegExp(`--${name}(?![a-z0-9-])`).test(code);
}

/** What an option of the library's makes of itself: by its key, the names of the executable's options. */
function namesByKey(): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>([["events", new Set()]]);
  for (const [, sample] of accepted) {
    for (const key of Object.keys(sample)) {
      // What a key makes may depend on the others of the sample.
      const [all, without] = [sample, { ...sample, [key]: undefined }].map((some) => argumentsOf(some));
      const own = names.get(key) ?? new Set();
      for (const name of all ?? []) if (!without?.includes(name)) own.add(name);
      names.set(key, own);
    }
  }
  // Its descriptor is known only where the program is started.
  if (hasWord(library, "json-status-fd")) names.get("events")?.add("json-status-fd");
  return names;
}

function argumentsOf(sample: object): string[] {
  const words = optionArguments(sample, () => 3);
  return words.filter((word) => word.startsWith("--")).map((word) => word.slice(2));
}

const byKey = namesByKey();

/** What the portable half does with an option; undefined when it does not know it. */
function portably(option: Option): Portable | "taken, without any effect" | undefined {
  const words = [`--${option.name}`, ...option.values.map(({ kind }) => values[kind])];
  // It is what there is without any option.
  const before = option.name === "single-child" ? ["--group"] : [];
  let plan: PortablePlan;
  try {
    plan = planOf([...before, ...words]);
  } catch (error) {
    assert.ok(error instanceof Error);
    if (error.message.includes("no such option")) return undefined;
    assert.match(error.message, /not possible without the executable/);
    return "refused";
  }
  if (plan.leftOut.has(`--${option.name}`)) return "left out";
  return isDeepStrictEqual(plan, planOf(before)) ? "taken, without any effect" : "done";
}

function planOf(words: readonly string[]): PortablePlan {
  return readPlan([...words, "command"], { NAME: "value", NAME_FILE: "/file" }, () => "secret");
}

/** The places that lack the option. */
function missingPlaces(option: Option): string[] {
  const { name, manual, library: key, portable } = option;
  const member = name.toUpperCase().replaceAll("-", "_");
  const places: string[] = [];
  if (!new RegExp(`\\bOption\\.${member}\\b`).test(executable))
    places.push(`src/executable/dialects: no case Option.${member}`);
  if (!hasWord(tests, name)) places.push(`test/executable, test/sandbox: no test gives --${name}`);
  if (!/^[A-Z`].+\.$/.test(manual)) places.push("src/options: no paragraph of the manual");
  if (key !== undefined && !byKey.get(key)?.has(name))
    places.push(`src/library/options: the key ${key} does not lead to --${name}`);
  const done = portably(option);
  if (done !== portable) places.push(`src/library/portable: it is ${done}, and in the table ${portable}`);
  return places;
}

suite("every option of the table has its places", () => {
  for (const option of options) {
    test(`--${option.name}`, () => {
      assert.deepEqual(missingPlaces(option), []);
    });
  }
});
