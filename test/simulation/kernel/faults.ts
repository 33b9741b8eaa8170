// Which errors the kernel may give from which call, while all else is as it should be.

import type { CallName } from "./calls.ts";
import { Errno } from "./errno.ts";
import type { LinearMemory } from "./linear-memory.ts";

export interface Fault {
  readonly call: CallName;
  /** Which of the calls of this name fails, from 0. */
  readonly nth: number;
  readonly errno: number;
}

const { EPERM, ENOENT, EINTR, EIO, ENXIO, E2BIG, ENOEXEC, EAGAIN, ENOMEM, EACCES, EBUSY, ENODEV } = Errno;
const { ENOTDIR, EISDIR, EINVAL, ENFILE, EMFILE, ENOTTY, ETXTBSY, EFBIG, ENOSPC, ESPIPE, EROFS, EPIPE } = Errno;
const { EDQUOT, ENAMETOOLONG, ENOSYS, ELOOP, ELIBBAD, EOPNOTSUPP, EDESTADDRREQ, ESTALE, ETIMEDOUT, EOVERFLOW, EXDEV } =
  Errno;

/**
 * What the manual pages allow (section 2 of each call), less what only a wrong
 * argument brings about (EFAULT, EBADF, most EINVAL: that such arguments are
 * never given is checked at every call), and what is so because of who is there
 * (ESRCH, ECHILD), which the kernel's model says by itself. EPERM and ENOSYS
 * also stand for a seccomp filter, where those who write one deny such calls.
 */
export const possible: Readonly<Record<CallName, readonly number[]>> = {
  clone: [EAGAIN, ENOMEM, ENOSPC, EPERM, ENOSYS],
  clone3: [],
  execve: [
    EPERM, ENOENT, EIO, E2BIG, ENOEXEC, EAGAIN, ENOMEM, EACCES, ENODEV, ENOTDIR, EISDIR, EINVAL, ENFILE, EMFILE,
    ETXTBSY, ENAMETOOLONG, ELOOP, ELIBBAD, ESTALE, ETIMEDOUT,
  ], // biome-ignore format: a set
  // It does not come back.
  exit_group: [],
  // ECHILD is the model's; with WNOHANG there is no EINTR on any kernel we know, but the page allows it.
  wait4: [EINTR],
  // These cannot fail: "always successful".
  getpid: [],
  getppid: [],
  umask: [],
  getuid: [],
  getgid: [],
  // Only for a wrong argument, and nobody filters it.
  getgroups: [],
  // Security modules refuse them (security_task_getpgid()), the own process's too.
  getpgid: [EPERM],
  getsid: [EPERM],
  setpgid: [EPERM, EACCES, ENOSYS],
  // EPERM is a group leader's, and a child that has just been cloned is none.
  setsid: [],
  prctl: [EPERM, EINVAL, ENOSYS],
  kill: [EPERM],
  pidfd_open: [ENOSYS, EMFILE, ENFILE, ENODEV, ENOMEM, EPERM],
  pidfd_send_signal: [EPERM, ENOSYS],
  // Only for a wrong argument; without them no process can live, so that nobody filters them.
  rt_sigprocmask: [],
  rt_sigaction: [],
  signalfd4: [EMFILE, ENFILE, ENODEV, ENOMEM, ENOSYS, EPERM],
  rt_sigtimedwait: [EINTR, EAGAIN, ENOSYS, EPERM, ENOMEM],
  setgroups: [EPERM, ENOMEM, ENOSYS],
  setresgid: [EPERM, EAGAIN, ENOSYS],
  setresuid: [EPERM, EAGAIN, ENOSYS],
  capget: [EPERM, ENOSYS],
  capset: [EPERM, ENOSYS],
  keyctl: [EACCES, EDQUOT, ENOMEM, ENOSYS, EPERM],
  prlimit64: [EPERM, EINVAL, ENOSYS],
  openat: [
    EPERM, ENOENT, EINTR, ENXIO, ENOMEM, EACCES, ENFILE, EMFILE, EIO, ENODEV, ELOOP, ENOTDIR, EBUSY, EOVERFLOW, EROFS,
    ETXTBSY, ENAMETOOLONG,
  ], // biome-ignore format: a set
  faccessat: [ENOENT, EACCES, ENOMEM, EIO, ELOOP, ENOTDIR, ENAMETOOLONG],
  openat2: [
    EPERM, ENOENT, EINTR, ENXIO, ENOMEM, EACCES, ENFILE, EMFILE, EIO, ELOOP, ENOTDIR, EAGAIN, E2BIG, EXDEV, ENOSYS,
  ], // biome-ignore format: a set
  fstatfs: [EIO, EINTR, ENOMEM, ENOSYS, EPERM, EOVERFLOW],
  statx: [EACCES, EINVAL, ELOOP, ENAMETOOLONG, ENOMEM, ENOSYS, EPERM],
  readlinkat: [ENOENT, EACCES, ENOMEM, EIO, ELOOP, ENOTDIR, ENAMETOOLONG, EINVAL],
  getdents64: [ENOENT, EIO, ENOMEM, ENOTDIR],
  read: [EIO, EINTR, EISDIR, ENOMEM, EAGAIN],
  write: [EIO, EINTR, EAGAIN, ENOSPC, EDQUOT, EPERM, EDESTADDRREQ, EPIPE, EFBIG],
  pwritev2: [EIO, EINTR, EAGAIN, ENOSPC, EDQUOT, EPERM, EDESTADDRREQ, EPIPE, EFBIG, ENOSYS, EOPNOTSUPP, ESPIPE],
  close: [EIO, EINTR, ENOSPC, EDQUOT],
  fchown: [EPERM, EROFS, EIO, EINVAL, ENOSYS],
  close_range: [ENOSYS, EPERM, EMFILE, ENOMEM],
  fcntl: [EPERM, EINVAL, EMFILE],
  ioctl: [ENOTTY, EIO, EPERM, ENOSYS],
  ppoll: [EINTR, ENOMEM, ENOSYS],
  chdir: [EACCES, EPERM, ENOENT, ENOTDIR, ENOMEM, EIO, ELOOP, ENAMETOOLONG],
  // Clocks that are in the call's own table do not fail, and no filter holds them: the C library reads them without a call.
  clock_gettime: [],
};

/** Each `call errno` of the table. */
export const everyPair: readonly (readonly [CallName, number])[] = Object.entries(possible).flatMap(([call, errnos]) =>
  errnos.map((errno) => [call as CallName, errno] as const),
);

/** How late a call may fail: calls that are made once or thrice, and ones that come in great number. */
export const latest: Partial<Record<CallName, number>> = {
  clone: 1, execve: 3, setpgid: 2, prctl: 6, setgroups: 1, setresgid: 1, setresuid: 1, capget: 1, capset: 1, prlimit64: 2,
  keyctl: 1, statx: 1, fchown: 2, fcntl: 3, close_range: 3, chdir: 2,
}; // biome-ignore format: a table

const PR_CAPBSET_READ = 23;
const F_DUPFD_CLOEXEC = 1030;

/** Whether this very call can fail so, with these arguments. */
export function mayFail(
  call: CallName,
  values: readonly (number | bigint)[],
  errno: number,
  memory: LinearMemory,
): boolean {
  switch (call) {
    case "ppoll":
      // poll(2) of one file does not fail; without files it is a pause.
      return values[1] === 0;
    case "kill":
      // Signal 0 only asks, and finds out what is so.
      return values[1] !== 0;
    case "read":
      // So it is with a read of nothing.
      return values[2] !== 0;
    case "prctl":
      // That is how the kernel says that there is no such capability, and it says so by itself.
      return values[0] !== PR_CAPBSET_READ || errno !== EINVAL;
    case "fcntl":
      return errno !== EMFILE || values[1] === F_DUPFD_CLOEXEC;
    case "openat":
      // The image's own accounts are there or are not; that is the setup's part.
      return (errno !== ENOENT && errno !== ENOTDIR) || !memory.text(Number(values[1])).startsWith("/etc/");
    default:
      return true;
  }
}
