// Which errors the kernel may give from which call, while all else is as it should be.

import type { CallName } from "./calls.ts";
import { Errno } from "./errno.ts";

export interface Fault {
  readonly call: CallName;
  /** Which of the calls of this name fails, from 0. */
  readonly nth: number;
  readonly errno: number;
}

const { EPERM, ENOENT, EINTR, EIO, ENXIO, E2BIG, ENOEXEC, EAGAIN, ENOMEM, EACCES } = Errno;
const { ENOTDIR, EISDIR, EINVAL, ENFILE, EMFILE, ENOTTY, ETXTBSY, ENOSPC } = Errno;
const { ENAMETOOLONG, ENOSYS, ELOOP, ELIBBAD, EOPNOTSUPP } = Errno;

/**
 * ENOSYS and EPERM also stand for a seccomp filter. What is not here cannot
 * fail (getpid, clock_gettime, rt_sigprocmask with good arguments), or fails
 * because the world is so (ESRCH, ECHILD, EPIPE), and then does so by itself.
 */
export const possible: Partial<Record<CallName, readonly number[]>> = {
  clone: [EAGAIN, ENOMEM, EPERM, ENOSYS],
  execve: [
    EPERM, ENOENT, EIO, E2BIG, ENOEXEC, EAGAIN, ENOMEM, EACCES, ENOTDIR, EISDIR, EINVAL, ENFILE, EMFILE, ETXTBSY,
    ENAMETOOLONG, ELOOP, ELIBBAD,
  ], // biome-ignore format: a set
  wait4: [EINTR],
  setpgid: [EPERM, ENOSYS],
  prctl: [EPERM, EINVAL, ENOSYS],
  kill: [EPERM],
  pidfd_open: [ENOSYS, EMFILE, ENFILE, ENOMEM, EPERM],
  pidfd_send_signal: [EPERM, ENOSYS],
  rt_sigtimedwait: [EINTR, EAGAIN, ENOSYS, EPERM, ENOMEM],
  setgroups: [EPERM, ENOMEM],
  setresgid: [EPERM, EAGAIN],
  setresuid: [EPERM, EAGAIN],
  openat: [EPERM, ENOENT, EINTR, ENXIO, ENOMEM, EACCES, ENFILE, EMFILE],
  faccessat: [ENOENT, EACCES, ENOMEM],
  readlinkat: [ENOENT, EACCES, ENOMEM],
  getdents64: [ENOENT, EIO, ENOMEM],
  read: [EIO, EINTR, EISDIR, ENOMEM],
  write: [EIO, EINTR, EAGAIN, ENOSPC],
  pwritev2: [EIO, EINTR, EAGAIN, ENOSPC, ENOSYS, EOPNOTSUPP],
  close: [EIO, EINTR],
  close_range: [ENOSYS, EPERM, EMFILE],
  fcntl: [EPERM, EINVAL],
  ioctl: [ENOTTY, EIO, EPERM],
  ppoll: [EINTR, ENOMEM, ENOSYS],
  chdir: [EACCES, EPERM, ENOMEM, EIO],
  getsid: [EPERM],
  getpgid: [EPERM],
};

/** How late a call may fail: calls that are made once or thrice, and ones that come in great number. */
export const latest: Partial<Record<CallName, number>> = {
  clone: 1, execve: 3, setpgid: 2, prctl: 3, setgroups: 1, setresgid: 1, setresuid: 1, fcntl: 2, close_range: 3, chdir: 2,
}; // biome-ignore format: a table
