import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";

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
  for (const pid of [root, ...descendants(root)]) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended meanwhile, or is another user's.
    }
  }
}

/** @internal All processes below another, parents before their children; empty without a `/proc`. */
export function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const pid of processes()) {
    const parent = parentOf(pid);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found = [...(children.get(root) ?? [])];
  for (let index = 0; index < found.length; index++) found.push(...(children.get(found[index] as number) ?? []));
  return found;
}

function processes(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in brackets and may hold anything, brackets too; then come the state and the parent.
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}
