import * as host from "../../host/host";
import { copyFile } from "../../linux/copy-file";
import { descriptorPath } from "../../linux/descriptor-path";
import { Errno } from "../../linux/errno";
import { isDirectory, isSameFile, typeOf } from "../../linux/file-status";
import { AT_FDCWD, AT_RECURSIVE, Namespace, Open } from "../../linux/flags";
import * as linux from "../../linux/linux";
import { attach, copyTree, NewFileSystem, restrict } from "../../linux/mount";
import { Attribute, FileType } from "../../linux/mount-flags";
import { FileOperation, Operation } from "../../plan/file-operation";
import { Sandbox } from "../../plan/sandbox";
import { isBubblewraps } from "../../report/wording";
import { putDigits, putOctal } from "../../support/numbers";
import { staticBuffer } from "../../support/static-buffers";
import { giveUp, must, mustBut, mustFind, problem, putPath, putReason, workOn } from "../failure/failure";
import { Devices } from "./devices";
import { isOurs } from "./ghosts";
import { controlGroups, makeReadOnly, mask, restrictPath, systemFiles } from "./mask";
import { mountOverlay } from "./overlay";
import { isHidden, makeProc } from "./proc";
import { Root } from "./root";
import { findPath, isCallersRoot } from "./whole-root";

const digits = staticBuffer(32);
const LINK_CAPACITY = 4096;
const link = staticBuffer(LINK_CAPACITY);
const PARENTS = words("Can't mkdir parents for");
const CANNOT_MAKE = words("Can't make a file system for|Can't mount @ on /newroot/>");
const NO_DIRECTORY = words("Can't create the mount point|Can't mkdir %");
const NOWHERE = words("it has to be there already, as what it would be made in is read-only");
const NO_FILE = words("Can't create the mount point|Can't create file at %");

/** Does what the options ask of the new root's files, in their order. */
export function operate(root: Root, sandbox: Sandbox): void {
  let operation = sandbox.firstOperation;
  while (operation != null) {
    const current: FileOperation = operation;
    workOn(current);
    root.place.isForMount = !isKept(current.kind);
    operateOnce(root, sandbox, current);
    operation = current.next;
  }
  if (sandbox.isLimited) {
    const groups = new FileOperation(Operation.READ_ONLY_PATH, "");
    groups.target = host.addressOf(bytes("/sys/fs/cgroup"));
    makeReadOnly(root, groups);
  }
  workOn(null);
}

/** What it makes is what it was given for. */
function isKept(kind: Operation): bool {
  return kind == Operation.DIRECTORY || kind == Operation.FILE || kind == Operation.LINK;
}

function operateOnce(root: Root, sandbox: Sandbox, operation: FileOperation): void {
  switch (operation.kind) {
    case Operation.BIND:
      bindPath(root, operation);
      break;
    case Operation.BIND_FILE:
      bindFile(root, operation);
      break;
    case Operation.REMOUNT_READ_ONLY:
      mustBut(
        Errno.EINVAL,
        words("nothing is mounted there: --bind it first"),
        restrict(
          openExisting(
            root,
            operation,
            words("Can't find|Can't remount readonly on /newroot/>: realpath(destination)"),
          ),
          Attribute.READ_ONLY,
          0,
        ),
        words(
          `Can't remount read-only|22 Can't remount readonly on /newroot/>: Unable to find "/newroot/>" in mount table!`,
        ),
        operation.target,
      );
      break;
    case Operation.OVERLAY_SOURCE:
      break;
    case Operation.OVERLAY:
    case Operation.TEMPORARY_OVERLAY:
    case Operation.READ_ONLY_OVERLAY:
      mountAt(root, operation, mountOverlay(root, operation));
      break;
    case Operation.PROC:
      makeProc(sandbox, operation, openMountPoint(root, operation));
      break;
    case Operation.DEVICES:
      makeDevices(root, sandbox, operation);
      break;
    case Operation.TEMPORARY:
      mountAt(root, operation, temporary(operation));
      break;
    case Operation.MESSAGE_QUEUES: {
      const attributes = Attribute.NO_SET_UID | Attribute.NO_DEVICES | Attribute.NO_EXECUTION;
      const mount = new NewFileSystem(bytes("mqueue")).mount(attributes);
      const isOthers = isHidden(mount) && !sandbox.has(Namespace.IPC);
      mustBut(Errno.EPERM, words("give --unshare-ipc"), isOthers ? mount : 0, CANNOT_MAKE, operation.target);
      mountAt(root, operation, mount);
      break;
    }
    case Operation.DIRECTORY:
      linux.close(openDirectory(root, operation, operation.mode));
      break;
    case Operation.FILE:
      makeFile(root, operation);
      break;
    case Operation.DATA:
      bindData(root, operation);
      break;
    case Operation.LINK:
      makeLink(root, operation);
      break;
    case Operation.CHANGE_MODE:
      changeMode(root, operation);
      break;
    case Operation.MASK:
      mask(root, operation);
      break;
    case Operation.READ_ONLY_PATH:
      makeReadOnly(root, operation);
      break;
    case Operation.NO_EXECUTION:
      restrictPath(root, operation, Attribute.NO_EXECUTION, words("Can't forbid execution at"));
      break;
    case Operation.SYSTEM_FILES:
      mountAt(root, operation, systemFiles(sandbox));
      break;
    case Operation.CONTROL_GROUPS:
      mountAt(root, operation, controlGroups(sandbox));
      break;
  }
}

/** The directory on which something is to be mounted, made where it is missing. */
export function openMountPoint(root: Root, operation: FileOperation): i32 {
  return openDirectory(root, operation, 0o755);
}

function openDirectory(root: Root, operation: FileOperation, mode: i32): i32 {
  must(root.place.take(operation.target), words("Can't mkdir|Can't mkdir parents for %"), operation.target);
  const directory = root.place.openDirectory(root.file, mode, operation.mode);
  return mustMake(root, operation, directory, words("Can't mkdir"));
}

/** Ends the stage unless `place` is one; bubblewrap has other words where it is for want of a directory on the way. */
function mustMake(root: Root, operation: FileOperation, place: i32, text: usize): i32 {
  const isOnTheWay = place < 0 && isBubblewraps() && root.place.openParent(root.file, operation.mode) < 0;
  return mustBut(Errno.EROFS, NOWHERE, place, isOnTheWay ? PARENTS : text, operation.target);
}

/** Those that were begun with the root, or new ones. */
function makeDevices(root: Root, sandbox: Sandbox, operation: FileOperation): void {
  const place = openMountPoint(root, operation);
  const begun = root.devices;
  root.devices = null;
  const devices = begun == null ? new Devices(sandbox, operation) : begun;
  devices.mountAt(place, operation);
}

/** Mounts over the operation's directory. */
function mountAt(root: Root, operation: FileOperation, mount: i32): void {
  must(mount, CANNOT_MAKE, operation.target);
  put(root, operation, mount, openMountPoint(root, operation));
}

/** Puts a mount in its place, and closes both. */
export function put(root: Root, operation: FileOperation, mount: i32, place: i32): void {
  const wasRoot = root.place.isRoot();
  must(attach(mount, place), words("Can't mount on"), operation.target);
  linux.close(place);
  if (wasRoot) root.replace(mount);
  else linux.close(mount);
}

function bindPath(root: Root, operation: FileOperation): void {
  if (root.isCallers && isCallersRoot(operation))
    must(
      restrict(root.file, operation.attributes, AT_RECURSIVE),
      words("Can't restrict the copy of"),
      operation.source,
    );
  else bind(root, operation, operation.tree >= 0 ? operation.tree : copyTree(AT_FDCWD, operation.source));
}

function bind(root: Root, operation: FileOperation, tree: i32): void {
  if (tree == -Errno.ENOENT && operation.mayBeMissing) return;
  mustFind(tree, words("Can't find source path"), operation.source);
  must(restrict(tree, operation.attributes, AT_RECURSIVE), words("Can't restrict the copy of"), operation.source);
  must(root.place.take(operation.target), PARENTS, operation.target);
  const isTree = isDirectory(tree);
  const place = isTree
    ? root.place.openDirectory(root.file, 0o755, operation.mode)
    : root.place.openFile(root.file, 0o444, operation.mode);
  mustMake(root, operation, place, isTree ? NO_DIRECTORY : NO_FILE);
  // What is no directory was refused with a directory's source.
  if (!isTree && isDirectory(place)) {
    must(isBubblewraps() ? -Errno.EISDIR : 0, NO_FILE, operation.target);
    giveUp(
      putPath(problem().text("Can't mount on "), operation.target).text(": it is a directory, and the source is none"),
    );
  }
  put(root, operation, tree, place);
}

/**
 * A descriptor's file belongs to the caller's mounts, and only mounts of our own can be copied: it is found again by its
 * path, and has to be the same file.
 */
function bindFile(root: Root, operation: FileOperation): void {
  const path = findPath(operation);
  if (path < 0) refuseFile(operation, -path);
  const tree = operation.tree >= 0 ? operation.tree : copyTree(AT_FDCWD, operation.source);
  if (tree < 0) refuseFile(operation, -tree);
  const isSame = isSameFile(tree, operation.file);
  if (isSame < 0) refuseFile(operation, -isSame);
  if (isSame == 0) {
    const line = problem().text("descriptor ").number(operation.file);
    giveUp(putPath(line.text(": another file than the descriptor's is at "), operation.source));
  }
  bind(root, operation, tree);
  linux.close(operation.file);
}

function refuseFile(operation: FileOperation, errno: i32): void {
  giveUp(putReason(problem().text("descriptor ").number(operation.file).text(": "), errno, false));
}

const PAGE: u64 = 4096;
/** The file system's root is one. */
const FEWEST_INODES: u64 = 16;

function temporary(operation: FileOperation): i32 {
  const files = new NewFileSystem(bytes("tmpfs"));
  putOctal(digits, operation.mode);
  files.set(bytes("mode"), host.addressOf(digits));
  if (operation.size != 0) {
    putDigits(digits, <i64>operation.size);
    files.set(bytes("size"), host.addressOf(digits));
  }
  if (operation.countsFiles) {
    putDigits(digits, <i64>max(operation.size / PAGE, FEWEST_INODES));
    files.set(bytes("nr_inodes"), host.addressOf(digits));
  }
  const mount = files.mount(Attribute.NO_SET_UID | Attribute.NO_DEVICES);
  isOurs(mount);
  return mount;
}

function makeFile(root: Root, operation: FileOperation): void {
  must(root.place.take(operation.target), words("Can't create file|Can't mkdir parents for %"), operation.target);
  const place = root.place.openToWrite(root.file, operation.mode);
  const file = mustMake(root, operation, place, words("Can't create file"));
  if (must(typeOf(file), words("Can't create file"), operation.target) != FileType.REGULAR)
    giveUp(putPath(problem().text("Can't create file "), operation.target).text(": another kind is there"));
  fill(operation, file);
}

/** The content stands in a file that has no other name. */
function bindData(root: Root, operation: FileOperation): void {
  const hidden = root.hidden();
  const name = bytes("data");
  const flags = Open.READ_WRITE | Open.CREATE | Open.EXCLUSIVE | Open.CLOSE_ON_EXEC;
  const file = must(linux.openat(hidden, name, flags, 0o600), words("Can't create a file for"), operation.target);
  must(linux.fchmod(file, operation.mode), words("Can't set the mode of"), operation.target);
  fill(operation, file);
  const tree = must(copyTree(hidden, host.addressOf(name)), words("Can't bind the data for"), operation.target);
  operation.source = host.addressOf(name);
  bind(root, operation, tree);
  linux.unlinkat(hidden, name, 0);
}

/** Copies what the operation's descriptor holds, and closes both. */
function fill(operation: FileOperation, file: i32): void {
  must(copyFile(operation.file, file), words("Can't write data to file"), operation.target);
  linux.close(file);
  linux.close(operation.file);
}

function makeLink(root: Root, operation: FileOperation): void {
  must(root.place.take(operation.target), words("Can't make symlink at|Can't mkdir parents for %"), operation.target);
  const parent = must(root.place.openParent(root.file, operation.mode), PARENTS, operation.target);
  const made = linux.symlinkat(operation.source, parent, root.place.name());
  if (made == -Errno.EEXIST) checkLink(root, parent, operation);
  else must(made, words("Can't make symlink at"), operation.target);
  linux.close(parent);
}

/** A link that is there already and leads to the same place is as good as a new one. */
function checkLink(root: Root, parent: i32, operation: FileOperation): void {
  const size = linux.readlinkat(parent, root.place.nameInMemory(), link, LINK_CAPACITY - 1);
  const line = putPath(problem().text("Can't make symlink at "), operation.target);
  if (size < 0) giveUp(line.text(": destination exists and is not a symlink"));
  store<u8>(link + size, 0);
  if (host.length(operation.source) == size && host.startsWith(operation.source, link, size)) line.clear();
  else giveUp(line.text(": existing destination is ").outsideBytes(link));
}

function changeMode(root: Root, operation: FileOperation): void {
  putOctal(digits, operation.mode);
  operation.source = host.addressOf(digits);
  const place = openExisting(root, operation, words("Can't find|Can't chmod < >"));
  must(linux.chmod(descriptorPath(place), operation.mode), words("Can't chmod|Can't chmod < >"), operation.target);
  linux.close(place);
}

function openExisting(root: Root, operation: FileOperation, text: usize): i32 {
  must(root.place.take(operation.target), text, operation.target);
  return must(root.place.open(root.file), text, operation.target);
}
