/**
 * The kernel's own /proc. Who finds processes and descriptors in it believes
 * what it says; but the payload may have made it: as a directory in its image,
 * or by mounting something in its place.
 */

import { Line } from "../support/line";
import { numberAt } from "./directory";
import { AT_FDCWD, Open } from "./flags";
import * as linux from "./linux";
import { RESOLVE_NO_XDEV } from "./mount-flags";
import { contents, openKernelFile, readKernelFile } from "./small-file";

/** statfs(2) */
const PROC_SUPER_MAGIC: u64 = 0x9fa0;
/** No process has this number, nor a higher one (PID_MAX_LIMIT, linux/threads.h). */
export const PID_LIMIT: i32 = 4_194_304;

/**
 * Opens a directory of procfs. Returns its descriptor, or below zero where it
 * is not there, or is something else.
 */
export function openProc(path: usize): i32 {
  // Not for reading: to open a device that a link leads to may do something.
  const directory = linux.openat(AT_FDCWD, path, Open.PATH | Open.CLOSE_ON_EXEC, 0);
  if (directory < 0 || (linux.fstatfs(directory, contents) == 0 && load<u64>(contents) == PROC_SUPER_MAGIC))
    return directory;
  linux.close(directory);
  return -1;
}

/** For paths below it. */
export const path: Line = new Line();

/** The same of /proc, where it is that of our own PID namespace: another one's numbers other processes. */
export function openOwnProc(self: i32): i32 {
  const directory = openProc(bytes("/proc"));
  if (directory < 0) return directory;
  const size = linux.readlinkat(directory, bytes("self"), contents, 32);
  store<u8>(contents + max(size, 0), 0);
  if (numberAt(contents, PID_LIMIT - 1) == self) return directory;
  linux.close(directory);
  return -1;
}

/**
 * Reads /proc/PID/stat below what `openOwnProc` has opened. Returns where in
 * `contents` its third field stands (proc_pid_stat(5)), from which on there is
 * one space before each; 0 when there is no such process any more.
 */
export function readStat(directory: i32, pid: i32): usize {
  if (readProcFile(directory, path.number(pid).text("/stat").terminated()) <= 0) return 0;
  // `7 (name) S 1 …`: the name may hold anything, parentheses too, so look for its end from the right.
  let end: usize = 0;
  for (let at = contents; load<u8>(at) != 0; at++) if (load<u8>(at) == 0x29) end = at;
  return end == 0 ? 0 : end + 2;
}

/** A number in what `readStat` has found: its `index` counts from 1, as in proc_pid_stat(5). */
export function statField(stat: usize, index: i32): u64 {
  let at = stat;
  for (let field = 3; field < index; field++) {
    while (load<u8>(at) > 0x20) at++;
    if (load<u8>(at) != 0) at++;
  }
  let value: u64 = 0;
  for (; load<u8>(at) > 0x20; at++) value = value * 10 + (load<u8>(at) - 0x30);
  return value;
}

/** `readSmallFile` of a path below what `openOwnProc` has opened. What somebody has mounted there is not read. */
export function readProcFile(directory: i32, path: usize): i32 {
  return readKernelFile(directory, path, RESOLVE_NO_XDEV);
}

/** The same, opened for reading. Returns a descriptor, or `-errno`. */
export function openProcFile(directory: i32, path: usize): i32 {
  return openKernelFile(directory, path, RESOLVE_NO_XDEV);
}
