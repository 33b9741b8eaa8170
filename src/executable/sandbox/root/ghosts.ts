/**
 * Mount points that had to be made in a file system of the caller's are removed
 * at the end. The supervisor does it, when nobody is in the sandbox any more: a
 * descriptor of each, and of its directory, waits for it in a socket, and no path
 * is looked up that the command could have changed.
 *
 * Another sandbox may have mounted something over the same one meanwhile, and
 * the kernel takes that away with what is below it (detach_mounts() in
 * namespace.c): what was to be hidden could be written then. So whoever mounts
 * over one, or below, locks it (flock(2)), and the last one removes it. It has a
 * mark, a mode that nothing else has: who comes later knows by it that it is none
 * of the caller's own empty files, which stay, and which other programs lock.
 */

import * as host from "../../host/host";
import { descriptorPath } from "../../linux/descriptor-path";
import { Errno } from "../../linux/errno";
import { fileSystemOf, isAt, isRemoved, statusOf } from "../../linux/file-status";
import { AT_FDCWD, AT_REMOVEDIR, AT_SYMLINK_NOFOLLOW, Open } from "../../linux/flags";
import * as linux from "../../linux/linux";
import { FileType, OPEN_HOW_SIZE, OpenHow, RESOLVE_NO_SYMLINKS } from "../../linux/mount-flags";
import { firstFile, readWithFiles, secondFile, sendFiles } from "../../linux/rights";
import { openPlaces, sendNext } from "../../reexec/handshake";
import { staticBuffer } from "../../support/static-buffers";

/** The sticky bit: of a file it says nothing (inode(7)), and of a directory nothing where others may not write. */
const MARK: i32 = 0o1000;
const UNMARKED: i32 = 0o6777;
const FILE_WRITE: i32 = 0o222;
const OTHERS_WRITE: i32 = 0o022;
/** flock(2) */
const SHARED = 1;
const EXCLUSIVE = 2;
const NO_WAIT = 4;
const TO_LOCK: i32 = Open.READ | Open.NON_BLOCKING | Open.CLOSE_ON_EXEC;

const CAPACITY: i32 = 4096;
const SLASH: u8 = 0x2f;
const path = staticBuffer(CAPACITY);
const howBuffer = staticBuffer(OPEN_HOW_SIZE);
/** What is to be done with what waits: `Way`. */
const way = path + CAPACITY - 1;

enum Way {
  /** It is only held. */
  NOTHING,
  REMOVE,
  /** The sandbox has made it: what is not empty is an ordinary one. */
  REMOVE_OR_UNMARK,
}

/** The file systems that are new here: what is made in them nobody else sees. */
const ours = staticBuffer(CAPACITY);
const oursEnd = ours + CAPACITY;
let nextOfOurs = ours;

/** The stage's end of the handshake, and the socket in which things wait. */
let handshake: i32 = -1;
let places: i32 = -1;
let removes: bool = false;

/** `isLast`: what is made is to be removed, as nobody goes on in the sandbox when the supervisor has ended. */
export function supervisorIs(socket: i32, isLast: bool): void {
  handshake = socket;
  removes = isLast;
}

/** The mount is of a file system that is new here. */
export function isOurs(mount: i32): void {
  if (!removes || nextOfOurs == oursEnd) return;
  store<u64>(nextOfOurs, fileSystemOf(mount));
  nextOfOurs += 8;
}

/**
 * What is added to the mode of a mount point that is made next in the directory,
 * by this NUL-terminated name. The supervisor is told before: SIGKILL may end the
 * stage after it has made the file and before it holds it.
 */
export function markNext(directory: i32, name: usize): i32 {
  if (!removes) return 0;
  const number = fileSystemOf(directory);
  for (let at = ours; at < nextOfOurs; at += 8) if (load<u64>(at) == number) return 0;
  return havePlaces() && sendNext(handshake, directory, name) >= 0 ? MARK : 0;
}

/** The mode of what is marked, and empty as far as can be seen; else 0. */
function markedMode(file: i32): i32 {
  const status = statusOf(file);
  if (status == null) return 0;
  const mode: i32 = status.mode;
  if ((mode & FileType.MASK) == FileType.DIRECTORY) return (mode & (MARK | OTHERS_WRITE)) == MARK ? mode : 0;
  const isEmpty = (mode & FileType.MASK) == FileType.REGULAR && status.size == 0 && status.links <= 1;
  return isEmpty && (mode & (MARK | FILE_WRITE)) == MARK ? mode : 0;
}

export function isMarked(file: i32): bool {
  return markedMode(file) != 0;
}

/**
 * Sees to it that what is `place` in `parent` stays until our end where it is
 * marked, and beyond where it is not `forMount`. Returns `place`; or, closing it,
 * `-errno`: EAGAIN where somebody removes it just now.
 */
export function hold(parent: i32, place: i32, isMade: bool, forMount: bool): i32 {
  const mode = place < 0 ? 0 : markedMode(place);
  if (mode == 0) return place;
  const file = linux.openat(AT_FDCWD, descriptorPath(place), TO_LOCK, 0);
  let result = min(file, 0);
  if (file >= 0) {
    const locked = linux.flock(file, SHARED | NO_WAIT);
    if (locked == -Errno.EAGAIN || isRemoved(file)) result = -Errno.EAGAIN;
    // Where there are no locks nobody removes it.
    else if (locked >= 0) {
      result = -Errno.EPERM;
      if (removes && forMount) result = wait(parent, file, isMade ? Way.REMOVE_OR_UNMARK : Way.REMOVE);
      // With the mark off nobody removes it. Where that may not be, as it is somebody else's, it is held as long as can be.
      if (result < 0) result = linux.fchmod(file, mode & UNMARKED);
      if (result < 0) result = wait(parent, file, Way.NOTHING);
    }
    linux.close(file);
  }
  if (result >= 0) return place;
  linux.close(place);
  return result;
}

function havePlaces(): bool {
  if (places < 0) places = openPlaces(handshake);
  return places >= 0;
}

/** Has the file wait in the socket. Returns `-errno` where it cannot. */
function wait(parent: i32, file: i32, what: Way): i32 {
  store<u8>(way, <u8>what);
  return havePlaces() ? sendFiles(places, way, 1, parent, file) : places;
}

/**
 * Removes what waits in the socket. What was made last comes first: the directories
 * on the way are empty then. Before all, as nothing has been told after it, comes
 * what the stage was making in `parent` by that name when SIGKILL ended it; -1: nothing.
 */
export function sweep(socket: i32, parent: i32, name: usize): void {
  if (parent >= 0) {
    const how = changetype<OpenHow>(howBuffer);
    how.flags = TO_LOCK;
    how.resolve = RESOLVE_NO_SYMLINKS;
    remove(parent, linux.openat2(parent, host.addressOf(name), howBuffer), Way.REMOVE);
  }
  sweepSocket(socket);
}

function sweepSocket(socket: i32): void {
  if (readWithFiles(socket, way, 1) <= 0) return;
  const parent = firstFile();
  const file = secondFile();
  const what = <Way>load<u8>(way);
  sweepSocket(socket);
  remove(parent, file, what);
}

function remove(parent: i32, file: i32, what: Way): void {
  // Who has it too is the last one then, and removes it. That may be we: then it comes once more.
  if (what == Way.NOTHING || linux.flock(file, EXCLUSIVE | NO_WAIT) < 0) return;
  const mode = markedMode(file);
  const size = linux.readlinkat(AT_FDCWD, descriptorPath(file), path, CAPACITY - 2);
  if (mode == 0 || size < 0) return;
  let name = path + size;
  store<u8>(name, 0);
  while (name > path && load<u8>(name - 1) != SLASH) name--;
  const flags = (mode & FileType.MASK) == FileType.DIRECTORY ? AT_REMOVEDIR : 0;
  // What the command has put in its place is the command's; and what is mounted over it still is another file.
  const isThere = isAt(file, parent, name, AT_SYMLINK_NOFOLLOW) > 0;
  if (isThere && linux.unlinkat(parent, name, flags) >= 0) return;
  // Where that cannot be, either, it does no harm.
  if (what == Way.REMOVE_OR_UNMARK) linux.fchmod(file, mode & UNMARKED);
}
