import { CLOCK_MONOTONIC } from "../linux/flags";
import * as linux from "../linux/linux";
import { TIME_SIZE, Time } from "../linux/structures";
import { loopBuffer } from "../support/static-buffers";

const timeBuffer = loopBuffer(TIME_SIZE);

/** Milliseconds on a clock that no one sets. */
export function now(): i64 {
  linux.clock_gettime(CLOCK_MONOTONIC, timeBuffer);
  const time = changetype<Time>(timeBuffer);
  return time.seconds * 1000 + time.nanoseconds / 1_000_000;
}
