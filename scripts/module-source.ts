/** How the executable's TypeScript becomes wasm: for the build, and for tests that build it with a change. */

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

/** A literal that is the only argument of `bytes(` or `.text(`. */
const LITERAL = /(\bbytes|\.text)\(\s*("(?:[^"\\\n]|\\.)*"|'[^'\\\n]*'|`[^`\\$]*`),?\s*\)/g;

/** Puts literal texts into the module's data as NUL-terminated bytes (see runtime.d.ts). */
export function withByteLiterals(code: string): string {
  return code.replace(LITERAL, (_, callee: string, literal: string) => {
    const text: string = literal.startsWith('"') ? JSON.parse(literal) : literal.slice(1, -1);
    const data = `memory.data<u8>([${[...Buffer.from(`${text}\0`)].join(",")}])`;
    return callee === "bytes" ? data : `.bytes(${data})`;
  });
}
