import { staticBuffer } from "../support/static-buffers";
import * as linux from "./linux";

const CAPACITY = 4096;
const SLASH: u8 = 0x2f;

/** The working directory's path as it was read last, NUL-terminated. */
export const workingDirectory: usize = staticBuffer(CAPACITY);

/** Reads the working directory (getcwd(2)). Returns its size with the NUL, or `-errno`; then the path is empty. */
export function readWorkingDirectory(): i32 {
  const size = linux.getcwd(workingDirectory, CAPACITY);
  if (size < 0) store<u8>(workingDirectory, 0);
  return size;
}

/** Whether the path that was read leads there from our root: the kernel begins it with `(unreachable)` elsewhere. */
export function isReachable(): bool {
  return load<u8>(workingDirectory) == SLASH;
}
