import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fchmodSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
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
  try {
    writeThere(target, readFileSync(executable));
  } catch (error) {
    throw new Error(`--install ${place}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

/**
 * Beside its place first, then moved: nobody sees half a file, one that is being executed can be replaced, and a link at
 * the place is replaced, not followed. Where others may write to the folder, as in /tmp, a link that lies at a name that
 * they foresee would have us write where it leads: the name is random, and there must be nothing at it.
 */
function writeThere(target: string, content: Uint8Array): void {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const draft = `${target}.${randomBytes(12).toString("hex")}`;
  // Nobody can execute it before it is whole. By the descriptor, as a path may lead elsewhere a moment later.
  const file = openSync(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    try {
      writeFileSync(file, content);
      fchmodSync(file, 0o755);
    } finally {
      closeSync(file);
    }
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
