import * as linux from "../linux/linux";
import { openOwnProc, readStat, statField } from "../linux/proc";
import { Signal, signalBit } from "../linux/signals";

/** /proc/PID/stat tells of no signal beyond. */
const LAST = 31;
/** Fields of it, as proc_pid_stat(5) counts them. */
const BLOCKED = 32;
const IGNORED = 33;
const CAUGHT = 34;
const SESSION = 6;
const TERMINAL = 7;

/**
 * Whether `pid`, which is PID 1 of a namespace, has left `signal` to its default
 * action: the kernel throws it away then (pid_namespaces(7)). One that is ignored
 * on purpose, or blocked, is not meant. False where /proc does not tell.
 */
export function isUnhandled(self: i32, pid: i32, signal: i32): bool {
  if (signal == Signal.NONE || signal > LAST) return false;
  const proc = openOwnProc(self);
  if (proc < 0) return false;
  let at = readStat(proc, pid);
  linux.close(proc);
  if (at == 0) return false;
  // Not by statField: with a loop of its own this stays a function, and out of what is resident.
  let handled: u64 = 0;
  for (let field = 3; field <= CAUGHT; field++) {
    let value: u64 = 0;
    for (; load<u8>(at) > 0x20; at++) value = value * 10 + (load<u8>(at) - 0x30);
    if (field >= BLOCKED) handled |= value;
    if (load<u8>(at) != 0) at++;
  }
  return (handled & signalBit(signal)) == 0;
}

/**
 * Whether `pid` leads a session on a terminal and ignores SIGTERM, as interactive
 * shells do: the end of their terminal, SIGHUP, is what ends them. Who takes its
 * SIGTERM may have something to finish, and is none.
 */
export function waitsForHangUp(proc: i32, pid: i32): bool {
  const stat = readStat(proc, pid);
  if (stat == 0 || statField(stat, SESSION) != pid || statField(stat, TERMINAL) == 0) return false;
  return (statField(stat, IGNORED) & signalBit(Signal.TERM)) != 0;
}
