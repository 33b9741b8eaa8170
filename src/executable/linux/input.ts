/**
 * Waiting for what a descriptor brings, before the command is there. Every
 * signal is blocked then, and PID 1 gets none that it does not wait for: whoever
 * only reads is deaf to all but SIGKILL, for as long as nothing comes.
 */

import { staticBuffer } from "../support/static-buffers";
import { exit } from "./cgroup";
import { Errno } from "./errno";
import { Open, SIGNAL_SET_SIZE } from "./flags";
import * as linux from "./linux";
import { Signal, signalBit } from "./signals";
import { POLL_SIZE, Poll, TIME_SIZE, Time } from "./structures";

/** Those that end a wait: what a person or a supervisor sends to end a program, and a terminal when it is closed. */
export const ENDING: u64 =
  signalBit(Signal.HUP) | signalBit(Signal.INT) | signalBit(Signal.QUIT) | signalBit(Signal.TERM);

/** In place of milliseconds: for as long as it takes. */
export const FOR_EVER: i64 = -1;

/** struct signalfd_siginfo; it begins with the signal's number. */
const INFORMATION_SIZE = 128;
/** Not among the small ones: a page for them would be touched by every run. */
const buffer = staticBuffer(512);
const information = buffer;
const set = information + INFORMATION_SIZE;
const time = set + SIGNAL_SET_SIZE;
/** The file, the partner and the signals. */
const polls = time + TIME_SIZE;
const status = polls + 3 * POLL_SIZE;

let partner: i32 = -1;

/** From now on a wait ends when the other end of this socket is closed, too; -1 for none. */
export function waitWith(socket: i32): void {
  partner = socket;
}

/**
 * Waits until a read of `file` does not wait any more. Returns 0, the number of
 * a signal that ends the wait, or `-errno`: EAGAIN when the time is over,
 * EPIPE when the partner is gone.
 */
export function awaitInput(file: i32, milliseconds: i64): i32 {
  if (poll(file, -1, 0) != 0) return 0;
  store<u64>(set, ENDING);
  const signals = linux.signalfd4(-1, set, SIGNAL_SET_SIZE, Open.CLOSE_ON_EXEC | Open.NON_BLOCKING);
  if (signals < 0) return signals;
  let result = -Errno.EINTR;
  while (result == -Errno.EINTR) result = poll(file, signals, milliseconds);
  if (result > 0) result = isReady(0) ? 0 : isReady(1) ? -Errno.EPIPE : signalOf(signals);
  else if (result == 0) result = -Errno.EAGAIN;
  linux.close(signals);
  return result;
}

/** The same; a signal and the partner's end end this process. Returns 0, or `-errno`. */
export function awaitInputOrEnd(file: i32, milliseconds: i64): i32 {
  const result = awaitInput(file, milliseconds);
  if (result > 0) exit(128 + result);
  if (result == -Errno.EPIPE) exit(128 + Signal.KILL);
  return result;
}

/**
 * Waits until a child has ended, and reaps it. A signal that asks for the end is
 * the end of both. Returns how it ended, as wait4(2) has it, or `-errno`: it was
 * killed, as nobody could have been heard while it ran.
 */
export function awaitEnd(child: i32): i32 {
  const process = linux.pidfd_open(child, 0);
  const result = process < 0 ? process : awaitInput(process, FOR_EVER);
  if (process >= 0) linux.close(process);
  if (result != 0) linux.kill(child, Signal.KILL);
  if (result > 0) exit(128 + result);
  linux.wait4(child, status, 0);
  return result < 0 ? result : load<i32>(status);
}

function poll(file: i32, signals: i32, milliseconds: i64): i32 {
  put(0, file, Poll.IN);
  put(1, partner, 0);
  put(2, signals, Poll.IN);
  const timeout = changetype<Time>(time);
  timeout.seconds = milliseconds / 1000;
  timeout.nanoseconds = (milliseconds % 1000) * 1_000_000;
  return linux.ppoll(polls, signals < 0 ? 1 : 3, milliseconds < 0 ? 0 : time);
}

/** poll(2) passes over a descriptor below 0. */
function put(index: i32, file: i32, events: i16): void {
  const place = changetype<Poll>(polls + index * POLL_SIZE);
  place.file = file;
  place.events = events;
  place.returned = 0;
}

function isReady(index: i32): bool {
  return changetype<Poll>(polls + index * POLL_SIZE).returned != 0;
}

function signalOf(signals: i32): i32 {
  const size = linux.read(signals, information, INFORMATION_SIZE);
  return size == INFORMATION_SIZE ? load<i32>(information) : min(size, -Errno.EIO);
}
