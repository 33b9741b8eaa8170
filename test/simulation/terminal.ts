// A terminal: its session and its foreground process group.

import type { Process, Processes } from "./processes.ts";
import { bit, Code, Signal } from "./signal-set.ts";
import type { Signals } from "./signals.ts";

const EPERM = 1;
const ESRCH = 3;
const EIO = 5;
const ENOTTY = 25;

export class Terminal {
  /** Its session: who else opens it has no controlling terminal in it. */
  readonly session: number;
  /** Not above 0: a group of an outer PID namespace, which reads as 0. */
  foreground: number;
  readonly #processes: Processes;
  readonly #signals: Signals;

  constructor(processes: Processes, signals: Signals, session: number, foreground: number) {
    this.#processes = processes;
    this.#signals = signals;
    this.session = session;
    this.foreground = foreground;
  }

  /** A key, or a change of the window's size: the foreground group gets it from the kernel. */
  press(signal: number): void {
    this.#tell(this.foreground, signal);
  }

  #tell(group: number, signal: number): void {
    for (const member of this.#processes.members(group))
      this.#signals.send(member, { signal, code: Code.KERNEL, pid: 0 });
  }

  isControlling(process: Process): boolean {
    return process.session === this.session;
  }

  /** TIOCGPGRP: the group, or `-errno`. */
  getForeground(process: Process): number {
    if (!this.isControlling(process)) return -ENOTTY;
    return Math.max(this.foreground, 0);
  }

  /** TIOCSPGRP. */
  setForeground(process: Process, group: number): number {
    if (!this.isControlling(process)) return -ENOTTY;
    const change = this.checkReader(process, Signal.TTOU);
    // Unlike for a read, SIGTTOU blocked or ignored lets the change through.
    if (change < 0 && !this.#isShut(process, Signal.TTOU)) return change;
    const members = this.#processes.members(group);
    if (members.length === 0) return -ESRCH;
    if (!members.some((member) => member.session === this.session)) return -EPERM;
    this.foreground = group;
    return 0;
  }

  #isShut(process: Process, signal: number): boolean {
    return (process.mask & bit(signal)) !== 0n || process.actions.get(signal) === "ignore";
  }

  /** Whether the process may use the terminal now: 0; EIO in a background that nobody can stop; else its group is stopped. */
  checkReader(process: Process, signal: number): number {
    if (!this.isControlling(process) || process.group === this.foreground) return 0;
    if (this.#isShut(process, signal) || this.#processes.isOrphaned(process.group)) return -EIO;
    this.#tell(process.group, signal);
    return -EIO;
  }
}
