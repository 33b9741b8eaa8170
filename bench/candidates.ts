import { execFileSync } from "node:child_process";
import { accessSync, constants, copyFileSync, realpathSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Programs } from "./programs.ts";

/** How a command is started: as an ordinary process, or as PID 1 of a PID namespace. */
export type Mode = "plain" | "namespace";

/** Something that is measured: an init, or what the inits are compared with. */
export interface Candidate {
  name: string;
  /** Its file; empty for the payload on its own. */
  file: string;
  version: string;
  /** The size of its file in bytes. */
  size: number;
  /** The words before the payload's. */
  words: Record<Mode, string[]>;
  /** In both modes it gets the orphans. */
  isSubreaper: boolean;
}

/** What ratios are given to, and whose. */
export const FLOOR = "floor";
export const REIN = "rein";

interface Peer {
  name: string;
  /** Options as an ordinary process: those with which it adopts orphans there too, as rein does. */
  plain: string[];
  namespace: string[];
  isSubreaper: boolean;
}

const PEERS: readonly Peer[] = [
  { name: "tini", plain: ["-s", "--"], namespace: ["--"], isSubreaper: true },
  { name: "tini-static", plain: ["-s", "--"], namespace: ["--"], isSubreaper: true },
  { name: "dumb-init", plain: ["--"], namespace: ["--"], isSubreaper: false },
  { name: "catatonit", plain: ["--"], namespace: ["--"], isSubreaper: true },
];

export function unversioned(name: string, file: string): Candidate {
  const words = { plain: [file], namespace: [file] };
  return { name, file, version: "", size: statSync(file).size, words, isSubreaper: false };
}

/** The payload without any init: what of a figure is nobody's fault. */
export const ALONE: Candidate = {
  name: "no init",
  file: "",
  version: "",
  size: 0,
  words: { plain: [], namespace: [] },
  isSubreaper: false,
};

/** A build of rein, copied: it may be built anew while it is measured. */
function rein(name: string, file: string, into: string): Candidate {
  const copy = join(into, name);
  copyFileSync(file, copy);
  const version = execFileSync(copy, ["--version"], { encoding: "utf8" }).trim();
  return { ...unversioned(name, copy), version, isSubreaper: true };
}

/** What there is to be measured, and the names of the peers that are missing. */
export function findCandidates(
  programs: Programs,
  executable: string,
  others: ReadonlyMap<string, string>,
  into: string,
): { candidates: Candidate[]; missing: string[] } {
  const candidates = [unversioned(FLOOR, programs.floor), unversioned("floor-vfork", programs.floorVfork)];
  candidates.push(rein(REIN, executable, into));
  for (const [name, file] of others) candidates.push(rein(name, file, into));
  const missing: string[] = [];
  for (const { name, plain, namespace, isSubreaper } of PEERS) {
    const file = findInPath(name);
    if (file === undefined) {
      missing.push(name);
      continue;
    }
    const words = { plain: [file, ...plain], namespace: [file, ...namespace] };
    candidates.push({ name, file, version: packageVersion(file), size: statSync(file).size, words, isSubreaper });
  }
  return { candidates, missing };
}

/** Where a program is; undefined when it is not installed. */
export function findInPath(name: string): string | undefined {
  for (const directory of (process.env.PATH ?? "").split(delimiter)) {
    const file = join(directory || ".", name);
    try {
      accessSync(file, constants.X_OK);
      return realpathSync(file);
    } catch {}
  }
  return undefined;
}

/** The Debian package that a file is from, and its version; empty where it is from none. */
export function packageVersion(file: string): string {
  const query = (words: string[]): string =>
    execFileSync("dpkg-query", words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  if (file === "") return "";
  try {
    const name = query(["--search", file]).split(":")[0]!;
    return query(["--show", name]).trim().replace("\t", " ");
  } catch {
    return "";
  }
}
