// Sandboxes: under both names, for root and for an ordinary user.

import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { APP, asOrdinaryUser, asUser } from "./accounts.ts";
import { payload, payloadUnavailable } from "./payload.ts";
import { tooFewProcesses } from "./process-limit.ts";
import { executable, type Options, type Result, type Running, runCommand, startCommand } from "./rein.ts";

export type Dialect = "rein" | "bwrap";

/** Who asks for a sandbox. */
interface Person {
  readonly name: "root" | "an ordinary user";
  /** The words that run a command as this person. */
  readonly prefix: readonly string[];
}

const isRoot = process.getuid?.() === 0;
const persons: readonly Person[] = [
  { name: "root", prefix: [] },
  { name: "an ordinary user", prefix: isRoot ? asOrdinaryUser : [] },
];

// Copies where every user can reach them: the checkout may be in a home of root's.
const folder = mkdtempSync(join(tmpdir(), "rein-sandbox-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
chmodSync(folder, 0o755);
copyFileSync(executable, join(folder, "rein"));
symlinkSync("rein", join(folder, "bwrap"));
if (payload !== "") copyFileSync(payload, join(folder, "payload"));

/** The payload program, where every user can run it. */
export const openPayload: string = join(folder, "payload");

function whyNot(person: Person): string | false {
  if (person.name === "root" && !isRoot) return "only root can be root";
  const words = [...person.prefix, join(folder, "rein"), "--unshare-user", "--unshare-pid", "--", "/bin/true"];
  const probe = spawnSync(words[0] ?? "", words.slice(1), { encoding: "utf8" });
  if (probe.status !== 0) return `no sandbox can be made here: ${probe.error?.message ?? probe.stderr.trim()}`;
  return payloadUnavailable;
}

/** The whole file system, as it is: what a test wants that is about something else. */
export const everything: readonly string[] = ["--dev-bind", "/", "/"];
/** Whether bubblewrap is there to be compared with. */
export const bubblewrap: boolean = spawnSync("bwrap", ["--version"]).status === 0;
/** Nothing but what it takes to run a shell. */
export const system: readonly string[] = [
  ...["--ro-bind", "/usr", "/usr"],
  ...["bin", "sbin", "lib", "lib64"].flatMap((name) => ["--symlink", `usr/${name}`, `/${name}`]),
];

let makers = 0;

/** One dialect for one person. */
export class Maker {
  readonly dialect: Dialect;
  readonly isRoot: boolean;
  /** The exit status when something is refused. */
  readonly refusal: number;
  /** Whose number each test has another of: what an earlier one has left to be reaped counts for its user. */
  readonly uid: number;
  readonly #prefix: readonly string[];
  readonly #t: TestContext;

  constructor(t: TestContext, dialect: Dialect, person: Person) {
    this.#t = t;
    this.dialect = dialect;
    this.isRoot = person.name === "root";
    this.refusal = dialect === "rein" ? 125 : 1;
    this.uid = this.isRoot ? 0 : isRoot ? 1_000_000 + 500 * APP + makers++ : (process.getuid?.() ?? -1);
    this.#prefix = isRoot && !this.isRoot ? asUser(this.uid) : [];
  }

  /** The words that run the executable with these. */
  words(words: readonly string[]): string[] {
    return [...this.#prefix, join(folder, this.dialect), ...words];
  }

  /** What the init inside is called. */
  get initName(): string {
    return this.dialect === "bwrap" ? "bwrap" : "rein-init";
  }

  /** With `--json-status-fd FILE` every event is told: under the name bwrap only who asks by the variable is told ours. */
  telling(file = 1): Options {
    return this.dialect === "bwrap" ? { environment: { REIN_OPTIONS: `--json-status-fd ${file}` } } : {};
  }

  /** Runs it to its end. */
  run(words: readonly string[], options: Options = {}): Promise<Result> {
    return runCommand(this.#t, this.words(words), options);
  }

  /** Runs a shell script in a sandbox to its end. */
  script(words: readonly string[], script: string, options: Options = {}): Promise<Result> {
    return this.run([...words, "--", "sh", "-c", script], options);
  }

  /** The same in a sandbox of bubblewrap's. */
  theirs(words: readonly string[], script: string): Promise<Result> {
    return runCommand(this.#t, [...this.#prefix, "bwrap", ...words, "--", "sh", "-c", script]);
  }

  /** Runs a shell script that sets descriptors up and then runs `"$@"`, which is the executable with these words. */
  within(script: string, words: readonly string[], options: Options = {}): Promise<Result> {
    return runCommand(this.#t, ["bash", "-c", script, "bash", ...this.words(words)], options);
  }

  /** The same, while it runs. */
  startWithin(script: string, words: readonly string[], options: Options = {}): Running {
    return startCommand(this.#t, ["bash", "-c", script, "bash", ...this.words(words)], options);
  }

  start(words: readonly string[], options: Options = {}): Running {
    return startCommand(this.#t, this.words(words), options);
  }

  /** A folder of the person's own; it goes with the test. */
  folder(): string {
    const path = mkdtempSync(join(tmpdir(), "rein-files-"));
    this.#t.after(() => rmSync(path, { recursive: true, force: true }));
    chmodSync(path, 0o777);
    return path;
  }
}

/** Registers a test for both dialects and both persons, or for those that are named. */
export function testSandbox(
  name: string,
  body: (make: Maker, t: TestContext) => Promise<void>,
  only: { readonly dialect?: Dialect; readonly person?: Person["name"] } = {},
): void {
  for (const person of persons) {
    if (only.person !== undefined && only.person !== person.name) continue;
    for (const dialect of ["rein", "bwrap"] as const) {
      if (only.dialect !== undefined && only.dialect !== dialect) continue;
      const skip = unavailable.get(person.name) ?? false;
      test(`${dialect}, ${person.name}: ${name}`, { skip }, (t) => body(new Maker(t, dialect, person), t));
    }
  }
}

/** The same for tests that have many processes at once. */
export function testCrowd(...[name, body, only]: Parameters<typeof testSandbox>): void {
  const skipping: typeof body = async (make, t) =>
    make.isRoot || tooFewProcesses === false ? await body(make, t) : t.skip(tooFewProcesses);
  testSandbox(name, skipping, only);
}

const unavailable = new Map(persons.map((person) => [person.name, whyNot(person)]));
