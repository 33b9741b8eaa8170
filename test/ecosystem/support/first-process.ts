// A server whose command line a container would start as its first process, with rein/auto in it; and what has to hold of it.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import type { TestContext } from "node:test";
import type { Node } from "../../library/support/nodes.ts";
import { asPid1 } from "../../library/support/pid-1.ts";
import { children, descendants, environment, stat } from "../../support/processes.ts";
import type { Ending, Options, Running } from "../../support/rein.ts";
import { eventually } from "../../support/waiting.ts";
import { begin } from "./project.ts";

/** What answers.mjs says of its process. */
export interface Told {
  readonly pid: number;
  readonly ppid: number;
  /** What PID 1 is. */
  readonly first: string;
  readonly execArgv: readonly string[];
  readonly options: string | null;
}

/** How docs/reap-zombies.md has it in NODE_OPTIONS. */
export const autoFile = (folder: string): string => `${folder}/node_modules/rein/dist/library/auto.js`;

const ours = /rein\/auto|dist\/library\/auto/;

/** Ends of a namespace take some milliseconds; an engine gives ten seconds. */
const atOnce = 5_000;

export class Server {
  readonly running: Running;
  /** PID 1, as seen from outside. */
  readonly first: number;
  readonly address: string;

  private constructor(running: Running, first: number, address: string) {
    this.running = running;
    this.first = first;
    this.address = address;
  }

  /** Starts it; resolves when it has said where it listens. */
  static async start(
    t: TestContext,
    node: Node,
    folder: string,
    words: readonly string[],
    options: Options = {},
  ): Promise<Server> {
    const running = begin(t, node, folder, [...asPid1, ...words], { stdin: "ignore", ...options });
    // Colours are not all kept away by NO_COLOR.
    const [, address = ""] = await running.lineMatching(/(http:\/\/(?:127\.0\.0\.1|localhost|\[::1?\]):\d+)/);
    return new Server(running, children(running.process.pid as number)[0] as number, address);
  }

  async get(path: string): Promise<string> {
    const response = await fetch(new URL(path, this.address), { signal: AbortSignal.timeout(30_000) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}\n${this.running.seen()}`);
    return text;
  }

  async told(path: string): Promise<Told> {
    return JSON.parse(await this.get(path)) as Told;
  }

  /** That PID 1 is the executable, the server answers, what a path leaves is reaped, and nobody below has anything of ours. */
  async check(orphans = "/orphans", answer = "0"): Promise<void> {
    const told = await this.told("/");
    assert.equal(told.first, "rein");
    assert.notEqual(told.pid, 1);
    assert.doesNotMatch(await this.get("/child"), ours);
    const before = descendants(this.first).length;
    for (let round = 0; round < 3; round++) assert.equal(await this.get(orphans), answer);
    await eventually(`nobody is left and no zombie\n${this.running.seen()}`, () => {
      const now = descendants(this.first);
      return now.length <= before && now.every((pid) => stat(pid)?.state !== "Z");
    });
    this.assertClean();
  }

  /** Nobody's environment and nobody's command line, but for the executable's own, name what was for PID 1 alone. */
  assertClean(): void {
    for (const pid of [this.first, ...descendants(this.first)]) {
      assert.doesNotMatch(environment(pid), ours);
      if (existsSync(`/proc/${pid}`)) assert.doesNotMatch(commandLine(pid), ours);
    }
  }

  /** Ends it as an engine does; with this status, at once, and nobody is left. */
  async stop(status: number, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const all = [this.first, ...descendants(this.first)].map((pid) => [pid, stat(pid)?.start] as const);
    const start = performance.now();
    process.kill(this.first, signal);
    const ending: Ending = await this.running.closed();
    assert.equal(ending.status, status, this.running.seen());
    const time = performance.now() - start;
    assert.ok(time < atOnce, `it took ${time} ms\n${this.running.seen()}`);
    for (const [pid, start] of all) assert.ok(stat(pid)?.start !== start || start === undefined, `${pid} is left`);
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    // It has ended.
    return "";
  }
}
