// How a program is signalled, by its caller or by execa, so that its tree ends with it.

import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";
import type { Signal as AnySignal } from "../options/values.ts";
import { ProcessTree, signalTree } from "../shared/process-tree.ts";
import { after } from "../shared/timer.ts";

type Signal = NodeJS.Signals | number;
type Kill = (child: ChildProcess, send: (signal?: Signal) => boolean, signal?: Signal) => boolean;

function nameOf(signal: AnySignal = "SIGTERM"): string | undefined {
  if (typeof signal === "string") return signal;
  return Object.entries(constants.signals).find(([, number]) => number === signal)?.[0];
}

/**
 * With the executable: it does what is to be done with every signal that it
 * gets. SIGKILL ends it before it can do anything, and the tree is left.
 */
export function killThroughExecutable(): Kill {
  return ({ pid }, send, signal) => {
    if (pid === undefined || nameOf(signal) !== "SIGKILL") return send(signal);
    let isSent = false;
    new ProcessTree(pid).signal("SIGKILL", () => {
      isSent = send(signal);
    });
    return isSent;
  };
}

/**
 * Without it: a signal to stop goes to the whole tree, as far as it can be found,
 * and any other to the program alone. Who is left of the tree is killed after
 * `grace` milliseconds, also when the program has ended; undefined for never.
 */
export function killFromHere(stopSignals: readonly AnySignal[], grace: number | undefined): Kill {
  const stopping = new Set(["SIGTERM", "SIGINT", "SIGKILL", ...stopSignals.map(nameOf)]);
  let tree: ProcessTree | undefined;
  let isLimited = false;
  return (child, send, signal) => {
    const { pid } = child;
    const name = nameOf(signal);
    if (pid === undefined || name === undefined || !stopping.has(name)) return send(signal);
    if (process.platform !== "linux") return killElsewhere(child, pid, send, name as NodeJS.Signals);
    tree ??= new ProcessTree(pid);
    const known = tree;
    let isSent = false;
    known.signal(name as NodeJS.Signals, () => {
      isSent = send(signal);
    });
    if (grace !== undefined && !isLimited && known.hasDescendants) {
      isLimited = true;
      after(grace, () => known.signal("SIGKILL", () => {}), { keepsAlive: false });
    }
    return isSent;
  };
}

/** tree-kill asks another program for the tree, which takes a while: until then the root must be there. */
function killElsewhere(
  { exitCode, signalCode }: ChildProcess,
  pid: number,
  send: (signal?: Signal) => boolean,
  signal: NodeJS.Signals,
): boolean {
  if (exitCode !== null || signalCode !== null) return send(signal);
  signalTree(pid, signal).catch(() => send(signal));
  return true;
}
