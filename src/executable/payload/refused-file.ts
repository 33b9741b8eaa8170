/**
 * Why the kernel refused to execute a file, where its errno alone misleads:
 * "No such file" about a file that is there sends people the wrong way.
 */

import { Errno } from "../linux/errno";
import { modeOf } from "../linux/file-status";
import { AT_FDCWD, F_OK, Open, X_OK } from "../linux/flags";
import * as linux from "../linux/linux";
import { FileType } from "../linux/mount-flags";
import { CONTENTS_SIZE, contents, readSmallFile } from "../linux/small-file";
import { copied, Reason, reasonOnTheWay } from "../report/path-errno";

const NEWLINE: u8 = 0x0a;
const CARRIAGE_RETURN: u8 = 0x0d;
const SPACE: u8 = 0x20;
const DOLLAR: u8 = 0x24;
/** `\x7fELF` and `#!`, as little-endian numbers. */
const ELF_MAGIC: u32 = 0x464c_457f;
const SCRIPT_MAGIC: u16 = 0x2123;

const PT_INTERP: u32 = 3;
/** Offsets in a 64-bit ELF header and its program headers (elf(5)). */
const EI_CLASS: usize = 4;
const CLASS_64: u8 = 2;
const E_MACHINE: usize = 18;
const E_PHOFF: usize = 32;
const E_PHNUM: usize = 56;
const PROGRAM_HEADER_SIZE: usize = 56;
const P_OFFSET: usize = 8;

/** struct statfs */
const STATFS_FLAGS: usize = 80;
const ST_NOEXEC: u64 = 8;

const OTHER = words("it is built for another system, or damaged");
/** A JAR, a picture, a program for macOS. */
const UNKNOWN = words("it is neither a Linux program nor a script; give what opens it, as in java -jar FILE");

/** The reason why executing `path` failed with `errno`. */
export function reasonFor(path: usize, errno: i32): Reason {
  const reason = reasonOnTheWay(path, errno);
  if (!reason.isEmpty) return reason;
  if (errno == Errno.EACCES) findRefusal(reason, path);
  // A file's capabilities have to be had all, or it is not executed (bprm_caps_from_vfs_caps(), security/commoncap.c).
  if (errno == Errno.EPERM) reason.is(words("has it a capability that is dropped here? getcap shows those of a file"));
  // After these two errors it is a regular file. Others are not opened: a FIFO would hang us, a watchdog would start.
  if (errno == Errno.ENOENT || errno == Errno.ENOEXEC) findInFile(reason, path, errno);
  return reason;
}

/** All directories on the way may be searched. */
function findRefusal(reason: Reason, path: usize): void {
  const mode = modeOf(path);
  if (mode < 0) return;
  const kind = mode & FileType.MASK;
  if (kind == FileType.DIRECTORY) reason.is(words("it is a directory"));
  else if (kind != FileType.REGULAR) reason.is(words("it is no regular file"));
  else if ((mode & 0o111) == 0) {
    const isProgram = isBinary(path);
    if (load<u16>(contents) == SCRIPT_MAGIC)
      reason.is(words("the file is not executable; chmod +x it, or give its interpreter: "), interpreterUpTo(NEWLINE));
    // With chmod(1) alone the shell would have what is another interpreter's.
    else if (!isProgram)
      reason.is(words("the file is not executable, and has no line with #!; give its interpreter, as in sh FILE"));
    else reason.is(load<u32>(contents) == ELF_MAGIC ? words("the file is not executable; chmod +x it") : UNKNOWN);
  } else if (!permitsExecution(path))
    reason.is(
      isMountedNoexec(path) ? words("its file system is mounted noexec") : words("this user may not execute it"),
    );
  else if (readSmallFile(path) > 0 && load<u16>(contents) == SCRIPT_MAGIC) {
    const interpreter = interpreterUpTo(SPACE);
    if (!permitsExecution(interpreter)) reason.is(words("its interpreter may not be executed: "), interpreter);
  }
}

function isMountedNoexec(path: usize): bool {
  const file = linux.openat(AT_FDCWD, path, Open.PATH | Open.CLOSE_ON_EXEC, 0);
  if (file < 0) return false;
  const result = linux.fstatfs(file, contents);
  linux.close(file);
  return result == 0 && (load<u64>(contents + STATFS_FLAGS) & ST_NOEXEC) != 0;
}

/** Whether the file's own mode lets the caller execute it. */
export function permitsExecution(path: usize): bool {
  return (modeOf(path) & FileType.MASK) != FileType.DIRECTORY && linux.faccessat(AT_FDCWD, path, X_OK) == 0;
}

/**
 * Whether it is no text, and so nothing for a shell: it has a NUL, and before that no line with a lower-case letter, `$` or
 * a backquote (FreeBSD's sh, exec.c). bash looks into the first line alone, and takes a JAR or a PNG for a script.
 */
export function isBinary(path: usize): bool {
  const size = readSmallFile(path);
  if (size >= 4 && load<u32>(contents) == ELF_MAGIC) return true;
  let mayBeShells: bool = false;
  for (let at = 0; at < size; at++) {
    const byte = load<u8>(contents + at);
    if (byte == 0) return true;
    if (byte == NEWLINE && mayBeShells) return false;
    if ((byte >= 0x60 && byte <= 0x7a) || byte == DOLLAR) mayBeShells = true;
  }
  return false;
}

function findInFile(reason: Reason, path: usize, errno: i32): void {
  if (isBinary(path)) {
    if (errno == Errno.ENOEXEC) reason.is(load<u32>(contents) == ELF_MAGIC ? machine() : UNKNOWN);
    else findLoader(reason, words("its dynamic loader is not there; was it built for another C library? "));
  } else if (load<u16>(contents) == SCRIPT_MAGIC) {
    if (errno == Errno.ENOENT) findInterpreter(reason);
  } else if (errno == Errno.ENOEXEC && linux.faccessat(AT_FDCWD, bytes("/bin/sh"), X_OK) < 0)
    reason.is(words("it has no line with #!, and there is no /bin/sh"));
}

function findInterpreter(reason: Reason): void {
  let at = contents;
  while (load<u8>(at) != 0 && load<u8>(at) != NEWLINE) at++;
  const endsInReturn = load<u8>(at - 1) == CARRIAGE_RETURN;
  const interpreter = interpreterUpTo(SPACE);
  if (endsInReturn)
    reason.is(
      words("its first line ends in a carriage return, as Windows writes it, after the interpreter "),
      interpreter,
    );
  else if (linux.faccessat(AT_FDCWD, interpreter, F_OK) < 0)
    reason.is(words("its interpreter is not there: "), interpreter);
  else if (isBinary(interpreter)) findLoader(reason, words("its interpreter's dynamic loader is not there: "));
}

/** The interpreter that `contents` names, with its argument up to NEWLINE, without up to SPACE. */
function interpreterUpTo(end: u8): usize {
  let at = contents + 2;
  while (load<u8>(at) == SPACE) at++;
  const start = at;
  while (load<u8>(at) >= SPACE && load<u8>(at) != end) at++;
  store<u8>(at, 0);
  return copied(start);
}

function findLoader(reason: Reason, text: usize): void {
  let loader: usize = 0;
  const headers = <usize>load<u64>(contents + E_PHOFF);
  const count = load<u8>(contents + EI_CLASS) == CLASS_64 ? <usize>load<u16>(contents + E_PHNUM) : 0;
  for (let i: usize = 0; i < count && loader == 0; i++) {
    const header = headers + i * PROGRAM_HEADER_SIZE;
    if (header + PROGRAM_HEADER_SIZE > CONTENTS_SIZE) break;
    const offset = <usize>load<u64>(contents + header + P_OFFSET);
    if (load<u32>(contents + header) == PT_INTERP && offset < CONTENTS_SIZE) loader = contents + offset;
  }
  if (loader == 0) reason.is(text);
  else if (linux.faccessat(AT_FDCWD, loader, F_OK) < 0) reason.is(text, loader);
}

function machine(): usize {
  const wanted = load<u16>(contents + E_MACHINE);
  if (readSmallFile(bytes("/proc/self/exe")) > 0 && load<u16>(contents + E_MACHINE) == wanted) return OTHER;
  switch (wanted) {
    case 3:
      return words("it is built for i386");
    case 21:
      return words("it is built for ppc64");
    case 22:
      return words("it is built for s390x");
    case 40:
      return words("it is built for 32-bit ARM");
    case 62:
      return words("it is built for x86-64");
    case 183:
      return words("it is built for arm64");
    case 243:
      return words("it is built for RISC-V");
    default:
      return OTHER;
  }
}
