import * as host from "../host/host";
import { Prctl } from "../linux/flags";
import * as linux from "../linux/linux";
import { Plan } from "../plan/plan";
import { loopBuffer } from "../support/static-buffers";

/** What the init is to the kernel and to its parent, before the payload exists. */
export function becomeReaper(plan: Plan, self: i32): void {
  if (plan.parentDeathSignal != 0) dieWithParent(plan.parentDeathSignal);
  if (self == 1) return;
  // Not as PID 1 orphans would pass us by, on to the next subreaper or to the host's init.
  if (plan.subreaper) linux.prctl(Prctl.SET_CHILD_SUBREAPER, 1, 0);
  else if (!isReaper()) plan.messages.notAReaper();
}

/**
 * Asks for `signal` at the parent's end. A parent that has ended just before
 * will not send it any more: then it is sent here, and as every signal is
 * blocked it is forwarded to the payload like any other.
 */
function dieWithParent(signal: i32): void {
  const parent = linux.getppid();
  linux.prctl(Prctl.SET_PDEATHSIG, signal, 0);
  if (linux.getppid() != parent) linux.kill(linux.getpid(), signal);
}

const attribute = loopBuffer(4);

function isReaper(): bool {
  return linux.prctl(Prctl.GET_CHILD_SUBREAPER, <i64>host.addressOf(attribute), 0) == 0 && load<i32>(attribute) == 1;
}
