/**
 * The kernel's structures, at 64-bit Linux's offsets. An object of these
 * classes is a view: made with `changetype` over memory that the kernel fills.
 */

/** struct pollfd (poll(2)). */
@unmanaged
export class Poll {
  file: i32;
  events: i16;
  returned: i16;

  static readonly IN: i16 = 1;
  static readonly OUT: i16 = 4;
}
export const POLL_SIZE: i32 = 8;

/** struct timespec (clock_gettime(2)). */
@unmanaged
export class Time {
  seconds: i64;
  nanoseconds: i64;
}

export const TIME_SIZE: i32 = 16;

/** The head of siginfo_t as rt_sigtimedwait(2) fills it; the kernel writes 128 bytes. */
@unmanaged
export class SignalInformation {
  signal: i32;
  errno: i32;
  /** Who sent it: at most 0 for a process, above for the kernel. */
  code: i32;
  padding: i32;
  /** The sender, for a signal that a process sent; 0 from outside the PID namespace. */
  pid: i32;
  uid: u32;
}
export const SIGNAL_INFORMATION_SIZE: i32 = 128;

/** getrlimit(2) */
export const RLIMIT_NOFILE: i32 = 7;
/** struct rlimit64 (prlimit(2)). */
@unmanaged
export class Limit {
  soft: u64;
  hard: u64;
}

/** struct sigaction as rt_sigaction(2) takes it, up to 32 bytes; only the handler is read here. */
@unmanaged
export class SignalAction {
  /** SIG_DFL is 0, SIG_IGN is 1. */
  handler: u64;
  flags: u64;
  restorer: u64;
  mask: u64;
}

export const SIGNAL_ACTION_SIZE: i32 = 32;

/** struct __user_cap_header_struct (capget(2)). */
@unmanaged
export class CapabilityHeader {
  version: u32;
  pid: i32;
}

/** Two struct __user_cap_data_struct, the lower 32 capabilities before the upper (capget(2)). */
@unmanaged
export class CapabilityData {
  effective: u32;
  permitted: u32;
  inheritable: u32;
  effectiveUpper: u32;
  permittedUpper: u32;
  inheritableUpper: u32;
}

/** struct linux_dirent64 (getdents64(2)), before the name. */
@unmanaged
export class DirectoryEntry {
  inode: u64;
  offset: i64;
  size: u16;
}
export const DIRECTORY_ENTRY_TYPE: usize = 18;
/** Where the NUL-terminated name starts in a DirectoryEntry: after its size and the one byte of its type. */
export const DIRECTORY_ENTRY_NAME: usize = 19;
