// The place in which a client runs: namespaces, a /tmp and a /run of its own, and one of the two as /usr/bin/bwrap.

import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { children } from "../../support/processes.ts";
import { type Running, startCommand } from "../../support/rein.ts";
import { eventually } from "../../support/waiting.ts";
import { files, inspector, program, usual, type Which } from "./bubblewraps.ts";
import { normalise, type Observations, reword, takeSeen } from "./observations.ts";

/** How long what ends by itself after the client may take, in milliseconds, when it does not sleep. */
const SETTLING = 20_000;

/** Who runs the client. */
export type Person = "root" | "an ordinary user";

/** Where a client runs; the same paths for both, one after the other. */
export interface Place {
  readonly which: Which;
  readonly uid: number;
  /** A folder of the person's, empty at the beginning. It is not in /tmp, which each run has a new one of. */
  readonly folder: string;
  /** The file that is compared, by the same path for both; /usr/bin/bwrap is it as well. */
  readonly bwrap: string;
  readonly test: TestContext;
}

export interface Request {
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** Files that are put in the place of others: source and target. */
  readonly binds?: readonly (readonly [string, string])[];
  /** What is done while it runs: signals, other commands. */
  meanwhile?(started: Started): Promise<void>;
  /** What all that was seen becomes, names as well, to leave out what no two runs have in common. */
  clean?(text: string): string;
  /** How long it may run at all, in milliseconds, before it is said that it does not end. */
  readonly patience?: number;
}

/** A client that runs. */
export interface Started {
  readonly running: Running;
  /** The number of the command's process, out here. */
  client(): Promise<number>;
}

/** The words that run a command as the person in the place. */
export function words(place: Place, { command, binds = [] }: Request): string[] {
  const pairs = [[place.bwrap, usual], [join(place.folder, "../link"), inspector], ...binds].flat();
  return [
    ...["unshare", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc", "--"],
    ...[program, "watch", "3", `${place.uid}`, `${SETTLING}`, ...pairs, "--", ...command],
  ];
}

/** Makes the place for one of the two; what an earlier one has left in the folder is gone. */
export function makePlace(test: TestContext, base: string, which: Which, uid: number): Place {
  rmSync(base, { recursive: true, force: true });
  mkdirSync(base);
  const folder = join(base, "home");
  mkdirSync(folder);
  const bwrap = join(base, "bwrap");
  copyFileSync(files[which], bwrap);
  copyFileSync(program, join(base, "link"));
  for (const path of [base, bwrap, join(base, "link")]) chmodSync(path, 0o755);
  chmodSync(folder, 0o700);
  chownSync(folder, uid, uid);
  return { which, uid, folder, bwrap, test };
}

/** A folder for the places of one test. */
export function makeBase(t: TestContext): string {
  const base = mkdtempSync("/var/tmp/rein-clients-");
  t.after(() => rmSync(base, { recursive: true, force: true }));
  return base;
}

/** Runs a client to its end, and tells what was seen. */
export async function runClient(place: Place, request: Request): Promise<Observations> {
  const { test, folder, uid } = place;
  const user = uid === 0 ? "root" : "somebody";
  const environment = {
    ...{ HOME: folder, USER: user, LOGNAME: user, LANG: "C.UTF-8", XDG_RUNTIME_DIR: `/run/user/${uid}` },
    ...{ PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    ...request.environment,
  };
  // Nothing of what the tests are run with.
  const clean = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const running = startCommand(test, ["env", "-i", ...clean, ...words(place, request)], {
    directory: request.directory ?? folder,
    extraPipes: 1,
    stdin: "ignore",
  });
  await request.meanwhile?.({ running, client: () => findClient(running) });
  if (!(await endsWithin(running, request.patience))) return new Map([["status", "does not end"]]);
  const report = takeSeen(running.extra.get(3)?.text ?? "");
  if (report.pairs.length === 0) throw new Error(`the place was not made\n${running.seen()}`);
  const { pairs, rest } = takeSeen(running.stdout.text);
  const seen = normalise([...report.pairs, ...pairs]);
  seen.set("output", rest);
  seen.set("error output", running.stderr.text);
  return request.clean === undefined ? seen : reword(seen, request.clean);
}

/** env becomes unshare, whose child is the program that watches, whose first child is the client. */
async function findClient(running: Running): Promise<number> {
  return await eventually(`the client is there\n${running.seen()}`, () => {
    const watcher = children(running.process.pid ?? -1)[0];
    return watcher === undefined ? undefined : children(watcher)[0];
  });
}

/** Waits for its end; ends it when that takes longer. */
async function endsWithin(running: Running, patience: number | undefined): Promise<boolean> {
  const closed = running.closed().then(() => true);
  if (patience === undefined) return await closed;
  const late = new AbortController();
  const ended = await Promise.race([closed, pause(patience, false, { signal: late.signal })]);
  late.abort();
  if (ended) return true;
  running.process.kill("SIGKILL");
  await closed;
  return false;
}
