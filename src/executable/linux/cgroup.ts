/**
 * A control group of version 2 for a child (cgroups(7); in the kernel's documentation admin-guide/cgroup-v2.rst). It is
 * made below the group that we are in, and is the child's from its first moment.
 */

import * as host from "../host/host";
import { putDigits } from "../support/numbers";
import { staticBuffer } from "../support/static-buffers";
import { directoryIn } from "./directory";
import { Errno } from "./errno";
import { AT_FDCWD, AT_REMOVEDIR, F_OK, Open } from "./flags";
import * as linux from "./linux";
import { RESOLVE_NO_SYMLINKS, RESOLVE_NO_XDEV } from "./mount-flags";
import { contents, openResolving, readKernelFile } from "./small-file";
import { TIME_SIZE, Time } from "./structures";

/** statfs(2) */
const CGROUP2_SUPER_MAGIC: u64 = 0x6367_7270;
/** clone(2), since Linux 5.7. */
const CLONE_INTO_CGROUP: u64 = 0x2_0000_0000;
const EXIT_SIGNAL: i32 = 0xff;
/** struct clone_args (clone(2)): where its flags, exit signal and group stand. */
const CLONE_ARGUMENTS_SIZE: i32 = 88;
const AT_EXIT_SIGNAL: usize = 32;
const AT_CGROUP: usize = 80;
/** Not among the small ones, which every run touches. */
const cloneArguments = staticBuffer(512);

/** How often who has had SIGKILL is waited for, 10 ms each: one in an uninterruptible wait may never be gone. */
const WAITS = 200;
/** Of a walk: who still makes groups is from outside, and must not keep us. */
const STEPS = 100_000;
const time = cloneArguments + CLONE_ARGUMENTS_SIZE;

const NAME_CAPACITY = 24;
const PREFIX = bytes("rein-");
const PREFIX_SIZE = 5;
const processes = bytes("cgroup.procs");
const control = bytes("cgroup.subtree_control");
const itself = bytes("0");
const parent = bytes("..");

/** The group that we were started in, and its path; -1 for none. */
export let above: i32 = -1;
export let abovePath: usize = 0;
/** The child's, below it. */
export let leaf: i32 = -1;
export const leafName: usize = time + TIME_SIZE;
/** Ours for the time being, also below it: processes and groups with limits are not to be side by side. */
const ownName = leafName + NAME_CAPACITY;
let isMoved: bool = false;
/** Nothing was limited below it before. */
let wasFree: bool = false;
/** What was made is for this process to remove: not so in a child, where that shares our memory. */
let isOurs: bool = false;

/** Opens the directory of the group that we are in. Returns 0, or `-errno`: ENODEV where it is no group of version 2. */
export function openGroup(path: usize): i32 {
  abovePath = path;
  above = linux.openat(AT_FDCWD, path, Open.PATH | Open.CLOSE_ON_EXEC, 0);
  if (above < 0) return above;
  return linux.fstatfs(above, contents) == 0 && load<u64>(contents) == CGROUP2_SUPER_MAGIC ? 0 : -Errno.ENODEV;
}

/**
 * Leaves it for one below it, as a group with processes can limit none below it, but the first of all. Returns 0, or
 * `-errno`: EBUSY where there are others in it.
 */
export function makeRoom(self: i32): i32 {
  isOurs = true;
  wasFree = readKernelFile(above, control, 0) == 0;
  // The first of all has no type.
  if (linux.faccessat(above, bytes("cgroup.type"), F_OK) == -Errno.ENOENT) return 0;
  const made = make(ownName, self);
  if (made < 0) return made;
  isMoved = true;
  const group = linux.openat(above, ownName, Open.PATH | Open.CLOSE_ON_EXEC, 0);
  if (group < 0) return group;
  const moved = put(group, processes, itself);
  linux.close(group);
  if (moved < 0) return moved;
  const size = readKernelFile(above, processes, 0);
  return size > 0 ? -Errno.EBUSY : size;
}

/** Makes the child's. `self`: our number, for its name. Returns its descriptor, or `-errno`. */
export function makeLeaf(self: i32): i32 {
  const made = make(leafName, self);
  if (made < 0) return made;
  leaf = linux.openat(above, leafName, Open.PATH | Open.CLOSE_ON_EXEC, 0);
  return leaf;
}

/** The number may be in a name already: that of another PID namespace, or of one that was killed. */
function make(name: usize, self: i32): i32 {
  memory.copy(name, PREFIX, PREFIX_SIZE);
  let made = -Errno.EEXIST;
  for (let number: i64 = self; made == -Errno.EEXIST; number++) {
    putDigits(name + PREFIX_SIZE, number);
    made = linux.mkdirat(above, host.addressOf(name), 0o755);
  }
  return made;
}

/** `+memory`: groups below may limit it from now on. */
export function enable(controller: usize): i32 {
  return put(above, control, controller);
}

/** Writes the NUL-terminated `text` to a file of the group's. Returns 0, or `-errno`. */
export function put(group: i32, name: usize, text: usize): i32 {
  const file = linux.openat(group, name, Open.WRITE | Open.CLOSE_ON_EXEC, 0);
  if (file < 0) return file;
  const size = linux.write(file, text, <i32>host.length(host.addressOf(text)));
  linux.close(file);
  return min(size, 0);
}

/** clone(2), into the group where there is one. */
export function cloneInto(flags: i32, entry: i32): i32 {
  if (leaf < 0) return linux.clone(flags, entry);
  store<u64>(cloneArguments, <u64>(flags & ~EXIT_SIGNAL) | CLONE_INTO_CGROUP);
  store<u64>(cloneArguments + AT_EXIT_SIGNAL, <u64>(flags & EXIT_SIGNAL));
  store<u64>(cloneArguments + AT_CGROUP, <u64>leaf);
  isOurs = false;
  const pid = linux.clone3(cloneArguments, CLONE_ARGUMENTS_SIZE, entry);
  isOurs = true;
  return pid;
}

/** Ends everybody in the child's group, and removes what was made. Returns 0, or `-errno` where it is still there. */
export function endGroup(): i32 {
  if (!isOurs) return 0;
  isOurs = false;
  const left = leaf < 0 ? 0 : removeLeaf();
  if (isMoved) moveBack();
  return left;
}

function removeLeaf(): i32 {
  let result = linux.unlinkat(above, leafName, AT_REMOVEDIR);
  // Before Linux 5.14 there is no such file, and who is left keeps the group.
  if (result == -Errno.EBUSY) put(leaf, bytes("cgroup.kill"), bytes("1"));
  changetype<Time>(time).nanoseconds = 10_000_000;
  for (let i = 0; i < WAITS && result == -Errno.EBUSY; i++) {
    linux.ppoll(0, 0, time);
    removeBelow(leafName);
    result = linux.unlinkat(above, leafName, AT_REMOVEDIR);
  }
  return result;
}

/**
 * Removes the groups that the command has made below one, the deepest first: rmdir(2) refuses a group with others below it.
 * What root's command has mounted over one is not entered: it may be any directory of the host's.
 */
function removeBelow(name: usize): void {
  let group = enter(above, name);
  let depth = 0;
  let isNew = false;
  for (let step = 0; step < STEPS && group >= 0; step++) {
    let next = directoryIn(group);
    if (next == 0) {
      // What is busy and has nothing below it has somebody in it.
      if (depth == 0 || isNew) break;
      next = parent;
      depth--;
    } else {
      if (linux.unlinkat(group, next, AT_REMOVEDIR) == 0) {
        isNew = false;
        continue;
      }
      isNew = true;
      depth++;
    }
    const from = group;
    group = enter(from, next);
    linux.close(from);
  }
  if (group >= 0) linux.close(group);
}

function enter(directory: i32, name: usize): i32 {
  return openResolving(directory, name, Open.PATH | Open.CLOSE_ON_EXEC, RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS);
}

/** What fails here leaves an empty group, which limits nobody. */
function moveBack(): void {
  if (wasFree) {
    enable(bytes("-memory"));
    enable(bytes("-pids"));
    enable(bytes("-cpu"));
  }
  put(above, processes, itself);
  removeBelow(ownName);
  linux.unlinkat(above, ownName, AT_REMOVEDIR);
}

/** exit_group(2), where there may be a group to remove. */
export function exit(status: i32): void {
  endGroup();
  linux.exit_group(status);
}
