import { nextNumber, numberAt, openNumbers } from "../linux/directory";
import { AT_FDCWD } from "../linux/flags";
import * as linux from "../linux/linux";
import { contents, readSmallFile } from "../linux/small-file";
import { Line } from "../support/line";

const path = new Line();

/** In place of a group's number in `signalEveryone`: everyone is meant. */
export const NO_GROUP: i32 = -1;

/**
 * Sends `signal` to every process that this init answers for but itself and
 * those in the process group `except`: as PID 1 the whole PID namespace, else
 * all descendants.
 *
 * Not as PID 1 a process group would not do: a worker that called setsid() has
 * left it. Without a /proc to find the descendants in, the payload's group is
 * all that can be reached.
 */
export function signalEveryone(signal: i32, self: i32, payload: i32, except: i32): void {
  if (self == 1 && except == NO_GROUP) {
    linux.kill(-1, signal);
  } else if (!procIsOurs(self) || openNumbers(path.text("/proc").terminated()) < 0) {
    if (self == 1) linux.kill(-1, signal);
    else if (except != payload && linux.kill(-payload, signal) < 0) linux.kill(payload, signal);
  } else {
    for (let pid = nextNumber(); pid >= 0; pid = nextNumber()) signalDescendant(signal, pid, self, except);
  }
}

/**
 * By a descriptor of the process, opened before it is looked at: should it end
 * and its number be given to another in between, that one is not signalled.
 */
function signalDescendant(signal: i32, pid: i32, self: i32, except: i32): void {
  const process = linux.pidfd_open(pid, 0);
  if (isDescendant(pid, self) && linux.getpgid(pid) != except) {
    // Before Linux 5.3, or with no descriptor left, there is only the number.
    if (process < 0) linux.kill(pid, signal);
    else linux.pidfd_send_signal(process, signal, 0, 0);
  }
  if (process >= 0) linux.close(process);
}

/** A /proc of another PID namespace (unshare --pid without --mount-proc) numbers other processes: its pids must not be signalled. */
function procIsOurs(self: i32): bool {
  const size = linux.readlinkat(AT_FDCWD, path.text("/proc/self").terminated(), contents, 32);
  if (size <= 0) return false;
  store<u8>(contents + size, 0);
  return numberAt(contents) == self;
}

/** How often a walk up is tried again when somebody on the way has ended meanwhile: its children have a new parent now. */
const ATTEMPTS = 3;

function isDescendant(pid: i32, self: i32): bool {
  if (pid == self) return false;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    let ancestor = pid;
    while (ancestor > 1 && ancestor != self) ancestor = parentOf(ancestor);
    // As PID 1 also those whose parent is outside: somebody entered the namespace (docker exec).
    if (ancestor >= 0) return ancestor == self || self == 1;
  }
  return false;
}

/** The parent of `pid`, from /proc/PID/stat; -1 when there is no such process any more. */
function parentOf(pid: i32): i32 {
  if (readSmallFile(path.text("/proc/").number(pid).text("/stat").terminated()) <= 0) return -1;
  // `7 (name) S 1 …`: the name may hold anything, parentheses too, so look for its end from the right.
  let at: usize = 0;
  for (let i = contents; load<u8>(i) != 0; i++) if (load<u8>(i) == 0x29) at = i;
  if (at == 0) return -1;
  at += 4;
  let end = at;
  while (load<u8>(end) > 0x20) end++;
  store<u8>(end, 0);
  return numberAt(at);
}
