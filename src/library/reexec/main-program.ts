/** How Node.js was told what to run. */
export interface MainProgram {
  /** The script's path; undefined for a program on the command line, on standard input, or of a single executable application. */
  readonly script: string | undefined;
  /** What tells Node.js to run it again, behind `execArgv`; undefined where nothing can. */
  readonly mainArguments: readonly string[] | undefined;
  /** The program's own arguments. */
  readonly args: readonly string[];
}

/** Node.js's options that have the program itself. */
export const EVALUATED: RegExp = /^(-[ep]+|--eval|--print)(=|$)/;

/** The program that runs here. */
export function mainProgram(): MainProgram {
  if (isApplication()) return { script: undefined, mainArguments: [], args: process.argv.slice(2) };
  // The program is among Node.js's options; arguments behind it could look like more of these.
  if (process.execArgv.some((argument) => EVALUATED.test(argument)) && isMainThread()) {
    return { script: undefined, mainArguments: ["--"], args: process.argv.slice(1) };
  }
  // In a worker it is the worker's.
  const [, script, ...args] = process.argv;
  if (script === undefined || script === "-" || script === "[worker eval]") {
    return { script: undefined, mainArguments: undefined, args };
  }
  return { script, mainArguments: [script], args };
}

/** Whether it is in Node.js's own file. Bun and Deno have no `node:sea`, and would fail at its import. */
export function isApplication(): boolean {
  try {
    return process.getBuiltinModule("node:sea").isSea();
  } catch {
    return false;
  }
}

/** Asked for only where it matters, as loading it takes a millisecond. */
export function isMainThread(): boolean {
  return process.getBuiltinModule("node:worker_threads").isMainThread;
}
