/** What the system has in the way of a sandbox, as far as it can be found out: nothing is said that may not be so. */

import { CAP_SETFCAP, CAP_SYS_ADMIN, lackingCapabilities } from "../../confine/capabilities";
import { Errno } from "../../linux/errno";
import { isMountPoint } from "../../linux/file-status";
import { AT_FDCWD, F_OK, Namespace, Prctl, UNMAPPED } from "../../linux/flags";
import * as linux from "../../linux/linux";
import { contents, indexOf, readSmallFile } from "../../linux/small-file";
import { kindAt, kindsKnown, putKernelsName } from "../../plan/joined-namespace";
import { beyond } from "../../report/wording";
import { Line } from "../../support/line";

const ZERO: u8 = 0x30;
const ONE: u8 = 0x31;
const path = new Line();

/** The caller has no CAP_SYS_ADMIN outside: AppArmor may see to it that he has no capability in his user namespaces, either. */
let isRestricted: bool = false;

/** Something has been said. */
let isExplained: bool = false;

function fact(line: Line): Line {
  isExplained = true;
  return beyond(line);
}

/** Who the caller is outside, and what he lacks there as root. */
export function callerIs(uid: u32, lacking: u64): void {
  isRestricted = uid != 0 || has(lacking, CAP_SYS_ADMIN);
}

/** Puts what is known of a call of the set-up that failed. `isOfFiles`: it may be about a path, and its own permissions. */
export function putAdvice(line: Line, errno: i32, isOfFiles: bool): Line {
  if (!isOfFiles && isRefusal(errno)) return putBarriers(line);
  if (errno == Errno.ENOSYS)
    return beyond(line).packed(
      isFiltered()
        ? words("it takes a seccomp filter that allows the call: the one that is in force here does not know it")
        : words("it takes Linux 5.12 or newer"),
    );
  if (!isOfFiles && errno == Errno.ENOENT && linux.faccessat(AT_FDCWD, bytes("/proc/self"), F_OK) < 0)
    return beyond(line).text("is /proc mounted?");
  return line;
}

/**
 * The same of a call that makes or uses namespaces. `wanted`: those that it was to make; it may be too late to be asked for
 * anything else, for this process tries what can be had of them.
 */
export function putNamespaceAdvice(line: Line, errno: i32, wanted: i32): Line {
  if (errno == Errno.ENOSPC) return putLimit(line, wanted);
  if (errno == Errno.EINVAL) return putMissing(line, wanted);
  if (!isRefusal(errno)) return line;
  const lacking = lackingCapabilities();
  if ((wanted & Namespace.USER) == 0 && has(lacking, CAP_SYS_ADMIN)) {
    if (has(lacking, CAP_SETFCAP))
      return beyond(line).text("root has neither CAP_SYS_ADMIN here, nor CAP_SETFCAP for a user namespace");
    if (putWayOut(line, bytes("CAP_SYS_ADMIN"))) return line;
  }
  isExplained = false;
  if (linux.getuid() != 0 && saysOf(bytes("/proc/sys/kernel/unprivileged_userns_clone"), ZERO))
    fact(line).text("only root may make user namespaces here: sysctl kernel.unprivileged_userns_clone is 0");
  if (isUnmapped()) fact(line).text("your user or group is mapped to nobody in this user namespace");
  if (!isMountPoint(bytes("/"))) fact(line).text("this is a chroot, in which the kernel allows no user namespace");
  isRestricted = isRestricted || has(lacking, CAP_SYS_ADMIN);
  putBarriers(line);
  return isExplained ? line : beyond(line).text("a security module refuses it, or this is a chroot");
}

/** The same of a call that takes the capability `one` over a namespace, which none of ours has made. */
export function putLackingAdvice(line: Line, errno: i32, one: u64, name: usize): Line {
  if (!isRefusal(errno) || !has(lackingCapabilities(), one)) return putAdvice(line, errno, false);
  putWayOut(line, name);
  return line;
}

/** Says what root lacks, and what helps if that is so. Returns whether it is all that is to be said. */
function putWayOut(line: Line, name: usize): bool {
  beyond(line).text("root has no ").bytes(name).text(" here");
  const result = linux.unshare(Namespace.USER);
  if (result == 0) line.text(": give --unshare-user");
  if (result == -Errno.ENOSPC) putLimit(line, Namespace.USER);
  return result == 0 || result == -Errno.ENOSPC;
}

/** The same of a file in /proc that says who is who in a user namespace. `lacking`: what whoever is mapped as root has not. */
export function putMapAdvice(line: Line, errno: i32, lacking: u64): Line {
  if (errno == Errno.EROFS) return beyond(line).text("/proc is mounted read-only, and ids are mapped by writing there");
  if (!isRefusal(errno)) return putAdvice(line, errno, false);
  if (has(lacking, CAP_SETFCAP)) return beyond(line).text("to map root's id takes CAP_SETFCAP");
  return putAppArmor(line);
}

/** Puts who may refuse a privileged call whatever the capabilities are. */
function putBarriers(line: Line): Line {
  putAppArmor(line);
  if (isFiltered())
    fact(line).text("a seccomp filter is in force, as in a container: it has to allow namespaces and mounts");
  return line;
}

function isRefusal(errno: i32): bool {
  return errno == Errno.EPERM || errno == Errno.EACCES;
}

function putAppArmor(line: Line): Line {
  const size = readSmallFile(bytes("/proc/self/attr/current"));
  const mode = size > 0 ? indexOf(contents, bytes(" (enforce)")) : 0;
  // Under Ubuntu's unprivileged_userns are those whom the setting is about.
  if (mode != 0 && indexOf(contents, bytes("unprivileged_userns")) == 0) {
    store<u8>(mode, 0);
    return fact(line).text("AppArmor's profile ").outsideBytes(contents).text(" is in force");
  }
  if (!isRestricted || !saysOf(bytes("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"), ONE)) return line;
  return fact(line).text(
    "AppArmor restricts user namespaces here: give this program a profile with userns, or set sysctl kernel.apparmor_restrict_unprivileged_userns=0",
  );
}

/** Whether the system's administrator wants no user namespaces. */
export function isSwitchedOff(): bool {
  return saysOf(limitOf(0), ZERO);
}

/** Which of the limits it is. */
function putLimit(line: Line, wanted: i32): Line {
  for (let i = 0; i < kindsKnown; i++)
    if ((wanted & kindAt(i)) != 0 && saysOf(limitOf(i), ZERO))
      return putSysctl(putKernelsName(beyond(line), i).text(" namespaces are switched off here: "), i).text(" is 0");
  // The user namespace first: in there is the right to make the others, and its own limits, which are none.
  for (let i = 0; i < kindsKnown; i++)
    if ((wanted & kindAt(i)) != 0 && linux.unshare(kindAt(i)) == -Errno.ENOSPC) {
      putSysctl(beyond(line).text("there are as many as the limits in /proc/sys/user allow: "), i);
      line.text(", here or further out");
      const isNested = (kindAt(i) & (Namespace.USER | Namespace.PID)) != 0;
      return isNested ? line.text(", or they are nested 32 deep") : line;
    }
  return line;
}

function putSysctl(line: Line, kind: i32): Line {
  return putKernelsName(line.text("sysctl user.max_"), kind).text("_namespaces");
}

function limitOf(kind: i32): usize {
  return putKernelsName(path.text("/proc/sys/user/max_"), kind).text("_namespaces").terminated();
}

function putMissing(line: Line, wanted: i32): Line {
  for (let i = 0; i < kindsKnown; i++)
    if ((wanted & kindAt(i)) != 0 && isMissing(kindAt(i)))
      return putKernelsName(beyond(line).text("this kernel has no "), i).text(" namespaces");
  return line;
}

/** Whether the kernel has no namespaces of this kind. A /proc that is not there, or somebody's own, says nothing of that. */
export function isMissing(kind: Namespace): bool {
  let index = 0;
  while (kindAt(index) != kind) index++;
  return (
    linux.faccessat(AT_FDCWD, putKernelsName(path.text("/proc/self/ns/"), index).terminated(), F_OK) == -Errno.ENOENT &&
    linux.faccessat(AT_FDCWD, bytes("/proc/self/ns/mnt"), F_OK) == 0
  );
}

/** Whether a seccomp filter decides about this process's calls. One that refuses the question is one. */
function isFiltered(): bool {
  const mode = linux.prctl(Prctl.GET_SECCOMP, 0, 0);
  return mode != 0 && mode != -Errno.EINVAL;
}

/** The kernel takes an id from nobody who has none here, not even his own (setresuid(2)). */
function isUnmapped(): bool {
  const uid = <u32>linux.getuid();
  const gid = <u32>linux.getgid();
  return (
    (uid == UNMAPPED && linux.setresuid(uid, uid, uid) == -Errno.EINVAL) ||
    (gid == UNMAPPED && linux.setresgid(gid, gid, gid) == -Errno.EINVAL)
  );
}

function has(capabilities: u64, one: u64): bool {
  return (capabilities & one) != 0;
}

function saysOf(file: usize, value: u8): bool {
  return readSmallFile(file) > 0 && load<u8>(contents) == value && load<u8>(contents + 1) <= 0x20;
}
