// When all that was done to some processes has had its effects: nobody runs, and nobody has run since.

import { readFileSync } from "node:fs";
import { descendants } from "../../../support/processes.ts";
import type { Running } from "../../../support/rein.ts";
import { eventually } from "../../../support/waiting.ts";

/** Whom nothing woke between so many looks is not about to be woken by what was done before. */
const STILLS = 3;

export interface Look {
  readonly pid: number;
  readonly line: string;
  readonly state: string;
  readonly busy: boolean;
  /** Changes whenever the process has run. */
  readonly turns: string;
}

/** A process as it is now, in the numbers of its own namespace; undefined when it is gone. */
export function look(pid: number): Look | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return undefined;
  }
  const field = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(text)?.[1] ?? "";
  const inside = (name: string): string => field(name).split(/\s+/).at(-1) ?? "";
  const state = field("State").slice(0, 1);
  const isStarting = field("Name") === "unshare" && field("NSpid").includes("\t");
  return {
    pid,
    state,
    line: `${inside("NSpid")} ${field("Name")} ${state} group ${inside("NSpgid")} session ${inside("NSsid")}`,
    // A zombie waits for its parent, which is the one to be looked at. What is still called so has not begun.
    // A PID 1 that ends may sleep on its way (zap_pid_ns_processes(), kernel/pid_namespace.c), without memory by then.
    busy: !"STZ".includes(state) || isStarting || (state !== "Z" && field("VmSize") === ""),
    turns: `${field("voluntary_ctxt_switches")} ${field("nonvoluntary_ctxt_switches")} ${state}`,
  };
}

/** How often each of a process and its descendants has run so far. */
export function turns(root: number): string {
  return [root, ...descendants(root)].map((pid) => `${pid} ${look(pid)?.turns}`).join("\n");
}

/** Waits until neither a process nor a descendant of it does anything any more, or what was started is gone. */
export async function quiet(root: number, started: Running): Promise<void> {
  let before = "";
  let stills = 0;
  await eventually(`nobody does anything any more\n${started.seen()}`, () => {
    if (started.process.exitCode !== null || started.process.signalCode !== null) return true;
    const seen = [root, ...descendants(root)].map(look);
    const now = seen.map((one) => `${one?.pid} ${one?.turns}`).join("\n");
    // A root that has ended is about to be seen as such.
    const still = now === before && seen[0]?.state !== "Z" && seen.every((one) => one !== undefined && !one.busy);
    before = now;
    stills = still ? stills + 1 : 0;
    return stills === STILLS;
  });
  // What was written before is read before anything is decided: timers alone do not let the event loop do that.
  for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve));
}
