// Processes as /proc shows them.

import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";

/** A file of /proc, or undefined when its process is gone. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** All processes that can be seen. */
export function processes(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** The variables that a process was executed with, a NUL before each; empty for a zombie and for somebody else's. */
export function environment(pid: number): string {
  return `\0${read(`/proc/${pid}/environ`) ?? ""}`;
}

/** A process's children, zombies included. */
export function children(pid: number): number[] {
  const list = read(`/proc/${pid}/task/${pid}/children`);
  if (list !== undefined) return list.split(" ").filter(Boolean).map(Number);
  // A kernel without that file: every process names its parent.
  return processes().filter((other) => stat(other)?.parent === pid);
}

/** A process's children and theirs, the nearest first. */
export function descendants(pid: number): number[] {
  const found = children(pid);
  for (let i = 0; i < found.length; i++) {
    const next = found[i];
    if (next !== undefined) found.push(...children(next));
  }
  return found;
}

export interface Stat {
  /** R, S, D, T (stopped), Z (zombie) and so on. */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** When it started, in clock ticks since boot: with the pid, who it is. */
  readonly start: number;
  /** Processor time used so far, in clock ticks. */
  readonly ticks: number;
}

export function stat(pid: number): Stat | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The name stands in brackets and may hold anything, brackets too.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const at = (index: number): number => Number(fields[index]);
  return { state: fields[0] ?? "", parent: at(1), group: at(2), session: at(3), start: at(19), ticks: at(11) + at(12) };
}

/** Whether it runs, and is not a zombie. */
export function isAlive(pid: number): boolean {
  const state = stat(pid)?.state;
  return state !== undefined && state !== "Z" && state !== "X";
}

/** Whether it has been executed from this file, and is not still what stood before. */
export function isRunning(pid: number, file: string): boolean {
  try {
    return realpathSync(`/proc/${pid}/exe`) === realpathSync(file);
  } catch {
    return false;
  }
}

/** One field of /proc/PID/status; an error when the process is gone. */
export function statusField(pid: number, name: string): string {
  const match = new RegExp(`^${name}:\\s*(.*)$`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  if (match?.[1] === undefined) throw new Error(`no ${name} in /proc/${pid}/status`);
  return match[1];
}

/** A process's open descriptors: number to what it is. */
export function descriptors(pid: number): Map<number, string> {
  const found = new Map<number, string>();
  for (const name of readdirSync(`/proc/${pid}/fd`)) {
    try {
      found.set(Number(name), readlinkSync(`/proc/${pid}/fd/${name}`));
    } catch {
      // It was closed meanwhile.
    }
  }
  return found;
}

export function workingDirectory(pid: number): string {
  return readlinkSync(`/proc/${pid}/cwd`);
}

/** Whether it waits for signals, and without a time: the third argument of rt_sigtimedwait(2), in /proc/PID/syscall. */
export function waitsForEver(pid: number): boolean {
  const [, , , time] = readFileSync(`/proc/${pid}/syscall`, "utf8").split(" ");
  return time === "0x0";
}
