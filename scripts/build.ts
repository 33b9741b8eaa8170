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
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compileToWasm } from "./build/asc.ts";
import { architectures, type Folders, findCompiler, NoCompiler } from "./build/compilers.ts";
import { withoutSections } from "./build/elf.ts";
import { withoutNames } from "./build/wasm.ts";
import { compileToC } from "./build/wasm2c.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { output: { type: "string", default: join(root, "dist") } } });
const output = resolve(values.output);
const source = join(root, "src/executable");
const folders: Folders = { host: join(source, "host"), generated: join(output, "generated") };

function compileToMachineCode(compiler: string[], executable: string): void {
  const unfinished = `${executable}.${process.pid}`;
  mkdirSync(dirname(executable), { recursive: true });
  const [file = "", ...options] = compiler;
  execFileSync(file, [...options, join(folders.host, "host.c"), "-o", unfinished], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  writeFileSync(unfinished, withoutSections(readFileSync(unfinished)));
  chmodSync(unfinished, 0o755);
  // In one step: a rein that runs meanwhile keeps its file, and nobody starts half of one.
  renameSync(unfinished, executable);
}

async function build(): Promise<void> {
  const named = join(folders.generated, "named.wasm");
  mkdirSync(folders.generated, { recursive: true });
  await compileToWasm(root, join(source, "main.ts"), named);
  compileToC(root, named, folders.generated);
  writeFileSync(join(output, "rein.wasm"), withoutNames(readFileSync(named)));
  for (const architecture of architectures) {
    try {
      const executable = join(output, `linux-${architecture}`, "rein");
      compileToMachineCode(findCompiler(architecture, folders), executable);
      console.error(`${relative(root, executable)}: ${statSync(executable).size} bytes`);
    } catch (error) {
      if (!(error instanceof NoCompiler) || architecture === process.arch) throw error;
      console.error(`linux-${architecture}: left out, ${error.message}`);
    }
  }
}

try {
  await build();
} catch (error) {
  // What went wrong has been said by the tool that found it; the trace of our own calls would only hide it.
  console.error(`build: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
  process.exitCode = 1;
}
