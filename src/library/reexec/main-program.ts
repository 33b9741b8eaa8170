import { isSea } from "node:sea";

/** How Node.js was told what to run. */
export interface MainProgram {
  /** The script's path; undefined for a program on the command line, on standard input, or of a single executable application. */
  readonly script: string | undefined;
  /** What tells Node.js to run it again, behind `execArgv`; undefined where nothing can. */
  readonly mainArguments: readonly string[] | undefined;
  /** The program's own arguments. */
  readonly args: readonly string[];
}

/** The program that runs here. */
export function mainProgram(): MainProgram {
  if (isSea()) return { script: undefined, mainArguments: [], args: process.argv.slice(2) };
  // The program is among Node.js's options; arguments behind it could look like more of these.
  if (process.execArgv.some((argument) => /^(-[ep]+|--eval|--print)(=|$)/.test(argument))) {
    return { script: undefined, mainArguments: ["--"], args: process.argv.slice(1) };
  }
  const [, script, ...args] = process.argv;
  if (script === undefined || script === "-") return { script: undefined, mainArguments: undefined, args };
  return { script, mainArguments: [script], args };
}
