/** How the executable's TypeScript becomes wasm: for the build, and for tests that build it with a change. */

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packingOf } from "./packed-texts.ts";
import { TextPool } from "./text-pool.ts";

/**
 * Where linear memory's data begin: at the address where the file's first bytes are mapped, behind its headers. An offset
 * in linear memory so is an address of the process, and what is at a small one is nobody's, as with any null pointer. With a
 * place of its own in front, every access took three or four bytes more: 11 kB of code, and an instruction in ten.
 */
export const MEMORY_BASE = 0x40_0100;

const WASM_PAGE = 65536;

/**
 * Where linear memory ends at first; it goes on behind the code (src/executable/support/heap.ts). Behind the base it is
 * below 2 MB, so that no transparent huge page fits into it: with those always on, the first byte written would make 2 MB
 * resident.
 */
export const MEMORY_END = 0x5f_0000;

/** Where it goes on: behind the code, and on a page of its own however large pages are. */
export const MEMORY_GROWTH = 0x80_0000;

/** All that 32 bits lead to. */
const MOST_PAGES = 65_536;

/** What asc's code calls, and our function for it. */
const runtimeFunctions = [
  ["__alloc", "allocate"],
  ["__realloc", "resize"],
  ["__free", "free"],
  ["__new", "allocateObject"],
  ["__link", "link"],
] as const;

/** The wasm: an allocator of our own, no import but the system calls and the host's few. */
export const ascOptions = [
  ["--runtime", "stub"],
  ["--use", "abort="],
  ["--memoryBase", `${MEMORY_BASE}`],
  ...runtimeFunctions.map(([name, ours]) => ["--use", `${name}=src/executable/support/heap/${ours}`]),
  ["--use", `MEMORY_GROWTH=${MEMORY_GROWTH}`],
  ["--initialMemory", `${MEMORY_END / WASM_PAGE}`],
  ["--maximumMemory", `${MOST_PAGES}`],
  // The initialisers run when the host says so; until then the memory is just the module's data (see initialMemory).
  ["--exportStart", "initialize"],
  ["-Osize"],
].flat();

/** A literal that is the only argument of `bytes(`, `words(`, `phrases(`, `wordList(` or `.text(`. */
const LITERAL =
  /(\bbytes|\bwords|\bphrases|\bwordList|\.text)\(\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`\\$]*`),?\s*\)/g;

const sources = sourcesOf(join(import.meta.dirname, "../src/executable"));

/** For all texts for people, as the sources have them: each once, as it is in the module. */
const packing = packingOf([...new Set([...sources.values()].flatMap(textsOf))]);

const pool = new TextPool([packing.pairs, ...[...sources.values()].flatMap(literalsOf)]);

/** All literals, as they are in the module. */
export const constants = pool.bytes;

/**
 * What the module has first of all: the constants, at MEMORY_BASE, so that the place of each is a number. The one source
 * that the compiler takes before ours is the place for it (scripts/assemblyscript.ts).
 */
export const firstSource = `memory.data<u8>([${[...constants].join(",")}], 1);`;

/** Each file's name, from the folder on, and its code. */
function sourcesOf(folder: string): Map<string, string> {
  const files = globSync("**/*.ts", { cwd: folder, exclude: ["**/*.d.ts"] }).sort();
  return new Map(files.map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}

function textsOf(code: string): string[] {
  const literals = [...code.matchAll(LITERAL)].filter(([, callee]) => isPacked(callee!));
  return literals.flatMap(([, callee, literal]) => {
    const text = textOf(literal!);
    return callee === "phrases" ? text.split(",") : text;
  });
}

/** All literals' bytes. */
function literalsOf(code: string): Buffer[] {
  return [...code.matchAll(LITERAL)].map(([, callee, literal]) => bytesOf(callee!, literal!));
}

function isPacked(callee: string): boolean {
  return callee === ".text" || callee === "words" || callee === "phrases";
}

/** Makes of literal texts bytes in the module's data, as runtime.d.ts has it. asc's own strings are of 16-bit units. */
export function withByteLiterals(code: string): string {
  const filled = code.replace(/\bwordPairs\(\)/, () => placeOf(packing.pairs));
  return filled.replace(LITERAL, (_, callee: string, literal: string) => {
    const place = placeOf(bytesOf(callee, literal));
    return callee === ".text" ? `.packed(${place})` : place;
  });
}

/** How many bytes the literal texts of each file take in the module; what several have counts for the first of them. */
export function sizesOfTexts(): Map<string, number> {
  const counted = new Set<number>();
  const sizes = new Map<string, number>();
  for (const [file, code] of sources) {
    const before = counted.size;
    for (const literal of literalsOf(code)) {
      const offset = pool.offsetOf(literal)!;
      for (let at = 0; at < literal.length; at++) counted.add(offset + at);
    }
    sizes.set(file, counted.size - before);
  }
  return sizes;
}

function bytesOf(callee: string, literal: string): Buffer {
  const text = textOf(literal);
  if (callee === "wordList") return wordListOf(text);
  if (callee === "phrases") return phrasesOf(text);
  return isPacked(callee) ? Buffer.concat([packing.pack(text), Buffer.alloc(1)]) : Buffer.from(`${text}\0`);
}

function textOf(literal: string): string {
  if (literal.startsWith("`")) return literal.slice(1, -1);
  // Within single quotes, double ones stand as they are.
  const quoted = literal.startsWith("'") ? `"${literal.slice(1, -1).replaceAll('"', '\\"')}"` : literal;
  return JSON.parse(quoted) as string;
}

/** asc's expression for the place of these bytes. A test may build sources that have been changed since, with other texts. */
function placeOf(bytes: Buffer): string {
  const offset = pool.offsetOf(bytes);
  // Without the second argument each would begin at a multiple of 16.
  return offset === undefined ? `memory.data<u8>([${[...bytes].join(",")}], 1)` : `(<usize>${MEMORY_BASE + offset})`;
}

function wordListOf(text: string): Buffer {
  const words = text.split(",").map((word) => Buffer.from(word));
  for (const { length } of words) if (length === 0 || length > 255) throw new Error(`a word's length in ${text}`);
  return Buffer.concat([...words.flatMap((word) => [Buffer.from([word.length]), word]), Buffer.alloc(1)]);
}

/** Each packed by itself: no piece has a comma in it. */
function phrasesOf(text: string): Buffer {
  const packed = text.split(",").flatMap((phrase) => [packing.pack(phrase), Buffer.from(",")]);
  return Buffer.concat([...packed.slice(0, -1), Buffer.alloc(1)]);
}
