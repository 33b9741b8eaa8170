/**
 * What `--args` brought. A stage reads it again, and every user of the machine
 * reads the arguments of others in /proc: it goes from stage to stage in sealed
 * memory, at the descriptor that the option names, and stands in no vector.
 */

import { Errno } from "../linux/errno";
import { F_DUPFD, F_GETFD, F_SETFD, FD_CLOEXEC } from "../linux/flags";
import * as linux from "../linux/linux";
import { createData, seal } from "../linux/memory-file";
import { Descriptors } from "../plan/descriptors";

/** lseek(2) */
const SEEK_SET = 0;

class BroughtArguments {
  constructor(
    readonly previous: BroughtArguments | null,
    readonly file: i32,
    readonly text: usize,
    readonly size: i32,
  ) {}
}

let latest: BroughtArguments | null = null;

/** Below zero, `-errno`, for a descriptor that is not open, or has brought arguments: it is as good as closed. */
export function askForFile(file: i32): i32 {
  let brought = latest;
  while (brought != null && brought.file != file) brought = brought.previous;
  return brought != null ? -Errno.EBADF : linux.fcntl(file, F_GETFD, 0);
}

/**
 * Takes note of what the descriptor brought. It stays open up to the next execve, and so nothing else gets its number.
 */
export function keepArguments(file: i32, text: usize, size: i32): void {
  linux.fcntl(file, F_SETFD, FD_CLOEXEC);
  latest = new BroughtArguments(latest, file, text, size);
}

/** Where no stage follows. */
export function closeArguments(): void {
  let brought = latest;
  while (brought != null) {
    linux.close(brought.file);
    brought = brought.previous;
  }
  latest = null;
}

/** For who closes all others and executes a stage. */
export function keepArgumentFiles(kept: Descriptors): void {
  let brought = latest;
  while (brought != null) {
    kept.add(brought.file);
    brought = brought.previous;
  }
}

/** For the stage that is executed next. Returns 0, or `-errno`. */
export function handArgumentsOver(): i32 {
  let result = 0;
  let brought = latest;
  while (brought != null && result >= 0) {
    result = handOver(brought);
    brought = brought.previous;
  }
  return min(result, 0);
}

function handOver(brought: BroughtArguments): i32 {
  const file = createData();
  if (file < 0) return file;
  let result = 0;
  for (let written = 0; written < brought.size && result >= 0; written += result)
    result = linux.write(file, brought.text + written, brought.size - written);
  if (result >= 0) result = <i32>linux.lseek(file, 0, SEEK_SET);
  if (result >= 0) result = seal(file);
  linux.close(brought.file);
  // That number is the lowest free one from itself on.
  return result < 0 ? result : linux.fcntl(file, F_DUPFD, brought.file);
}
