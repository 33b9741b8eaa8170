/**
 * Builds the executable: TypeScript -> wasm (asc) -> C (wasm2c) -> a static ELF
 * for each architecture that a compiler is there for.
 *
 *   node scripts/build.ts [--output FOLDER]
 *
 * Writes dist/rein.wasm and dist/linux-ARCHITECTURE/rein. This machine's own
 * architecture has to build; another without a cross compiler is left out.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import asc from "assemblyscript/asc";
import { ascOptions, withByteLiterals } from "./module-source.ts";

interface Target {
  /** As in Node.js's `process.arch`. */
  architecture: string;
  /** The commands that may compile for it, the best first. */
  compilers: string[][];
  flags: string[];
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "src/executable");
const { values } = parseArgs({ options: { output: { type: "string", default: join(root, "dist") } } });
const output = resolve(values.output);
const generated = join(output, "generated");

/** The segments are apart by the largest page that a kernel for the machine may have; in the file they are not. */
const targets: Target[] = [
  {
    architecture: "x64",
    compilers: compilersFor("x64", "x86_64-linux-gnu"),
    flags: ["-march=x86-64", "-fcf-protection=none", "-Wl,-z,max-page-size=4096"],
  },
  {
    architecture: "arm64",
    compilers: compilersFor("arm64", "aarch64-linux-gnu"),
    flags: ["-Wl,-z,max-page-size=65536"],
  },
];

const compilerOptions = [
  ["-std=gnu11", "-DNDEBUG", "-w", "-Os"],
  // No C library, no start-up files, nothing that would need either.
  ["-static", "-nostdlib", "-ffreestanding", "-fno-stack-protector", "-fno-pie", "-no-pie"],
  ["-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-fno-ident", "-fomit-frame-pointer"],
  // One file is the whole program: what nobody calls goes, what one calls is inlined.
  ["-fwhole-program", "-Wl,--gc-sections"],
  // Each function where layout.ld wants it.
  ["-ffunction-sections"],
  ["-Wl,-T", join(source, "host/layout.ld"), "-Wl,-z,noseparate-code", "-Wl,-z,norelro"],
  // The same bytes from every build: no identifier of it, no symbol table.
  ["-Wl,--build-id=none", "-s"],
].flat();

/** A native compiler, Debian's cross compiler, or clang with lld. */
function compilersFor(architecture: string, triplet: string): string[][] {
  const others = [[`${triplet}-gcc`], ["clang", `--target=${triplet}`, "-fuse-ld=lld"]];
  return process.arch === architecture ? [["cc"], ...others] : others;
}

/** Whether the command is there and takes these arguments. */
function accepts(command: string[], args: string[]): boolean {
  try {
    execFileSync(command[0] as string, [...command.slice(1), ...args], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** With the functions' names, by which layout.ld puts them in order. */
async function compileToWasm(wasm: string): Promise<void> {
  const main = relative(root, join(source, "main.ts"));
  const { error } = await asc.main([main, ...ascOptions, "--debug", "--baseDir", root, "-o", relative(root, wasm)], {
    // asc says of code that it cannot make smaller by another round that its "last converge was suboptimal".
    stderr: {
      write(text: unknown) {
        if (!String(text).includes("suboptimal")) process.stderr.write(String(text));
      },
    },
    readFile(name, base) {
      const path = join(base, name);
      return existsSync(path) ? withByteLiterals(readFileSync(path, "utf8")) : null;
    },
  });
  if (error) throw error;
}

/**
 * What fits wasm2c's code to a host with one instance and one memory, at a place
 * and of a size that the compiler knows. It would give the globals and the table
 * their values at every start: as initialised data these are there, and smaller.
 */
const fittings: Record<"module.c" | "module.h", [from: RegExp, to: string][]> = {
  "module.h": [
    [/wasm_rt_memory_t w2c_memory;/, ""],
    [/wasm_rt_funcref_table_t w2c_0;/, ""],
  ],
  "module.c": [
    [/instance->w2c_memory/g, "linear_memory"],
    [/\(struct w2c_rein\*\) instance/g, "&module"],
    [/#define LOAD_DATA\(m, o, i, s\)(.*\\\n)*.*\n/, "#define LOAD_DATA(m, o, i, s)\n"],
    // wasm2c makes reads whose value is not used, for they may trap in wasm. Ours are all used.
    [/#define FORCE_READ_INT\(var\) __asm__.*/, "#define FORCE_READ_INT(var)"],
    [/static void init_globals\(.*\) \{\n((?: {2}instance->.*\n)+)\}/, "static w2c_rein module = {\n$1};"],
    [/^ {2}instance->(w2c_\w+) = (\d+u(?:ll)?);$/gm, "  .$1 = $2,"],
    [/static inline void funcref_table_init\((.*\n)*?\}\n/, ""],
    [/DEFINE_TABLE_(SET|FILL)\(funcref\)/g, ""],
    // The first element of asc's table is none, so that no function has the reference 0.
    [/static const wasm_elem_segment_expr_t \w+\[\] = \{/, "static const wasm_rt_funcref_t elements[] = {\n  {0},"],
    [/\{RefFunc, (.*), \{NULL\}, 0\}/g, "{$1}"],
    [
      /static void init_tables\(.*\) \{\n.*\(&instance->w2c_0, (\d+), \1\);\n.*, 1u, 0, \d+, instance\);\n\}/,
      "static const wasm_rt_funcref_table_t table = {elements, $1, $1};",
    ],
    [/ {2}init_globals\(instance\);\n {2}init_tables\(instance\);\n/, ""],
    [/instance->w2c_0\.data\[\w+\]\.module_instance/g, "instance"],
    [/instance->w2c_0\b/g, "table"],
    // Where the heap begins, for its allocator: behind the host's words.
    [/(\d+u);(\n *\S*rt0x2Fstub0x2Foffset = )/, "$1 + HOST_WORDS;$2"],
  ],
};

function fit(name: keyof typeof fittings): void {
  const path = join(generated, name);
  let code = readFileSync(path, "utf8");
  for (const [from, to] of fittings[name]) {
    if (code.search(from) < 0) throw new Error(`wasm2c's ${name} has no ${from}: is it another version?`);
    code = code.replace(from, to);
  }
  writeFileSync(path, code);
}

/**
 * The module's linear memory up to the heap, before the first instruction. wasm2c
 * would have the program copy it together at every start, from a second copy in
 * the file; linked in as initialised data it is there when it is touched.
 */
function memoryImage(bytes: Buffer<ArrayBuffer>, heapStart: number): Uint8Array {
  const module = new WebAssembly.Module(bytes);
  const imports: WebAssembly.Imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] = { ...imports[from], [name]: () => 0 };
  }
  const { memory } = new WebAssembly.Instance(module, imports).exports as { memory: WebAssembly.Memory };
  return new Uint8Array(memory.buffer, 0, heapStart);
}

function compileToC(wasm: string): void {
  const path = join(generated, "module.c");
  execFileSync(process.execPath, [join(root, "node_modules/wabt/bin/wasm2c"), wasm, "-n", "rein", "-o", path]);
  fit("module.h");
  fit("module.c");
  const heapStart = Number(/(\d+)u \+ HOST_WORDS/.exec(readFileSync(path, "utf8"))?.[1]);
  // A multiple of 16, as heap blocks are: the allocator's number is the place of a block's header, four bytes before it.
  writeFileSync(join(generated, "memory.image"), memoryImage(readFileSync(wasm), heapStart + 4));
  writeFileSync(join(generated, "system-calls.h"), systemCallNumbers());
}

/** The initialiser of a table of numbers, in the order of the enumeration that names the calls (confine/seccomp-calls.ts). */
function systemCallNumbers(): string {
  const code = readFileSync(join(source, "confine/seccomp-calls.ts"), "utf8");
  const body = /enum SystemCall \{(.*?)^\}/ms.exec(code)?.[1] ?? "";
  const names = [...body.matchAll(/^ {2}(\w+),$/gm)].map(([, name]) => name);
  if (names.length === 0) throw new Error("there is no enumeration of system calls");
  return names.map((name) => `#ifdef __NR_${name}\n__NR_${name},\n#else\n-1,\n#endif\n`).join("");
}

/** A module without its custom sections (id 0), which hold names and are for people. */
function withoutNames(module: Buffer): Buffer {
  const kept = [module.subarray(0, 8)];
  for (let start = 8; start < module.length; ) {
    let [at, size, shift, byte] = [start + 1, 0, 0, 0];
    // The size is a number in LEB128: seven bits a byte, the lowest first, the eighth says that more follow.
    do {
      byte = module[at++]!;
      size |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    if (module[start] !== 0) kept.push(module.subarray(start, at + size));
    start = at + size;
  }
  return Buffer.concat(kept);
}

/**
 * A 64-bit ELF file up to the end of its last segment (elf(5)): sections are
 * for linkers and debuggers, the kernel never reads them.
 */
function withoutSections(file: Buffer): Buffer {
  const headers = Number(file.readBigUInt64LE(32));
  const [size, count] = [file.readUInt16LE(54), file.readUInt16LE(56)];
  let end = 0;
  for (let header = headers; header < headers + size * count; header += size) {
    end = Math.max(end, Number(file.readBigUInt64LE(header + 8) + file.readBigUInt64LE(header + 32)));
  }
  // No section headers: neither an offset nor a size, a number or an index of names.
  file.fill(0, 40, 48);
  file.fill(0, 58, 64);
  return file.subarray(0, end);
}

/** Returns the executable's path, or undefined without a compiler. */
function compileToMachineCode(target: Target): string | undefined {
  const compiler = target.compilers.find((command) => accepts(command, ["--version"]));
  if (compiler === undefined) return undefined;
  const executable = join(output, `linux-${target.architecture}`, "rein");
  const unfinished = `${executable}.${process.pid}`;
  mkdirSync(dirname(executable), { recursive: true });
  const paths = ["-I", generated, "-I", join(source, "host"), join(source, "host/host.c"), "-o", unfinished];
  execFileSync(compiler[0] as string, [...compiler.slice(1), ...compilerOptions, ...target.flags, ...paths], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  writeFileSync(unfinished, withoutSections(readFileSync(unfinished)));
  chmodSync(unfinished, 0o755);
  // In one step: a rein that runs meanwhile keeps its file, and nobody starts half of one.
  renameSync(unfinished, executable);
  return executable;
}

async function build(): Promise<void> {
  const named = join(generated, "named.wasm");
  mkdirSync(generated, { recursive: true });
  await compileToWasm(named);
  compileToC(named);
  writeFileSync(join(output, "rein.wasm"), withoutNames(readFileSync(named)));
  for (const target of targets) {
    const executable = compileToMachineCode(target);
    const searched = target.compilers.map(([name]) => name).join(", ");
    if (executable !== undefined) console.error(`${relative(root, executable)}: ${statSync(executable).size} bytes`);
    else if (target.architecture !== process.arch)
      console.error(`linux-${target.architecture}: left out, no ${searched}`);
    else throw new Error(`there is no C compiler for linux-${target.architecture}: no ${searched}`);
  }
}

try {
  await build();
} catch (error) {
  // What went wrong has been said by the tool that found it; the trace of our own calls would only hide it.
  console.error(`build: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
  process.exitCode = 1;
}
