// One process: its numbers, its signals, and what it holds.

import type { Attributes } from "./attributes.ts";
import type { FileTable } from "./files.ts";
import type { SignalInfo } from "./signal-set.ts";

/** What a process is to the tests. */
export type Role = "init" | "payload" | "descendant" | "caller" | "bystander" | "entered";

/** What a simulated process does by itself. */
export interface Runner {
  /** Waits for its children; otherwise they stay zombies as long as it lives. */
  readonly reaps: boolean;
  /** A signal came to a handler. */
  handle(signal: number): void;
  /** The process has ended. */
  cancel(): void;
  /** The process was stopped, and goes on. */
  goOn(): void;
}

export class Process {
  readonly pid: number;
  readonly role: Role;
  name: string;
  parent: Process | undefined;
  group: number;
  session: number;
  readonly children = new Set<Process>();
  state: "running" | "stopped" | "zombie" | "gone" = "running";
  /** How it ended, as wait4(2) tells it. */
  waitStatus = 0;
  /** A stop that its parent has not waited for yet: the signal, or 0. */
  untoldStop = 0;
  /** So it is with the end of a stop. */
  hasUntoldContinue = false;
  mask = 0n;
  readonly pending: SignalInfo[] = [];
  /** What was set for a signal; the others have their default action. */
  readonly actions = new Map<number, "ignore" | "handle">();
  isSubreaper = false;
  parentDeathSignal = 0;
  /** PID 1 of its namespace: no signal does what it has not asked for. */
  isUnkillable = false;
  /** It is gone, and its number is or was another's: so is the group of that number. */
  isReplaced = false;
  /** In an uninterruptible wait that no signal ends, not even SIGKILL. */
  isStuck = false;
  /** It has called execve: its parent may not change its group any more. */
  hasExecuted = false;
  /** The simulated program that it runs; the init and its child before execve run the module instead. */
  run: Runner | undefined;
  /** The descriptors of those that run the module. */
  files: FileTable | undefined;
  /** Credentials, limits and the like, of those too. */
  attributes: Attributes | undefined;

  constructor(pid: number, role: Role, name: string) {
    this.pid = pid;
    this.role = role;
    this.name = name;
    this.group = pid;
    this.session = pid;
  }

  get isAlive(): boolean {
    return this.state === "running" || this.state === "stopped";
  }

  /** What execve(2) changes: what was handled has its default action again; what was ignored stays so. */
  execute(): void {
    this.hasExecuted = true;
    for (const [signal, action] of this.actions) if (action === "handle") this.actions.delete(signal);
  }

  /** `payload 4 (group 4)`, for a person. */
  toString(): string {
    return `${this.name} ${this.pid}`;
  }
}
