// A program in a PID namespace of its own, with or without an init, as a container would run it.

import { execFileSync } from "node:child_process";
import { chmodSync, closeSync, mkdtempSync, openSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { pid1 } from "../../support/modes.ts";
import { children, isAlive, processes, stat } from "../../support/processes.ts";
import { type Ending, executable, type Options, type Running, startCommand } from "../../support/rein.ts";
import { eventually } from "../../support/waiting.ts";

/** Who is PID 1: rein, Debian's tini, or the program itself. */
export type Init = "rein" | "tini" | "none";

export interface Containment {
  readonly init: Init;
  /** rein's options. */
  readonly options: readonly string[];
  /** An init and its options, in place of those above; its patience is that of `init`. */
  readonly words?: readonly string[] | undefined;
  /** Whom the program runs as, when not as root. */
  readonly user?: string | undefined;
  /** What takes the place of the machine's files, in the namespace alone: source and target. */
  readonly mounts?: readonly (readonly [source: string, target: string])[] | undefined;
}

/** How long another init's container gets to stop, in milliseconds: `docker stop` kills after that. */
const DOCKER_STOP = 10_000;
/** How long a zombie may take to be reaped before the comparison counts it, in milliseconds. */
const REAPING = 200;

const MOUNT = 'while [ "$1" != -- ]; do mount --bind "$1" "$2" || exit; shift 2; done; shift; exec "$@"';

/** A folder that any user may enter, and that is gone with the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "rein-payload-"));
  chmodSync(folder, 0o755);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What runs a command as another user where no init does. */
function asUser(user: string | undefined): string[] {
  return user === undefined ? [] : ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups"];
}

function initWords({ init, options, user, words }: Containment): readonly string[] {
  if (words !== undefined) return words;
  switch (init) {
    case "rein":
      return [executable, ...(user === undefined ? [] : ["--user", user]), ...options, "--"];
    case "tini":
      // The one option that both have.
      return ["tini", ...(options.includes("-g") ? ["-g"] : []), "--", ...asUser(user)];
    case "none":
      return asUser(user);
  }
}

export class Contained {
  readonly test: TestContext;
  /** A folder of its own. */
  readonly folder: string;
  readonly running: Running;
  readonly #init: Init;
  readonly #namespace: string;
  #orphans = 0;
  /** The most zombies that were seen at one time and that PID 1 did not reap. */
  zombies = 0;

  private constructor(t: TestContext, folder: string, running: Running, init: Init) {
    this.test = t;
    this.folder = folder;
    this.running = running;
    this.#init = init;
    const namespace = `/proc/${running.pid}/ns/pid`;
    this.#namespace = readlinkSync(namespace);
    // Held open, its number cannot become that of a namespace that is made after this one's end.
    const handle = openSync(namespace, "r");
    t.after(() => closeSync(handle));
  }

  static async start(
    t: TestContext,
    folder: string,
    command: readonly string[],
    containment: Containment,
    options: Options = {},
  ): Promise<Contained> {
    // An IPC namespace too: the shared memory of a killed PostgreSQL would stay on the machine.
    const words = [...pid1.prefix, "unshare", "--ipc", "sh", "-c", MOUNT, "sh", ...(containment.mounts ?? []).flat()];
    const running = startCommand(t, [...words, "--", ...initWords(containment), ...command], {
      stdin: "ignore",
      ...options,
    });
    await running.findInit(pid1);
    return new Contained(t, folder, running, containment.init);
  }

  /** Everybody in the namespace, zombies included. */
  members(): number[] {
    return processes().filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/ns/pid`) === this.#namespace;
      } catch {
        return false;
      }
    });
  }

  #zombies(): number[] {
    return children(this.running.pid).filter((pid) => stat(pid)?.state === "Z");
  }

  /** Looks for zombies, after an event that may have made some; rein has to reap them all. */
  async look(): Promise<void> {
    if (this.#init === "rein") {
      await eventually("the init has reaped all zombies", () => this.#zombies().length === 0);
      return;
    }
    const end = performance.now() + REAPING;
    while (this.#zombies().length > 0 && performance.now() < end) await pause(5);
    this.zombies = Math.max(this.zombies, this.#zombies().length);
  }

  /** Waits until nobody runs but PID 1 and the program that it started. */
  async alone(): Promise<void> {
    const few = this.#init === "none" ? 1 : 2;
    await eventually("all others have ended", () => this.members().filter(isAlive).length <= few);
  }

  /** Has `run` leave an orphan behind by the shell words that it is given; returns when that has ended. */
  async orphan(run: (words: string) => Promise<unknown>): Promise<void> {
    const fifo = join(this.folder, `orphan-${++this.#orphans}`);
    execFileSync("mkfifo", ["--mode=666", fifo]);
    // The orphan holds the other end until it ends.
    const reader = startCommand(this.test, ["cat", fifo], { stdin: "ignore" });
    await run(`(: 3>${fifo} &)`);
    await reader.exit();
  }

  /** How it ended, and for another's init: how it ended when `docker stop` had lost patience. */
  async ending(): Promise<Ending> {
    if (this.#init === "rein") return this.running.exit();
    let killed = false;
    const timer = setTimeout(() => {
      killed = process.kill(this.running.pid, "SIGKILL");
    }, DOCKER_STOP);
    const ending = await this.running.exit();
    clearTimeout(timer);
    // unshare cannot kill itself likewise, and exits with 1.
    return killed ? { status: null, signal: "SIGKILL" } : ending;
  }
}
