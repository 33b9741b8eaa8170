import { NumberedEntries } from "../linux/directory";
import { Errno } from "../linux/errno";
import { PIDFD_SIGNAL_PROCESS_GROUP } from "../linux/flags";
import * as linux from "../linux/linux";
import { openOwnProc, openProcFile, PID_LIMIT, path, readStat, statField } from "../linux/proc";
import { Signal } from "../linux/signals";
import { wholeFileUsed } from "../linux/whole-file";
import { scratch } from "../support/scratch";
import { staticBuffer } from "../support/static-buffers";
import { InitContext } from "./context";
import { becomeOwnerOf } from "./owner";
import { waitsForHangUp } from "./unhandled";

/** In place of a group that is left out: none is. No group has this number, and no error. */
export const NO_GROUP: i32 = i32.MIN_VALUE;

/** How often all processes are gone through for one signal, as long as each round finds more descendants. */
const ROUNDS = 16;

/**
 * Every process that this init answers for, but itself: as PID 1 the whole PID
 * namespace, else all descendants.
 *
 * Not as PID 1 a process group would not do: a worker that called setsid() has
 * left it. Without a /proc to find the descendants in, the payload's group is
 * all that can be reached; after the payload's end, since Linux 6.9 only.
 */
export class ProcessTree {
  private init: InitContext;
  private entries: NumberedEntries = new NumberedEntries(PID_LIMIT - 1);
  /** The kernel's /proc, while the tree is gone through. */
  private proc: i32 = -1;
  /** Between these the marks are; at first, what files have left in their place may look like some. */
  private lowest: i32 = 0;
  private highest: i32 = wholeFileUsed << 3;
  /** What each one gets that is found, and the group that is left out. */
  private wanted: i32 = Signal.NONE;
  private except: i32 = NO_GROUP;
  /** How many are in `queue`. */
  private queued: i32 = 0;
  /** A descriptor of the payload's process, which stands for its group too. */
  private group: i32 = -1;
  private hasSaid: bool = false;

  constructor(init: InitContext) {
    this.init = init;
  }

  /** The payload has started, and has not been waited for. */
  begin(): void {
    if (this.init.self != 1 && !this.init.payload.isNone) this.group = linux.pidfd_open(this.init.payload.pid, 0);
  }

  /** Asks all but those in the process group `except` to end. */
  terminate(except: i32): void {
    const isMarked = this.signal(Signal.TERM, except);
    // A stopped process takes its SIGTERM only when it goes on.
    if (!isMarked) this.signal(Signal.CONT, NO_GROUP);
    if (isMarked || this.init.self == 1) this.hangUp();
  }

  /** After all have had their SIGTERM: a shell passes a SIGHUP on to its jobs, who may know no better than to end by it. */
  private hangUp(): void {
    this.proc = openOwnProc(this.init.self);
    if (this.proc < 0) return;
    if (this.init.self != 1) {
      for (let pid = this.nextMarked(this.lowest); pid >= 0; pid = this.nextMarked(pid + 1)) this.hangUpOn(pid);
    } else if (this.entries.open(this.proc) >= 0) {
      for (let pid = this.entries.next(); pid >= 0; pid = this.entries.next()) {
        // kill(-1) passes over whom we may not signal, and says nothing.
        if (linux.kill(pid, 0) == -Errno.EPERM) this.note(this.sendTo(pid, Signal.TERM));
        this.hangUpOn(pid);
      }
    }
    linux.close(this.proc);
  }

  private hangUpOn(pid: i32): void {
    if (pid != this.init.self && waitsForHangUp(this.proc, pid)) this.note(this.sendTo(pid, Signal.HUP));
  }

  /** Returns whether the payload has SIGKILL, or had ended. */
  kill(): bool {
    const payload = this.init.payload;
    let result = 0;
    // It is known without /proc, which may fail to be read now: its end, and with it the next turn, must not depend on that.
    if (!payload.hasEnded && !payload.isNone) result = this.sendTo(payload.pid, Signal.KILL);
    this.signal(Signal.KILL, NO_GROUP);
    return result >= 0;
  }

  private sendTo(pid: i32, signal: i32): i32 {
    const result = linux.kill(pid, signal);
    return result == -Errno.EPERM && becomeOwnerOf(pid, this.init) ? linux.kill(pid, signal) : result;
  }

  /** Says that somebody could not be signalled; once, as SIGKILL comes again at every turn. ESRCH: it has ended meanwhile. */
  private note(result: i32): void {
    if (result >= 0 || result == -Errno.ESRCH || this.hasSaid) return;
    this.hasSaid = true;
    this.init.report.trouble(bytes("kill"), -result);
  }

  /** As PID 1: whether there are processes that are not our children, as somebody entered the namespace (docker exec). */
  hasStrangers(): bool {
    return this.init.self == 1 && linux.kill(-1, 0) != -Errno.ESRCH;
  }

  /** Whether the descendants were gone through, and are marked. After SIGTERM they have had SIGCONT then, too. */
  private signal(signal: i32, except: i32): bool {
    const self = this.init.self;
    this.proc = self == 1 && except == NO_GROUP ? -1 : openOwnProc(self);
    if (this.proc >= 0) {
      this.wanted = signal;
      this.except = except;
      this.signalMarked();
      linux.close(this.proc);
      return true;
    }
    if (self == 1) this.note(linux.kill(-1, signal));
    else if (except == NO_GROUP) this.signalGroup(signal);
    return false;
  }

  /** After the payload's end its group may be gone as well, and the number be another's: so by the descriptor only. */
  private signalGroup(signal: i32): void {
    if (this.init.payload.isNone) return;
    // EINVAL: before Linux 6.9. EBADF: there was none to be had.
    if (this.init.payload.hasEnded) linux.pidfd_send_signal(this.group, signal, 0, PIDFD_SIGNAL_PROCESS_GROUP);
    else this.note(linux.kill(-this.init.payload.pid, signal));
  }

  /**
   * Marks and signals each process whose parent is marked, once, beginning with
   * the init itself. The kernel has a list of children for each thread: to read
   * all of /proc instead costs each of many inits the more, the more of them end
   * at once. Parents mostly come first, by their lower numbers; another round
   * finds the others.
   */
  private signalMarked(): void {
    const self = this.init.self;
    memory.fill(placeOf(this.lowest), 0, placeOf(this.highest) + 4 - placeOf(this.lowest));
    this.lowest = PID_LIMIT;
    this.highest = 0;
    this.mark(self);
    for (let round = 0; round < ROUNDS; round++) {
      let found = this.findChildren(self, self);
      // As PID 1 also those who entered its namespace: they are nobody's children there.
      if (found < 0 || self == 1) found = max(found, 0) + this.signalAll();
      else
        for (let pid = this.nextMarked(this.lowest); pid >= 0; pid = this.nextMarked(pid + 1)) {
          if (pid != self) found += this.findBelow(pid);
        }
      this.signalFound();
      if (found == 0) return;
    }
  }

  /** Goes through all of /proc. Returns how many it has found. */
  private signalAll(): i32 {
    let found = 0;
    if (this.entries.open(this.proc) < 0) return 0;
    for (let pid = this.entries.next(); pid >= 0; pid = this.entries.next()) {
      // A look first, as most may be strangers.
      if (!isMarked(pid) && (this.init.self == 1 || this.isBelow(pid)) && this.signalProcess(pid, false)) found++;
    }
    return found;
  }

  /**
   * Finds the children of all threads of a process that is marked. Returns how
   * many it has found, or one where the process or a thread is gone: another
   * round then finds whose children they are now. That round also finds whom the
   * kernel has left out of a list, as it does where the one before ended just
   * then (get_children_pid(), fs/proc/array.c).
   */
  private findBelow(pid: i32): i32 {
    const threads = openProcFile(this.proc, path.number(pid).bytes(bytes("/task")).terminated());
    if (threads < 0) {
      // It may be hidden only (hidepid=).
      if (linux.kill(pid, 0) != -Errno.ESRCH) return 0;
      unmark(pid);
      return 1;
    }
    let found = 0;
    this.entries.take(threads);
    for (let thread = this.entries.next(); thread >= 0; thread = this.entries.next())
      found += abs(this.findChildren(pid, thread));
    return found;
  }

  /** Returns how many children of one thread it has found, or -1 where there is no list of them. */
  private findChildren(parent: i32, thread: i32): i32 {
    path.number(parent).bytes(bytes("/task/")).number(thread).bytes(bytes("/children"));
    const list = openProcFile(this.proc, path.terminated());
    if (list < 0) return -1;
    let found = 0;
    let pid = 0;
    for (let size = linux.read(list, numbers, CAPACITY); size > 0; size = linux.read(list, numbers, CAPACITY)) {
      for (let at = numbers; at < numbers + size; at++) {
        const digit = <i32>load<u8>(at) - 0x30;
        if (digit >= 0) {
          pid = min(pid * 10 + digit, PID_LIMIT);
          continue;
        }
        if (pid > 0 && pid < PID_LIMIT && !isMarked(pid)) {
          this.mark(pid);
          if (this.queued == QUEUE) this.signalFound();
          store<i32>(queue + (this.queued++ << 2), parent == this.init.self ? -pid : pid);
          found++;
        }
        pid = 0;
      }
    }
    linux.close(list);
    return found;
  }

  /** Only when all are found: a parent that has ended leads to nobody any more. */
  private signalFound(): void {
    for (let at = 0; at < this.queued; at++) {
      const pid = load<i32>(queue + (at << 2));
      this.signalProcess(abs(pid), pid < 0);
    }
    this.queued = 0;
  }

  private mark(pid: i32): void {
    const place = placeOf(pid);
    store<u32>(place, load<u32>(place) | (1 << (pid & 31)));
    this.lowest = min(this.lowest, pid);
    this.highest = max(this.highest, pid);
  }

  /** The first number from `pid` on that is marked, or -1. */
  private nextMarked(pid: i32): i32 {
    for (; pid <= this.highest; pid = (pid | 31) + 1) {
      const marked = load<u32>(placeOf(pid)) >> (pid & 31);
      if (marked != 0) return pid + ctz(marked);
    }
    return -1;
  }

  /** As PID 1 all are ours, those too whose parent is outside the namespace. */
  private isBelow(pid: i32): bool {
    const stat = readStat(this.proc, pid);
    return stat != 0 && (this.init.self == 1 || isMarked(<i32>statField(stat, PARENT)));
  }

  /**
   * By a descriptor of the process, opened before it is looked at: should it end
   * and its number be given to another in between, that one is not signalled. A
   * child's number stays its own until we have waited for it; and /proc may hide
   * it. Whether it is a descendant.
   */
  private signalProcess(pid: i32, isChild: bool): bool {
    const process = linux.pidfd_open(pid, 0);
    const isOurs = isChild || this.isBelow(pid);
    if (isOurs) {
      this.mark(pid);
      if (this.except == NO_GROUP || linux.getpgid(pid) != this.except) this.give(process, pid, this.wanted);
      // A stopped process takes its SIGTERM only when it goes on.
      if (this.wanted == Signal.TERM) this.give(process, pid, Signal.CONT);
    } else unmark(pid);
    if (process >= 0) linux.close(process);
    return isOurs;
  }

  private give(process: i32, pid: i32, signal: i32): void {
    const result = process < 0 ? process : linux.pidfd_send_signal(process, signal, 0, 0);
    // Before Linux 5.3, with no descriptor left, or behind a filter that knows one of the two calls alone (crun#970), there
    // is only the number.
    if (result < 0 && result != -Errno.ESRCH) this.note(this.sendTo(pid, signal));
  }
}

/** Of a list of children. The kernel gives a page of it at once. */
const CAPACITY = 4096;
const numbers = staticBuffer(CAPACITY);

/** How many are found before they are signalled; of our own children the numbers are below zero. */
const QUEUE = 1024;
const queue = staticBuffer(QUEUE << 2);

/** proc_pid_stat(5) */
const PARENT = 4;

/**
 * A bit for each process number that there can be (`PID_LIMIT`, 2^22), in the
 * memory that whole files were read into before the payload started.
 */
const marks: usize = scratch;

function unmark(pid: i32): void {
  const place = placeOf(pid);
  store<u32>(place, load<u32>(place) & ~(1 << (pid & 31)));
}

function isMarked(pid: i32): bool {
  return (load<u32>(placeOf(pid)) & (1 << (pid & 31))) != 0;
}

function placeOf(pid: i32): usize {
  return marks + ((pid >> 5) << 2);
}
