/** The control group with the limits that `--cgroup-memory` and its like ask for. */

import * as cgroup from "../linux/cgroup";
import { Errno } from "../linux/errno";
import { AT_FDCWD, F_OK } from "../linux/flags";
import * as linux from "../linux/linux";
import { CgroupLimit } from "../plan/cgroup-limit";
import { Plan } from "../plan/plan";
import { putErrno } from "../report/errno-phrases";
import { refuse } from "../report/messages";
import { ownGroup } from "../report/out-of-memory";

/** It has all the controllers where it is there. */
const VERSION_1 = words("; version 1 is in use: boot with systemd.unified_cgroup_hierarchy=1");
const UNMOUNTED = words("; mount -t cgroup2 none /sys/fs/cgroup");
const NOT_HANDED_ON = words("; no group above hands it on");

/** Makes it, for the child that is cloned next. Ends the process, after saying why, where a limit cannot be had. */
export function makeControlGroup(plan: Plan): void {
  const limits = plan.cgroupLimits;
  if (limits == null) return;
  must(plan, cgroup.openGroup(ownGroup()), words("is none of version 2"));
  const self = linux.getpid();
  const moved = cgroup.makeRoom(self);
  must(plan, moved, moved == -Errno.EBUSY ? words("has other processes, too") : words("cannot be left"));
  enable(plan, limits);
  must(plan, cgroup.makeLeaf(self), words("can have none below it"));
  setLimits(plan, limits);
  plan.kept.add(cgroup.above);
  plan.kept.add(cgroup.leaf);
}

function enable(plan: Plan, limit: CgroupLimit | null): void {
  if (limit == null) return;
  enable(plan, limit.previous);
  must(plan, cgroup.enable(limit.enabling), words("cannot limit with"), limit.enabling + 1);
}

/** The last one for a file counts. */
function setLimits(plan: Plan, limit: CgroupLimit | null): void {
  if (limit == null) return;
  setLimits(plan, limit.previous);
  must(plan, cgroup.put(cgroup.leaf, limit.file, limit.value), words("cannot limit with"), limit.file);
}

/** systemd gives nobody a group of their own who does not ask for it. */
function must(plan: Plan, result: i32, what: usize, name: usize = 0): void {
  if (result >= 0) return;
  const errno = -result;
  const line = plan.messages
    .fatal()
    .text("--cgroup-")
    .bytes(plan.cgroupLimits!.enabling + 1);
  line.text(": the control group ").outsideBytes(cgroup.abovePath);
  line.text(" ").packed(what);
  if (name != 0) line.text(" ").bytes(name);
  putErrno(line.text(": "), errno);
  const isAnothers = errno == Errno.EACCES || errno == Errno.EPERM || errno == Errno.EBUSY;
  if (isAnothers && isThere(bytes("/run/systemd/system"))) {
    line.text("; for one of its own: systemd-run ");
    if (linux.getuid() != 0) line.text("--user ");
    line.text("--scope -p Delegate=yes rein ...");
  }
  if (errno == Errno.ENOENT && name != 0) line.packed(NOT_HANDED_ON);
  if (errno == Errno.ENODEV) line.packed(isThere(bytes("/sys/fs/cgroup/memory")) ? VERSION_1 : UNMOUNTED);
  if (errno == Errno.ENODEV || errno == Errno.EROFS)
    line.packed(words("; a container's engine limits it: docker run --memory, --pids-limit, --cpus"));
  refuse(plan.messages, line);
}

function isThere(path: usize): bool {
  return linux.faccessat(AT_FDCWD, path, F_OK) == 0;
}
