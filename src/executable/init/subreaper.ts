import * as host from "../host/host";
import { Errno } from "../linux/errno";
import { Prctl } from "../linux/flags";
import * as linux from "../linux/linux";
import { Plan } from "../plan/plan";
import { putErrno } from "../report/errno-phrases";
import { Messages, refuse } from "../report/messages";
import { loopBuffer } from "../support/static-buffers";

/** What the init is to the kernel and to its parent, before the payload exists. */
export function becomeReaper(plan: Plan, self: i32): void {
  if (plan.parentDeathSignal != 0) dieWithParent(plan.parentDeathSignal, plan.messages);
  if (self == 1) return;
  // Not as PID 1 orphans would pass us by, on to the next subreaper or to the host's init.
  if (plan.subreaper) adoptOrphans(plan.messages);
  else if (!isReaper()) plan.messages.notAReaper();
}

function adoptOrphans(messages: Messages): void {
  const result = linux.prctl(Prctl.SET_CHILD_SUBREAPER, 1, 0);
  // qemu-user knows no subreapers: every start of an image for another machine would say so.
  if (result < 0 && result != -Errno.EINVAL)
    messages.trouble(bytes("cannot adopt orphans (PR_SET_CHILD_SUBREAPER)"), -result);
}

function dieWithParent(signal: i32, messages: Messages): void {
  const result = listenToParent(signal, linux.getppid());
  if (result < 0)
    refuse(
      messages,
      putErrno(messages.fatal().text("cannot be told of its parent's end (PR_SET_PDEATHSIG): "), -result),
    );
}

/**
 * Asks for `signal` at the end of `parent`, which is or was ours. A parent that
 * has ended just before will not send it any more: then it is sent here, and as
 * every signal is blocked it is forwarded to the payload like any other. Returns
 * 0 or `-errno`.
 */
export function listenToParent(signal: i32, parent: i32): i32 {
  const result = linux.prctl(Prctl.SET_PDEATHSIG, signal, 0);
  if (result >= 0 && linux.getppid() != parent) linux.kill(linux.getpid(), signal);
  return result;
}

const attribute = loopBuffer(4);

function isReaper(): bool {
  return linux.prctl(Prctl.GET_CHILD_SUBREAPER, <i64>host.addressOf(attribute), 0) == 0 && load<i32>(attribute) == 1;
}
