import { NumberedEntries } from "../linux/directory";
import { Errno } from "../linux/errno";
import { PIDFD_SIGNAL_PROCESS_GROUP } from "../linux/flags";
import * as linux from "../linux/linux";
import { openOwnProc, PID_LIMIT, path, readProcFile, readStat, statField } from "../linux/proc";
import { Signal } from "../linux/signals";
import { contents } from "../linux/small-file";
import { wholeFileUsed } from "../linux/whole-file";
import { scratch } from "../support/scratch";
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
  private processes: NumberedEntries = new NumberedEntries(PID_LIMIT - 1);
  /** The kernel's /proc, while it is gone through. */
  private proc: i32 = -1;
  /** The highest number that may be marked in `marks`; at first, what files have left there may look like marks. */
  private highest: i32 = wholeFileUsed << 3;
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
    this.signal(Signal.TERM, except);
    // A stopped process takes its SIGTERM only when it goes on.
    this.signal(Signal.CONT, NO_GROUP);
    this.hangUp();
  }

  /** After the walk for SIGCONT, which has marked the descendants. */
  private hangUp(): void {
    const isFirst = this.init.self == 1;
    this.proc = openOwnProc(this.init.self);
    if (this.proc < 0) return;
    if (this.processes.open(this.proc) >= 0) {
      for (let pid = this.processes.next(); pid >= 0; pid = this.processes.next()) {
        if (pid == this.init.self || !(isFirst || isMarked(pid))) continue;
        // kill(-1) passes over whom we may not signal, and says nothing.
        if (isFirst && linux.kill(pid, 0) == -Errno.EPERM) this.note(this.sendTo(pid, Signal.TERM));
        if (waitsForHangUp(this.proc, pid)) this.note(this.sendTo(pid, Signal.HUP));
      }
    }
    linux.close(this.proc);
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

  private signal(signal: i32, except: i32): void {
    const self = this.init.self;
    this.proc = self == 1 && except == NO_GROUP ? -1 : openOwnProc(self);
    if (this.proc >= 0) this.signalMarked(signal, except);
    else if (self == 1) this.note(linux.kill(-1, signal));
    else if (except == NO_GROUP) this.signalGroup(signal);
    if (this.proc >= 0) linux.close(this.proc);
  }

  /** After the payload's end its group may be gone as well, and the number be another's: so by the descriptor only. */
  private signalGroup(signal: i32): void {
    if (this.init.payload.isNone) return;
    // EINVAL: before Linux 6.9. EBADF: there was none to be had.
    if (this.init.payload.hasEnded) linux.pidfd_send_signal(this.group, signal, 0, PIDFD_SIGNAL_PROCESS_GROUP);
    else this.note(linux.kill(-this.init.payload.pid, signal));
  }

  /**
   * Goes through /proc and signals each process whose parent is one of ours,
   * once. Parents mostly come first, by their lower numbers; another round finds
   * the others.
   */
  private signalMarked(signal: i32, except: i32): void {
    memory.fill(marks, 0, placeOf(this.highest) + 4 - marks);
    this.highest = 0;
    this.mark(this.init.self);
    for (let round = 0; round < ROUNDS; round++) {
      if (this.processes.open(this.proc) < 0) return;
      let found = 0;
      for (let pid = this.processes.next(); pid >= 0; pid = this.processes.next()) {
        if (!isMarked(pid) && this.signalDescendant(signal, pid, except)) found++;
      }
      if (found == 0) break;
    }
    this.signalHidden(signal, except);
  }

  /**
   * A /proc mounted with hidepid= (proc(5)) does not show those whom we may not
   * trace: of another user, or with a program that may not be read. The list of
   * our own children has them, and whoever lost its parent is one of these.
   */
  private signalHidden(signal: i32, except: i32): void {
    const list = path.bytes(bytes("self/task/")).number(this.init.self).bytes(bytes("/children")).terminated();
    if (readProcFile(this.proc, list) <= 0) return;
    let pid = 0;
    for (let at = contents; load<u8>(at) != 0; at++) {
      const digit = <i32>load<u8>(at) - 0x30;
      if (digit >= 0) {
        pid = min(pid * 10 + digit, PID_LIMIT);
        continue;
      }
      // A child's number stays its own until we have waited for it.
      if (pid > 0 && pid < PID_LIMIT && !isMarked(pid) && linux.getpgid(pid) != except)
        this.note(this.sendTo(pid, signal));
      pid = 0;
    }
  }

  private mark(pid: i32): void {
    const place = placeOf(pid);
    store<u32>(place, load<u32>(place) | (1 << (pid & 31)));
    this.highest = max(this.highest, pid);
  }

  /**
   * By a descriptor of the process, opened before it is looked at: should it end
   * and its number be given to another in between, that one is not signalled.
   * Whether it is a descendant.
   */
  private signalDescendant(signal: i32, pid: i32, except: i32): bool {
    const process = linux.pidfd_open(pid, 0);
    const parent = parentOf(this.proc, pid);
    // As PID 1 all are ours, those too whose parent is outside the namespace.
    const isOurs = parent >= 0 && (this.init.self == 1 || isMarked(parent));
    if (isOurs) {
      this.mark(pid);
      if (linux.getpgid(pid) != except) {
        const result = process < 0 ? process : linux.pidfd_send_signal(process, signal, 0, 0);
        // Before Linux 5.3, with no descriptor left, or behind a filter that knows one of the two calls alone (crun#970), there
        // is only the number.
        if (result < 0 && result != -Errno.ESRCH) this.note(this.sendTo(pid, signal));
      }
    }
    if (process >= 0) linux.close(process);
    return isOurs;
  }
}

/**
 * A bit for each process number that there can be (`PID_LIMIT`, 2^22), in the
 * memory that whole files were read into before the payload started.
 */
const marks: usize = scratch;

function isMarked(pid: i32): bool {
  return (load<u32>(placeOf(pid)) & (1 << (pid & 31))) != 0;
}

function placeOf(pid: i32): usize {
  return marks + ((pid >> 5) << 2);
}

const PARENT = 4;

/** The parent of `pid`, from /proc/PID/stat; -1 when there is no such process any more. */
function parentOf(proc: i32, pid: i32): i32 {
  const stat = readStat(proc, pid);
  return stat == 0 ? -1 : <i32>statField(stat, PARENT);
}
