// Processes: parents, groups, sessions, zombies, and who inherits them.

import { Errno } from "./errno.ts";
import { Process, type Role } from "./process.ts";
import { Code, Signal, type SignalInfo } from "./signal-set.ts";

export class Processes {
  readonly all = new Map<number, Process>();
  /** Who inherits orphans when no subreaper does. */
  root: Process | undefined;
  /** Who sends the signals that an end brings about (Signals). */
  signals: { send(target: Process, info: SignalInfo): void } | undefined;
  /** Who loses a session's leader with it (Terminal). */
  terminal: { ends(process: Process): void } | undefined;
  /** Those that descriptors stand for. */
  readonly #referred: Process[] = [];
  #nextPid: number;

  constructor(firstPid: number) {
    this.#nextPid = firstPid;
  }

  find(pid: number): Process | undefined {
    return this.all.get(pid);
  }

  /** A number that stands for the process itself, whoever has its pid later. */
  refer(process: Process): number {
    return this.#referred.push(process) - 1;
  }

  /** The process that `reference` stands for. */
  referred(reference: number): Process {
    return this.#referred[reference] as Process;
  }

  /** A new process; without a pid given, the next free one. */
  create(parent: Process | undefined, role: Role, name: string, pid?: number): Process {
    if (pid === undefined) {
      while (this.all.has(this.#nextPid) || this.members(this.#nextPid).length > 0) this.#nextPid++;
      pid = this.#nextPid++;
    }
    const process = new Process(pid, role, name);
    process.parent = parent;
    if (parent !== undefined) {
      process.group = parent.group;
      process.session = parent.session;
      process.mask = parent.mask;
      for (const [signal, action] of parent.actions) process.actions.set(signal, action);
      parent.children.add(process);
    }
    this.all.set(pid, process);
    return process;
  }

  /** The processes of a group, zombies included. */
  members(group: number): Process[] {
    const found: Process[] = [];
    for (const process of this.all.values()) if (process.group === group) found.push(process);
    return found;
  }

  /** setsid(2): the new session, or `-errno`. */
  startSession(process: Process): number {
    if (this.members(process.pid).length > 0) return -Errno.EPERM;
    process.group = process.session = process.pid;
    return process.session;
  }

  /** setpgid(2) by `caller` for `target`: 0, or `-errno`. */
  setGroup(caller: Process, target: Process | undefined, group: number): number {
    if (group < 0) return -Errno.EINVAL;
    if (target === undefined) return -Errno.ESRCH;
    if (target.parent === caller) {
      if (target.session !== caller.session) return -Errno.EPERM;
      if (target.hasExecuted) return -Errno.EACCES;
    } else if (target !== caller) return -Errno.ESRCH;
    if (target.session === target.pid) return -Errno.EPERM;
    const wanted = group === 0 ? target.pid : group;
    if (wanted !== target.pid && this.members(wanted)[0]?.session !== caller.session) return -Errno.EPERM;
    target.group = wanted;
    return 0;
  }

  /** Whether nobody in the group has a parent elsewhere in its session: nobody who would continue it (setpgid(2)). */
  isOrphaned(group: number, leaving?: Process): boolean {
    for (const member of this.all.values()) {
      if (member.group !== group || member === leaving || !member.isAlive) continue;
      const { parent } = member;
      if (parent === undefined || parent === leaving) continue;
      if (parent.group !== group && parent.session === member.session) return false;
    }
    return true;
  }

  /** Ends a process, as by exit(2) or a fatal signal. */
  end(process: Process, waitStatus: number): void {
    if (!process.isAlive) return;
    const orphanedBefore = this.#stoppedGroupsNear(process).map((group) => this.isOrphaned(group));
    const near = this.#stoppedGroupsNear(process);
    process.state = "zombie";
    process.waitStatus = waitStatus;
    process.untoldStop = 0;
    process.hasUntoldContinue = false;
    process.pending.length = 0;
    process.run?.cancel();
    this.terminal?.ends(process);
    if (process === this.root) this.#endAll(process);
    const heir = this.#heirOf(process);
    for (const child of process.children) this.#inherit(child, heir, process);
    process.children.clear();
    this.tellParent(process);
    // A job that nobody can continue any more is told so, and continued (POSIX: orphaned process groups).
    near.forEach((group, i) => {
      if (orphanedBefore[i] === true || !this.isOrphaned(group)) return;
      for (const member of this.members(group)) {
        this.signals?.send(member, { signal: Signal.HUP, code: Code.KERNEL, pid: 0 });
        this.signals?.send(member, { signal: Signal.CONT, code: Code.KERNEL, pid: 0 });
      }
    });
  }

  #stoppedGroupsNear(process: Process): number[] {
    const groups = new Set<number>();
    for (const near of [process, ...process.children]) {
      if (this.members(near.group).some((member) => member.state === "stopped")) groups.add(near.group);
    }
    return [...groups];
  }

  #heirOf(process: Process): Process | undefined {
    for (let above = process.parent; above !== undefined; above = above.parent) {
      if (above.isSubreaper && above.isAlive) return above;
    }
    return this.root;
  }

  /** Without PID 1 there is no namespace. */
  #endAll(root: Process): void {
    for (const process of this.all.values()) {
      if (process === root) continue;
      process.run?.cancel();
      process.state = "gone";
      process.waitStatus = Signal.KILL;
    }
    this.all.clear();
    this.all.set(root.pid, root);
    root.children.clear();
  }

  #inherit(child: Process, heir: Process | undefined, ended: Process): void {
    child.parent = heir;
    heir?.children.add(child);
    if (child.parentDeathSignal !== 0) {
      this.signals?.send(child, { signal: child.parentDeathSignal, code: Code.USER, pid: ended.pid });
    }
    if (child.state === "zombie") this.tellParent(child);
  }

  /** Tells the parent of a zombie; one that ignores SIGCHLD never sees it. */
  tellParent(process: Process): void {
    const { parent } = process;
    if (parent === undefined || parent.actions.get(Signal.CHLD) === "ignore") {
      this.reap(process);
      return;
    }
    const code = (process.waitStatus & 0x7f) === 0 ? Code.EXITED : Code.KILLED;
    this.signals?.send(parent, { signal: Signal.CHLD, code, pid: process.pid });
    if (parent.run?.reaps === true) this.reap(process);
  }

  /** Takes a zombie away. */
  reap(process: Process): void {
    process.state = "gone";
    process.parent?.children.delete(process);
    this.all.delete(process.pid);
  }
}
