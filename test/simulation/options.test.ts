// Every option of the table (src/options) has its place here: the oracle knows it, vectors can be made of it, and an
// init that left it out would be found out.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Option } from "../../src/options/option.ts";
import { options } from "../../src/options/options.ts";
import { check } from "./fuzz/check.ts";
import { scenarioFor } from "./fuzz/generate.ts";
import { FuzzKernel } from "./fuzz/kernel.ts";
import { initOptions, type SpelledOption } from "./fuzz/options.ts";
import { Random } from "./fuzz/random.ts";
import { Runner } from "./fuzz/run.ts";
import { anyValue } from "./fuzz/values.ts";
import { Program } from "./kernel/module.ts";
import { reinTable } from "./oracle/reading.ts";
import { bwrapOptions, limitOptions, reinSandboxOptions, sandboxOptions } from "./oracle/sandbox-options.ts";
import { readSandbox } from "./oracle/sandbox-reading.ts";
import { quietScenario, type Vector } from "./oracle/vector.ts";

const names = options.map(({ name }) => `--${name}`);
/** So many values are tried until one is found that is of its kind. */
const ATTEMPTS = 300;

/** How the message begins by which the oracle refuses this; empty where it takes it. */
function refusalOf(argv: readonly string[], envp: readonly string[] = []): string {
  const reading = readSandbox({ argv, envp, scenario: quietScenario });
  return reading.end === "refused" ? reading.begins : "";
}

function isUnknown(argv: readonly string[], envp?: readonly string[]): boolean {
  return /: no such option|: Unknown option /.test(refusalOf(argv, envp));
}

/** How many values the oracle wants for an option, at the least; it asks for the next only where the one before fits. */
function valuesWanted({ name, values }: Option, dialect: string): number {
  const random = new Random(1, 0);
  const lacks = (count: number): boolean => {
    const words = values.slice(0, count).map(({ kind }) => anyValue[kind](random));
    return /needs a value| takes (an|one|two|three|\d+) arguments?\b/.test(refusalOf([dialect, `--${name}`, ...words]));
  };
  for (let count = values.length; count >= 0; count--)
    if (Array.from({ length: ATTEMPTS }, () => count).some(lacks)) return count + 1;
  return 0;
}

test("there are values of every kind that an option takes", () => {
  const missing = options.flatMap(({ name, values }) =>
    values.filter(({ kind }) => !(kind in anyValue)).map(({ kind }) => `--${name}: ${kind}`),
  );
  assert.deepEqual(missing, [], "a line for each of these kinds belongs into anyValue of fuzz/values.ts");
});

describe("the oracle has a meaning", () => {
  const where = "belongs into reinHandlers of oracle/reading.ts, or into oracle/sandbox-options.ts";

  for (const dialect of ["rein", "bwrap"] as const) {
    test(`for the options of ${dialect}, and for no others`, () => {
      const known = names.filter((word) => !isUnknown([dialect, word]));
      const taken = options.filter(({ dialects }) => dialects.includes(dialect)).map(({ name }) => `--${name}`);
      assert.deepEqual(known, taken, `what an option means ${where}`);
    });

    test(`for as many values as each option of ${dialect} takes`, () => {
      const taken = options.filter(({ dialects }) => dialects.includes(dialect));
      const wrong = taken
        .filter((option) => valuesWanted(option, dialect) !== option.values.length)
        .map((option) => `--${option.name}: ${valuesWanted(option, dialect)}, not ${option.values.length}`);
      assert.deepEqual(wrong, []);
    });
  }

  test("for the letters of rein", () => {
    const letters = options.flatMap(({ short }) => (short === undefined ? [] : [`-${short}`]));
    assert.deepEqual(
      letters.filter((word) => isUnknown(["rein", word])),
      [],
      `what a letter means ${where}`,
    );
  });

  test("for what REIN_OPTIONS may hold, and for nothing else", () => {
    const known = names.filter((word) => !isUnknown(["rein", "command"], [`REIN_OPTIONS=${word}`]));
    const allowed = options.filter(({ variable }) => variable === true).map(({ name }) => `--${name}`);
    assert.deepEqual(known, allowed);
  });

  test("for no option that there is not", () => {
    const tables = [Object.fromEntries(reinTable), sandboxOptions, reinSandboxOptions, bwrapOptions, limitOptions];
    const all = [...names, ...options.map(({ short }) => `-${short}`)];
    const meant = tables.flatMap((table) => Object.keys(table));
    assert.deepEqual(
      meant.filter((word) => !all.includes(word)),
      [],
    );
  });
});

describe("an init would be found out that left out", () => {
  const runner = new Runner(Program.product(), (vector, instance) => new FuzzKernel(vector, instance));
  /** The signal of `--stop-signal` has to be one that comes. */
  const RUNS = 5000;
  const without = ["-s", "--subreaper"];
  const ALREADY = "rein is a subreaper anyway: it makes no difference";
  /** Some do something only beside another. */
  const beside = [[], ["--stop-delay", "3s"]];

  /** Whether the oracle notices, in this scenario and with these values; undefined where the command is not even run. */
  function isNoticed({ word, kinds }: SpelledOption, random: Random): boolean | undefined {
    const values = kinds.map((kind) => anyValue[kind](random));
    const envp = ["A=old", "PATH=/bin", "SECRET_FILE=/run/secrets/one", "PUID=1000"];
    const others = random.pick(beside);
    const scenario = { ...scenarioFor(random), executions: [], failing: undefined };
    const vector = (...own: readonly string[]): Vector => ({
      argv: ["rein", ...others, ...own, "node", "${A}"],
      envp,
      scenario,
    });
    const asked = vector(word, ...values);
    const ending = check(asked, runner.run(asked));
    if (typeof ending === "object") assert.fail(`the oracle expects otherwise: ${ending.kind}\n${ending.text}`);
    if (ending !== "runs") return undefined;
    return typeof check(asked, runner.run(vector())) === "object";
  }

  for (const option of initOptions) {
    test(option.word, { skip: without.includes(option.word) && ALREADY }, () => {
      const random = new Random(2, 0);
      for (let attempt = 0; attempt < RUNS; attempt++) if (isNoticed(option, random) === true) return;
      assert.fail(`nobody would notice: what ${option.word} does belongs into its row in oracle/reading.ts`);
    });
  }
});
