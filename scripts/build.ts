/**
 * Builds the executable: TypeScript -> wasm (asc) -> C (wasm2c) -> a static ELF
 * for each architecture that a compiler is there for.
 *
 *   node scripts/build.ts            this machine's architecture, others as far as possible
 *   node scripts/build.ts --require-all   fail when one cannot be built
 */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

interface Target {
  /** As in Node.js's `process.arch`. */
  architecture: string;
  compilers: string[][];
  flags: string[];
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "src/executable");
const output = join(root, "dist");
const wasm = join(output, "rein.wasm");

/** A native compiler of the right machine, or Debian's cross compiler, or clang with lld. */
const targets: Target[] = [
  {
    architecture: "x64",
    compilers: [...native("x64"), ["x86_64-linux-gnu-gcc"], ["clang", "--target=x86_64-linux-gnu", "-fuse-ld=lld"]],
    flags: ["-march=x86-64", "-fcf-protection=none"],
  },
  {
    architecture: "arm64",
    compilers: [...native("arm64"), ["aarch64-linux-gnu-gcc"], ["clang", "--target=aarch64-linux-gnu", "-fuse-ld=lld"]],
    flags: ["-mno-outline-atomics"],
  },
];

/** The wasm: a fixed memory, the allocator that never frees, no import but the system calls. */
const ascOptions = [
  ["--runtime", "stub"],
  ["--use", "abort="],
  ["--initialMemory", "30"],
  ["--maximumMemory", "30"],
  // The initialisers run when the host says so; until then the memory is just the module's data (see memoryImage).
  ["--exportStart", "initialize"],
  ["-Osize", "--converge"],
].flat();

const cOptions = [
  ["-std=gnu11", "-Oz", "-DNDEBUG", "-g0", "-w"],
  // No C library, no start-up files, nothing that would need either.
  ["-static", "-nostdlib", "-ffreestanding", "-fno-stack-protector", "-fno-pie", "-no-pie"],
  ["-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-fno-ident", "-fomit-frame-pointer"],
  // One file and one program: what nobody calls goes, what one calls is inlined.
  ["-fwhole-program", "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections"],
  // Pages of 4 kB even where the linker plans for 64: the file of arm64 would be mostly padding.
  [
    "-Wl,-z,max-page-size=4096",
    "-Wl,-z,common-page-size=4096",
    "-Wl,-z,noseparate-code",
    "-Wl,-z,norelro",
    "-Wl,-T,src/executable/host/layout.ld",
  ],
  // The same bytes from every build: no identifier, no symbol table, no path.
  ["-Wl,--build-id=none", "-s", `-ffile-prefix-map=${root}=.`],
].flat();

function native(architecture: string): string[][] {
  return process.arch === architecture ? [["cc"]] : [];
}

function run(file: string, args: string[]): void {
  execFileSync(file, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}

function isThere(compiler: string[]): boolean {
  try {
    execFileSync(compiler[0] as string, [...compiler.slice(1), "--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function tool(path: string, args: string[]): void {
  run(process.execPath, [join(root, "node_modules", path), ...args]);
}

function buildTarget(target: Target, generated: string): string | undefined {
  const compiler = target.compilers.find(isThere);
  if (compiler === undefined) return undefined;
  const folder = join(output, `linux-${target.architecture}`);
  const executable = join(folder, "rein");
  const unfinished = `${executable}.${process.pid}`;
  mkdirSync(folder, { recursive: true });
  const paths = [`-I${generated}`, `-I${join(source, "host")}`, join(source, "host/host.c"), "-o", unfinished];
  run(compiler[0] as string, [
    ...compiler.slice(1),
    ...cOptions,
    ...target.flags,
    ...paths.map((path) => relativeTo(path)),
  ]);
  chmodSync(unfinished, 0o755);
  // In one step: a rein that runs meanwhile keeps its file, and nobody starts half of one.
  renameSync(unfinished, executable);
  return executable;
}

function relativeTo(path: string): string {
  return path.startsWith("-I")
    ? `-I${relative(root, path.slice(2))}`
    : path.startsWith("/")
      ? relative(root, path)
      : path;
}

/**
 * The module's linear memory as it is before the first instruction. wasm2c
 * would have the program copy it together at every start, from a second copy in
 * the file; linked in as initialised data it is there when it is touched.
 */
function memoryImage(bytes: Buffer<ArrayBuffer>): Uint8Array {
  const module = new WebAssembly.Module(bytes);
  const imports: WebAssembly.Imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] = { ...imports[from], [name]: () => 0 };
  }
  const { memory } = new WebAssembly.Instance(module, imports).exports as { memory: WebAssembly.Memory };
  const image = new Uint8Array(memory.buffer);
  return image.subarray(0, image.findLastIndex((byte) => byte !== 0) + 1);
}

/** Fits wasm2c's code to a host with one memory, at a place and of a size that the compiler knows. */
function fitted(code: string): string {
  const parts: [RegExp, string][] = [
    [/instance->w2c_memory/g, "linear_memory"],
    [/wasm_rt_memory_t w2c_memory;/, ""],
    [/\(struct w2c_rein\*\) instance/g, "&module"],
    [/#define LOAD_DATA\(m, o, i, s\)(.*\\\n)*.*\n/, "#define LOAD_DATA(m, o, i, s)\n"],
    // Reads that no one uses must be made in wasm, as they may trap; here the bounds are checked before each.
    [/#define FORCE_READ_INT\(var\) __asm__.*/, "#define FORCE_READ_INT(var)"],
  ];
  return parts.reduce((text, [from, to]) => text.replace(from, to), code);
}

/** A literal that starts behind `bytes(` or `.text(` and is the only argument. */
const LITERAL = /(\bbytes|\.text)\(\s*("(?:[^"\\\n]|\\.)*"|'[^'\\\n]*'|`[^`\\$]*`),?\s*\)/g;

/** Puts literal texts into the module's data as NUL-terminated bytes (see runtime.d.ts). */
function withByteLiterals(code: string): string {
  return code.replace(LITERAL, (_, callee: string, literal: string) => {
    const text: string = literal.startsWith('"') ? JSON.parse(literal) : literal.slice(1, -1);
    const data = `memory.data<u8>([${[...Buffer.from(`${text}\0`)].join(",")}])`;
    return callee === "bytes" ? data : `.bytes(${data})`;
  });
}

async function compile(): Promise<void> {
  const { error } = await asc.main(
    [relative(root, join(source, "main.ts")), ...ascOptions, "-o", relative(root, wasm)],
    {
      stderr: process.stderr,
      readFile(name, base) {
        const path = join(base, name);
        return existsSync(path) ? withByteLiterals(readFileSync(path, "utf8")) : null;
      },
    },
  );
  if (error) throw error;
}

const generated = join(output, "generated");
mkdirSync(generated, { recursive: true });
await compile();
tool("wabt/bin/wasm2c", [wasm, "-n", "rein", "-o", join(generated, "module.c")]);
for (const name of ["module.c", "module.h"]) {
  const path = join(generated, name);
  writeFileSync(path, fitted(readFileSync(path, "utf8")));
}
writeFileSync(join(generated, "memory.image"), memoryImage(readFileSync(wasm)));

let isIncomplete = false;
for (const target of targets) {
  const executable = buildTarget(target, generated);
  if (executable === undefined) {
    isIncomplete ||= process.argv.includes("--require-all") || target.architecture === process.arch;
    console.error(
      `no C compiler for ${target.architecture}: left out (looked for ${target.compilers.map((c) => c[0]).join(", ")})`,
    );
  } else {
    console.error(`${relative(root, executable)}: ${statSync(executable).size} bytes`);
  }
}
process.exitCode = isIncomplete ? 1 : 0;
