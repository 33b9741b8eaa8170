// Signals: generation, pending sets, default actions, stopping and continuing.

import type { Process } from "./process.ts";
import type { Processes } from "./processes.ts";
import {
  bit,
  Code,
  EVERY_SIGNAL,
  FIRST_QUEUED,
  IGNORED_BY_DEFAULT,
  Signal,
  type SignalInfo,
  STOP_SIGNALS,
  takeNext,
  UNBLOCKABLE,
} from "./signal-set.ts";

/** A result below zero is `-errno`. */
const ESRCH = 3;
const EINVAL = 22;

export class Signals {
  readonly #processes: Processes;
  /** Told of everything that one process sends another with kill(2). */
  onSent: (from: Process, to: Process, signal: number) => void = () => {};

  constructor(processes: Processes) {
    this.#processes = processes;
    processes.signals = this;
  }

  /** A signal for `target`, as send_signal() in the kernel's signal.c takes it. */
  send(target: Process, info: SignalInfo): void {
    if (!target.isAlive) return;
    const { signal } = info;
    const set = bit(signal);
    if ((STOP_SIGNALS & set) !== 0n) this.discard(target, bit(Signal.CONT));
    const continues = signal === Signal.CONT && target.state === "stopped";
    if (signal === Signal.CONT) this.discard(target, STOP_SIGNALS);
    if (continues) this.#continue(target);
    if (!this.#ignores(target, info) && !isPending(target, info)) target.pending.push(info);
    this.deliver(target);
    if (continues && target.state === "running") target.run?.goOn();
  }

  /** kill(2), with its result. */
  kill(from: Process, pid: number, signal: number): number {
    if (signal < 0 || signal > 64) return -EINVAL;
    const targets = this.#targets(from, pid);
    if (targets.length === 0) return -ESRCH;
    for (const target of targets) this.sendTo(from, target, signal);
    return 0;
  }

  /** pidfd_send_signal(2) with PIDFD_SIGNAL_PROCESS_GROUP: nobody, once the number is another's. */
  killGroupOf(from: Process, process: Process, signal: number): number {
    return process.isReplaced ? -ESRCH : this.kill(from, -process.pid, signal);
  }

  /** What kill(2) does to each of those whom it is for, with pidfd_send_signal(2)'s result. */
  sendTo(from: Process, target: Process, signal: number): number {
    if (target.state === "gone") return -ESRCH;
    if (signal === 0) return 0;
    this.onSent(from, target, signal);
    this.send(target, { signal, code: Code.USER, pid: from.pid });
    return 0;
  }

  #targets(from: Process, pid: number): Process[] {
    if (pid > 0) {
      const target = this.#processes.find(pid);
      return target === undefined ? [] : [target];
    }
    if (pid === -1) return [...this.#processes.all.values()].filter((other) => other !== from && other.pid > 1);
    return this.#processes.members(pid === 0 ? from.group : -pid);
  }

  /** Whether the signal is thrown away at once. A blocked one never is: its action may change before it is taken. */
  #ignores(target: Process, info: SignalInfo): boolean {
    const { signal } = info;
    if ((target.mask & ~UNBLOCKABLE & bit(signal)) !== 0n) return false;
    const action = target.actions.get(signal);
    if (action === "handle") return false;
    if (action === "ignore") return true;
    // From above its namespace, whence a sender has no pid, SIGKILL and SIGSTOP are meant.
    if (target.isUnkillable && !(info.pid === 0 && (UNBLOCKABLE & bit(signal)) !== 0n)) return true;
    return (IGNORED_BY_DEFAULT & bit(signal)) !== 0n;
  }

  /** Takes signals out of those that are pending, unseen. */
  discard(target: Process, set: bigint): void {
    const { pending } = target;
    for (let i = pending.length - 1; i >= 0; i--) {
      if ((set & bit((pending[i] as SignalInfo).signal)) !== 0n) pending.splice(i, 1);
    }
  }

  /** Lets simulated programs take what they do not block; those that run the module take theirs between two calls. */
  deliver(target: Process): void {
    if (target.run === undefined) return;
    while (target.isAlive) {
      const info = this.takeUnblocked(target);
      if (info === undefined) return;
      this.act(target, info);
    }
  }

  /** The next signal that is not blocked; a stopped process sees none but SIGKILL. */
  takeUnblocked(target: Process): SignalInfo | undefined {
    if (target.isStuck) return undefined;
    if (target.state === "stopped") return takeNext(target.pending, bit(Signal.KILL));
    if (target.pending.length === 0) return undefined;
    return takeNext(target.pending, EVERY_SIGNAL & ~(target.mask & ~UNBLOCKABLE));
  }

  /** Does what the process has set for the signal, or what the kernel does by default. */
  act(target: Process, { signal }: SignalInfo): void {
    const action = target.actions.get(signal);
    if (action === "ignore") return;
    if (action === "handle") {
      target.run?.handle(signal);
      return;
    }
    if ((IGNORED_BY_DEFAULT & bit(signal)) !== 0n) return;
    if (target.isUnkillable && (UNBLOCKABLE & bit(signal)) === 0n) return;
    if ((STOP_SIGNALS & bit(signal)) === 0n) this.#processes.end(target, signal);
    else if (signal === Signal.STOP || !this.#processes.isOrphaned(target.group)) this.#stop(target, signal);
  }

  #stop(target: Process, signal: number): void {
    target.state = "stopped";
    target.untoldStop = signal;
    target.hasUntoldContinue = false;
    this.#tellParent(target, Code.STOPPED);
  }

  #continue(target: Process): void {
    target.state = "running";
    target.untoldStop = 0;
    target.hasUntoldContinue = true;
    this.#tellParent(target, Code.CONTINUED);
  }

  #tellParent(target: Process, code: number): void {
    const { parent } = target;
    if (parent === undefined || parent.actions.get(Signal.CHLD) === "ignore") return;
    this.send(parent, { signal: Signal.CHLD, code, pid: target.pid });
  }
}

/** Whether it merges with one that is pending already, in the same set: the thread's or the process's. */
function isPending(target: Process, { signal, toThread }: SignalInfo): boolean {
  if (signal >= FIRST_QUEUED) return false;
  return target.pending.some((other) => other.signal === signal && other.toThread === toThread);
}
