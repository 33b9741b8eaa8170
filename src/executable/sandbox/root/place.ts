/**
 * Places in the new root. A path is resolved with that root as its root for
 * every link on the way, and what comes of it is a descriptor: neither a link
 * that leads out nor one that is put there meanwhile makes us touch anything
 * else (CVE-2021-30465, runc).
 *
 * A link to what is not there has what it names made there, in the same root, as
 * with open(2): /etc/resolv.conf leads into /run on most machines, and can be
 * replaced by no file where /etc is read-only. Its text takes the place of its
 * name in the path, which is then walked like any other: what somebody makes of
 * the link meanwhile is one more path in this root.
 */

import * as host from "../../host/host";
import { Errno } from "../../linux/errno";
import { isDirectory } from "../../linux/file-status";
import { Open } from "../../linux/flags";
import * as linux from "../../linux/linux";
import { OPEN_HOW_SIZE, OpenHow, RESOLVE_CACHED, RESOLVE_WITHIN } from "../../linux/mount-flags";
import { pause } from "../../signals/incoming";
import { staticBuffer } from "../../support/static-buffers";
import { hold, isMarked, markNext } from "./ghosts";

const CAPACITY: i32 = 4096;
/** With a slash and a NUL behind it. */
const LONGEST: i32 = CAPACITY - 2;
const SLASH: u8 = 0x2f;
const ATTEMPTS = 1000;
/** One for which a moment is waited counts as so many. */
const COSTLY = 50;
/** In place of the mode of what is made. */
const ONLY_WHAT_IS_THERE = -1;
const NEW_FILE: i32 = Open.WRITE | Open.CREATE | Open.EXCLUSIVE | Open.CLOSE_ON_EXEC;

/** The one path that is worked on, NUL-terminated: 4 kB for each would touch a page each. */
const path = staticBuffer(CAPACITY);
const link = staticBuffer(CAPACITY);
const nothing = bytes("");
const howBuffer = staticBuffer(OPEN_HOW_SIZE);

/** A path in the new root, and what is at it. */
export class Place {
  private size: i32 = 0;
  /** Where the last component begins. */
  private last: i32 = 0;
  /** What is made is only there to be mounted over. */
  isForMount: bool = false;
  /** How often something was to be made that had come meanwhile, or that a link stands in the way of. */
  private attempts: i32 = 0;

  /** Takes the NUL-terminated path at `address`, and what is behind it. Returns 0, or `-errno`. */
  take(address: u64, suffix: usize = nothing): i32 {
    this.size = host.length(address);
    if (this.size > LONGEST) return -Errno.ENAMETOOLONG;
    host.copyIn(path, address, this.size);
    for (let at = suffix; load<u8>(at) != 0; at++) {
      if (this.size == LONGEST) return -Errno.ENAMETOOLONG;
      store<u8>(path + this.size++, load<u8>(at));
    }
    this.attempts = 0;
    this.findLast();
    return this.size == 0 ? -Errno.ENOENT : 0;
  }

  private findLast(): void {
    // `/srv/` is `/srv`: the slashes at the end are no component.
    while (this.size > 1 && load<u8>(path + this.size - 1) == SLASH) this.size--;
    store<u8>(path + this.size, 0);
    this.last = this.size;
    while (this.last > 0 && load<u8>(path + this.last - 1) != SLASH) this.last--;
  }

  /** The last component of the path that was taken, for calls that work in its directory. */
  name(): u64 {
    return host.addressOf(path + this.last);
  }

  /** The same, as an offset. */
  nameInMemory(): usize {
    return path + this.last;
  }

  /** Whether the path is the root itself. */
  isRoot(): bool {
    return this.last == this.size;
  }

  /** Opens the place in the directory `root`. Returns a descriptor that only names it, or `-errno`. */
  open(root: i32): i32 {
    const how = changetype<OpenHow>(howBuffer);
    how.flags = Open.PATH | Open.CLOSE_ON_EXEC;
    how.resolve = RESOLVE_WITHIN;
    return this.openWithin(root);
  }

  /**
   * A rename or a mount anywhere in the system while a path with ".." is walked
   * makes it fail with EAGAIN (openat2(2)): a busy machine must not make a sandbox
   * fail, nor somebody who does nothing else hold us for ever.
   */
  private openWithin(root: i32): i32 {
    let file = -Errno.EAGAIN;
    for (let i = 0; i < ATTEMPTS && file == -Errno.EAGAIN; i++)
      file = linux.openat2(root, host.addressOf(path), howBuffer);
    return file;
  }

  /**
   * The same, if it is a directory: that is what a slash at the end asks for. (O_DIRECTORY is another number on arm64.) But
   * it has the kernel mount what an automounter serves there, and wait for that, deaf to all signals, where the server is
   * gone; unless only what the kernel remembers is wanted, and that is all that there is as a rule.
   */
  private openAsDirectory(root: i32): i32 {
    const how = changetype<OpenHow>(howBuffer);
    how.flags = Open.PATH | Open.CLOSE_ON_EXEC;
    how.resolve = RESOLVE_WITHIN | RESOLVE_CACHED;
    store<u16>(path + this.size, SLASH);
    let file = linux.openat2(root, host.addressOf(path), howBuffer);
    store<u8>(path + this.size, 0);
    if (file >= 0) return file;
    file = this.open(root);
    if (file < 0 || isDirectory(file)) return file;
    linux.close(file);
    return -Errno.ENOTDIR;
  }

  /** Opens the directory that the place is in, making those that are missing, for something with the mode `wanted`, -1 for any. Returns a descriptor, or `-errno`. */
  openParent(root: i32, wanted: i32): i32 {
    const mode = parentMode(wanted);
    let directory = this.openUpTo(root, this.last);
    if (directory >= 0 ? !isMarked(directory) : directory != -Errno.ENOENT) return directory;
    linux.close(directory);
    // From the root on: what is there is gone through, what is not is made.
    directory = this.openUpTo(root, skipSlashes(0));
    for (let start = skipSlashes(0); start < this.last && directory >= 0; ) {
      let end = start;
      while (load<u8>(path + end) != SLASH) end++;
      let next = this.openUpTo(root, end + 1);
      const isMissing = next == -Errno.ENOENT;
      if (isMissing) {
        store<u8>(path + end, 0);
        const made = linux.mkdirat(
          directory,
          host.addressOf(path + start),
          mode | this.markNext(directory, path + start),
        );
        store<u8>(path + end, SLASH);
        if (made == -Errno.EEXIST) {
          const led = this.follow(directory, start, end);
          linux.close(directory);
          return led < 0 ? led : this.openParent(root, wanted);
        }
        next = made < 0 ? made : this.openUpTo(root, end + 1);
      }
      next = hold(directory, next, isMissing, this.isForMount);
      linux.close(directory);
      directory = next;
      start = skipSlashes(end);
    }
    return directory;
  }

  /** Opens the place, making a directory of it where nothing is; `wanted`: likewise. */
  openDirectory(root: i32, mode: i32, wanted: i32): i32 {
    return this.openOrMake(root, mode, wanted, true);
  }

  /** Opens the place, making an empty file of it where nothing is; `wanted`: likewise. */
  openFile(root: i32, mode: i32, wanted: i32): i32 {
    return this.openOrMake(root, mode, wanted, false);
  }

  /** Opens the place for something to be mounted over it, where it is there. */
  openToCover(root: i32): i32 {
    return this.openOrMake(root, ONLY_WHAT_IS_THERE, 0, false);
  }

  private openOrMake(root: i32, mode: i32, wanted: i32, isDirectory: bool): i32 {
    let isMade: bool = false;
    while (true) {
      let result = this.hold(root, isDirectory ? this.openAsDirectory(root) : this.open(root), isMade);
      if (result == -Errno.ENOENT && !isMade && mode != ONLY_WHAT_IS_THERE) {
        const parent = this.openParent(root, wanted);
        result = parent;
        if (parent >= 0) {
          const marked = mode | this.markNext(parent, this.nameInMemory());
          result = isDirectory
            ? linux.mkdirat(parent, this.name(), marked)
            : linux.openat(parent, this.nameInMemory(), NEW_FILE, marked);
          isMade = result >= 0;
          if (result > 0) linux.close(result);
          // `/srv/..` is there as soon as /srv is.
          if (result == -Errno.EEXIST) result = this.follow(parent, this.last, this.size);
          linux.close(parent);
          if (result >= 0) continue;
        }
      }
      const isNoPlace = mode == ONLY_WHAT_IS_THERE && result == -Errno.ENOENT;
      if (isNoPlace || !this.mayTryAgain(result)) return result;
      isMade = false;
    }
  }

  /** Sees to it that nobody removes what is `there`: see ghosts.ts. */
  private hold(root: i32, there: i32, isMade: bool): i32 {
    if (there < 0 || !isMarked(there)) return there;
    const parent = this.openParent(root, -1);
    const held = hold(parent, there, isMade, this.isForMount);
    linux.close(parent);
    return held;
  }

  /** Waits a moment where somebody removes what was there; what was just made may be gone before it could be locked. */
  private mayTryAgain(result: i32): bool {
    this.attempts += COSTLY;
    if ((result != -Errno.EAGAIN && result != -Errno.ENOENT) || this.attempts >= ATTEMPTS) return false;
    if (result == -Errno.EAGAIN) pause();
    return true;
  }

  private markNext(directory: i32, name: usize): i32 {
    return this.isForMount ? markNext(directory, name) : 0;
  }

  /**
   * Puts what a link says in the place of its name, which is from `start` to
   * `end` of the path and in `directory`. What is no link stays: it has come
   * meanwhile. Returns 0, or `-errno`.
   */
  private follow(directory: i32, start: i32, end: i32): i32 {
    if (++this.attempts == ATTEMPTS) return -Errno.ELOOP;
    const byte = load<u8>(path + end);
    store<u8>(path + end, 0);
    const size = linux.readlinkat(directory, path + start, link, CAPACITY);
    store<u8>(path + end, byte);
    if (size < 0) return size == -Errno.EINVAL ? 0 : size;
    const from = load<u8>(link) == SLASH ? 0 : start;
    const rest = this.size - end;
    if (from + size + rest > LONGEST) return -Errno.ENAMETOOLONG;
    memory.copy(path + from + size, path + end, rest);
    memory.copy(path + from, link, size);
    this.size = from + size + rest;
    this.findLast();
    return 0;
  }

  /** Opens the place for writing, as an empty file, making it and the directories on the way. */
  openToWrite(root: i32, mode: i32): i32 {
    while (true) {
      const parent = this.openParent(root, mode);
      if (parent < 0) return parent;
      const how = changetype<OpenHow>(howBuffer);
      // A FIFO that is there, in an image perhaps, would be waited for until somebody reads it.
      how.flags = Open.WRITE | Open.CREATE | Open.TRUNCATE | Open.CLOSE_ON_EXEC | Open.NON_BLOCKING;
      how.mode = mode;
      how.resolve = RESOLVE_WITHIN;
      const file = this.openWithin(root);
      how.mode = 0;
      // What a link names is made, but for the directories on the way.
      const led = file == -Errno.ENOENT ? this.follow(parent, this.last, this.size) : 0;
      linux.close(parent);
      if (file != -Errno.ENOENT || led < 0) return file;
    }
  }

  /** Opens the directory that the path's first `end` bytes name, up to a slash; none name the root. */
  private openUpTo(root: i32, end: i32): i32 {
    if (end == 0) return linux.openat(root, bytes("."), Open.PATH | Open.CLOSE_ON_EXEC, 0);
    const byte = load<u8>(path + end);
    store<u8>(path + end, 0);
    const file = this.open(root);
    store<u8>(path + end, byte);
    return file;
  }
}

/** The mode of directories made on the way to something with `mode`: as closed to the group and to others as that; -1 closes nothing. */
function parentMode(mode: i32): i32 {
  let parent = 0o755;
  if ((mode & 0o070) == 0) parent &= ~0o050;
  if ((mode & 0o007) == 0) parent &= ~0o005;
  return parent;
}

function skipSlashes(from: i32): i32 {
  let at = from;
  while (load<u8>(path + at) == SLASH) at++;
  return at;
}
