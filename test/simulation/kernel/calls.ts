// The system calls, for whoever runs the module: the init, and its child until execve.

import { type AttributeCalls, attributeCalls } from "./attribute-calls.ts";
import { MILLISECOND } from "./clock.ts";
import { Errno } from "./errno.ts";
import { type CallContext, type FileCalls, fileCalls } from "./file-calls.ts";
import { FileTable } from "./files.ts";
import type { Kernel } from "./kernel.ts";
import {
  ImageReplaced,
  type Instance,
  NO_ACTION,
  ProcessEnded,
  RETURN_FROM_ACTION,
  type SystemCalls,
} from "./module.ts";
import type { Process } from "./process.ts";
import { ProgramRun } from "./programs.ts";
import { bit, EVERY_SIGNAL, IGNORED_BY_DEFAULT, type SignalInfo, takeNext, UNBLOCKABLE } from "./signal-set.ts";
import { WildPointer } from "./wild-pointer.ts";

export type CallName = keyof SystemCalls;

/** What is to be executed, and how. */
export interface Execution {
  readonly path: string;
  readonly argv: readonly string[];
  readonly envp: readonly string[];
}

/** Whoever decides what happens around the calls, and looks on. */
export interface CallHooks {
  /** Before a call: other things may happen. Returns the errno with which it is to fail, or 0. */
  enter(name: CallName, values: readonly (number | bigint)[], process: Process): number;
  leave(name: CallName, values: readonly (number | bigint)[], result: number | bigint, process: Process): void;
  /** An execve goes well. */
  executes(process: Process, execution: Execution): void;
  /** The init waits for a signal, at the latest until `deadline`. */
  blocks(deadline: number | undefined): void;
  /** The init has taken a signal. */
  took(info: SignalInfo): void;
  /** The init has read one from signalfd(2)'s descriptor. */
  read(info: SignalInfo): void;
  /** Lets the next thing happen, at the latest at `deadline`. Throws when nothing ever will. */
  advance(deadline: number | undefined): void;
}

/** One for all: a stack that nobody reads takes time. */
const IMAGE_REPLACED = new ImageReplaced();
const PIDFD_SIGNAL_PROCESS_GROUP = 4;
const WNOHANG = 1;
const WUNTRACED = 2;
const WCONTINUED = 8;

export class Calls implements CallContext {
  readonly kernel: Kernel;
  readonly memory: Instance["memory"];
  readonly table: SystemCalls;
  readonly #instance: Instance;
  readonly #hooks: CallHooks;
  #current: Process;
  #hasBegun = false;

  constructor(kernel: Kernel, instance: Instance, hooks: CallHooks) {
    this.kernel = kernel;
    this.memory = instance.memory;
    this.#instance = instance;
    this.#hooks = hooks;
    this.#current = kernel.init;
    this.table = this.#hooked({ ...this.#processCalls(), ...fileCalls(this), ...attributeCalls(this) });
  }

  bytesAt(address: bigint, size: number): Uint8Array {
    return this.#instance.native.bytesAt(address, size);
  }

  textAt(address: bigint): string {
    return this.#instance.native.textAt(address);
  }

  current(): Process {
    return this.#current;
  }

  /** Lets a process make calls. */
  as<Result>(process: Process, work: () => Result): Result {
    const previous = this.#current;
    this.#current = process;
    try {
      return work();
    } finally {
      this.#current = previous;
    }
  }

  wait(until: () => boolean, deadline: number | undefined): boolean {
    const { clock } = this.kernel;
    while (!until()) {
      if (deadline !== undefined && clock.now >= deadline) return false;
      this.#hooks.advance(deadline);
      this.#deliver();
    }
    return true;
  }

  /** Puts the hooks around every call. */
  #hooked(calls: SystemCalls): SystemCalls {
    const table: Record<string, unknown> = {};
    for (const [key, call] of Object.entries(calls)) {
      const name = key as CallName;
      const plain = call as (...values: (number | bigint)[]) => number | bigint;
      table[name] = (...values: (number | bigint)[]) => {
        const process = this.#current;
        const errno = this.#hooks.enter(name, values, process);
        // What has come by now comes before the call: a stop does not interrupt a call that has not begun. The first one
        // blocks every signal; nobody can help with what comes before it (B17).
        if (this.#hasBegun) this.#deliver();
        this.#hasBegun = true;
        const result = errno === 0 ? plain(...values) : -errno;
        this.#hooks.leave(name, values, result, process);
        this.#deliver();
        return result;
      };
    }
    return table as unknown as SystemCalls;
  }

  /** On the way back from a call: what is pending and not blocked arrives. Returns whether anything did. */
  #deliver(): boolean {
    const process = this.#current;
    const { signals } = this.kernel;
    for (let hasArrived = false; ; hasArrived = true) {
      if (!process.isAlive) throw new ProcessEnded(process.waitStatus);
      const info = signals.takeUnblocked(process);
      if (info !== undefined) signals.act(process, info);
      else if (process.state === "stopped") this.#hooks.advance(undefined);
      else return hasArrived;
    }
  }

  #find(pid: number): Process | undefined {
    return pid === 0 ? this.#current : this.kernel.processes.find(pid);
  }

  #clone(entry: number): number {
    const parent = this.#current;
    const { kernel } = this;
    const isPayload = kernel.payload === undefined;
    const child = kernel.processes.create(parent, isPayload ? "payload" : "descendant", "payload");
    child.files = new FileTable(parent.files?.files ?? new Map());
    child.attributes = parent.attributes?.copy();
    if (isPayload) kernel.payload = child;
    this.#current = child;
    try {
      const status = this.#instance.child(entry);
      kernel.processes.end(child, (status & 0xff) << 8);
    } catch (thrown) {
      if (thrown instanceof ProcessEnded) kernel.processes.end(child, thrown.waitStatus);
      else if (thrown instanceof ImageReplaced) {
        child.files = undefined;
        new ProgramRun(kernel, child, kernel.setup.payload);
      } else throw thrown;
    } finally {
      this.#current = parent;
    }
    return child.pid;
  }

  #wait4(pid: number, status: number, options: number): number {
    if (status !== 0) this.memory.placeToWrite(status, 4);
    const children = [...this.#current.children].filter((child) => pid === -1 || child.pid === pid);
    for (const child of children) {
      if (child.state === "zombie") {
        if (status !== 0) this.memory.putI32(status, child.waitStatus);
        this.kernel.processes.reap(child);
        return child.pid;
      }
      if (child.untoldStop !== 0 && (options & WUNTRACED) !== 0) {
        if (status !== 0) this.memory.putI32(status, (child.untoldStop << 8) | 0x7f);
        child.untoldStop = 0;
        return child.pid;
      }
      if (child.hasUntoldContinue && (options & WCONTINUED) !== 0) {
        if (status !== 0) this.memory.putI32(status, 0xffff);
        child.hasUntoldContinue = false;
        return child.pid;
      }
    }
    if (children.length === 0) return -Errno.ECHILD;
    if ((options & WNOHANG) === 0) throw new Error("the init waits for a child without WNOHANG");
    return 0;
  }

  #sigtimedwait(set: number, information: number, timeout: number): number {
    const { clock } = this.kernel;
    const wanted = this.memory.getU64(set) & ~UNBLOCKABLE;
    const isMain = (wanted | UNBLOCKABLE) === EVERY_SIGNAL;
    if (information !== 0) this.memory.placeToWrite(information, 128);
    const process = this.#current;
    let deadline: number | undefined;
    if (timeout !== 0) {
      const seconds = this.memory.getNumber(timeout);
      const nanoseconds = this.memory.getNumber(timeout + 8);
      if (seconds < 0 || nanoseconds < 0 || nanoseconds >= 1e9) return -Errno.EINVAL;
      deadline = clock.now + seconds * 1000 * MILLISECOND + Math.ceil(nanoseconds / 1000);
    }
    for (;;) {
      const info = takeNext(process.pending, wanted);
      if (info !== undefined) {
        if (information !== 0) this.#putInformation(information, info);
        this.#hooks.took(info);
        return info.signal;
      }
      // A stop and its end interrupt this call even without a handler (signal(7)).
      if (this.#deliver()) return -Errno.EINTR;
      if (deadline !== undefined && clock.now >= deadline) return -Errno.EAGAIN;
      if (isMain) this.#hooks.blocks(deadline);
      this.#hooks.advance(deadline);
    }
  }

  /** A read of signalfd(2)'s descriptor, which does not wait. */
  readSignal(set: bigint, buffer: number, size: number): number {
    if (size < 128) return -Errno.EINVAL;
    const info = takeNext(this.#current.pending, set);
    if (info === undefined) return -Errno.EAGAIN;
    this.memory.clear(buffer, 128);
    this.memory.putI32(buffer, info.signal);
    this.#hooks.read(info);
    return 128;
  }

  #putInformation(offset: number, info: SignalInfo): void {
    const { memory } = this;
    memory.clear(offset, 128);
    memory.putI32(offset, info.signal);
    memory.putI32(offset + 8, info.code);
    memory.putI32(offset + 16, info.pid);
  }

  #processCalls(): Omit<SystemCalls, keyof FileCalls | keyof AttributeCalls> {
    const { kernel, memory } = this;
    return {
      clone: (_flags, entry) => this.#clone(entry),
      // There are no control groups here: whoever asks for one is refused before.
      clone3: () => -Errno.ENOSYS,
      execve: (path, argv, envp) => {
        const { native } = this.#instance;
        const execution = { path: native.textAt(path), argv: native.vectorAt(argv), envp: native.vectorAt(envp) };
        const errno = kernel.tree.execute(execution.path);
        if (errno < 0) return errno;
        this.#hooks.executes(this.#current, execution);
        throw IMAGE_REPLACED;
      },
      exit_group: (status) => {
        throw new ProcessEnded((status & 0xff) << 8);
      },
      wait4: (pid, status, options) => this.#wait4(pid, status, options),
      getpid: () => this.#current.pid,
      getppid: () => this.#current.parent?.pid ?? 0,
      getpgid: (pid) => this.#find(pid)?.group ?? -Errno.ESRCH,
      getsid: (pid) => this.#find(pid)?.session ?? -Errno.ESRCH,
      setpgid: (pid, group) => kernel.processes.setGroup(this.#current, this.#find(pid), group),
      setsid: () => kernel.processes.startSession(this.#current),
      kill: (pid, signal) => kernel.signals.kill(this.#current, pid, signal),
      pidfd_open: (pid) => {
        const process = kernel.processes.find(pid);
        if (process === undefined) return -Errno.ESRCH;
        return (
          this.#current.files?.add({ kind: "process", reference: kernel.processes.refer(process) }) ?? -Errno.EMFILE
        );
      },
      pidfd_send_signal: (descriptor, signal, _information, flags) => {
        const file = this.#current.files?.get(descriptor);
        if (file?.kind !== "process") return -Errno.EBADF;
        const process = kernel.processes.referred(file.reference);
        return flags === PIDFD_SIGNAL_PROCESS_GROUP
          ? kernel.signals.killGroupOf(this.#current, process, signal)
          : kernel.signals.sendTo(this.#current, process, signal);
      },
      rt_sigprocmask: (_how, set, previous) => {
        if (previous !== 0) memory.putU64(previous, this.#current.mask);
        if (set !== 0) this.#current.mask = memory.getU64(set) & ~UNBLOCKABLE;
        return 0;
      },
      rt_sigaction: (signal, action, previous) => {
        const { actions } = this.#current;
        if (previous !== 0) {
          memory.clear(previous, 32);
          memory.putU64(previous, actions.get(signal) === "ignore" ? 1n : 0n);
        }
        if (action === 0) return 0;
        memory.place(action, 32);
        if ((UNBLOCKABLE & bit(signal)) !== 0n) return -Errno.EINVAL;
        const handler = memory.getU64(action);
        if (handler > 1n && (handler !== NO_ACTION || memory.getU64(action + 16) !== RETURN_FROM_ACTION))
          throw new WildPointer("a signal's action");
        if (handler === 0n) actions.delete(signal);
        else actions.set(signal, handler === 1n ? "ignore" : "handle");
        // What is pending and would be ignored now is gone, blocked or not.
        if (handler === 1n || (handler === 0n && (IGNORED_BY_DEFAULT & bit(signal)) !== 0n))
          kernel.signals.discard(this.#current, bit(signal));
        return 0;
      },
      signalfd4: (_file, set, size, _flags) => {
        if (size !== 8) return -Errno.EINVAL;
        return this.#current.files?.add({ kind: "signals", set: memory.getU64(set) & ~UNBLOCKABLE }) ?? -Errno.EMFILE;
      },
      rt_sigtimedwait: (set, information, timeout) => this.#sigtimedwait(set, information, timeout),
      clock_gettime: (_clock, time) => {
        const { now } = kernel.clock;
        memory.putNumber(time, Math.floor(now / 1e6));
        memory.putNumber(time + 8, (now % 1e6) * 1000);
        return 0;
      },
    };
  }
}
