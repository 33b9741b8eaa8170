/**
 * wasm -> C by wasm2c, and what the host (src/executable/host/) includes beside it.
 *
 * The host is written to wasm2c's own interface but for a few edits and `wasm2c_rein_instantiate`, which it does not call:
 * that would have the program copy its constants and its table together at every start, from second copies in the file
 * to pages that are its own from then on.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { constants, MEMORY_BASE } from "../module-source.ts";
import { residentSections } from "./resident.ts";
import { initialMemory } from "./wasm.ts";

interface Edit {
  readonly from: RegExp;
  readonly to: string;
}

/** To wasm2c's C. Each has to match: another version of wasm2c, or of asc's runtime, is to be looked at by a person. */
const edits: Edit[] = [
  // One memory, at a place that the compiler knows. By a pointer in the instance every access takes an instruction more:
  // 1200 from start to exit, 21 a signal.
  { from: /instance->w2c_memory/g, to: "linear_memory" },
  // One instance, likewise. Here are the functions that the module calls by their number, that is by a pointer: the compiler
  // does not see with which instance, and all that they call would hand it on as an argument, 6 kB of code.
  { from: /\(struct w2c_rein\*\) instance/g, to: "&state.module" },
  // wasm2c makes reads whose value is not used, for they may trap in wasm. Ours are all used; but the compiler may then no
  // longer join a read with what it is for: 35 instructions a signal.
  { from: /#define FORCE_READ_INT\(var\) __asm__.*/, to: "#define FORCE_READ_INT(var)" },
  // Seldom called from the loop. As a part of it they would have every signal save more registers: 22 instructions.
  { from: /^(static u32 w2c_rein_\S*0x2FisUnhandled\()/gm, to: "__attribute__((noinline)) $1" },
  // Its size, which the host knows.
  { from: /linear_memory\.pages/g, to: "(MEMORY_PAGES + state.grown_pages)" },
  // Where the heap begins, for its allocator (src/executable/support/heap.ts): behind what the host has there. Not
  // where it goes on, which is at twice the address.
  { from: /\b(4\d{6}u);(\n *\S*support0x2Fheap0x2Foffset = var)/, to: "HEAP_START($1);$2" },
];

/** Of functions that are called by their number: their types, and what wasm2c calls them. */
const TABLE_ELEMENT = /\{RefFunc, (\w+, \(wasm_rt_function_ptr_t\)\w+), \{NULL\}, 0\}/g;

/** Writes to the folder `generated` all that host.c and layout.ld include. */
export function compileToC(root: string, wasm: string, generated: string): void {
  const path = join(generated, "module.c");
  execFileSync(process.execPath, [join(root, "node_modules/wabt/bin/wasm2c"), wasm, "-n", "rein", "-o", path]);
  const code = edited(readFileSync(path, "utf8"));
  const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(generated, name), content);
  write("module.c", code);
  write(
    "functions.h",
    linesOf(code, TABLE_ELEMENT, ([, element]) => `{${element}},`),
  );
  const [, heapStart] = /HEAP_START\((\d+)u\)/.exec(code) ?? [];
  // A multiple of 16, as heap blocks are: the allocator's number is the place of a block's header, four bytes before it.
  const image = initialMemory(readFileSync(wasm), MEMORY_BASE, Number(heapStart) + 4);
  if (!constants.equals(image.subarray(0, constants.length))) throw new Error("the constants are not at MEMORY_BASE");
  write("memory.image", image);
  write("resident.ld", residentSections(code));
  write(
    "system-calls.h",
    systemCallNumbers(readFileSync(join(root, "src/executable/confine/seccomp-calls.ts"), "utf8")),
  );
}

function edited(code: string): string {
  for (const { from, to } of edits) {
    if (code.search(from) < 0) throw new Error(`wasm2c's module.c has no ${from}: see scripts/build/wasm2c.ts`);
    code = code.replace(from, to);
  }
  return code;
}

/** A line for every match, of which there has to be one. */
function linesOf(code: string, pattern: RegExp, line: (match: RegExpMatchArray) => string): string {
  const lines = [...code.matchAll(pattern)].map(line);
  if (lines.length === 0) throw new Error(`there is no ${pattern}: see scripts/build/wasm2c.ts`);
  return lines.map((text) => `${text}\n`).join("");
}

/** The initialiser of a table of numbers, in the order of the enumeration that names the calls. */
function systemCallNumbers(code: string): string {
  const body = /enum SystemCall \{(.*?)^\}/ms.exec(code)?.[1] ?? "";
  return linesOf(body, /^ {2}(\w+),$/gm, ([, name]) => `#ifdef __NR_${name}\n__NR_${name},\n#else\n-1,\n#endif`);
}
