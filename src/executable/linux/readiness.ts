import { loopBuffer } from "../support/static-buffers";
import * as linux from "./linux";
import { POLL_SIZE, Poll, TIME_SIZE, Time } from "./structures";

/** fcntl(2): the size of a pipe, and an error for all that is none. */
const F_GETPIPE_SZ = 1032;
const pollBuffer = loopBuffer(POLL_SIZE);
const timeBuffer = loopBuffer(TIME_SIZE);

/**
 * Whether a read (`Poll.IN`) or write (`Poll.OUT`) of `file` will not wait, now
 * or within some milliseconds. Nor does one that fails: an error (not a valid
 * descriptor, a pipe without a reader) is its own to report.
 */
export function isReady(file: i32, events: i16, milliseconds: i64): bool {
  const poll = changetype<Poll>(pollBuffer);
  poll.file = file;
  poll.events = events;
  const time = changetype<Time>(timeBuffer);
  time.seconds = milliseconds / 1000;
  time.nanoseconds = (milliseconds % 1000) * 1_000_000;
  return linux.ppoll(pollBuffer, 1, timeBuffer) != 0;
}

export function isPipe(file: i32): bool {
  return linux.fcntl(file, F_GETPIPE_SZ, 0) > 0;
}
