import { checkExecutable } from "../shared/executable.ts";

/** Exit status of a refusal, the executable's own. */
const REFUSED = 125;

/**
 * Puts the executable in this process's place: same pid, arguments as given,
 * same environment. Returns only by throwing.
 */
export function become(executable: string, words: readonly string[]): never {
  checkExecutable(executable);
  try {
    process.execve?.(executable, ["rein", ...words], process.env);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_ACCESS_DENIED") throw error;
    throw new Error(
      "Node.js's permission model refuses to execute it; add --allow-child-process, or let the container start rein in front of Node.js",
      { cause: error },
    );
  }
  throw new Error("this Node.js has no process.execve; 22.15 is the first that has");
}

/** Ends the process with one line that says why. */
export function refuse(error: unknown): never {
  process.stderr.write(`rein: ${error instanceof Error ? error.message : error}\n`);
  process.exit(REFUSED);
}
