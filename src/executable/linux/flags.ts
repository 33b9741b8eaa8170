/** The kernel's constants, each group named after the call or header it is for. */

/** clone(2): share the memory, and wait for the child's execve or end. */
export const CLONE_VM: i32 = 0x100;
export const CLONE_VFORK: i32 = 0x4000;
/** The child is a child of our parent. */
export const CLONE_PARENT: i32 = 0x8000;

/** clone(2), unshare(2), setns(2): the kinds of namespace. */
export enum Namespace {
  TIME = 0x80,
  MOUNT = 0x2_0000,
  CGROUP = 0x200_0000,
  UTS = 0x400_0000,
  IPC = 0x800_0000,
  USER = 0x1000_0000,
  PID = 0x2000_0000,
  NETWORK = 0x4000_0000,
}

/** wait4(2) */
export enum Wait {
  NO_HANG = 1,
  UNTRACED = 2,
  /** Children of any kind: one that was made with another exit signal than SIGCHLD is a zombie as well. */
  ALL = 0x4000_0000,
}

/** pidfd_send_signal(2), since Linux 6.9: to the group that has, or had, the process's number. */
export const PIDFD_SIGNAL_PROCESS_GROUP: i32 = 4;

/** rt_sigprocmask(2) */
export const SIG_SETMASK: i32 = 2;
/** The size of the kernel's signal set, in bytes. */
export const SIGNAL_SET_SIZE: i32 = 8;
/** sigaction(2): the action says how it is returned from. */
export const SA_RESTORER: u64 = 0x0400_0000;
export const SIG_IGN: u64 = 1;

/** prctl(2) */
export enum Prctl {
  SET_PDEATHSIG = 1,
  SET_DUMPABLE = 4,
  SET_KEEPCAPS = 8,
  SET_NAME = 15,
  GET_SECCOMP = 21,
  SET_SECCOMP = 22,
  CAPBSET_READ = 23,
  CAPBSET_DROP = 24,
  SET_CHILD_SUBREAPER = 36,
  GET_CHILD_SUBREAPER = 37,
  SET_NO_NEW_PRIVS = 38,
  GET_NO_NEW_PRIVS = 39,
  CAP_AMBIENT = 47,
}

/** openat(2) */
export enum Open {
  READ = 0,
  WRITE = 1,
  READ_WRITE = 2,
  CREATE = 0o100,
  EXCLUSIVE = 0o200,
  NO_CONTROLLING_TERMINAL = 0o400,
  TRUNCATE = 0o1000,
  NON_BLOCKING = 0o4000,
  CLOSE_ON_EXEC = 0o2000000,
  PATH = 0o10000000,
}
export const AT_FDCWD: i32 = -100;
/** The empty path stands for the descriptor itself. */
export const AT_EMPTY_PATH: i32 = 0x1000;
export const AT_REMOVEDIR: i32 = 0x200;
export const AT_SYMLINK_NOFOLLOW: i32 = 0x100;
export const AT_RECURSIVE: u32 = 0x8000;

/** pwritev2(2): rather fail with EAGAIN than wait. */
export const RWF_NOWAIT: i32 = 8;

/** faccessat(2) */
export const F_OK: i32 = 0;
export const X_OK: i32 = 1;

/** fcntl(2) */
export const F_DUPFD: i32 = 0;
export const F_GETFD: i32 = 1;
export const F_SETFD: i32 = 2;
export const F_DUPFD_CLOEXEC: i32 = 1030;
export const F_GETFL: i32 = 3;
export const F_SETFL: i32 = 4;
export const F_SETOWN: i32 = 8;
export const F_SETSIG: i32 = 10;
export const O_ASYNC: i32 = 0o20000;
/** Of what F_GETFL gives: how the file was opened, one of the first three of `Open`. */
export const ACCESS_MODE: i32 = 3;
export const FD_CLOEXEC: i32 = 1;

/** ioctl_tty(2) */
export const TCGETS: u32 = 0x5401;
export const TIOCGPGRP: u32 = 0x540f;
export const TIOCSPGRP: u32 = 0x5410;
/** How much of what was written to a socket is not read yet (unix(7)). */
export const SIOCOUTQ: u32 = 0x5411;
/** Gets the terminal as the controlling one, and gives it up. */
export const TIOCSCTTY: u32 = 0x540e;
export const TIOCNOTTY: u32 = 0x5422;
/** Both type on the terminal in place of whoever sits there (CVE-2017-5226, CVE-2023-28100). */
export const TIOCSTI: u32 = 0x5412;
export const TIOCLINUX: u32 = 0x541c;

export const CLOCK_MONOTONIC: i32 = 1;

/** What the kernel shows for an id that the user namespace does not map (kernel.overflowuid). */
export const UNMAPPED: u32 = 65_534;
