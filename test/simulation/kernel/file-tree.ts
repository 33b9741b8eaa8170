// The files that PID 1 may read: /proc, /etc, the control group's, and programs.

import { type Clock, MILLISECOND } from "./clock.ts";
import { Errno } from "./errno.ts";
import type { OpenFile } from "./files.ts";
import type { Process } from "./process.ts";
import type { Processes } from "./processes.ts";
import type { Terminal } from "./terminal.ts";

/**
 * What is mounted as /proc: this PID namespace's, the same of a kernel without lists of children (CONFIG_PROC_CHILDREN),
 * the same where it shows nobody but the reader (hidepid=2), another one's, a directory that somebody has filled to look
 * like it, or nothing.
 */
export type Proc = "own" | "listless" | "hiding" | "foreign" | "false" | "none";

/** What is at a path beside /proc and the terminal; with a `refusal`, the errno of executing it. */
export type Entry =
  | { readonly kind: "program"; readonly mode?: "not-executable" }
  | { readonly kind: "text"; readonly text: string; readonly executable?: boolean; readonly refusal?: number }
  /** A FIFO whose writer, who is there already or comes then, writes some milliseconds after it was opened; or never. */
  | { readonly kind: "fifo"; readonly text: string; readonly after: number; readonly hasWriter: boolean }
  /** With an owner: nobody else may enter it. */
  | { readonly kind: "directory"; readonly owner?: number };

/** The parts of the kernel of which files tell. */
export interface Shown {
  readonly clock: Clock;
  readonly processes: Processes;
  readonly terminal: Terminal | undefined;
}

const states: Record<Process["state"], string> = { running: "S", stopped: "T", zombie: "Z", gone: "X" };
/** inode(7) */
const types: Record<Entry["kind"], number> = { program: 0o100000, text: 0o100000, fifo: 0o010000, directory: 0o040000 };
/** An ELF file for another machine, as far as anybody reads it. */
const ELF = "\x7fELF\x02\x01\x01".padEnd(64, "\0");

export class FileTree {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly proc: Proc;
  readonly #kernel: Shown;

  constructor(kernel: Shown, entries: ReadonlyMap<string, Entry>, proc: Proc) {
    this.#kernel = kernel;
    this.entries = entries;
    this.proc = proc;
  }

  /** open(2): the file, or `-errno`. */
  open(process: Process, path: string): OpenFile | number {
    if (path === "/dev/tty") {
      const { terminal } = this.#kernel;
      if (terminal === undefined || !terminal.isControlling(process)) return -Errno.ENXIO;
      return { kind: "terminal" };
    }
    if (path === "/proc" || path.startsWith("/proc/")) return this.#openProc(process, path);
    const isInside = path.endsWith("/.");
    const entry = this.entries.get(isInside ? path.slice(0, -2) : path);
    if (entry === undefined) return -Errno.ENOENT;
    if (isInside && entry.kind !== "directory") return -Errno.ENOTDIR;
    if (entry.kind === "directory") return { kind: "directory", names: [], position: 0 };
    if (entry.kind === "fifo") {
      const { text, hasWriter } = entry;
      return {
        kind: "fifo",
        text,
        hasWriter,
        readyAt: this.#kernel.clock.now + entry.after * MILLISECOND,
        position: 0,
      };
    }
    return { kind: "text", text: entry.kind === "text" ? entry.text : ELF, position: 0 };
  }

  #openProc(process: Process, path: string): OpenFile | number {
    if (this.proc === "none") return -Errno.ENOENT;
    if (path === "/proc") {
      const isShown = (pid: number): boolean => this.proc !== "hiding" || pid === process.pid;
      const pids = [...this.#kernel.processes.all.keys()].filter(isShown).sort((a, b) => a - b);
      const others = this.proc === "false" ? ["4194304", "99999999999"] : [];
      return directory([".", "..", "cpuinfo", "self", ...pids.map(String), ...others], path);
    }
    if (path === "/proc/self/fd")
      return directory([".", "..", ...[...(process.files?.files.keys() ?? [])].map(String)], path);
    if (path === "/proc/self/cgroup") return text("0::/pod\n");
    if (path === "/proc/self/oom_score_adj")
      return { kind: "setting", set: (text) => process.attributes?.writeOomScore(text) ?? text.length };
    const [, pid, file = ""] = /^\/proc\/(\d+)\/(.+)$/.exec(path) ?? [];
    const found = pid === undefined ? undefined : this.#kernel.processes.find(Number(pid));
    if (found === undefined || (this.proc === "hiding" && found !== process)) return -Errno.ENOENT;
    if (file === "task") return directory([".", "..", `${pid}`], path);
    if (file === `task/${pid}/children`) {
      if (this.proc === "listless") return -Errno.ENOENT;
      return text([...found.children].map((child) => `${child.pid} `).join(""));
    }
    if (file !== "stat" && file !== "status") return -Errno.ENOENT;
    if (file === "status") return text(`Name:\t${found.name}\nUid:\t${found.attributes?.uids.join("\t") ?? 0}\n`);
    const parent = found.parent?.pid ?? 0;
    return text(`${found.pid} (${found.name}) ${states[found.state]} ${parent} ${found.group} ${found.session} 0 -1\n`);
  }

  /** A file's type, as stat(2) gives it, or `-errno`. */
  mode(path: string): number {
    const entry = this.entries.get(path);
    return entry === undefined ? -Errno.ENOENT : types[entry.kind];
  }

  /** readlink(2) of /proc/self; there is no other link. */
  readLink(process: Process, path: string): string | number {
    if (path !== "/proc/self" || this.proc === "none") return -Errno.ENOENT;
    return String(this.proc === "foreign" ? process.pid + 4321 : process.pid);
  }

  #isBelowFile(path: string): boolean {
    const above = this.entries.get(path.slice(0, path.lastIndexOf("/")));
    return above !== undefined && above.kind !== "directory";
  }

  /** What executing `path` gives: 0, or `-errno`. */
  execute(path: string): number {
    const isInside = path.endsWith("/");
    const entry = this.entries.get(isInside ? path.slice(0, -1) : path);
    if (entry === undefined) return this.#isBelowFile(path) ? -Errno.ENOTDIR : -Errno.ENOENT;
    if (isInside && entry.kind !== "directory") return -Errno.ENOTDIR;
    if (entry.kind === "directory" || entry.kind === "fifo") return -Errno.EACCES;
    if (entry.kind === "text" && entry.refusal !== undefined) return -entry.refusal;
    if (entry.kind === "text") return entry.executable === true ? -Errno.ENOEXEC : -Errno.EACCES;
    return entry.mode === "not-executable" ? -Errno.EACCES : 0;
  }
}

function text(content: string): OpenFile {
  return { kind: "text", text: content, position: 0 };
}

function directory(names: readonly string[], path: string): OpenFile {
  return { kind: "directory", path, names, position: 0 };
}
