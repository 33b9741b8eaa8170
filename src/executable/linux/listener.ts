/** Who listens to what the filter refuses (denials.ts), as its parent knows it. */

import { staticBuffer } from "../support/static-buffers";
import { Wait } from "./flags";
import * as linux from "./linux";
import { Signal } from "./signals";

const status = staticBuffer(4);
let listener: i32 = 0;

export function listenerIs(pid: i32): void {
  listener = pid;
}

/** Whether it is the child that was reaped just now: nobody's orphan. From then on its number may be another's. */
export function wasListener(pid: i32): bool {
  if (pid != listener) return false;
  listener = 0;
  return true;
}

/**
 * Ends it, and reaps it: whoever adopted it might never do so, and it counts for
 * the user's RLIMIT_NPROC. Without CAP_KILL another user's ends with the last whom the filter holds.
 */
export function endListener(): void {
  // 0: it is there, and the number its own.
  if (listener == 0 || linux.wait4(listener, status, Wait.NO_HANG) != 0) return;
  if (linux.kill(listener, Signal.KILL) >= 0) linux.wait4(listener, status, 0);
}
