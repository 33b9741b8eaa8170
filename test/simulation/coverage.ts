// How much of the module's code the schedules reach. V8 counts nothing inside a
// wasm, so the code is made to tell itself: at the beginning of every function,
// and with the condition of every `if`, `br_if` and `select`.

import { readFileSync } from "node:fs";
import binaryen from "binaryen";
import { campaign } from "./campaign.ts";
import { Instance, Program, productPath } from "./module.ts";

export interface Coverage {
  readonly functions: readonly [reached: number, all: number];
  /** The outcomes of conditions: two each. */
  readonly branches: readonly [reached: number, all: number];
  readonly summary: string;
}

interface Instrumented {
  readonly wasm: Uint8Array;
  readonly functions: number;
  readonly conditions: number;
}

/** How many operands stand before the condition, in binaryen's text: `(if COND`, `(br_if $label [VALUE] COND)`. */
const CONDITIONAL = /\((if|br_if|select)(?=[\s)])/g;

/** The end of the S-expression that starts at `start`. */
function endOf(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      for (at++; text[at] !== '"'; at++) if (text[at] === "\\") at++;
    } else if (character === "(") depth++;
    else if (character === ")" && --depth === 0) return at + 1;
  }
  throw new Error("an expression has no end");
}

/** Where the operands of the expression at `start` begin and end; a result type and names are none. */
function operandsOf(text: string, start: number): [from: number, to: number][] {
  const operands: [number, number][] = [];
  const end = endOf(text, start) - 1;
  for (let at = start + 1; at < end; at++) {
    if (text[at] !== "(") continue;
    const next = endOf(text, at);
    if (!text.startsWith("(result", at)) operands.push([at, next]);
    at = next - 1;
  }
  return operands;
}

/** The same module, whose functions and conditions call `probe(point, value)`; the points of conditions come first. */
function instrument(wasm: Uint8Array): Instrumented {
  const before = binaryen.readBinary(wasm);
  const text = before.emitText();
  before.dispose();
  const insertions: [at: number, text: string][] = [];
  let conditions = 0;
  for (const match of text.matchAll(CONDITIONAL)) {
    const operands = operandsOf(text, match.index);
    const condition = match[1] === "if" ? operands[0] : operands[operands.length - 1];
    if (condition === undefined) throw new Error(`a ${match[1]} has no condition`);
    insertions.push([condition[0], `(call $probe (i32.const ${conditions++}) `], [condition[1], ")"]);
  }
  let functions = 0;
  const header = /^ \(func \$\S+(?: \((?:param|result|type)[^)]*\))*(?:\n {2}\(local [^)]*\))*/gm;
  for (const match of text.matchAll(header)) {
    const point = conditions + functions++;
    const call = `\n  (drop (call $probe (i32.const ${point}) (i32.const 0)))`;
    insertions.push([match.index + match[0].length, call]);
  }
  // An end belongs before a beginning at the same place.
  insertions.sort((a, b) => a[0] - b[0] || (a[1] === ")" ? -1 : 1) - (b[1] === ")" ? -1 : 1));
  let changed = "";
  let at = 0;
  for (const [place, insertion] of insertions) {
    changed += text.slice(at, place) + insertion;
    at = place;
  }
  changed += text.slice(at);
  const declaration = ' (import "coverage" "probe" (func $probe (param i32 i32) (result i32)))\n';
  changed = changed.replace(/^ \(import /m, `${declaration} (import `);
  const after = binaryen.parseText(changed);
  after.setFeatures(binaryen.Features.All);
  if (after.validate() === 0) throw new Error("the instrumented module is not valid");
  const bytes = after.emitBinary();
  after.dispose();
  return { wasm: bytes, functions, conditions };
}

/** Runs schedules against the instrumented module. */
export function measureCoverage(seed: number, schedules: number): Coverage {
  const { wasm, functions, conditions } = instrument(readFileSync(productPath));
  const outcomes = new Uint8Array(conditions);
  const entered = new Uint8Array(functions);
  const instance = new Instance(new Program(wasm), (point, value) => {
    if (point < conditions) outcomes[point] = (outcomes[point] ?? 0) | (value === 0 ? 1 : 2);
    else entered[point - conditions] = 1;
    return value;
  });
  campaign(instance, seed, 0, schedules);
  const reached = entered.reduce((sum, value) => sum + value, 0);
  const taken = outcomes.reduce((sum, value) => sum + (value & 1) + (value >> 1), 0);
  const share = (part: number, all: number): string => `${part} of ${all} (${Math.round((100 * part) / all)} %)`;
  return {
    functions: [reached, functions],
    branches: [taken, conditions * 2],
    summary: `of the module: functions reached ${share(reached, functions)}, outcomes of conditions ${share(taken, conditions * 2)}`,
  };
}
