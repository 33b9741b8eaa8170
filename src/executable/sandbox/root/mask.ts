/** What is hidden or made read-only in the new root, and views of the kernel that only new namespaces have. */

import * as host from "../../host/host";
import { Errno } from "../../linux/errno";
import { isDirectory, isNullDevice } from "../../linux/file-status";
import { AT_FDCWD, AT_RECURSIVE, Namespace } from "../../linux/flags";
import * as linux from "../../linux/linux";
import { attach, copyTree, copyTreeAt, NewFileSystem, restrict } from "../../linux/mount";
import { Attribute } from "../../linux/mount-flags";
import { FileOperation, Operation } from "../../plan/file-operation";
import { Sandbox } from "../../plan/sandbox";
import { putErrno } from "../../report/errno-phrases";
import { giveUp, must, mustBut, problem } from "../failure/failure";
import { isHidden } from "./proc";
import { Root } from "./root";

const CLOSED: u64 = Attribute.READ_ONLY | Attribute.NO_SET_UID | Attribute.NO_EXECUTION;
const nullDevice = bytes("/dev/null");

/** `--mask`: nothing is to be read there, and nothing to be written. */
export function mask(root: Root, operation: FileOperation): void {
  const what = words("Can't mask");
  const place = openIfThere(root, operation, what);
  if (place < 0) return;
  let cover = -1;
  if (isDirectory(place)) cover = new NewFileSystem(bytes("tmpfs")).mount(CLOSED | Attribute.NO_DEVICES);
  else {
    cover = must(copyTree(AT_FDCWD, host.addressOf(nullDevice)), what, host.addressOf(nullDevice));
    // What an image has in its place could be the very file that is to be hidden (CVE-2025-31133, runc).
    must(isNullDevice(cover) ? 0 : -Errno.ENODEV, what, host.addressOf(nullDevice));
    must(restrict(cover, CLOSED, AT_RECURSIVE), what, operation.target);
  }
  must(cover, what, operation.target);
  must(attach(cover, place), what, operation.target);
  linux.close(cover);
  linux.close(place);
}

/** `--read-only-path` */
export function makeReadOnly(root: Root, operation: FileOperation): void {
  restrictPath(root, operation, Attribute.READ_ONLY, words("Can't make read-only"));
}

/** This, and `--noexec`: all that is there, with every mount below, gets the attribute. */
export function restrictPath(root: Root, operation: FileOperation, attribute: u64, what: usize): void {
  const place = openIfThere(root, operation, what);
  if (place < 0) return;
  if (root.place.isRoot()) must(restrict(root.file, attribute, AT_RECURSIVE), what, operation.target);
  else {
    // A place of its own, for the mount that it is a part of has other parts.
    const tree = must(copyTreeAt(place), what, operation.target);
    must(restrict(tree, attribute, AT_RECURSIVE), what, operation.target);
    must(attach(tree, place), what, operation.target);
    linux.close(tree);
  }
  linux.close(place);
}

/** What is not there needs no cover: one list serves for kernels that have a file and for those that have it not. */
function openIfThere(root: Root, operation: FileOperation, what: usize): i32 {
  must(root.place.take(operation.target), what, operation.target);
  const place = root.place.openToCover(root.file);
  const isMissing = place == -Errno.ENOENT || place == -Errno.ENOTDIR;
  // Nobody has a list of those.
  if (isMissing && operation.kind != Operation.NO_EXECUTION) return -1;
  return mustBut(Errno.ENOENT, words("it is for what options before it mount"), place, what, operation.target);
}

/** `--sysfs`: the devices, read-only; with a network namespace of its own, its network devices. Returns the mount. */
export function systemFiles(sandbox: Sandbox): i32 {
  const attributes = CLOSED | Attribute.NO_DEVICES;
  if (!sandbox.has(Namespace.NETWORK)) return callersTree(bytes("/sys"), attributes);
  const mount = new NewFileSystem(bytes("sysfs")).mount(attributes);
  if (!isHidden(mount)) return mount;
  giveUp(
    putErrno(problem().text("Can't mount sysfs: "), Errno.EPERM).text(
      "; parts of /sys are hidden here, as in a container, and the kernel shows none of them again; give --ro-bind /sys /sys",
    ),
  );
  return mount;
}

/**
 * `--cgroup`: the control groups below the sandbox's own, in a cgroup namespace
 * of its own; else the caller's, and read-only, for whoever is root there could
 * change the limits of others (CVE-2023-25809, runc). Returns the mount.
 */
export function controlGroups(sandbox: Sandbox): i32 {
  const attributes =
    (sandbox.isLimited ? Attribute.READ_ONLY : 0) |
    Attribute.NO_SET_UID |
    Attribute.NO_EXECUTION |
    Attribute.NO_DEVICES;
  if (sandbox.has(Namespace.CGROUP)) return new NewFileSystem(bytes("cgroup2")).mount(attributes);
  return callersTree(bytes("/sys/fs/cgroup"), attributes | Attribute.READ_ONLY);
}

function callersTree(path: usize, attributes: u64): i32 {
  const tree = copyTree(AT_FDCWD, host.addressOf(path));
  if (tree >= 0) must(restrict(tree, attributes, AT_RECURSIVE), words("Can't restrict"), host.addressOf(path));
  return tree;
}
