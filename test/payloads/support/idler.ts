import { writeFileSync } from "node:fs";

/**
 * A shell script that says "ready" and then idles until SIGTERM, on which it runs `cleanUp`.
 *
 * "ready" comes from the child that it waits for, once that has been executed: before, the child has the shell's
 * handler, and a SIGTERM would be lost on it.
 */
export function writeIdler(path: string, cleanUp: string): void {
  writeFileSync(path, `trap '${cleanUp}; exit' TERM\nsh -c 'echo ready; exec sleep infinity' &\nwait\n`);
}
