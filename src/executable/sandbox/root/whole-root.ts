/**
 * What of the caller's is taken before anything is changed: the sources of
 * bind mounts. A `..` that comes to the caller's root, as in a link from
 * /etc/resolv.conf to `../run/...`, leads on top of it, into the new root, whose
 * own links would then choose the caller's file.
 *
 * With all of them taken a root may come whole, with the first operation:
 * `--bind IMAGE /`, or `--bind / /`, for which the mount namespace is a copy of the
 * caller's mounts already. The empty directory that other roots begin with would
 * be made there only to be unmounted again, and so would a second copy. An
 * operation that could show a source as those before it have left it stands in
 * the way, and the root begins as any other.
 */

import * as host from "../../host/host";
import { descriptorPath } from "../../linux/descriptor-path";
import { Errno } from "../../linux/errno";
import { AT_FDCWD, Namespace } from "../../linux/flags";
import * as linux from "../../linux/linux";
import { copyTree, propagateAll } from "../../linux/mount";
import { MS_PRIVATE, MS_SLAVE, OPEN_TREE_CLOEXEC } from "../../linux/mount-flags";
import { FileOperation, Operation } from "../../plan/file-operation";
import { Sandbox } from "../../plan/sandbox";
import { staticBuffer } from "../../support/static-buffers";
import { mustBut, workOn } from "../failure/failure";
import { Devices } from "./devices";
import { Place } from "./place";

/** More sources of bind mounts are not copied ahead: each takes a descriptor. */
const MOST_SOURCES = 64;
const slash = bytes("/");
const CAPACITY = 4096;
const found = staticBuffer(CAPACITY);

/** How the root begins, with what was taken: the copies are in the operations. */
export class Beginning {
  /** The root comes whole. */
  isWhole: bool = false;
  /** The devices, where they had to be taken as well. */
  devices: Devices | null = null;

  /** `hasAll`: what `takeSources` has returned; `place` is for looking at paths. */
  constructor(sandbox: Sandbox, hasAll: bool, place: Place) {
    const first = sandbox.firstOperation;
    if (hasAll && first != null && first.kind == Operation.BIND && isSlash(first.target))
      this.isWhole = this.areLeft(sandbox, first, place);
  }

  /** Whether no operation behind the first one looks for something of the caller's in what was changed before it. */
  private areLeft(sandbox: Sandbox, first: FileOperation, place: Place): bool {
    const isCallers = isCallersRoot(first);
    let devices: FileOperation | null = null;
    let next = first.next;
    while (next != null) {
      const current: FileOperation = next;
      if (!mayFollow(sandbox, current, isCallers, place)) return false;
      if (isCallers && current.kind == Operation.DEVICES) {
        if (devices != null) return false;
        devices = current;
      }
      next = current.next;
    }
    // Those of the caller are read-only after `--ro-bind / /`, and no devices.
    if (devices != null) {
      workOn(devices);
      this.devices = new Devices(sandbox, devices);
    }
    return true;
  }
}

/** Whether the operation asks for what the mount namespace is already. */
export function isCallersRoot(operation: FileOperation): bool {
  return isSlash(operation.source) && isSlash(operation.target);
}

function isSlash(path: u64): bool {
  return host.startsWith(path, slash, 2) != 0;
}

/** `isCallers`: what operations change is the root in which sources are looked for. */
function mayFollow(sandbox: Sandbox, operation: FileOperation, isCallers: bool, place: Place): bool {
  switch (operation.kind) {
    case Operation.REMOUNT_READ_ONLY:
    case Operation.DIRECTORY:
    case Operation.FILE:
    case Operation.LINK:
    case Operation.CHANGE_MODE:
    case Operation.READ_ONLY_PATH:
    case Operation.NO_EXECUTION:
      return true;
    case Operation.BIND:
    case Operation.TEMPORARY:
    case Operation.MESSAGE_QUEUES:
    case Operation.DEVICES:
      return !isOnRoot(operation, place);
    case Operation.PROC:
      // Without processes of its own it is a copy of the caller's.
      return !isOnRoot(operation, place) && (!isCallers || sandbox.has(Namespace.PID));
    default:
      return false;
  }
}

/** Whether it mounts over the root, which is another root then. */
function isOnRoot(operation: FileOperation, place: Place): bool {
  return place.take(operation.target) < 0 || place.isRoot();
}

/**
 * Takes the sources as the caller, and so before somebody else sets up: root
 * inside, who is 100000 outside, may not enter what is root's alone. Returns
 * whether those of all bind mounts are there: another operation may be about to
 * make one.
 */
export function takeSources(sandbox: Sandbox): bool {
  // None of our mounts goes out (mount_namespaces(7)). Those made outside later come in where they may, and then as they are
  // there: a disk that systemd mounts below a `--ro-bind / /` is writable. Before anything is copied: a mount in the copy of
  // a shared one would be made in the caller's as well.
  mustBut(
    Errno.EINVAL,
    words("the root is no mount point, as in a chroot: mount --bind its directory onto itself first"),
    propagateAll(sandbox.isPrivate ? MS_PRIVATE : MS_SLAVE),
    words("cannot make the mounts private|Failed to make / slave"),
  );
  let hasAll: bool = true;
  let sources = 0;
  let next = sandbox.firstOperation;
  while (next != null) {
    const current: FileOperation = next;
    if (current.kind == Operation.BIND && !isCallersRoot(current)) {
      if (++sources <= MOST_SOURCES) current.tree = copyTree(AT_FDCWD, current.source);
      if (current.tree < 0) hasAll = false;
    } else if (sandbox.uidMap != null) takeOther(current);
    next = current.next;
  }
  return hasAll;
}

/** Takes what no bind mount of a path asks for. */
function takeOther(operation: FileOperation): void {
  const kind = operation.kind;
  if (kind == Operation.BIND_FILE && findPath(operation) >= 0) operation.tree = copyTree(AT_FDCWD, operation.source);
  if (kind == Operation.OVERLAY_SOURCE || kind == Operation.OVERLAY) operation.tree = openPlace(operation.source);
  if (kind == Operation.OVERLAY) operation.file = openPlace(operation.work);
}

/** Opens a layer only to name it. Returns a descriptor, or `-errno`. */
export function openPlace(path: u64): i32 {
  return linux.open_tree(AT_FDCWD, path, OPEN_TREE_CLOEXEC);
}

/** Makes the path of what the operation's descriptor is open on its source, until the next one is found. Returns 0, or `-errno`. */
export function findPath(operation: FileOperation): i32 {
  const size = linux.readlinkat(AT_FDCWD, descriptorPath(operation.file), found, CAPACITY - 1);
  if (size < 0) return size;
  store<u8>(found + size, 0);
  operation.source = host.addressOf(found);
  return 0;
}
