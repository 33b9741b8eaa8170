// A terminal: its session and its foreground process group.

import { Errno } from "./errno.ts";
import type { Process } from "./process.ts";
import type { Processes } from "./processes.ts";
import { bit, Code, Signal } from "./signal-set.ts";
import type { Signals } from "./signals.ts";

/** ERESTARTSYS: the call is made again after the signal that it has sent, unless a handler takes that. */
export const STOPS = 512;
/** No session or group has this number. */
const NOBODY = -1;

export class Terminal {
  /** Its session: who else opens it has no controlling terminal in it. */
  session: number;
  /** Not above 0: a group of an outer PID namespace, which reads as 0. */
  foreground: number;
  /** TOSTOP: in the background a write stops, as a read does. */
  stopsOutput = false;
  #isHungUp = false;
  readonly #processes: Processes;
  readonly #signals: Signals;

  constructor(processes: Processes, signals: Signals, session: number, foreground: number) {
    this.#processes = processes;
    this.#signals = signals;
    this.session = session;
    this.foreground = foreground;
    processes.terminal = this;
  }

  /** TIOCSCTTY: the terminal of the session that the process leads. */
  control(process: Process): number {
    if (process.session !== process.pid || this.session > 0) return -Errno.EPERM;
    this.session = process.session;
    this.foreground = process.group;
    return 0;
  }

  /** Its other end is closed: nobody's terminal any more, and the session's leader is told. */
  hangUp(): void {
    this.#isHungUp = true;
    const leader = this.#processes.find(this.session);
    for (const signal of [Signal.HUP, Signal.CONT])
      if (leader !== undefined) this.#signals.send(leader, { signal, code: Code.KERNEL, pid: 0 });
  }

  /** A process has ended. With its session's leader the terminal is lost to all in it (disassociate_ctty() in tty_jobctrl.c). */
  ends(process: Process): void {
    if (process.pid !== this.session) return;
    this.session = NOBODY;
    const { foreground } = this;
    this.foreground = NOBODY;
    this.#tell(foreground, Signal.HUP);
    if (this.#isHungUp) this.#tell(foreground, Signal.CONT);
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
    return !this.#isHungUp && process.session === this.session;
  }

  /** TIOCGPGRP: the group, or `-errno`. */
  getForeground(process: Process): number {
    if (this.#isHungUp) return -Errno.EIO;
    if (!this.isControlling(process)) return -Errno.ENOTTY;
    return Math.max(this.foreground, 0);
  }

  /** TIOCSPGRP: 0, `-errno` or `-STOPS`. */
  setForeground(process: Process, group: number): number {
    const check = this.check(process, Signal.TTOU);
    if (check === -STOPS) return check;
    if (check < 0 || !this.isControlling(process)) return -Errno.ENOTTY;
    // The kernel takes the number of a process that leads no group, too.
    const member = this.#processes.members(group)[0] ?? this.#processes.find(group);
    if (member === undefined) return -Errno.ESRCH;
    if (member.session !== this.session) return -Errno.EPERM;
    this.foreground = group;
    return 0;
  }

  /** read(2) of nothing, as far as it has to do with who may: 0, `-errno` or `-STOPS`. */
  read(process: Process): number {
    return this.#isHungUp ? 0 : this.check(process, Signal.TTIN);
  }

  /** write(2): 0, `-errno` or `-STOPS`. */
  write(process: Process): number {
    if (this.#isHungUp) return -Errno.EIO;
    return this.stopsOutput ? this.check(process, Signal.TTOU) : 0;
  }

  /** Whether the process may use the terminal now (__tty_check_change() in tty_jobctrl.c); `-STOPS` when its group is told to stop. */
  check(process: Process, signal: number): number {
    if (!this.isControlling(process) || process.group === this.foreground) return 0;
    if ((process.mask & bit(signal)) !== 0n || process.actions.get(signal) === "ignore")
      return signal === Signal.TTIN ? -Errno.EIO : 0;
    if (this.#processes.isOrphaned(process.group)) return -Errno.EIO;
    this.#tell(process.group, signal);
    return -STOPS;
  }
}
