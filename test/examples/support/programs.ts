// The programs that the examples' images have, as this machine has them.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pid1 } from "../../support/modes.ts";
import { examples } from "./example.ts";

function find(name: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(":")
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

const python = find("python3");

/** Python under the name that its image has for it. */
export const pythonPrograms = { python: python ?? "" };
export const pythonUnavailable: string | false =
  python === undefined ? "python3 is not installed: apt-get install python3" : pid1.unavailable;

const go = spawnSync("go", ["version"], { stdio: "ignore" });
export const goUnavailable: string | false =
  go.status === 0 ? pid1.unavailable : "Go is not installed: apt-get install golang-go";

/** Compiles the Go example as its Dockerfile does. */
export function buildGo(output: string): void {
  // No version stamp: git refuses to tell it to anybody but the checkout's owner.
  execFileSync("go", ["build", "-buildvcs=false", "-o", output, "."], {
    cwd: join(examples, "go-app"),
    env: { ...process.env, CGO_ENABLED: "0", GOPROXY: "off", GOTOOLCHAIN: "local" },
  });
}
