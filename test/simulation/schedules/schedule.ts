// A schedule: what the init is started with and in, and which events come when. Plain data,
// made from a seed, so that it can be replayed and shortened.

import type { Identity } from "../kernel/attributes.ts";
import type { Fault } from "../kernel/faults.ts";
import type { Proc } from "../kernel/file-tree.ts";
import type { Reader } from "../kernel/files.ts";
import type { Program } from "../kernel/programs.ts";
import type { Invocation } from "../oracle/options.ts";

export type Event =
  /** A signal for the init: from outside its namespace or from its caller, from the payload, or from the kernel. */
  | { readonly kind: "signal"; readonly signal: number; readonly from: "outside" | "payload" | "kernel" }
  /** A signal for the payload alone, from somebody who knows its pid. */
  | { readonly kind: "signal-payload"; readonly signal: number }
  /** The caller's shell stops or continues the job that the init is, in the init's whole group. */
  | { readonly kind: "job"; readonly signal: number }
  | { readonly kind: "key"; readonly signal: number }
  | { readonly kind: "orphan"; readonly program: Program; readonly ownSession: boolean }
  /** Somebody enters the namespace (docker exec). */
  | { readonly kind: "enter"; readonly program: Program }
  | { readonly kind: "time"; readonly milliseconds: number }
  | { readonly kind: "reader"; readonly descriptor: number; readonly reader: Reader }
  /** A process that is nobody's business gets the payload's pid, once that is free. */
  | { readonly kind: "reuse-pid" }
  /** The shell takes the terminal back. */
  | { readonly kind: "shell-takes-terminal" }
  | { readonly kind: "shell-gives-terminal" }
  | { readonly kind: "caller-ends" };

export interface ScheduledEvent {
  /** Before which of the calls that are made it happens, or after how many milliseconds. */
  readonly at: { readonly call: number } | { readonly milliseconds: number };
  readonly what: Event;
}

export interface Setup extends Invocation {
  readonly mode: "pid1" | "subreaper";
  /** Who starts the init; root with all its capabilities where nothing is said. */
  readonly identity?: Identity;
  /** Variables beside the usual ones. */
  readonly variables?: readonly string[];
  /** There is neither an /etc/passwd nor an /etc/group. */
  readonly hasNoAccounts?: boolean;
  readonly proc: Proc;
  readonly terminal: "none" | "foreground" | "background";
  readonly groupsAreOutside: boolean;
  readonly leadsSession: boolean;
  readonly stdinIsTerminal: boolean;
  readonly stderr: Reader | "terminal" | "limited" | "closed";
  readonly status: Reader;
  readonly ignored: readonly number[];
  readonly blocked: readonly number[];
  /** Children from before the init's execve, and how many of them have ended. */
  readonly children: readonly Program[];
  readonly payload: Program;
  /** How long a system call takes, in microseconds. */
  readonly callTime: number;
}

export interface Schedule {
  readonly seed: number;
  readonly setup: Setup;
  readonly events: readonly ScheduledEvent[];
  readonly faults: readonly Fault[];
}
