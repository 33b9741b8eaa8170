import { readFileSync } from "node:fs";
import { mainProgram } from "../reexec/main-program.ts";
import { UnsupportedError } from "../shared/errors.ts";
import { executablePath } from "../shared/executable.ts";
import { say } from "../shared/messages.ts";
import { become, refuse } from "./become.ts";
import { packageFor } from "./package-file.ts";

/** What a container's first process does on the import of rein/auto: it becomes the executable, or says why it cannot. */
export function takeOver(): void {
  try {
    const { script, mainArguments, args } = mainProgram();
    // Node.js has read it when the first import is done.
    if (mainArguments === undefined) throw new UnsupportedError(["rein/auto"], "the program came from standard input");
    const node = [process.execPath, ...process.execArgv, ...mainArguments, ...args];
    become(executablePath(), [...packageOptions(script), "--argv0", process.argv0, "--", ...node]);
  } catch (error) {
    if (!(error instanceof UnsupportedError)) refuse(error);
    say(`${error.message}; Node.js stays the first process of this container`);
  }
}

/** Those of package.json: what REIN_OPTIONS says is known better, and the executable reads it itself. */
function packageOptions(script: string | undefined): readonly string[] {
  if (process.env.REIN_OPTIONS !== undefined) return [];
  const file = packageFor(script);
  if (file === undefined) return [];
  const { rein: options } = JSON.parse(readFileSync(file, "utf8")) as { rein?: unknown };
  if (options === undefined) return [];
  if (typeof options === "string") return options.split(/\s+/).filter(Boolean);
  if (Array.isArray(options) && options.every((option) => typeof option === "string")) return options;
  throw new Error(`${file}: "rein" is neither a text nor a list of texts, the executable's options`);
}
