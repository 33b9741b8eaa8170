import * as host from "../host/host";
import { SA_RESTORER, SIG_IGN } from "../linux/flags";
import * as linux from "../linux/linux";
import { Signal } from "../linux/signals";
import { SIGNAL_ACTION_SIZE, SignalAction } from "../linux/structures";
import { loopBuffer } from "../support/static-buffers";

const defaultAction = loopBuffer(SIGNAL_ACTION_SIZE);
const emptyAction = loopBuffer(SIGNAL_ACTION_SIZE);
const callersAction = loopBuffer(SIGNAL_ACTION_SIZE);
const callersChildAction = loopBuffer(SIGNAL_ACTION_SIZE);

/**
 * Makes SIGCHLD's action the default one. Inherited as ignored, the kernel
 * would reap the children itself and never tell: an init that waits for its
 * payload then waits for ever (docs/other-inits.md).
 */
export function listenToChildren(): void {
  linux.rt_sigaction(Signal.CHLD, defaultAction, callersChildAction);
}

/**
 * Gives the payload the caller's ignored signals. The init has changed but
 * SIGCHLD's.
 *
 * SIGPIPE and SIGXFSZ both ignored are a language runtime's leftovers: Node.js
 * and Python ignore them for themselves, and process.execve and os.exec hand
 * that on. `yes | head` would never end under it. One of them alone is
 * somebody's choice and stays.
 */
export function restoreCallersActions(): void {
  if (changetype<SignalAction>(callersChildAction).handler == SIG_IGN) {
    linux.rt_sigaction(Signal.CHLD, callersChildAction, 0);
  }
  if (isIgnored(Signal.PIPE) && isIgnored(Signal.XFSZ)) {
    linux.rt_sigaction(Signal.PIPE, defaultAction, 0);
    linux.rt_sigaction(Signal.XFSZ, defaultAction, 0);
  }
}

function isIgnored(signal: i32): bool {
  linux.rt_sigaction(signal, 0, callersAction);
  return changetype<SignalAction>(callersAction).handler == SIG_IGN;
}

/**
 * Makes the terminal's stop signals do nothing until execve, which gives them
 * their default action back; ignored ones stay so. A Ctrl-Z that stopped the
 * child here would stop the init as well, in the kernel: it waits for the
 * child's execve, and could not pass the SIGCONT on that ends it.
 */
export function dropStopsUntilExecution(): void {
  const action = changetype<SignalAction>(emptyAction);
  action.handler = host.noAction();
  action.flags = SA_RESTORER;
  action.restorer = host.returnFromAction();
  for (let signal: i32 = Signal.TSTP; signal <= Signal.TTOU; signal++) {
    if (!isIgnored(signal)) linux.rt_sigaction(signal, emptyAction, 0);
  }
}
