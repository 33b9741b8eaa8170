import { chmodSync, copyFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkExecutable, executablePath } from "../shared/executable.ts";

/**
 * `rein --install PATH`: puts this machine's executable there, or into that
 * folder, as a Dockerfile wants it: complete or not at all, and executable for
 * everybody.
 */
export function install(args: readonly string[]): void {
  const [place, ...more] = args;
  if (place === undefined || place === "" || more.length > 0) {
    throw new Error("--install: give one path, as in: rein --install /usr/local/bin/rein");
  }
  const executable = checkExecutable(executablePath());
  const target = statSync(place, { throwIfNoEntry: false })?.isDirectory() ? join(place, "rein") : place;
  // Beside its place first, then moved: nobody sees half a file, and one that is being executed can be replaced.
  const draft = `${target}.${process.pid}`;
  try {
    copyFileSync(executable, draft);
    chmodSync(draft, 0o755);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new Error(`--install ${place}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}
