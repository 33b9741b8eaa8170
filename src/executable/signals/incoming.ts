import { SIG_SETMASK, SIGNAL_SET_SIZE } from "../linux/flags";
import * as linux from "../linux/linux";
import { EVERY_SIGNAL, signalBit } from "../linux/signals";
import { SIGNAL_INFORMATION_SIZE, SignalInformation, TIME_SIZE, Time } from "../linux/structures";
import { loopBuffer } from "../support/static-buffers";

/** What is waited for. */
const everySignal = loopBuffer(SIGNAL_SET_SIZE);
const oneSignal = loopBuffer(SIGNAL_SET_SIZE);
const callersMask = loopBuffer(SIGNAL_SET_SIZE);
const informationBuffer = loopBuffer(SIGNAL_INFORMATION_SIZE);
const timeBuffer = loopBuffer(TIME_SIZE);

/** The signal that `nextSignal` returned, as the kernel describes it. */
export const information = changetype<SignalInformation>(informationBuffer);

/**
 * Blocks every signal, as the very first thing: from here on none is lost, for
 * a blocked signal waits even where its action is to be ignored or where its
 * receiver is a PID 1 without a handler (the kernel throws those away).
 *
 * The synchronous ones are blocked too, so that a SIGABRT or SIGSEGV that
 * somebody sends is forwarded like any other instead of ending the init alone;
 * a fault of our own ends the process even when blocked (force_sig(), signal.c).
 * Returns 0 or `-errno`: unblocked ones are never waited for, the end of the payload neither.
 */
export function blockEverySignal(): i32 {
  store<u64>(everySignal, EVERY_SIGNAL);
  return linux.rt_sigprocmask(SIG_SETMASK, everySignal, callersMask);
}

/** Makes `nextSignal` wait for the signals in `set` only; the others act on us as on any program. */
export function waitOnlyFor(set: u64): void {
  store<u64>(everySignal, set);
  store<u64>(oneSignal, set | load<u64>(callersMask));
  linux.rt_sigprocmask(SIG_SETMASK, oneSignal, 0);
}

/** The mask that the caller of this program had. */
export function callersMaskNow(): u64 {
  return load<u64>(callersMask);
}

/** A stage's caller is the caller of the first stage. */
export function callersMaskIs(mask: u64): void {
  store<u64>(callersMask, mask);
}

/** Gives the calling process the mask back that the caller of this program had; what is pending arrives. */
export function restoreCallersMask(): void {
  linux.rt_sigprocmask(SIG_SETMASK, callersMask, 0);
}

/** How long a wait for ever is, until `waitForEver`: a tenth of a second, as struct timespec. Then the null pointer. */
let longestWait: usize = memory.data<i64>([0, 100_000_000]);

export function waitForEver(): void {
  longestWait = 0;
}

/**
 * Waits for the next signal, at most `milliseconds` (below zero: for ever).
 * Returns it, with `information` about it; or `-errno`: EAGAIN when the time is
 * over, EINTR when the wait was cut short (by a stop and SIGCONT).
 */
export function nextSignal(milliseconds: i64): i32 {
  let time = longestWait;
  if (milliseconds >= 0) {
    setTime(milliseconds);
    time = timeBuffer;
  }
  return linux.rt_sigtimedwait(everySignal, informationBuffer, time);
}

/** Takes `signal` if it is pending, without waiting for it. */
export function takeIfPending(signal: i32): bool {
  store<u64>(oneSignal, signalBit(signal));
  setTime(0);
  return linux.rt_sigtimedwait(oneSignal, informationBuffer, timeBuffer) == signal;
}

function setTime(milliseconds: i64): void {
  const time = changetype<Time>(timeBuffer);
  time.seconds = milliseconds / 1000;
  time.nanoseconds = (milliseconds % 1000) * 1_000_000;
}

/** How long a `pause` is, in milliseconds. */
const PAUSE: i64 = 100;

/** For a kernel that refuses to wait for signals: waits a moment without them, so that the caller does not spin. */
export function pause(): void {
  setTime(PAUSE);
  linux.ppoll(0, 0, timeBuffer);
}
