// Hostile payloads, and whoever runs a sandbox for them.

import assert from "node:assert/strict";
import { chmodSync, copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { APP, asOrdinaryUser, openPrograms, usersUnavailable } from "../../support/accounts.ts";
import { compile } from "../../support/payload.ts";
import { tooFewProcesses } from "../../support/process-limit.ts";
import { type Options, type Result, runCommand } from "../../support/rein.ts";

const sources = readdirSync(join(import.meta.dirname, "program"))
  .sort()
  .map((name) => join(import.meta.dirname, "program", name));

let path = "";
let reason: string | false = usersUnavailable;
try {
  path = compile("attack", sources);
} catch (error) {
  reason = error instanceof Error ? error.message : String(error);
}

/** Why no attack can be tried here, or false. */
export const attacksUnavailable: string | false = reason;

export interface Caller {
  readonly name: string;
  readonly uid: number;
  /** Words that stand before a command to make it this one's. */
  readonly prefix: readonly string[];
}

export const root: Caller = { name: "root", uid: 0, prefix: [] };
export const ordinary: Caller = { name: "an ordinary user", uid: APP, prefix: asOrdinaryUser };
export const callers: readonly Caller[] = tooFewProcesses === false ? [root, ordinary] : [root];
if (tooFewProcesses !== false) test("as an ordinary user, too", { skip: tooFewProcesses });

export const dialects = ["rein", "bwrap"] as const;
export type Dialect = (typeof dialects)[number];

/** The caller's whole file system to read, and processes of its own. */
export const contained: readonly string[] = ["--ro-bind", "/", "/", "--proc", "/proc", "--unshare-pid"];
/** All capabilities there are in a user namespace. */
export const almighty: readonly string[] = ["--unshare-user", "--uid", "0", "--gid", "0", "--cap-add", "ALL"];

export interface Programs {
  readonly folder: string;
  readonly rein: string;
  readonly bwrap: string;
  readonly attack: string;
  readonly payload: string;
}

/** Copies of all programs where every user can reach them. */
export function openAttack(t: TestContext): Programs {
  const programs = openPrograms(t);
  const bwrap = join(programs.folder, "bwrap");
  const attack = join(programs.folder, "attack");
  copyFileSync(programs.rein, bwrap);
  copyFileSync(path, attack);
  for (const file of [bwrap, attack]) chmodSync(file, 0o755);
  return { ...programs, bwrap, attack };
}

/** Runs a sandbox to its end, and until nobody of it is left. */
export function runSandbox(
  t: TestContext,
  caller: Caller,
  program: string,
  options: readonly string[],
  command: readonly string[],
  more: Options = {},
): Promise<Result> {
  return runCommand(t, [...caller.prefix, program, ...options, "--", ...command], more);
}

/** What an attack told: what was tried, and "ok" or the error's name. */
export function outcomes(result: Result): Record<string, string> {
  const told: Record<string, string> = {};
  for (const line of result.stdout.trimEnd().split("\n")) {
    const at = line.lastIndexOf(" ");
    told[line.slice(0, at)] = line.slice(at + 1);
  }
  return told;
}

/** Asserts that all of this was tried, and refused. */
export function assertRefusedAll(result: Result, tried: readonly string[]): void {
  const told = outcomes(result);
  for (const what of tried) {
    assert.ok(told[what] !== undefined, `${what} was not tried: ${result.stdout}${result.stderr}`);
    assert.notEqual(told[what], "ok", `${what}: ${result.stdout}`);
  }
}
