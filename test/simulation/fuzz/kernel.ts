// As much of Linux as the option readers and a payload's short life need: it
// records what the executable does, and answers as a vector's scenario has it.

import { constants } from "node:os";
import { UNLIMITED } from "../kernel/attributes.ts";
import { ImageReplaced, type Instance, ProcessEnded, type SystemCalls } from "../kernel/module.ts";
import { LAST_CAPABILITY } from "../oracle/names.ts";
import { CALLERS_GROUP, fileOf, isRoot, OWN_CAPABILITIES, type Step, type Vector } from "../oracle/vector.ts";
import { Arrivals, SIGCONT_ALONE } from "./arrivals.ts";
import { Children } from "./children.ts";
import { kernelNumber, Prctl } from "./numbers.ts";

const { EAGAIN, EBADF, ECHILD, EINVAL, ENOENT, ENOSYS, ENOTDIR, ENOTTY, ENXIO, EPERM, ESRCH } = constants.errno;
const { SIGCHLD, SIGKILL } = constants.signals;
const NO_HANG = 1;
const PIDFD_SIGNAL_PROCESS_GROUP = 4;
const F_GETFL = 3;
const WRITE_ONLY = 1;
/** struct statx, and a mode in it (inode(7)). */
const STATUS_SIZE = 256;
const STATUS_MODE = 28;
const REGULAR = 0o100644;
const OOM_SCORE = "/proc/self/oom_score_adj";
/** Where the clock is at the start, in milliseconds. */
const START = 5_000_000;
/** More waits than any vector asks for. */
const MOST_WAITS = 5000;

export interface Execution {
  readonly path: string;
  readonly argv: readonly string[];
}

/** Thrown where a run does not come to its end. */
export class Stuck extends Error {}

export class FuzzKernel implements SystemCalls {
  /** What was done that can be seen from outside, in order; in the child with `child ` before it. */
  readonly trace: string[] = [];
  readonly executions: Execution[] = [];
  /** What the payload got; undefined when it never ran. */
  environment: readonly string[] | undefined;
  /** What was written to each descriptor, a piece a call. */
  readonly written: { file: number; text: string }[] = [];
  hasCloned = false;
  readonly #vector: Vector;
  readonly #instance: Instance;
  readonly #children: Children;
  readonly #child: number;
  #isChild = false;
  #clock = 0;
  #waits = 0;
  readonly #arrivals: Arrivals;
  #ownGroup = false;
  #opened = new Map<number, { path: string; at: number }>();
  /** What stands for the payload, by pidfd_open(2). */
  #process: number | undefined;
  #nextFile = 10;

  constructor(vector: Vector, instance: Instance) {
    this.#vector = vector;
    this.#arrivals = new Arrivals(vector.scenario.arrivals);
    this.#instance = instance;
    this.#children = new Children(vector.scenario);
    this.#child = this.#children.payload.pid;
  }

  clone(_flags: number, entry: number): number {
    // Who would listen to refusals.
    if (this.#isChild) return -ENOSYS;
    this.hasCloned = true;
    this.trace.push("clone");
    const { payload } = this.#children;
    payload.state = "alive";
    this.#isChild = true;
    try {
      const status = this.#instance.child(entry);
      payload.state = "ended";
      payload.waitStatus = (status & 0xff) << 8;
    } catch (end) {
      if (!(end instanceof ImageReplaced)) throw end;
    }
    this.#isChild = false;
    return this.#child;
  }

  /** There are no control groups here. */
  clone3(): number {
    return -ENOSYS;
  }

  execve(path: bigint, argv: bigint, envp: bigint): number {
    const { native } = this.#instance;
    const errno = this.#vector.scenario.executions[this.executions.length];
    this.executions.push({ path: native.textAt(path), argv: native.vectorAt(argv) });
    this.environment = native.vectorAt(envp);
    if (errno !== undefined) return -errno;
    throw new ImageReplaced("execve");
  }

  exit_group(status: number): void {
    throw new ProcessEnded((status & 0xff) << 8);
  }

  wait4(_pid: number, status: number, options: number): number {
    const { memory } = this.#instance;
    if ((options & NO_HANG) === 0) throw new Stuck("wait4 would hang");
    const child = this.#children.reap();
    if (child === undefined) return this.#children.areGone ? -ECHILD : 0;
    memory.putI32(status, child.waitStatus);
    return child.pid;
  }

  getpid(): number {
    return this.#isChild ? this.#child : this.#vector.scenario.pid;
  }

  getppid(): number {
    return this.#isChild ? this.#vector.scenario.pid : 0;
  }

  getpgid(): number {
    return CALLERS_GROUP;
  }

  getsid(): number {
    return CALLERS_GROUP;
  }

  setpgid(pid: number, group: number): number {
    this.#note(`setpgid ${pid} ${group}`);
    this.#ownGroup = true;
    return 0;
  }

  setsid(): number {
    this.#note("setsid");
    this.#ownGroup = true;
    return this.#child;
  }

  prctl(option: number, argument: bigint, _third: bigint): number {
    const { native } = this.#instance;
    switch (option) {
      case Prctl.SET_PDEATHSIG:
        return this.#note(`parent-death ${argument}`);
      case Prctl.CAPBSET_READ:
        return argument <= LAST_CAPABILITY ? 1 : -EINVAL;
      case Prctl.CAPBSET_DROP:
        return this.#step("bounding", `bounding ${argument}`);
      case Prctl.SET_CHILD_SUBREAPER:
        return this.#note("subreaper");
      case Prctl.GET_CHILD_SUBREAPER:
        native.bytesAt(argument, 4).fill(0);
        return 0;
      case Prctl.SET_SECCOMP:
        return this.#note("filter");
      case Prctl.SET_NO_NEW_PRIVS:
        return this.#note("no-new-privs");
      default:
        throw new Stuck(`prctl ${option}`);
    }
  }

  kill(pid: number, signal: number): number {
    const { areGone, payload } = this.#children;
    if (pid < 0 && (areGone || (pid !== -1 && !this.#ownGroup))) return -ESRCH;
    if (pid === this.#child && payload.state === "gone") return -ESRCH;
    if (![-1, this.#child, -this.#child, this.#vector.scenario.pid].includes(pid)) return -ESRCH;
    // Only a question.
    if (signal === 0) return 0;
    this.#note(`kill ${pid} ${signal} at ${this.#clock}`);
    if (signal === SIGKILL) this.#children.kill(pid < 0);
    return 0;
  }

  pidfd_open(pid: number): number {
    if (pid !== this.#child || this.#children.payload.state === "gone")
      throw new Stuck(`pidfd_open ${pid}, found without /proc`);
    this.#note(`pidfd_open ${pid}`);
    this.#process = this.#nextFile++;
    return this.#process;
  }

  pidfd_send_signal(process: number, signal: number, _information: number, flags: number): number {
    if (flags !== PIDFD_SIGNAL_PROCESS_GROUP) throw new Stuck(`pidfd_send_signal with ${flags}`);
    if (process !== this.#process) return -EBADF;
    if (!this.#ownGroup || this.#children.areGone) return -ESRCH;
    this.#note(`group of ${this.#child} ${signal} at ${this.#clock}`);
    if (signal === SIGKILL) this.#children.kill(true);
    return 0;
  }

  rt_sigprocmask(_how: number, set: number, previous: number): number {
    const { memory } = this.#instance;
    memory.place(set, 8);
    if (previous !== 0) memory.clear(previous, 8);
    return 0;
  }

  rt_sigaction(_signal: number, action: number, previous: number): number {
    const { memory } = this.#instance;
    if (action !== 0) memory.place(action, 32);
    if (previous !== 0) memory.clear(previous, 32);
    return 0;
  }

  rt_sigtimedwait(set: number, information: number, timeout: number): number {
    const { memory } = this.#instance;
    memory.place(set, 8);
    if (++this.#waits > MOST_WAITS) throw new Stuck("it waits again and again");
    const time = timeout === 0 ? Infinity : memory.getNumber(timeout) * 1000 + memory.getNumber(timeout + 8) / 1e6;
    const wanted = memory.getU64(set);
    const signal = wanted === SIGCONT_ALONE ? this.#arrivals.takeContinue(this.#clock) : this.#next(time, wanted);
    if (signal === undefined) {
      if (time === Infinity) throw new Stuck("it waits for ever");
      this.#clock += time;
      return -EAGAIN;
    }
    memory.clear(information, 128);
    memory.putI32(information, signal.signal);
    memory.putI32(information + 8, signal.code);
    return signal.signal;
  }

  getgid(): number {
    return CALLERS_GROUP;
  }

  getuid(): number {
    return isRoot(this.#vector.scenario.pid) ? 0 : 1000;
  }

  /** A filter that refuses setgroups refuses it, too. */
  getgroups(): number {
    return -EPERM;
  }

  setgroups(count: number, groups: number): number {
    const { memory } = this.#instance;
    const list = Array.from({ length: count }, (_, index) => memory.getI32(groups + 4 * index) >>> 0);
    return this.#step("setgroups", `setgroups ${list}`);
  }

  setresgid(real: number, effective: number, saved: number): number {
    return this.#step("setresgid", `setresgid ${[real, effective, saved].map((id) => id >>> 0)}`);
  }

  setresuid(real: number, effective: number, saved: number): number {
    return this.#step("setresuid", `setresuid ${[real, effective, saved].map((id) => id >>> 0)}`);
  }

  capget(header: number, data: number): number {
    const { memory } = this.#instance;
    memory.place(header, 8);
    memory.clear(data, 24);
    for (const [index, word] of OWN_CAPABILITIES.entries()) {
      memory.putI32(data + 12 * index, word);
      memory.putI32(data + 12 * index + 4, word);
    }
    return 0;
  }

  capset(header: number, data: number): number {
    const { memory } = this.#instance;
    memory.place(header, 8);
    const words = Array.from({ length: 6 }, (_, index) => memory.getI32(data + 4 * index) >>> 0);
    return this.#step("capset", `capset ${words}`);
  }

  keyctl(): number {
    return this.#note("keyring");
  }

  umask(mode: number): number {
    this.#note(`umask ${mode}`);
    return 0o22;
  }

  prlimit64(_pid: number, resource: number, limit: number, previous: number): number {
    const { memory } = this.#instance;
    if (limit === 0) {
      memory.putU64(previous, UNLIMITED);
      memory.putU64(previous + 8, UNLIMITED);
      return 0;
    }
    return this.#step("prlimit", `prlimit ${resource} ${memory.getU64(limit)} ${memory.getU64(limit + 8)}`);
  }

  openat(_directory: number, path: number): number {
    return this.#open(this.#instance.memory.text(path));
  }

  #open(name: string): number {
    if (name === "/dev/tty") return -ENXIO;
    const held = name === OOM_SCORE ? "" : fileOf(this.#vector, name);
    if (held === undefined) return -ENOENT;
    if (typeof held === "number") return -held;
    this.#opened.set(this.#nextFile, { path: name, at: 0 });
    return this.#nextFile++;
  }

  openat2(_directory: number, path: bigint): number {
    return this.#open(this.#instance.native.textAt(path));
  }

  fstatfs(): number {
    return -EBADF;
  }

  faccessat(_directory: number, path: number): number {
    return typeof fileOf(this.#vector, this.#instance.memory.text(path)) === "string" ? 0 : -ENOENT;
  }

  /** Whatever is there is a regular file. */
  statx(_directory: number, path: number, _flags: number, _mask: number, result: number): number {
    const { memory } = this.#instance;
    const held = fileOf(this.#vector, memory.text(path));
    if (held === undefined || held === ENOENT || held === ENOTDIR) return -(held ?? ENOENT);
    memory.clear(result, STATUS_SIZE);
    memory.putU16(result + STATUS_MODE, REGULAR);
    return 0;
  }

  readlinkat(_directory: number, path: number, buffer: number, size: number): number {
    const { memory } = this.#instance;
    memory.text(path);
    memory.place(buffer, size);
    // No /proc: the payload's group is all that can be reached.
    return -ENOENT;
  }

  getdents64(): number {
    return -EBADF;
  }

  read(file: number, buffer: number, size: number): number {
    const { memory } = this.#instance;
    const open = this.#opened.get(file);
    if (open === undefined) return -EBADF;
    const held = this.#vector.scenario.files[open.path] as string;
    memory.place(buffer, size);
    // In pieces, as a pipe or a large file comes.
    const piece = held.slice(open.at, open.at + Math.min(size, 100_000));
    memory.putText(buffer, piece, size);
    open.at += piece.length;
    return piece.length;
  }

  write(file: number, buffer: number, size: number): number {
    const text = this.#instance.memory.textOf(buffer, size);
    const open = this.#opened.get(file);
    if (open?.path === OOM_SCORE) {
      const score = kernelNumber(text);
      return Number.isNaN(score) ? -EINVAL : this.#step("oom", `oom ${score}`) || size;
    }
    this.written.push({ file, text });
    return size;
  }

  pwritev2(file: number, buffer: number, size: number): number {
    return this.write(file, buffer, size);
  }

  fchown(): number {
    return -EBADF;
  }

  close(file: number): number {
    return this.#opened.delete(file) ? 0 : -EBADF;
  }

  close_range(): number {
    return 0;
  }

  fcntl(file: number, command: number): number {
    if (command !== F_GETFL || file === 0) return 0;
    return file <= 3 ? WRITE_ONLY : -EBADF;
  }

  ioctl(): number {
    return -ENOTTY;
  }

  /** Nothing is waited for here. */
  signalfd4(): number {
    return -ENOSYS;
  }

  /** Only for files that are empty: no write fails here. */
  ppoll(_files: number): number {
    return 1;
  }

  chdir(path: number): number {
    return this.#step("chdir", `chdir ${this.#instance.memory.text(path)}`);
  }

  clock_gettime(_clock: number, time: number): number {
    const { memory } = this.#instance;
    const now = START + this.#clock;
    memory.putNumber(time, Math.floor(now / 1000));
    memory.putNumber(time + 8, (now % 1000) * 1e6);
    return 0;
  }

  #note(what: string): number {
    this.trace.push(this.#isChild ? `child ${what}` : what);
    return 0;
  }

  /** Notes a step that may be the one to fail. */
  #step(step: Step, what: string): number {
    if (this.#isChild && this.#vector.scenario.failing === step) return -EPERM;
    return this.#note(what);
  }

  /** The next signal that comes within `time`, with the clock put to it. */
  #next(time: number, wanted: bigint): { signal: number; code: number } | undefined {
    const { scenario } = this.#vector;
    this.#arrivals.limitTo(wanted);
    if (this.#children.takeEnd()) return { signal: SIGCHLD, code: 1 };
    const { payload } = this.#children;
    const arrival = this.#arrivals.first;
    const end = payload.state === "alive" ? scenario.endsAt : Infinity;
    const at = Math.max(Math.min(arrival?.at ?? Infinity, end), this.#clock);
    if (at === Infinity && time === Infinity && (payload.state === "none" || payload.state === "gone"))
      return this.#arrivals.askForEnd();
    if (at === Infinity || at > this.#clock + time) return undefined;
    this.#clock = at;
    if (arrival !== undefined && arrival.at <= end) {
      this.#arrivals.shift();
      return arrival;
    }
    payload.state = "ended";
    payload.waitStatus = scenario.waitStatus;
    return { signal: SIGCHLD, code: 1 };
  }
}
