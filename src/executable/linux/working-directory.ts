import * as host from "../host/host";
import { staticBuffer } from "../support/static-buffers";
import { isSameFile } from "./file-status";
import { AT_FDCWD, Open } from "./flags";
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

/**
 * Another path to it, NUL-terminated: the one by which its user came, through links, as a shell has it in PWD
 * (get_current_dir_name(3)). Empty where there is none.
 */
export const logicalDirectory: usize = staticBuffer(CAPACITY);

/** Takes the path at `path`, 0 for none, for that where it leads to the working directory that has been read. */
export function readLogicalDirectory(path: u64): void {
  store<u8>(logicalDirectory, 0);
  if (path == 0) return;
  const size = host.length(path) + 1;
  if (size > CAPACITY) return;
  host.copyIn(logicalDirectory, path, size);
  const isAnother =
    load<u8>(logicalDirectory) == SLASH && memory.compare(logicalDirectory, workingDirectory, size) != 0;
  if (!isAnother || !isWorkingDirectory(logicalDirectory)) store<u8>(logicalDirectory, 0);
}

function isWorkingDirectory(path: usize): bool {
  const flags = Open.PATH | Open.CLOSE_ON_EXEC;
  const here = linux.openat(AT_FDCWD, bytes("."), flags, 0);
  const there = linux.openat(AT_FDCWD, path, flags, 0);
  const isSame = here >= 0 && there >= 0 && isSameFile(here, there) > 0;
  if (here >= 0) linux.close(here);
  if (there >= 0) linux.close(there);
  return isSame;
}

/** Whether the path that was read leads there from our root: the kernel begins it with `(unreachable)` elsewhere. */
export function isReachable(): bool {
  return load<u8>(workingDirectory) == SLASH;
}
