// pid-1/: how the executable comes to be a container's first process. Here it takes the place of this process.

import { checkExecutable } from "../shared/executable.ts";
import { REFUSED } from "../shared/exit-status.ts";
import { say } from "../shared/messages.ts";

/**
 * Puts the executable in this process's place: same pid, arguments as given,
 * same environment. Returns only by throwing.
 */
export function become(executable: string, args: readonly string[]): never {
  checkExecutable(executable);
  try {
    process.execve?.(executable, ["rein", ...args], process.env);
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
  say(error instanceof Error ? error.message : String(error));
  process.exit(REFUSED);
}
