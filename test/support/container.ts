// A container under test.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { ask, client, containerOptions, engine, type Manner } from "./engine.ts";
import { type Result, type Running, runCommand, startCommand } from "./rein.ts";
import { deadline } from "./waiting.ts";

export interface ContainerOptions {
  readonly image?: string;
  /** The engine's options for it. */
  readonly engine?: readonly string[];
  /** rein's options. */
  readonly rein?: readonly string[];
}

let count = 0;

/** A name that no other container has. */
export function newName(): string {
  return `rein-${process.pid}-${++count}`;
}

/** The client's words from the options for the container on. */
export function containerWords(
  manner: Pick<Manner, "words">,
  command: readonly string[],
  options: ContainerOptions = {},
): string[] {
  const image = options.image ?? "busybox";
  return [...containerOptions, ...(options.engine ?? []), ...manner.words(image, command, options.rein ?? [])];
}

/** Runs a container to its end, with nothing on its stdin. */
export async function runContainer(
  t: TestContext,
  manner: Pick<Manner, "words">,
  command: readonly string[],
  options: ContainerOptions = {},
): Promise<Result> {
  const name = newName();
  t.after(() => remove(name));
  return runCommand(t, [engine, "run", "--name", name, ...containerWords(manner, command, options)]);
}

/** Removes a container, alive or not, after a test. */
export async function remove(name: string): Promise<void> {
  // Podman would stop it first, and wait for that. Not a process of the test's own: those have been ended by now.
  const atOnce = engine === "podman" ? ["--time", "0"] : [];
  await promisify(execFile)(engine, ["rm", "--force", "--volumes", ...atOnce, name]).catch(() => {});
}

/** A container that runs in the background, with its stdin held open, until the test ends at the latest. */
export class Container {
  readonly name: string;
  readonly #t: TestContext;
  #logs: Running | undefined;

  constructor(t: TestContext, name: string) {
    this.#t = t;
    this.name = name;
    t.after(() => remove(name));
  }

  /** What it writes, from its beginning to its end. */
  get logs(): Running {
    this.#logs ??= startCommand(this.#t, [engine, "logs", "--follow", this.name], { stdin: "ignore" });
    return this.#logs;
  }

  lineMatching(pattern: RegExp): Promise<RegExpExecArray> {
    return this.logs.lineMatching(pattern);
  }

  /** The payload's "ready". */
  ready(): Promise<void> {
    return this.logs.ready();
  }

  /** All that it wrote, after its end. */
  output(): Promise<Result> {
    return client(this.#t, "logs", this.name);
  }

  inspect(format: string): Promise<string> {
    return ask(this.#t, "container", "inspect", "--format", format, this.name);
  }

  /** Its PID 1's number outside. */
  async pid(): Promise<number> {
    return Number(await this.inspect("{{.State.Pid}}"));
  }

  /** Whether its PID 1 is the executable under test. */
  async isRein(): Promise<boolean> {
    const pid = await this.pid();
    return readFileSync(`/proc/${pid}/exe`).equals(readFileSync(process.env.REIN_EXECUTABLE ?? ""));
  }

  /** Runs a command in it. */
  exec(...command: string[]): Promise<Result> {
    return client(this.#t, "exec", this.name, ...command);
  }

  async kill(signal: string): Promise<void> {
    await ask(this.#t, "kill", "--signal", signal, this.name);
  }

  /** `stop` and its exit status. One that waits for its timeout, to kill, is too late for the deadline. */
  async stop(...options: string[]): Promise<number> {
    await ask(this.#t, "stop", ...options, this.name);
    return this.status();
  }

  /** Waits for its end, and returns its exit status. */
  async wait(): Promise<number> {
    return Number(await ask(this.#t, "wait", this.name));
  }

  /** The exit status of one that has ended. */
  async status(): Promise<number> {
    return Number(await this.inspect("{{.State.ExitCode}}"));
  }

  /** Its zombies, as it sees them itself. */
  async zombies(): Promise<number> {
    const result = await this.exec("sh", "-c", "cat /proc/[0-9]*/status 2>/dev/null");
    return result.stdout.match(/^State:\tZ/gm)?.length ?? 0;
  }

  /** Waits until it has no zombie: the last orphan may have ended this moment. */
  async reaped(): Promise<void> {
    const end = performance.now() + deadline;
    for (;;) {
      const left = await this.zombies();
      if (left === 0) return;
      assert.ok(performance.now() < end, `${left} zombies are left`);
    }
  }

  /** Starts orphans in it, and waits for their end: each has the pipe open until then. */
  async makeOrphans(amount: number): Promise<void> {
    const script = "i=0; while [ $i -lt $0 ]; do (sleep 0 &); i=$((i + 1)); done | cat";
    const result = await this.exec("sh", "-c", script, String(amount));
    assert.equal(result.status, 0, result.stderr);
  }
}

/** Starts a container in the background. Wait for `ready()` before anything is asked of the payload. */
export async function startContainer(
  t: TestContext,
  manner: Pick<Manner, "words">,
  command: readonly string[],
  options: ContainerOptions = {},
): Promise<Container> {
  const container = new Container(t, newName());
  const words = ["run", "--detach", "--interactive", "--name", container.name];
  await ask(t, ...words, ...containerWords(manner, command, options));
  return container;
}
