/** The constants of the calls that work on mounts (linux/mount.h, openat2(2)), each group named after its call. */

/** open_tree(2): a copy of the mount, not attached anywhere. */
export const OPEN_TREE_CLONE: u32 = 1;
export const OPEN_TREE_CLOEXEC: u32 = 0o2000000;

/** move_mount(2): what is moved is given by its descriptor alone, and so is the place. */
export const MOVE_MOUNT_FROM_DESCRIPTOR: u32 = 0x4;
export const MOVE_MOUNT_TO_DESCRIPTOR: u32 = 0x40;

/** fsopen(2), fsmount(2) */
export const FSOPEN_CLOEXEC: u32 = 1;
export const FSMOUNT_CLOEXEC: u32 = 1;

/** fsconfig(2) */
export enum Configure {
  FLAG = 0,
  STRING = 1,
  CREATE = 6,
}

/** mount_setattr(2) */
export enum Attribute {
  READ_ONLY = 1,
  NO_SET_UID = 2,
  NO_DEVICES = 4,
  NO_EXECUTION = 8,
}

/** struct mount_attr. */
@unmanaged
export class MountAttributes {
  set: u64;
  clear: u64;
  propagation: u64;
  userNamespace: u64;
}
export const MOUNT_ATTRIBUTES_SIZE: i32 = 32;

/** mount(2) */
export const MS_NOSUID: u64 = 2;
export const MS_NODEV: u64 = 4;
/** mount(2): propagation types. */
export const MS_UNBINDABLE: u64 = 1 << 17;
export const MS_PRIVATE: u64 = 1 << 18;
export const MS_SLAVE: u64 = 1 << 19;

/** umount2(2) */
export const MNT_DETACH: i32 = 2;

/** struct open_how (openat2(2)). */
@unmanaged
export class OpenHow {
  flags: u64;
  mode: u64;
  resolve: u64;
}
export const OPEN_HOW_SIZE: i32 = 24;
/** openat2(2): nothing that is mounted below the directory is entered; no link is followed. */
export const RESOLVE_NO_XDEV: u64 = 0x01;
export const RESOLVE_NO_SYMLINKS: u64 = 0x04;
/** openat2(2): the directory is the root for the whole path, its links included; the links of /proc are not followed. */
export const RESOLVE_WITHIN: u64 = 0x10 | 0x02;
/** openat2(2): EAGAIN where it would take more than what the kernel has in its memory: nothing is waited for. */
export const RESOLVE_CACHED: u64 = 0x20;

/** struct statx, as far as it is read here (statx(2)). */
@unmanaged
export class FileStatus {
  mask: u32;
  blockSize: u32;
  attributes: u64;
  links: u32;
  uid: u32;
  gid: u32;
  mode: u16;
  padding: u16;
  inode: u64;
  size: u64;
}
export const FILE_STATUS_SIZE: i32 = 256;
/** Where the device's two numbers stand in struct statx: of a device file, and of the file system. */
export const STATUS_DEVICE_MAJOR: usize = 0x80;
export const STATUS_DEVICE_MINOR: usize = 0x84;
export const STATUS_FILE_SYSTEM: usize = 0x88;
/** Where it stands which attributes the kernel tells, and the one of a mount's root. */
export const STATUS_KNOWN_ATTRIBUTES: usize = 0x38;
export const ATTRIBUTE_MOUNT_ROOT: u64 = 0x2000;
export const STATX_BASIC: u32 = 0x7ff;

/** The type of a file, in its mode (inode(7)). */
export enum FileType {
  MASK = 0o170000,
  CHARACTER_DEVICE = 0o020000,
  DIRECTORY = 0o040000,
  REGULAR = 0o100000,
  LINK = 0o120000,
}
