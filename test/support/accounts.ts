// Other users than the one who runs the tests, in an /etc of their own.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { payload, payloadUnavailable } from "./payload.ts";
import { executable, type Options, type Result, runCommand } from "./rein.ts";

/** An ordinary user, whose number is nobody's in particular; each file of tests has another, as the kernel counts processes by user. */
export const APP: number = 20_000 + (process.pid % 20_000);

const inOwnMounts = ["unshare", "--mount"];

function whyNot(): string | false {
  if (process.getuid?.() !== 0) return "only root can become another user";
  const probe = spawnSync(inOwnMounts[0] ?? "", [...inOwnMounts.slice(1), "true"], { encoding: "utf8" });
  if (probe.status !== 0) return `no mount namespace can be made here: ${probe.error?.message ?? probe.stderr.trim()}`;
  return payloadUnavailable;
}

/** Why there can be no other users here, or false. */
export const usersUnavailable: string | false = whyNot();

/** A folder that every user can enter; it goes with the test. */
export function openFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "rein-users-"));
  t.after(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755);
  return folder;
}

export interface Programs {
  readonly folder: string;
  readonly rein: string;
  readonly payload: string;
}

/** Copies of the executables where every user can reach them: the checkout may be in a home of root's. */
export function openPrograms(t: TestContext): Programs {
  const folder = openFolder(t);
  const programs = { folder, rein: join(folder, "rein"), payload: join(folder, "payload") };
  copyFileSync(executable, programs.rein);
  copyFileSync(payload, programs.payload);
  for (const file of [programs.rein, programs.payload]) chmodSync(file, 0o755);
  return programs;
}

/** /etc/passwd and /etc/group; what is left out is not there. */
export interface AccountFiles {
  readonly passwd?: string;
  readonly group?: string;
}

/** The words that run a command with an /etc that holds these files and nothing else. */
export function withAccounts(folder: string, files: AccountFiles): string[] {
  const etc = join(folder, "etc");
  mkdirSync(etc);
  chmodSync(etc, 0o755);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(etc, name), text);
    chmodSync(join(etc, name), 0o644);
  }
  // One after the other, each becoming the next: the process that is started is the command in the end.
  return [...inOwnMounts, "sh", "-c", 'mount --bind "$0" /etc && exec "$@"', etc];
}

/** Runs the init with these accounts and the payload program's command to its end. */
export async function runWithAccounts(
  t: TestContext,
  files: AccountFiles,
  words: readonly string[],
  command: readonly string[] = ["status"],
  options: Options = {},
): Promise<Result> {
  const programs = openPrograms(t);
  const prefix = withAccounts(programs.folder, files);
  return runCommand(t, [...prefix, programs.rein, ...words, "--", programs.payload, ...command], options);
}

/** The words that run a command as an ordinary user, without a privilege. */
export function asUser(uid: number): string[] {
  return ["setpriv", "--reuid", `${uid}`, "--regid", `${uid}`, "--clear-groups"];
}

/** The same as the user `APP`. */
export const asOrdinaryUser: readonly string[] = asUser(APP);

/** A line `Name: value` of what the payload's `status` said, its parts single. */
export function field(result: Result, name: string): string[] {
  const match = new RegExp(`^${name}:[ \\t]*(.*)$`, "m").exec(result.stdout);
  if (match?.[1] === undefined) throw new Error(`no ${name} in: ${result.stdout}${result.stderr}`);
  return match[1].split(/\s+/).filter(Boolean);
}

/** Asserts who the payload is, by its `status`. */
export function assertIdentity(result: Result, uid: number, gid: number, others: readonly number[]): void {
  assert.equal(result.status, 0, result.stderr);
  assert.deepEqual(field(result, "Uid"), Array(4).fill(`${uid}`));
  assert.deepEqual(field(result, "Gid"), Array(4).fill(`${gid}`));
  // Whether the group itself is among them makes no difference to anybody.
  const supplementary = field(result, "Groups")
    .map(Number)
    .filter((group) => group !== gid);
  assert.deepEqual(supplementary.toSorted(), others.toSorted());
}

/** Asserts a refusal: its status, and one line that says all this. */
export function assertRefused(result: Result, says: readonly RegExp[]): void {
  assert.equal(result.status, 125, result.stderr);
  assert.equal(result.stdout, "");
  assert.match(result.stderr, /^rein: [^\n]+\n$/);
  for (const pattern of says) assert.match(result.stderr, pattern);
}
