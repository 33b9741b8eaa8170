import { accessSync, chmodSync, closeSync, constants, lstatSync, openSync, readSync, statSync } from "node:fs";
import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { ExecutableError, UnsupportedError } from "./errors.ts";

/** ELF's numbers of machines (elf.h), by what Node.js calls them. */
const MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183, riscv64: 243, arm: 40, ppc64: 21, s390x: 22 };
const E_MACHINE = 18;
const SWITCHED_OFF = "none";

/**
 * The path of the executable for this machine, which is in this package.
 *
 * The variable REIN_EXECUTABLE names another file, by an absolute path; `none` switches it off.
 * @throws ExecutableError when that path is not absolute
 * @throws UnsupportedError on another system than Linux, for an architecture
 * that the package has none for, when it is switched off, and in a bundle.
 */
export function executablePath(): string {
  const chosen = process.env.REIN_EXECUTABLE;
  if (isSwitchedOff()) throw unsupported("it is switched off by REIN_EXECUTABLE=none");
  if (chosen) {
    // With the option `cwd` it would be looked for there, and without a slash in PATH: in places that others may fill.
    if (!isAbsolute(chosen)) throw new ExecutableError(chosen, "REIN_EXECUTABLE must be an absolute path");
    return chosen;
  }
  if (process.platform !== "linux") throw unsupported(`it is for Linux, and this is ${process.platform}`);
  const path = packaged();
  const problem = problemWith(path);
  if (problem?.code === "ENOENT") {
    throw unsupported(
      `${path} is missing; in a bundle, copy the package's linux-${process.arch}/rein there, or ${ADVICE}`,
    );
  }
  if (problem?.code === "EACCES" && unreachable(path)) return path;
  const { uid, mode } = lstatSync(path);
  // A bundle that lies in /tmp/app would find what others may have put at /tmp/linux-x64.
  const trusted = [0, process.geteuid?.(), statSync(fileURLToPath(import.meta.url), { throwIfNoEntry: false })?.uid];
  if (!trusted.includes(uid)) throw new ExecutableError(path, `it belongs to another user, ${uid}`);
  if (problem?.code === "EACCES" && (mode & 0o111) === 0) restoreMode(path);
  return path;
}

/** Whether somebody wants no executable: REIN_EXECUTABLE=none. */
export function isSwitchedOff(): boolean {
  return process.env.REIN_EXECUTABLE === SWITCHED_OFF;
}

const ADVICE = "set REIN_EXECUTABLE to its path";

/** Beside dist/library, where this module is; or where a bundler has put it, which follows exactly this form. */
function packaged(): string {
  // Of a bundle in CommonJS nothing is left of it.
  const { url }: Partial<ImportMeta> = import.meta;
  if (url === undefined) throw unsupported(`this library is part of a bundle: ${ADVICE}`);
  if (process.arch === "x64") return fileURLToPath(new URL("../linux-x64/rein", import.meta.url));
  if (process.arch === "arm64") return fileURLToPath(new URL("../linux-arm64/rein", import.meta.url));
  throw unsupported(`there is none for linux-${process.arch}`);
}

/** Where a directory on the way may not be searched, which is said when it is executed. */
function unreachable(path: string): boolean {
  try {
    lstatSync(path);
    return false;
  } catch {
    return true;
  }
}

/** Bundlers copy it as a file that nobody executes. Where that cannot be mended it is said when it is executed. */
function restoreMode(path: string): void {
  try {
    chmodSync(path, 0o755);
  } catch {
    // It is somebody else's, or cannot be written to.
  }
}

function unsupported(reason: string): UnsupportedError {
  return new UnsupportedError(["the executable"], reason);
}

/** The executable's path, or undefined where none can be: a broken one is an error. */
export function findExecutable(): string | undefined {
  try {
    return checkExecutable(executablePath());
  } catch (error) {
    if (error instanceof UnsupportedError) return undefined;
    throw error;
  }
}

/**
 * Makes sure that a file can be executed here, and returns its path: on Node.js
 * 22 and 24 a failing `process.execve` aborts the process (nodejs/node#62878).
 */
export function checkExecutable(path: string): string {
  const problem = problemWith(path);
  if (problem !== undefined) {
    throw new ExecutableError(path, `it cannot be executed: ${reason(problem)}`, { cause: problem });
  }
  const machine = MACHINES[process.arch];
  if (machine !== undefined && machineOf(path) !== machine) {
    throw new ExecutableError(path, `it is no executable for ${process.arch}`);
  }
  return path;
}

function problemWith(path: string): NodeJS.ErrnoException | undefined {
  try {
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

function reason({ code, message }: NodeJS.ErrnoException): string {
  if (code !== "EACCES") return message;
  return "permission denied; the file has lost its mode 755, or its file system is mounted noexec";
}

/** The machine of an ELF file, in this machine's byte order; -1 for anything else. */
function machineOf(path: string): number {
  const header = Buffer.alloc(E_MACHINE + 2);
  try {
    const file = openSync(path, "r");
    try {
      readSync(file, header);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new ExecutableError(path, `it cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const isElf = header.toString("latin1", 0, 4) === "\x7fELF";
  return isElf ? (new Uint16Array(header.buffer, header.byteOffset + E_MACHINE, 1)[0] ?? -1) : -1;
}
