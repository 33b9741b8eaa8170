import { realpathSync, type Stats, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { say } from "../shared/messages.ts";

/**
 * The package.json that is nearest to a program, as Node.js looks for it: above its script, or where this process is.
 *
 * It says how the container's first process is to run. So one that others may have put there, as into /tmp above
 * /tmp/app, is passed over, which is said. Nobody but root, this process's user and the script's owner, who decides what
 * runs here anyway, may be able to write to it or to its folder.
 */
export function packageFor(script: string | undefined): string | undefined {
  const trusted = new Set([0, process.geteuid?.(), script === undefined ? 0 : status(script)?.uid]);
  let folder = script === undefined ? process.cwd() : dirname(script);
  while (true) {
    const file = join(folder, "package.json");
    if (status(file)?.isFile()) {
      const writable = placesOf(file).find((place) => isOthers(place, trusted));
      if (writable === undefined) return file;
      say(`${file} is passed over: others may write to ${writable}; forbid that, or use REIN_OPTIONS`);
    }
    if (dirname(folder) === folder) return undefined;
    folder = dirname(folder);
  }
}

/** The folder that it is found in, and where it is if that is a link. */
function placesOf(file: string): readonly string[] {
  const real = realpathSync(file);
  return [...new Set([dirname(file), dirname(real), real])];
}

function isOthers(path: string, trusted: ReadonlySet<number | undefined>): boolean {
  const { uid, gid, mode } = status(path) ?? {};
  if (uid === undefined || gid === undefined || mode === undefined || !trusted.has(uid)) return true;
  // Also where only who made a file can remove it, as in /tmp: the file may have been there first.
  return (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== 0);
}

/** What is at a path; undefined also where it cannot be looked at. */
function status(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
