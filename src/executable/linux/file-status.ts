import { staticBuffer } from "../support/static-buffers";
import { Errno } from "./errno";
import { AT_EMPTY_PATH, AT_FDCWD, Open } from "./flags";
import * as linux from "./linux";
import {
  ATTRIBUTE_MOUNT_ROOT,
  FILE_STATUS_SIZE,
  FileStatus,
  FileType,
  STATUS_DEVICE_MAJOR,
  STATUS_DEVICE_MINOR,
  STATUS_FILE_SYSTEM,
  STATUS_KNOWN_ATTRIBUTES,
  STATX_BASIC,
} from "./mount-flags";

const statusBuffer = staticBuffer(FILE_STATUS_SIZE);
const nothing = bytes("");

/** What an open file is. Null when the kernel does not tell. */
export function statusOf(file: i32): FileStatus | null {
  return typeOf(file) < 0 ? null : changetype<FileStatus>(statusBuffer);
}

/**
 * Whether there is anything at `path`, links followed, that is neither a regular
 * file nor the null device. False where the kernel does not tell, as before
 * Linux 4.11.
 */
export function isNoFile(path: usize): bool {
  if (linux.statx(AT_FDCWD, path, 0, STATX_BASIC, statusBuffer) < 0) return false;
  const kind = changetype<FileStatus>(statusBuffer).mode & FileType.MASK;
  return kind != FileType.REGULAR && numberOfDevice() != NULL_DEVICE;
}

/** The type and the mode of what is at `path`, links followed; -1 where the kernel does not tell. */
export function modeOf(path: usize): i32 {
  if (linux.statx(AT_FDCWD, path, 0, STATX_BASIC, statusBuffer) < 0) return -1;
  return changetype<FileStatus>(statusBuffer).mode;
}

/** Whether something is mounted at `path`. True where the kernel does not tell, as before Linux 5.8. */
export function isMountPoint(path: usize): bool {
  if (linux.statx(AT_FDCWD, path, 0, STATX_BASIC, statusBuffer) < 0) return true;
  const known = load<u64>(statusBuffer + STATUS_KNOWN_ATTRIBUTES) & ATTRIBUTE_MOUNT_ROOT;
  return (changetype<FileStatus>(statusBuffer).attributes & known) == known;
}

/** Whether both descriptors are of the same file: 1 or 0, or `-errno` where the kernel does not tell. */
export function isSameFile(one: i32, other: i32): i32 {
  return isAt(one, other, nothing, AT_EMPTY_PATH);
}

/** Whether the file is what has that name in the directory; likewise. `flags`: AT_SYMLINK_NOFOLLOW, or AT_EMPTY_PATH. */
export function isAt(file: i32, directory: i32, name: usize, flags: i32): i32 {
  const type = typeOf(file);
  if (type < 0) return type;
  const inode = changetype<FileStatus>(statusBuffer).inode;
  const device = load<u64>(statusBuffer + STATUS_FILE_SYSTEM);
  const result = linux.statx(directory, name, flags, STATX_BASIC, statusBuffer);
  if (result < 0) return result;
  const isSame = changetype<FileStatus>(statusBuffer).inode == inode;
  return isSame && load<u64>(statusBuffer + STATUS_FILE_SYSTEM) == device ? 1 : 0;
}

/** Whether no name leads to the open file any more. */
export function isRemoved(file: i32): bool {
  const status = statusOf(file);
  return status != null && status.links == 0;
}

/** The number of the file system that an open file is in; 0 where the kernel does not tell. */
export function fileSystemOf(file: i32): u64 {
  return typeOf(file) < 0 ? 0 : load<u64>(statusBuffer + STATUS_FILE_SYSTEM);
}

export function isRegular(file: i32): bool {
  return typeOf(file) == FileType.REGULAR;
}

/** The type of an open file; `-errno` where the kernel does not tell. */
export function typeOf(file: i32): i32 {
  const result = linux.statx(file, nothing, AT_EMPTY_PATH, STATX_BASIC, statusBuffer);
  return result < 0 ? result : changetype<FileStatus>(statusBuffer).mode & FileType.MASK;
}

/**
 * Where the kernel does not tell, as root of the root of another user's FUSE mount, or where a server is gone: a path that
 * goes on is looked up in directories alone.
 */
export function isDirectory(file: i32): bool {
  const type = typeOf(file);
  if (type >= 0) return type == FileType.DIRECTORY;
  const itself = linux.openat(file, bytes("."), Open.PATH | Open.CLOSE_ON_EXEC, 0);
  if (itself >= 0) linux.close(itself);
  return itself != -Errno.ENOTDIR && itself != -Errno.EBADF;
}

/** Whether the file is root's, and neither its group nor others may write to it (an ACL that lets them shows in the group's bits). */
export function onlyRootWrites(file: i32): bool {
  const status = statusOf(file);
  return status != null && status.uid == 0 && (status.mode & 0o022) == 0;
}

/** The number of an open character device, its major part from bit 8 on; -1 for every other file. */
export function deviceOf(file: i32): i32 {
  return statusOf(file) == null ? -1 : numberOfDevice();
}

/** The same of what was looked at last. */
function numberOfDevice(): i32 {
  if ((changetype<FileStatus>(statusBuffer).mode & FileType.MASK) != FileType.CHARACTER_DEVICE) return -1;
  return <i32>((load<u32>(statusBuffer + STATUS_DEVICE_MAJOR) << 8) | load<u32>(statusBuffer + STATUS_DEVICE_MINOR));
}

const NULL_DEVICE = 0x103;

/** Whether it is the device 1:3, which holds nothing and keeps nothing (null(4)). */
export function isNullDevice(file: i32): bool {
  return deviceOf(file) == NULL_DEVICE;
}
