import { Line } from "../support/line";

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
  ENAMETOOLONG = 36,
  ENOSYS = 38,
  ELOOP = 40,
  ELIBBAD = 80,
  ESTALE = 116,
  ETIMEDOUT = 110,
}

/** Puts the kernel's word for an error into a line, as strerror(3) says it, or its number. */
export function putErrno(line: Line, errno: i32): Line {
  switch (errno) {
    case Errno.EPERM:
      return line.text("Operation not permitted");
    case Errno.ENOENT:
      return line.text("No such file or directory");
    case Errno.ESRCH:
      return line.text("No such process");
    case Errno.EIO:
      return line.text("Input/output error");
    case Errno.ENXIO:
      return line.text("No such device or address");
    case Errno.E2BIG:
      return line.text("Argument list too long");
    case Errno.ENOEXEC:
      return line.text("Exec format error");
    case Errno.EBADF:
      return line.text("Bad file descriptor");
    case Errno.EAGAIN:
      return line.text("Resource temporarily unavailable");
    case Errno.ENOMEM:
      return line.text("Cannot allocate memory");
    case Errno.EACCES:
      return line.text("Permission denied");
    case Errno.EBUSY:
      return line.text("Device or resource busy");
    case Errno.ENODEV:
      return line.text("No such device");
    case Errno.ENOTDIR:
      return line.text("Not a directory");
    case Errno.EISDIR:
      return line.text("Is a directory");
    case Errno.EINVAL:
      return line.text("Invalid argument");
    case Errno.ENFILE:
      return line.text("Too many open files in system");
    case Errno.EMFILE:
      return line.text("Too many open files");
    case Errno.ETXTBSY:
      return line.text("Text file busy");
    case Errno.EFBIG:
      return line.text("File too large");
    case Errno.EROFS:
      return line.text("Read-only file system");
    case Errno.ENAMETOOLONG:
      return line.text("File name too long");
    case Errno.ENOSYS:
      return line.text("Function not implemented");
    case Errno.ELOOP:
      return line.text("Too many levels of symbolic links");
    case Errno.ELIBBAD:
      return line.text("Accessing a corrupted shared library");
    case Errno.ESTALE:
      return line.text("Stale file handle");
    case Errno.ETIMEDOUT:
      return line.text("Connection timed out");
    default:
      return line.text("error ").number(errno);
  }
}
