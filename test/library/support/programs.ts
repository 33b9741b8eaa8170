// Programs that use the library as its users do: by the package's name, from what is built of it.

import { existsSync } from "node:fs";
import { join } from "node:path";

const library = join(import.meta.dirname, "../../../dist/library");
if (!existsSync(join(library, "index.js"))) throw new Error(`${library} is not there: npm run build`);

/** The package's command. */
export const cli: string = join(library, "cli.js");
/** The module that takes PID 1 over. */
export const auto: string = join(library, "auto.js");

/** The words that run a program of ../programs. */
export function program(name: string, ...args: readonly string[]): string[] {
  return [process.execPath, join(import.meta.dirname, "../programs", name), ...args];
}
