import { Line } from "../support/line";
import { putPhrase } from "../support/phrases";

/** The error numbers that the executable tells apart or can name (asm-generic/errno-base.h, errno.h). */
export enum Errno {
  EPERM = 1,
  ENOENT = 2,
  ESRCH = 3,
  EINTR = 4,
  EIO = 5,
  ENXIO = 6,
  E2BIG = 7,
  ENOEXEC = 8,
  EBADF = 9,
  ECHILD = 10,
  EAGAIN = 11,
  ENOMEM = 12,
  EACCES = 13,
  EFAULT = 14,
  EBUSY = 16,
  EEXIST = 17,
  ENODEV = 19,
  ENOTDIR = 20,
  EISDIR = 21,
  EINVAL = 22,
  ENFILE = 23,
  EMFILE = 24,
  ENOTTY = 25,
  ETXTBSY = 26,
  EFBIG = 27,
  ENOSPC = 28,
  EROFS = 30,
  EPIPE = 32,
  ERANGE = 34,
  ENAMETOOLONG = 36,
  ENOSYS = 38,
  ELOOP = 40,
  ELIBBAD = 80,
  EOPNOTSUPP = 95,
  ETIMEDOUT = 110,
  ESTALE = 116,
}

/** From EPERM, 1, to ELOOP, 40, those that the calls here can give. */
const descriptions: usize = bytes(
  "Operation not permitted,No such file or directory,No such process,,Input/output error,No such device or address,Argument list too long,Exec format error,Bad file descriptor,,Resource temporarily unavailable,Cannot allocate memory,Permission denied,,,Device or resource busy,File exists,Invalid cross-device link,No such device,Not a directory,Is a directory,Invalid argument,Too many open files in system,Too many open files,Inappropriate ioctl for device,Text file busy,File too large,No space left on device,,Read-only file system,,,,,,File name too long,,Function not implemented,,Too many levels of symbolic links",
);

/** Puts the kernel's word for an error into a line, as strerror(3) says it, or its number. */
export function putErrno(line: Line, errno: i32): Line {
  return putPhrase(line, descriptions, errno - 1) ? line : line.text("error ").number(errno);
}
