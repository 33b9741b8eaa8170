// How much of the module's code the schedules reach. V8 counts nothing inside a
// wasm, so the code is made to tell itself: at the beginning of every function,
// with the condition of every `if`, `br_if` and `select`, and with the index of
// every `br_table`.

import { readFileSync } from "node:fs";
import binaryen from "binaryen";
import { Instance, Program, productPath } from "../kernel/module.ts";
import { campaign } from "./campaign.ts";
import { build } from "./mutants.ts";

export interface FunctionCoverage {
  /** As its source has it: `src/executable/init/reap/Reaper#reapAll`. */
  readonly name: string;
  readonly isReached: boolean;
  /** How many outcomes of its branches were not seen, of how many. */
  readonly missed: number;
  readonly outcomes: number;
}

/** What the schedules could reach: the functions of `ELSEWHERE` are left out. */
export interface Coverage {
  readonly functions: readonly FunctionCoverage[];
  readonly functionsReached: number;
  /** Two for each condition, and one for each place that a table leads to. */
  readonly outcomes: number;
  readonly outcomesReached: number;
}

/** A place in the code that has more than one way on. */
interface Branch {
  /** In which function. */
  readonly owner: number;
  /** The outcome for each value; the last one also for all above. */
  readonly ways: readonly number[];
}

interface Instrumented {
  readonly wasm: Uint8Array;
  readonly branches: readonly Branch[];
  readonly functions: number;
  readonly outcomes: number;
}

/**
 * The schedules go by the names rein and tini, and have no sandbox: what only those come to is left to the fuzzer and
 * the real kernel; and to that, why a file or a path was refused (test/executable/exec-errors.test.ts).
 */
const ELSEWHERE = [
  /^src\/executable\/(sandbox|stages|run-plan|init\/unhandled|main\/(runCatatonit|main~anonymous))\b/,
  /^src\/executable\/(payload\/refused-file|report\/path-errno)\b/,
  /^src\/executable\/dialects\/(dumb-init|catatonit|bwrap|rein\/(confine|rein\/completeSandbox))\b/,
  /^src\/executable\/dialects\/shared\/(getopt|sandbox-options|sandbox-checks|file-options)\b/,
  /^src\/executable\/dialects\/shared\/(restriction-options|argument-file|take-option)\b/,
  /^src\/executable\/dialects\/shared\/option-reader\/OptionReader#(address|givenAgain|get:isReins|refuseAs)$/,
  /^src\/executable\/(report\/wording\/(beyond|bubblewrapsWords|putBubblewraps|copyPath)|support\/numbers\/putOctal)\b/,
  /^src\/executable\/dialects\/shared\/values\/(laterDescriptor|word|offset|mode)$/,
  /^src\/executable\/options\/help\/helpOf(Sandbox|Bwrap)$/,
  /^src\/executable\/(linux\/(cgroup|listener|directory\/(directoryIn|isDots))|payload\/(control-group|denials)|dialects\/shared\/cgroup-limits)\b/,
  /^src\/executable\/payload\/child\/Child#isInSetUp\b/,
  /^src\/executable\/plan\/(sandbox|file-operation|joined-namespace|id-map|filter|landlock|plan\/Plan#get:askedSandbox)\b/,
  /^src\/executable\/confine\/(seccomp|filter-assembler|lasting-changes|landlock|capabilities\/(haveExactly|raiseAmbient|keepAtMost|lackingCapabilities|parseAsLibcap|digitOf|isOfName))\b/,
  /^src\/executable\/linux\/(mount|file-status|descriptor-path|rights|copy-file|memory-file|working-directory)\b/,
  /^src\/executable\/linux\/(input\/awaitEnd|whole-file\/(readWholeFileFrom|readPartFrom))\b/,
  /^src\/executable\/reexec\/(brought-arguments|handshake|sealed-image|stage-arguments|standard-streams)\b/,
  /^src\/executable\/payload\/(session\b|absent\b|variable-index\b|home\b|close-descriptors\/closeAllButForCertain\b|terminal\/lookForTerminal$|(payload-child\/PayloadChild#lower|payload\/Payload#(endUnlessThere|toldStop))$)/,
  /^src\/executable\/(report\/messages\/Messages#warning|signals\/incoming\/waitOnlyFor)$/,
  /^src\/executable\/support\/(word-list\/(indexOfBeginning|wordAt)|numbers\/decimal)\b/,
];

const BRANCH = /\((if|br_if|select|br_table)(?=[\s)])/g;
const FUNCTION = /^ \(func \$(\S+)(?: \((?:param|result|type)[^)]*\))*(?:\n {2}\(local [^)]*\))*/gm;

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

/** The outcome for each index of `(br_table $label… $default INDEX)`, counted from `first`: one for each label. */
function waysOf(table: string, first: number): number[] {
  const labels = table.slice("(br_table".length).trim().split(/\s+/);
  const different = [...new Set(labels)];
  return labels.map((label) => first + different.indexOf(label));
}

/** The same module, which calls `probe(point, value)`; the points of branches come first, then those of functions. */
function instrument(wasm: Uint8Array): Instrumented {
  const before = binaryen.readBinary(wasm);
  const text = before.emitText();
  before.dispose();
  const insertions: [at: number, text: string][] = [];
  const headers = [...text.matchAll(FUNCTION)];
  const branches: Branch[] = [];
  let outcomes = 0;
  for (const match of text.matchAll(BRANCH)) {
    const operands = operandsOf(text, match.index);
    const value = match[1] === "if" ? operands[0] : operands[operands.length - 1];
    if (value === undefined) throw new Error(`a ${match[1]} has no operand`);
    const isTable = match[1] === "br_table";
    const ways = isTable ? waysOf(text.slice(match.index, operands[0]?.[0]), outcomes) : [outcomes, outcomes + 1];
    const owner = headers.findLastIndex((header) => header.index < match.index);
    insertions.push([value[0], `(call $probe (i32.const ${branches.length}) `], [value[1], ")"]);
    branches.push({ owner, ways });
    outcomes = Math.max(...ways) + 1;
  }
  headers.forEach((header, index) => {
    const call = `\n  (drop (call $probe (i32.const ${branches.length + index}) (i32.const 0)))`;
    insertions.push([header.index + header[0].length, call]);
  });
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
  return { wasm: bytes, branches, functions: headers.length, outcomes };
}

/** The functions' names, in the module's order: the same build, with names. */
async function functionNames(): Promise<string[]> {
  const named = binaryen.readBinary(await build(undefined, ["--debug"]));
  const names = [...named.emitText().matchAll(FUNCTION)].map((match) => match[1] ?? "");
  named.dispose();
  return names;
}

/** Runs schedules against the instrumented module. */
export async function measureCoverage(seed: number, schedules: number): Promise<Coverage> {
  const { wasm, branches, functions, outcomes } = instrument(readFileSync(productPath));
  const names = await functionNames();
  if (names.length !== functions) throw new Error("the names are another module's");
  const seen = new Uint8Array(outcomes);
  const entered = new Uint8Array(functions);
  const instance = new Instance(new Program(wasm), (point, value) => {
    const branch = branches[point];
    if (branch === undefined) entered[point - branches.length] = 1;
    else seen[branch.ways[Math.min(value >>> 0, branch.ways.length - 1)] ?? 0] = 1;
    return value;
  });
  campaign(instance, seed, 0, schedules);
  const all = names.map((name, owner) => {
    const own = new Set(branches.filter((branch) => branch.owner === owner).flatMap(({ ways }) => ways));
    const missed = [...own].filter((outcome) => seen[outcome] === 0).length;
    return { name, isReached: entered[owner] === 1, missed, outcomes: own.size };
  });
  const scheduled = all.filter(({ name }) => !ELSEWHERE.some((pattern) => pattern.test(name)));
  const sum = (count: (each: FunctionCoverage) => number): number =>
    scheduled.reduce((total, each) => total + count(each), 0);
  return {
    functions: scheduled,
    functionsReached: sum(({ isReached }) => Number(isReached)),
    outcomes: sum(({ outcomes }) => outcomes),
    outcomesReached: sum(({ outcomes, missed }) => outcomes - missed),
  };
}

/** A measurement for a person: the sums, and where something was not reached. */
export function describeCoverage(coverage: Coverage): string {
  const { functions, functionsReached, outcomes, outcomesReached } = coverage;
  const share = (part: number, all: number): string => `${part} of ${all} (${((100 * part) / all).toFixed(1)} %)`;
  const unreached = functions.filter(({ isReached }) => !isReached).map(({ name }) => `  ${name}`);
  const partial = functions
    .filter(({ isReached, missed }) => isReached && missed > 0)
    .sort((a, b) => b.missed - a.missed)
    .map(({ name, missed, outcomes }) => `  ${missed} of ${outcomes} in ${name}`);
  return [
    `functions reached: ${share(functionsReached, functions.length)}; never:`,
    ...unreached,
    `outcomes of branches reached: ${share(outcomesReached, outcomes)}; not:`,
    ...partial,
  ].join("\n");
}
