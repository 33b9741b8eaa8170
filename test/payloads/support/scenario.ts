// One payload's life: started, used, stopped in the middle of something, looked at.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync } from "node:fs";
import { constants } from "node:os";
import { test } from "node:test";
import { pid1 } from "../../support/modes.ts";
import { tooFewProcesses } from "../../support/process-limit.ts";
import type { Ending } from "../../support/rein.ts";
import { Contained, type Init, temporaryFolder } from "./contained.ts";

export interface Scenario {
  /** What is tried, after the program's name. */
  readonly name: string;
  readonly program: Program;
  /** rein's options. */
  readonly options: readonly string[];
  readonly user?: string;
  /** What it is stopped with; without one it ends by itself. */
  readonly signal?: "SIGTERM";
  /** The exit status under rein. */
  readonly status: number;
  /** What became of what was under way when it was stopped, under rein. */
  readonly outcome: string;
  mounts?(folder: string): readonly (readonly [source: string, target: string])[];
  environment?(folder: string): Readonly<Record<string, string>>;
  /** The command, once the folder holds what it needs. */
  command(folder: string): readonly string[] | Promise<readonly string[]>;
  /** Uses it; returns what is done after the stop signal, which tells the outcome. */
  use(contained: Contained): Promise<() => Promise<string>>;
  /** Looks at what it has left on disk. */
  afterwards?(contained: Contained): void | Promise<void>;
}

export interface Program {
  readonly name: string;
  readonly file: string | undefined;
  /** Debian's package that holds the file. */
  readonly package: string;
  /** Words that make it tell its version. */
  readonly version: readonly string[];
  readonly needsRoot?: boolean;
}

/** One line of docs/payloads.md. */
export interface Row {
  readonly program: string;
  readonly scenario: string;
  readonly init: Init;
  readonly options: string;
  readonly signal: string;
  readonly milliseconds: number;
  readonly status: number;
  readonly zombies: number;
  readonly left: number;
  readonly outcome: string;
}

/** Where the rows of a table are to be written; then others than rein are played, too. */
const rows = process.env.REIN_PAYLOAD_ROWS;
const tini = "/usr/bin/tini";

/** Why a program cannot be tried here, or false. */
export function unavailable({ name, file, package: wanted, needsRoot }: Program): string | false {
  if (file === undefined || !existsSync(file)) return `${name} is not installed: apt-get install ${wanted}`;
  if (needsRoot && process.getuid?.() !== 0) return `${name} needs root`;
  return pid1.unavailable;
}

/** The version alone, of whatever a program says of it. */
export function version({ version: [file = "", ...words] }: Program): string {
  // nginx tells it on stderr.
  const { stdout, stderr } = spawnSync(file, words, { encoding: "utf8" });
  return /\d+(\.\d+)+(p\w*\d)?/.exec(stdout + stderr)?.[0] ?? "";
}

function statusOf({ status, signal }: Ending): number {
  return status ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

async function play(scenario: Scenario, init: Init, contained: Contained): Promise<Row> {
  const finish = await scenario.use(contained);
  await contained.look();
  const begin = performance.now();
  if (scenario.signal !== undefined) process.kill(contained.running.pid, scenario.signal);
  const finished = init === "rein" ? finish() : finish().catch(() => "cut off");
  const ending = contained.ending().then((how) => ({ how, milliseconds: performance.now() - begin }));
  const [outcome, { how, milliseconds }] = await Promise.all([finished, ending]);
  return {
    program: `${scenario.program.name} ${version(scenario.program)}`.trim(),
    scenario: scenario.name,
    init,
    options: [...(scenario.user === undefined ? [] : ["--user", scenario.user]), ...scenario.options].join(" "),
    signal: scenario.signal ?? "its own end",
    milliseconds,
    status: statusOf(how),
    zombies: contained.zombies,
    left: contained.members().length,
    outcome,
  };
}

/** A test of the scenario under rein; where a table is wanted, the same under others as well. */
export function tryOut(scenario: Scenario): void {
  const { program } = scenario;
  for (const init of ["rein", "none", "tini"] as const) {
    if (init !== "rein" && rows === undefined) continue;
    const skip =
      unavailable(program) ||
      (scenario.user !== undefined && tooFewProcesses) ||
      (init === "tini" && !existsSync(tini) && "tini is not installed");
    test(`${program.name} ${scenario.name}${init === "rein" ? "" : `, to compare: ${init}`}`, { skip }, async (t) => {
      const folder = temporaryFolder(t);
      const mounts = scenario.mounts?.(folder);
      const command = await scenario.command(folder);
      const { options, user } = scenario;
      const containment = { init, options, user, mounts };
      const environment = scenario.environment?.(folder) ?? {};
      const contained = await Contained.start(t, folder, command, containment, { environment });
      const row = await play(scenario, init, contained);
      if (rows !== undefined) appendFileSync(rows, `${JSON.stringify(row)}\n`);
      if (init !== "rein") return;
      const { status, outcome, zombies, left } = row;
      assert.deepEqual(
        { status, outcome, zombies, left },
        { status: scenario.status, outcome: scenario.outcome, zombies: 0, left: 0 },
        contained.running.seen(),
      );
      await scenario.afterwards?.(contained);
    });
  }
}
