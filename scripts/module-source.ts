/** How the executable's TypeScript becomes wasm: for the build, and for tests that build it with a change. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { codeInPairs } from "./pair-coding.ts";

/** The wasm: a fixed memory, the allocator that never frees, no import but the system calls and the host's few. */
export const ascOptions = [
  ["--runtime", "stub"],
  ["--use", "abort="],
  ["--initialMemory", "31"],
  ["--maximumMemory", "31"],
  // The initialisers run when the host says so; until then the memory is just the module's data (see memoryImage).
  ["--exportStart", "initialize"],
  ["-Osize"],
].flat();

/** A literal that is the only argument of `bytes(`, `wordList(`, `prose(` or `.text(`. */
const LITERAL = /(\bbytes|\bwordList|\bprose|\.text)\(\s*("(?:[^"\\\n]|\\.)*"|'[^'\\\n]*'|`[^`\\$]*`),?\s*\)/g;

const source = join(dirname(dirname(fileURLToPath(import.meta.url))), "src/executable");
const files = globSync("**/*.ts", { cwd: source, exclude: ["**/*.d.ts"] }).sort();
const literals = files.flatMap((file) => [...readFileSync(join(source, file), "utf8").matchAll(LITERAL)]);
const isProse = (callee: string | undefined): boolean => callee === "prose" || callee === ".text";
const coding = codeInPairs(literals.filter(([, callee]) => isProse(callee)).map(([, , literal]) => textOf(literal)));

/** The bytes of all literals, each with a zero at its end: one that ends as another does is a part of it. */
const data = sharedData(literals.map(([, callee, literal]) => dataOf(callee, literal)));

/** Puts literal texts into the module's data, and makes the calls of runtime.d.ts to their places. */
export function withByteLiterals(code: string): string {
  return code
    .replace(LITERAL, (_, callee: string, literal: string) => {
      const place = placeOf(dataOf(callee, literal));
      return callee === ".text" ? `.prose(${place})` : place;
    })
    .replace(/\bpairTable\(\);/, () => {
      // What all files know, without an import, is asc's own: TypeScript has no such constant.
      return `${dataAt(coding.table)};\n@global @lazy const literals: usize = ${dataAt(data)};`;
    });
}

/** An expression for where the bytes are; those of a test's change are not among the shared ones. */
function placeOf(bytes: Buffer): string {
  const offset = data.indexOf(bytes);
  return offset >= 0 ? `(literals + ${offset})` : dataAt(bytes);
}

function dataAt(bytes: Iterable<number>): string {
  return `memory.data<u8>([${[...bytes].join(",")}])`;
}

function textOf(literal = ""): string {
  return literal.startsWith('"') ? JSON.parse(literal) : literal.slice(1, -1);
}

function dataOf(callee: string | undefined, literal: string | undefined): Buffer {
  const text = textOf(literal);
  if (isProse(callee)) return Buffer.from([...coding.encode(text), 0]);
  return callee === "bytes" ? Buffer.from(`${text}\0`) : wordListOf(text);
}

function wordListOf(text: string): Buffer {
  const words = text.split(",").map((word) => Buffer.from(word));
  for (const { length } of words) if (length === 0 || length > 255) throw new Error(`a word's length in ${text}`);
  return Buffer.concat([...words.flatMap((word) => [Buffer.from([word.length]), word]), Buffer.alloc(1)]);
}

function sharedData(all: readonly Buffer[]): Buffer {
  let shared: Buffer = Buffer.alloc(0);
  for (const bytes of all.toSorted((a, b) => b.length - a.length)) {
    if (!shared.includes(bytes)) shared = Buffer.concat([shared, bytes]);
  }
  return shared;
}
