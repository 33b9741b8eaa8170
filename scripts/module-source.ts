/** How the executable's TypeScript becomes wasm: for the build, and for tests that build it with a change. */

/**
 * How large linear memory is, in wasm's pages of 64 kB. Below 2 MB, so that no
 * transparent huge page fits into it: with those always on, the first byte
 * written would make 2 MB resident.
 */
export const MEMORY_PAGES = 31;

/** The wasm: a fixed memory, the allocator that never frees, no import but the system calls and the host's few. */
export const ascOptions = [
  ["--runtime", "stub"],
  ["--use", "abort="],
  ["--initialMemory", `${MEMORY_PAGES}`],
  ["--maximumMemory", `${MEMORY_PAGES}`],
  // The initialisers run when the host says so; until then the memory is just the module's data (see initialMemory).
  ["--exportStart", "initialize"],
  ["-Osize"],
].flat();

/** A literal that is the only argument of `bytes(`, `wordList(` or `.text(`. */
const LITERAL = /(\bbytes|\bwordList|\.text)\(\s*("(?:[^"\\\n]|\\.)*"|'[^'\\\n]*'|`[^`\\$]*`),?\s*\)/g;

/** Makes of literal texts bytes in the module's data, as runtime.d.ts has it. asc's own strings are of 16-bit units. */
export function withByteLiterals(code: string): string {
  return code.replace(LITERAL, (_, callee: string, literal: string) => {
    const place = data(bytesOf(callee, literal));
    return callee === ".text" ? `.bytes(${place})` : place;
  });
}

/** How many bytes the literal texts of a file take in the module. */
export function sizeOfTexts(code: string): number {
  return [...code.matchAll(LITERAL)].reduce((sum, [, callee, literal]) => sum + bytesOf(callee!, literal!).length, 0);
}

function bytesOf(callee: string, literal: string): Buffer {
  const text = literal.startsWith('"') ? (JSON.parse(literal) as string) : literal.slice(1, -1);
  return callee === "wordList" ? wordListOf(text) : Buffer.from(`${text}\0`);
}

/** asc's expression for the place of constant data; without the second argument each would begin at a multiple of 16. */
function data(bytes: Buffer): string {
  return `memory.data<u8>([${[...bytes].join(",")}], 1)`;
}

function wordListOf(text: string): Buffer {
  const words = text.split(",").map((word) => Buffer.from(word));
  for (const { length } of words) if (length === 0 || length > 255) throw new Error(`a word's length in ${text}`);
  return Buffer.concat([...words.flatMap((word) => [Buffer.from([word.length]), word]), Buffer.alloc(1)]);
}
