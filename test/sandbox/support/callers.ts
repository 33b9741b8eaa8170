// Who builds a sandbox: root, and an ordinary user. The kernel allows the one what it forbids the other.

import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { APP, asOrdinaryUser, openPrograms, usersUnavailable } from "../../support/accounts.ts";
import { tooFewProcesses } from "../../support/process-limit.ts";
import { type Options, type Result, type Running, runCommand, startCommand } from "../../support/rein.ts";

export interface Caller {
  readonly name: "root" | "an ordinary user";
  readonly uid: number;
  readonly gid: number;
  /** Words that stand before the executable's own. */
  readonly prefix: readonly string[];
  /** Why this caller cannot be tried here, or false. */
  readonly unavailable: string | false;
}

const isRoot = process.getuid?.() === 0;

function whyNot(prefix: readonly string[]): string | false {
  const words = [...prefix, "unshare", "--user", "--mount", "true"];
  const probe = spawnSync(words[0] ?? "", words.slice(1), { encoding: "utf8" });
  return probe.status === 0 ? false : `no sandbox can be made here: ${probe.error?.message ?? probe.stderr.trim()}`;
}

export const root: Caller = {
  name: "root",
  uid: 0,
  gid: 0,
  prefix: [],
  unavailable: isRoot ? usersUnavailable || whyNot([]) : "only root can be tried as root",
};

const ordinaryPrefix = isRoot ? asOrdinaryUser : [];
export const ordinary: Caller = {
  name: "an ordinary user",
  uid: isRoot ? APP : (process.getuid?.() ?? -1),
  gid: isRoot ? APP : (process.getgid?.() ?? -1),
  prefix: ordinaryPrefix,
  unavailable: tooFewProcesses || whyNot(ordinaryPrefix),
};

/** Both, for tests of what holds for each. */
export const callers: readonly Caller[] = [root, ordinary];

/** More words before the caller's, and what else a test wants of the start. */
export interface SandboxOptions extends Options {
  /** Words that run the rest as root, before the caller is who runs it. */
  readonly before?: readonly string[];
}

function words(t: TestContext, caller: Caller, command: readonly string[], options: SandboxOptions): string[] {
  return [
    ...(options.before ?? []),
    ...caller.prefix,
    openPrograms(t).rein,
    ...(options.options ?? []),
    "--",
    ...command,
  ];
}

/** Runs a command in a sandbox of the caller's to its end. */
export function runIn(
  t: TestContext,
  caller: Caller,
  command: readonly string[],
  options: SandboxOptions = {},
): Promise<Result> {
  return runCommand(t, words(t, caller, command, options), { directory: "/", ...options });
}

/** Starts a command in a sandbox of the caller's; the process that is started is the supervisor. */
export function startIn(
  t: TestContext,
  caller: Caller,
  command: readonly string[],
  options: SandboxOptions = {},
): Running {
  return startCommand(t, words(t, caller, command, options), { directory: "/", ...options });
}

/** Words that run a command in mounts of its own, in which a script of the shell has done something first; for root. */
export function afterScript(script: string, ...values: readonly string[]): string[] {
  const shifts = values.map(() => "shift").join("; ");
  return ["unshare", "--mount", "sh", "-ec", `${script}\n${shifts}\nexec "$@"`, "sh", ...values];
}

/** Words that run a command with an /etc that holds these files and nothing else; for root. */
export function withEtc(folder: string, files: Readonly<Record<string, string>>): string[] {
  const etc = join(folder, "etc");
  mkdirSync(etc);
  chmodSync(etc, 0o755);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(etc, name), text);
    chmodSync(join(etc, name), 0o644);
  }
  return afterScript('mount --bind "$1" /etc', etc);
}
