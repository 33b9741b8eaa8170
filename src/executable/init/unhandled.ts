import * as linux from "../linux/linux";
import { openOwnProc, readStat } from "../linux/proc";
import { Signal } from "../linux/signals";

/** /proc/PID/stat tells of no signal beyond. */
const LAST = 31;
/** Its fields `blocked`, `sigignore` and `sigcatch` are the 32nd to the 34th (proc_pid_stat(5)). */
const FIRST_FIELD = 32 - 3;
const FIELDS = 3;

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
  let handled: u64 = 0;
  for (let field = 0; field < FIRST_FIELD + FIELDS; field++) {
    let value: u64 = 0;
    for (; load<u8>(at) > 0x20; at++) value = value * 10 + (load<u8>(at) - 0x30);
    if (field >= FIRST_FIELD) handled |= value;
    if (load<u8>(at) != 0) at++;
  }
  return (handled & (1 << (signal - 1))) == 0;
}
