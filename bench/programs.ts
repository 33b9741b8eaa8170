import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));

/** Small static programs without a C library, for the floors and the payloads. */
const BARE = [
  ["-Os", "-static", "-nostdlib", "-ffreestanding", "-fno-pie", "-no-pie", "-s"],
  ["-fno-stack-protector", "-fno-asynchronous-unwind-tables"],
  ["-Wl,--build-id=none", "-Wl,-z,noseparate-code", "-Wl,-z,max-page-size=4096"],
  // The child of a vfork runs on its parent's stack, and must not find anything below its end.
  process.arch === "x64" ? ["-mno-red-zone", "-fcf-protection=none"] : [],
].flat();

/** The programs that a run builds for itself. */
export interface Programs {
  /** The folder that they are in, which is the run's own. */
  folder: string;
  floor: string;
  floorVfork: string;
  sandboxFloor: string;
  nop: string;
  payload: string;
  measure: string;
  count: string;
}

export function buildPrograms(into: string): Programs {
  const build = (name: string, source: string, options: readonly string[]): string => {
    const output = join(into, name);
    execFileSync("cc", [...options, join(folder, source), "-o", output], { stdio: ["ignore", "ignore", "inherit"] });
    return output;
  };
  return {
    folder: into,
    floor: build("floor", "floor.c", BARE),
    floorVfork: build("floor-vfork", "floor.c", ["-DVFORK", ...BARE]),
    sandboxFloor: build("sandbox-floor", "sandbox-floor.c", BARE),
    nop: build("nop", "nop.c", BARE),
    payload: build("payload", "payload.c", BARE),
    measure: build("measure", "measure.c", ["-O2", "-static"]),
    count: build("count", "count.c", ["-O2", "-static"]),
  };
}
