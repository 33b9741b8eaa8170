import { execFileSync } from "node:child_process";
import { accessSync, constants, copyFileSync, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

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

/** The references that ratios are given to. */
export const FLOOR = "floor";
export const TINI_STATIC = "tini-static";

interface Peer {
  name: string;
  /** Options as an ordinary process: those with which it adopts orphans there too, as rein does. */
  plain: string[];
  namespace: string[];
  isSubreaper: boolean;
}

const PEERS: readonly Peer[] = [
  { name: "tini", plain: ["-s", "--"], namespace: ["--"], isSubreaper: true },
  { name: TINI_STATIC, plain: ["-s", "--"], namespace: ["--"], isSubreaper: true },
  { name: "dumb-init", plain: ["--"], namespace: ["--"], isSubreaper: false },
  { name: "catatonit", plain: ["--"], namespace: ["--"], isSubreaper: true },
];

const folder = dirname(fileURLToPath(import.meta.url));

/** Small static programs without a C library, for the floor and the payloads. */
const BARE = [
  ["-Os", "-static", "-nostdlib", "-ffreestanding", "-fno-pie", "-no-pie", "-s"],
  ["-fno-stack-protector", "-fno-asynchronous-unwind-tables"],
  ["-Wl,--build-id=none", "-Wl,-z,noseparate-code", "-Wl,-z,max-page-size=4096"],
  // The child of a vfork runs on its parent's stack, and must not find anything below its end.
  process.arch === "x64" ? ["-mno-red-zone", "-fcf-protection=none"] : [],
].flat();

/** The programs that a run builds for itself. */
export interface Programs {
  floor: string;
  floorVfork: string;
  nop: string;
  payload: string;
  measure: string;
}

export function buildPrograms(into: string): Programs {
  const build = (name: string, source: string, options: readonly string[]): string => {
    const output = join(into, name);
    execFileSync("cc", [...options, join(folder, source), "-o", output], { stdio: ["ignore", "ignore", "inherit"] });
    return output;
  };
  return {
    floor: build("floor", "floor.c", BARE),
    floorVfork: build("floor-vfork", "floor.c", ["-DVFORK", ...BARE]),
    nop: build("nop", "nop.c", BARE),
    payload: build("payload", "payload.c", BARE),
    measure: build("measure", "measure.c", ["-O2", "-static"]),
  };
}

function unversioned(name: string, file: string): Candidate {
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
  candidates.push(rein("rein", executable, into));
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

function findInPath(name: string): string | undefined {
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
function packageVersion(file: string): string {
  const query = (words: string[]): string =>
    execFileSync("dpkg-query", words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  try {
    const name = query(["--search", file]).split(":")[0]!;
    return query(["--show", name]).trim().replace("\t", " ");
  } catch {
    return "";
  }
}
