import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";

/** A process that another one with the same number later is not. */
interface Process {
  readonly pid: number;
  readonly parent: number;
  /** When it started: proc_pid_stat(5), field 22. */
  readonly start: string;
}

/**
 * Sends a signal to a process and to all below it, the nearest first: a parent
 * is not to see its child end and to start another. Those that are gone are
 * passed over.
 *
 * On Linux the tree is read from `/proc`: tree-kill calls `ps` there, crashes the
 * process where there is none, and with that of BusyBox sends to the root only.
 * Elsewhere it is tree-kill that knows how.
 */
export async function signalTree(root: number, signal: NodeJS.Signals): Promise<void> {
  if (process.platform === "linux") return signalTreeNow(root, signal);
  const { default: treeKill } = await import("tree-kill");
  await promisify<number, string, void>(treeKill)(root, signal);
}

/** The same at once, for the moment of this process's end; only the root where there is no `/proc`. */
export function signalTreeNow(root: number, signal: NodeJS.Signals): void {
  new ProcessTree(root).signal(signal);
}

/**
 * A tree that is signalled more than once: who was found in it stays in it, also
 * when its parent has ended and nothing leads to it any more.
 */
export class ProcessTree {
  readonly #root: number;
  /** Its start: with another one it is somebody else's number by now. */
  readonly #start: string | undefined;
  readonly #found = new Map<number, Process>();

  constructor(root: number) {
    this.#root = root;
    this.#start = look(root)?.start;
  }

  /** To the root by its number, or by `send`: whoever waits for it knows better whether it is still that process. */
  signal(signal: NodeJS.Signals, send: () => unknown = () => trySignal(this.#root, signal)): void {
    // Before the root ends: who loses its parent is in no tree.
    const below = this.#below();
    send();
    for (const pid of below) trySignal(pid, signal);
  }

  /** Whether somebody below the root is left. */
  get hasDescendants(): boolean {
    return this.#below().length > 0;
  }

  #below(): number[] {
    const processes = all();
    if (processes.get(this.#root)?.start !== this.#start) processes.delete(this.#root);
    for (const { pid, start } of this.#found.values()) {
      if (processes.get(pid)?.start !== start) this.#found.delete(pid);
    }
    for (const root of [this.#root, ...this.#found.keys()]) {
      if (!processes.has(root)) continue;
      for (const one of descendantsAmong(processes, root)) this.#found.set(one.pid, one);
    }
    return [...this.#found.keys()];
  }
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile, or is another user's.
  }
}

/** @internal All processes below another, parents before their children; empty without a `/proc`. */
export function descendants(root: number): number[] {
  return descendantsAmong(all(), root).map(({ pid }) => pid);
}

function descendantsAmong(processes: ReadonlyMap<number, Process>, root: number): Process[] {
  const children = Map.groupBy(processes.values(), ({ parent }) => parent);
  const found = [...(children.get(root) ?? [])];
  for (let index = 0; index < found.length; index++) found.push(...(children.get((found[index] as Process).pid) ?? []));
  return found;
}

function all(): Map<number, Process> {
  const processes = new Map<number, Process>();
  for (const pid of numbers()) {
    const found = look(pid);
    if (found !== undefined) processes.set(pid, found);
  }
  return processes;
}

function numbers(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function look(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in brackets and may hold anything, brackets too; then come the third field and the others.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { pid, parent: Number(fields[1]), start: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}
