/**
 * Places in the new root. A path is resolved with that root as its root for
 * every link on the way, and what comes of it is a descriptor: neither a link
 * that leads out nor one that is put there meanwhile makes us touch anything
 * else (CVE-2021-30465, runc).
 */

import * as host from "../../host/host";
import { Errno } from "../../linux/errno";
import { Open } from "../../linux/flags";
import * as linux from "../../linux/linux";
import { OPEN_HOW_SIZE, OpenHow, RESOLVE_WITHIN } from "../../linux/mount-flags";
import { staticBuffer } from "../../support/static-buffers";

const CAPACITY: i32 = 4096;
/** With a slash and a NUL behind it. */
const LONGEST: i32 = CAPACITY - 2;
const SLASH: u8 = 0x2f;
const ATTEMPTS = 1000;

/** The one path that is worked on, NUL-terminated: 4 kB for each would touch a page each. */
const path = staticBuffer(CAPACITY);
const nothing = bytes("");
const howBuffer = staticBuffer(OPEN_HOW_SIZE);

/** A path in the new root, and what is at it. */
export class Place {
  private size: i32 = 0;
  /** Where the last component begins. */
  private last: i32 = 0;

  /** Takes the NUL-terminated path at `address`, and what is behind it. Returns 0, or `-errno`. */
  take(address: u64, suffix: usize = nothing): i32 {
    this.size = host.length(address);
    if (this.size > LONGEST) return -Errno.ENAMETOOLONG;
    host.copyIn(path, address, this.size);
    for (let at = suffix; load<u8>(at) != 0; at++) {
      if (this.size == LONGEST) return -Errno.ENAMETOOLONG;
      store<u8>(path + this.size++, load<u8>(at));
    }
    // `/srv/` is `/srv`: the slashes at the end are no component.
    while (this.size > 1 && load<u8>(path + this.size - 1) == SLASH) this.size--;
    store<u8>(path + this.size, 0);
    this.last = this.size;
    while (this.last > 0 && load<u8>(path + this.last - 1) != SLASH) this.last--;
    return this.size == 0 ? -Errno.ENOENT : 0;
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

  /** The same, if it is a directory: that is what a slash at the end asks for. (O_DIRECTORY is another number on arm64.) */
  private openAsDirectory(root: i32): i32 {
    store<u16>(path + this.size, SLASH);
    const file = this.open(root);
    store<u8>(path + this.size, 0);
    return file;
  }

  /** Opens the directory that the place is in, making those that are missing, for something with the mode `wanted`, -1 for any. Returns a descriptor, or `-errno`. */
  openParent(root: i32, wanted: i32): i32 {
    const mode = parentMode(wanted);
    let directory = this.openUpTo(root, this.last);
    if (directory != -Errno.ENOENT) return directory;
    // From the root on: what is there is gone through, what is not is made.
    directory = this.openUpTo(root, skipSlashes(0));
    for (let start = skipSlashes(0); start < this.last && directory >= 0; ) {
      let end = start;
      while (load<u8>(path + end) != SLASH) end++;
      let next = this.openUpTo(root, end + 1);
      if (next == -Errno.ENOENT) {
        store<u8>(path + end, 0);
        const made = linux.mkdirat(directory, host.addressOf(path + start), mode);
        store<u8>(path + end, SLASH);
        next = made < 0 ? made : this.openUpTo(root, end + 1);
      }
      linux.close(directory);
      directory = next;
      start = skipSlashes(end);
    }
    return directory;
  }

  /** Opens the place, making a directory of it where nothing is; `wanted`: likewise. */
  openDirectory(root: i32, mode: i32, wanted: i32): i32 {
    const there = this.openAsDirectory(root);
    if (there != -Errno.ENOENT) return there;
    const parent = this.openParent(root, wanted);
    if (parent < 0) return parent;
    const made = linux.mkdirat(parent, this.name(), mode);
    linux.close(parent);
    // `/srv/..` is there as soon as /srv is.
    return made < 0 && made != -Errno.EEXIST ? made : this.openAsDirectory(root);
  }

  /** Opens the place, making an empty file of it where nothing is; `wanted`: likewise. */
  openFile(root: i32, mode: i32, wanted: i32): i32 {
    const there = this.open(root);
    if (there != -Errno.ENOENT) return there;
    const made = this.create(root, mode, wanted);
    if (made < 0) return made;
    linux.close(made);
    return this.open(root);
  }

  /** Opens the place for writing, as an empty file, making it and the directories on the way. */
  openToWrite(root: i32, mode: i32): i32 {
    const parent = this.openParent(root, mode);
    if (parent < 0) return parent;
    linux.close(parent);
    const how = changetype<OpenHow>(howBuffer);
    // A FIFO that is there, in an image perhaps, would be waited for until somebody reads it.
    how.flags = Open.WRITE | Open.CREATE | Open.TRUNCATE | Open.CLOSE_ON_EXEC | Open.NON_BLOCKING;
    how.mode = mode;
    how.resolve = RESOLVE_WITHIN;
    const file = this.openWithin(root);
    how.mode = 0;
    return file;
  }

  /** Creates a file that must not be there yet. Returns a descriptor to write to it, or `-errno`. */
  private create(root: i32, mode: i32, wanted: i32): i32 {
    const parent = this.openParent(root, wanted);
    if (parent < 0) return parent;
    const flags = Open.WRITE | Open.CREATE | Open.EXCLUSIVE | Open.CLOSE_ON_EXEC;
    const file = linux.openat(parent, path + this.last, flags, mode);
    linux.close(parent);
    return file;
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
