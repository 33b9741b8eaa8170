import { Line } from "../support/line";
import { putPhrase } from "../support/phrases";

/** From EPERM, 1, to ELOOP, 40, those that the calls here can give. */
const descriptions: usize = phrases(
  "Operation not permitted,No such file or directory,No such process,,Input/output error,No such device or address,Argument list too long,Exec format error,Bad file descriptor,,Resource temporarily unavailable,Cannot allocate memory,Permission denied,,,Device or resource busy,File exists,Invalid cross-device link,No such device,Not a directory,Is a directory,Invalid argument,Too many open files in system,Too many open files,Inappropriate ioctl for device,Text file busy,File too large,No space left on device,,Read-only file system,,,,,,File name too long,,Function not implemented,,Too many levels of symbolic links",
);

/** Puts the kernel's word for an error into a line, as strerror(3) says it, or its number. */
export function putErrno(line: Line, errno: i32): Line {
  return putPhrase(line, descriptions, errno - 1) ? line : line.text("error ").number(errno);
}
