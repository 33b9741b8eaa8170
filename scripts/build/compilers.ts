/** C -> a static ELF: which compiler is taken, and with which options. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MEMORY_BASE, MEMORY_END, MEMORY_GROWTH } from "../module-source.ts";

/** As in Node.js's `process.arch`. */
export const architectures = ["x64", "arm64"] as const;
export type Architecture = (typeof architectures)[number];

const triplets: Record<Architecture, string> = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" };

/** The segments are apart by the largest page that a kernel for the machine may have; in the file they are not. */
const machineOptions: Record<Architecture, string[]> = {
  x64: ["-march=x86-64", "-fcf-protection=none", "-Wl,-z,max-page-size=4096"],
  arm64: ["-Wl,-z,max-page-size=65536"],
};

/** The folders: of the C sources, and of what is made for them. */
export interface Folders {
  readonly host: string;
  readonly generated: string;
}

/** All options but the source's and the output's names. */
function optionsFor(architecture: Architecture, { host, generated }: Folders): string[] {
  return [
    // Inlining functions of two instructions, too, takes four in a hundred fewer, and 1.9 kB more.
    // -Os takes an instruction in a hundred fewer, and 2.4 kB more; -O2 a fifth fewer, and with 148 kB of file a page more
    // of resident memory.
    ["-std=gnu11", "-DNDEBUG", "-w", "-Oz"],
    // 0.8 kB less, and no instruction more.
    ["-fno-jump-tables"],
    // 1 kB less without these, and three instructions in a hundred more.
    ["-fno-inline-small-functions", "-fno-caller-saves", "-fno-move-loop-invariants"],
    // No C library, no start-up files, nothing that would need either.
    ["-static", "-nostdlib", "-ffreestanding", "-fno-stack-protector", "-fno-pie", "-no-pie"],
    ["-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-fno-ident", "-fomit-frame-pointer"],
    // One file is the whole program: what nobody calls goes, what one calls is inlined. (clang sees that by itself.)
    ["-fwhole-program", "-Wl,--gc-sections"],
    // Each function where layout.ld wants it.
    ["-ffunction-sections"],
    ["-Wl,-T", join(host, "layout.ld"), "-Wl,-z,noseparate-code", "-Wl,-z,norelro"],
    [`-DMEMORY_END=${MEMORY_END}`, `-DMEMORY_GROWTH=${MEMORY_GROWTH}`],
    [
      `-Wl,--defsym=memory_base=${MEMORY_BASE},--defsym=memory_end=${MEMORY_END},--defsym=memory_growth=${MEMORY_GROWTH}`,
    ],
    // The same bytes from every build: no identifier of it, no symbol table.
    ["-Wl,--build-id=none", "-s"],
    machineOptions[architecture],
    ["-I", generated, "-I", host, "-L", generated],
  ].flat();
}

/** The commands that may compile for it, the best first: a native compiler, Debian's cross compiler, clang with lld. */
function candidates(architecture: Architecture): string[][] {
  const triplet = triplets[architecture];
  const others = [[`${triplet}-gcc`], ["clang", `--target=${triplet}`, "-fuse-ld=lld"]];
  return process.arch === architecture ? [["cc"], ...others] : others;
}

/** There is no compiler for this architecture; the message says of each that was tried why it was not taken. */
export class NoCompiler extends Error {}

/** All headers that host.c and wasm2c's C include, from the compiler, a C library and the kernel. */
const TRIAL = `
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <asm/unistd.h>
#include <linux/audit.h>
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/uio.h>
_Noreturn void _start(void) { for (;;); }
`;

/** The command, with all options, that compiles for the architecture: the first that compiles and links a small program. */
export function findCompiler(architecture: Architecture, folders: Folders): string[] {
  const refusals: string[] = [];
  for (const candidate of candidates(architecture)) {
    const command = [...candidate, ...optionsFor(architecture, folders)];
    const refusal = tryOut(command, folders.generated);
    if (refusal === undefined) return command;
    refusals.push(`${candidate.slice(0, 2).join(" ")}: ${refusal}`);
  }
  const hint = process.arch === architecture ? `; install one: ${installCommand()}` : "";
  throw new NoCompiler(`no C compiler for linux-${architecture} (${refusals.join("; ")})${hint}`);
}

/** Returns why the command does not do, or undefined. */
function tryOut([file = "", ...options]: string[], generated: string): string | undefined {
  const folder = join(generated, "trial");
  mkdirSync(folder, { recursive: true });
  try {
    const [source, output] = [join(folder, "trial.c"), join(folder, "trial")];
    writeFileSync(source, TRIAL);
    const env = { ...process.env, LC_ALL: "C" };
    const { error, stderr } = spawnSync(file, [...options, source, "-o", output], { encoding: "utf8", env });
    if ((error as NodeJS.ErrnoException | undefined)?.code === "ENOENT") return "not installed";
    if (error) return error.message;
    if (existsSync(output)) return undefined;
    const lines = stderr.trim().split("\n");
    // What gcc says of its linker's failure comes behind what the linker has said.
    const said = lines.find((line) => line.includes("error:") && !line.includes("ld returned")) ?? lines[0];
    return said?.replace(/^.*error: */, "") || "it makes no file";
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** In the words of this machine's package manager, as in scripts/setup. */
function installCommand(): string {
  const isThere = (program: string): boolean => spawnSync(program, ["--version"]).error === undefined;
  if (isThere("dnf")) return "dnf install gcc glibc-devel kernel-headers";
  if (isThere("apk")) return "apk add gcc musl-dev linux-headers";
  return "apt-get install gcc libc6-dev";
}
