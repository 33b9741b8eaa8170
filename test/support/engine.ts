// The container engine that the checks are made against: Docker or Podman, as scripts/test-docker and
// scripts/test-podman start them.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import type { TestContext } from "node:test";
import { stat } from "./processes.ts";
import { type Result, runCommand } from "./rein.ts";
import { deadline } from "./waiting.ts";

/** The client's name: "docker" or "podman". */
export const engine: string = process.env.REIN_TEST_ENGINE ?? "";

/** Why there is no engine, or false: what node:test takes as `skip`. */
export const engineUnavailable: string | false =
  engine === "" && "a container engine is only there under scripts/test-docker and scripts/test-podman";

/** The run's own folder: the executable under its several names, and what containers share with the machine. */
export const folder: string = process.env.REIN_TEST_FOLDER ?? "";

/** Where a container's control groups are. Docker's daemon has a setting for it. */
export const cgroupOptions: readonly string[] = engine === "podman" ? ["--cgroup-parent", `/${basename(folder)}`] : [];

/** Words that every container is made with. A `stop` that waits for its timeout is late for every deadline. */
export const containerOptions: readonly string[] = [
  ...cgroupOptions,
  ...["--network", "none", "--stop-timeout", String((10 * deadline) / 1000)],
];

/** Runs the client to its end. */
export function client(t: TestContext, ...words: string[]): Promise<Result> {
  return runCommand(t, [engine, ...words]);
}

/** Runs the client, which has to end with 0; returns what it said. */
export async function ask(t: TestContext, ...words: string[]): Promise<string> {
  const result = await client(t, ...words);
  assert.equal(result.status, 0, `${engine} ${words.join(" ")}\n${result.stdout}${result.stderr}`);
  return result.stdout.trimEnd();
}

/** A way to have rein as PID 1 of a container. */
export interface Manner {
  readonly name: string;
  /** The words from the client's options for the container to the end of the command line. */
  words(image: string, command: readonly string[], options: readonly string[]): string[];
  /** The statuses of a command that is not there, and of one that is no program. */
  readonly notFound: number;
  readonly notExecutable: number;
}

export const asEntrypoint: Manner = {
  name: "ENTRYPOINT",
  words: (image, command, options) => ["--entrypoint", "/rein", image, ...options, "--", ...command],
  notFound: 127,
  notExecutable: 126,
};

/** Docker's daemon was told which file that is; Podman is told each time. */
export const asInit: Manner = {
  name: "--init",
  words: (image, command, options) => [
    "--init",
    ...(engine === "podman" ? ["--init-path", process.env.REIN_EXECUTABLE ?? ""] : []),
    ...(options.length > 0 ? ["--env", `REIN_OPTIONS=${options.join(" ")}`] : []),
    image,
    ...command,
  ],
  // Podman calls it podman-init, and so it ends as catatonit does.
  notFound: engine === "podman" ? 1 : 127,
  notExecutable: engine === "podman" ? 1 : 126,
};

/** Both, for checks of what holds in each. */
export const manners: readonly Manner[] = [asEntrypoint, asInit];

/** The zombies that can be seen from here: those of all containers too. */
export function zombies(): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && stat(pid)?.state === "Z");
}
