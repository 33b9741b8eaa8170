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
import { AT_FDCWD, Namespace } from "../../linux/flags";
import { copyTree } from "../../linux/mount";
import { FileOperation, Operation } from "../../plan/file-operation";
import { Sandbox } from "../../plan/sandbox";
import { workOn } from "../failure/failure";
import { Devices } from "./devices";
import { Place } from "./place";

/** More sources are not copied ahead: each takes a descriptor. */
const MOST_SOURCES = 64;
const slash = bytes("/");

/** What was taken: the copies are in the operations. */
export class TakenSources {
  /** The root comes whole. */
  isWhole: bool = false;
  /** The devices, where they had to be taken as well. */
  devices: Devices | null = null;

  /** Takes them; `place` is for looking at paths. */
  constructor(sandbox: Sandbox, place: Place) {
    const first = sandbox.firstOperation;
    const hasAll = copyAhead(first);
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
      workOn(devices.option);
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

/** False when a source is not there, or not yet: another operation may be about to make it. */
function copyAhead(first: FileOperation | null): bool {
  let hasAll: bool = true;
  let sources = 0;
  let next = first;
  while (next != null) {
    const current: FileOperation = next;
    if (current.kind == Operation.BIND && !isCallersRoot(current)) {
      if (++sources <= MOST_SOURCES) current.tree = copyTree(AT_FDCWD, current.source);
      if (current.tree < 0) hasAll = false;
    }
    next = current.next;
  }
  return hasAll;
}
