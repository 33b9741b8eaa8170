import * as host from "../host/host";

const SIZE = 256;
const zeroes = memory.data(SIZE);

/**
 * Overwrites the NUL-terminated text at an address of the process's own, where
 * the kernel put it: /proc/PID/cmdline and /proc/PID/environ show that memory.
 */
export function wipe(address: u64): void {
  const size = host.length(address);
  for (let at = 0; at < size; at += SIZE) host.copyOut(address + at, zeroes, min(size - at, SIZE));
}
