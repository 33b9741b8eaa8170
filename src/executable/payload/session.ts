import { TIOCNOTTY, TIOCSCTTY } from "../linux/flags";
import * as linux from "../linux/linux";
import { Signal } from "../linux/signals";
import { Messages } from "../report/messages";
import { information, takeIfPending } from "../signals/incoming";

/**
 * Gives the controlling terminal up, so that the payload's session can have it
 * (a terminal is one session's). Every signal is blocked.
 */
export function giveUpTerminal(messages: Messages, self: i32): void {
  const wasLeader = linux.getsid(0) == self;
  const errno = -linux.ioctl(0, TIOCNOTTY, 0);
  messages.terminalGivenUp(errno, wasLeader);
  // The kernel tells the terminal's foreground group, mostly our own, that its session has lost it: disassociate_ctty(),
  // tty_jobctrl.c. Passed on, the SIGHUP would end the payload (dumb-init#136).
  if (errno == 0 && wasLeader) {
    takeHandOff(Signal.HUP, messages, self);
    takeHandOff(Signal.CONT, messages, self);
  }
}

/** What the kernel sends there is as from ourselves. Not the first that comes, as with dumb-init: that may be somebody's. */
function takeHandOff(signal: i32, messages: Messages, self: i32): void {
  if (!takeIfPending(signal)) return;
  if (information.pid == self) messages.tookHandOff(signal);
  // Somebody's own was there before it, and stood for both.
  else linux.kill(self, signal);
}

/** In the child: gives it a session. Returns 0 or `-errno`. */
export function leadSession(): i32 {
  return min(linux.setsid(), 0);
}

/** And the terminal, if there is one to have. Returns 0 or `-errno`. */
export function takeTerminal(): i32 {
  return linux.ioctl(0, TIOCSCTTY, 0);
}
