import * as host from "../host/host";
import { leaf, leafName } from "../linux/cgroup";
import { AT_FDCWD } from "../linux/flags";
import * as linux from "../linux/linux";
import { RESOLVE_NO_SYMLINKS } from "../linux/mount-flags";
import { openOwnProc, readProcFile } from "../linux/proc";
import { contents, indexOf, numberAfter, readKernelFile } from "../linux/small-file";
import { Line } from "../support/line";
import { Report } from "./report";

const path = new Line();
const group = new Line();
/** There is no such line, or no /proc that is the kernel's. */
let isUnknown: bool = false;

/**
 * Says so when the payload's SIGKILL was the kernel's, for want of memory: the
 * exit status 137 alone is the most asked-about number in containers.
 *
 * The control group's own count is what there is to go by (memory.events of
 * version 2, memory.oom_control of version 1). In a container the group is
 * mounted as the root of its hierarchy, elsewhere below it under the path that
 * /proc/self/cgroup gives.
 */
export function explainKill(report: Report): void {
  // What the group of our own making has counted is the command's alone. Its path is that of `ownGroup` still.
  if (leaf >= 0 && readKernelFile(leaf, bytes("memory.events"), 0) > 0) {
    tell(report, path.bytes(path.buffer).text("/").bytes(leafName).text("/memory.events").terminated());
    return;
  }
  const version2 = groupPath(bytes("0::"));
  if (said(report, bytes("/sys/fs/cgroup"), version2, bytes("/memory.events"))) return;
  const version1 = groupPath(bytes(":memory:"));
  said(report, bytes("/sys/fs/cgroup/memory"), version1, bytes("/memory.oom_control"));
}

/** The path of the directory of the group of version 2 that we are in, NUL-terminated, as long as none is explained. */
export function ownGroup(): usize {
  const below = groupPath(bytes("0::"));
  // Nor is it one where nobody says which.
  if (isUnknown) return bytes("/proc/self/cgroup");
  return path.text("/sys/fs/cgroup").bytes(below).terminated();
}

/** The path after `key` in /proc/self/cgroup, NUL-terminated; empty for the root and when there is none. */
function groupPath(key: usize): usize {
  const proc = openOwnProc(linux.getpid());
  const size = proc < 0 ? proc : readProcFile(proc, bytes("self/cgroup"));
  if (proc >= 0) linux.close(proc);
  const at = size > 0 ? indexOf(contents, key) : 0;
  isUnknown = at == 0;
  const start = at + host.length(host.addressOf(key));
  if (at != 0 && load<u8>(start + 1) > 0x20) for (let i = start; load<u8>(i) > 0x20; i++) group.byte(load<u8>(i));
  return group.terminated();
}

function said(report: Report, root: usize, below: usize, name: usize): bool {
  let file = path.bytes(root).bytes(below).bytes(name).terminated();
  // A link that the payload has made could lead to a device, where opening alone does something.
  if (readKernelFile(AT_FDCWD, file, RESOLVE_NO_SYMLINKS) < 0) {
    file = path.bytes(root).bytes(name).terminated();
    if (readKernelFile(AT_FDCWD, file, RESOLVE_NO_SYMLINKS) < 0) return false;
  }
  tell(report, file);
  return true;
}

function tell(report: Report, file: usize): void {
  const kills = numberAfter(bytes("oom_kill "));
  if (kills > 0) report.outOfMemory(kills, file);
}
