import * as host from "../host/host";
import { staticBuffer } from "../support/static-buffers";

const SIZE = 256;
/** Never written. Among the constants they would take room in the file. */
const zeroes = staticBuffer(SIZE);

/**
 * Overwrites the NUL-terminated text at an address of the process's own, where
 * the kernel put it: /proc/PID/cmdline and /proc/PID/environ show that memory.
 */
export function wipe(address: u64): void {
  const size = host.length(address);
  for (let at = 0; at < size; at += SIZE) host.copyOut(address + at, zeroes, min(size - at, SIZE));
}
