import { readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { say } from "../shared/messages.ts";

/**
 * The executable's options in the application's package.json. That is the one of the program; or of the folder that this
 * process is in, where the program is a package's, as npm behind `npm start` and what is in node_modules/.bin, or where
 * its own has none.
 */
export function packageOptions(script: string | undefined): readonly string[] {
  const here = process.cwd();
  const program = script === undefined ? here : dirname(script);
  const isPackages = script !== undefined && real(script).includes(`${sep}node_modules${sep}`);
  const seen = new Set<string>();
  for (const folder of isPackages ? [here, program] : [program, here]) {
    const owner = folder === program && script !== undefined ? status(script)?.uid : undefined;
    const file = nearestPackage(folder, owner, seen);
    const options = file === undefined ? undefined : optionsIn(file);
    if (options !== undefined) return options;
  }
  return [];
}

function optionsIn(file: string): readonly string[] | undefined {
  let content: { readonly rein?: unknown } | null;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
  const options = content?.rein;
  if (options === undefined) return undefined;
  if (typeof options === "string") return options.split(/\s+/).filter(Boolean);
  if (Array.isArray(options) && options.every((option) => typeof option === "string")) return options;
  throw new Error(`${file}: "rein" is neither a text nor a list of texts, the executable's options`);
}

/**
 * The package.json that is nearest to a folder, as Node.js looks for it.
 *
 * It says how the container's first process is to run. So one that others may have put there, as into /tmp above
 * /tmp/app, is passed over, which is said. Nobody but root, this process's user and the script's owner, who decides what
 * runs here anyway, may be able to write to it or to its folder. What was looked at is in `seen`, and not told again.
 */
function nearestPackage(start: string, scriptsOwner: number | undefined, seen: Set<string>): string | undefined {
  const trusted = new Set([0, process.geteuid?.(), scriptsOwner]);
  for (let folder = start; ; folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (status(file)?.isFile()) {
      const writable = placesOf(file).find((place) => isOthers(place, trusted));
      if (writable === undefined) return file;
      if (!seen.has(file))
        say(`${file} is passed over: others may write to ${writable}; forbid that, or use REIN_OPTIONS`);
      seen.add(file);
    }
    if (dirname(folder) === folder) return undefined;
  }
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
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
