/**
 * Why the kernel refused to execute a file, where its errno alone misleads:
 * "No such file" about a file that is there sends people the wrong way.
 */

import { Errno } from "../linux/errno";
import { isNotExecutable } from "../linux/file-status";
import { AT_FDCWD, F_OK, X_OK } from "../linux/flags";
import * as linux from "../linux/linux";
import { contents, readSmallFile } from "../linux/small-file";
import { Line } from "../support/line";

const inside = new Line();

const CARRIAGE_RETURN: u8 = 0x0d;
const SPACE: u8 = 0x20;
/** `\x7fELF` and `#!`, as little-endian numbers. */
const ELF_MAGIC: u32 = 0x464c_457f;
const SCRIPT_MAGIC: u16 = 0x2123;

const PT_INTERP: u32 = 3;
/** Offsets in a 64-bit ELF header and its program headers (elf(5)). */
const E_MACHINE: usize = 18;
const E_PHOFF: usize = 32;
const E_PHNUM: usize = 56;
const PROGRAM_HEADER_SIZE: usize = 56;
const P_OFFSET: usize = 8;

const nothing: usize = memory.data<u8>([0]);

/** Why a file was not executed, as far as it can be found out; both are NUL-terminated, and empty where there is nothing to say. */
class Reason {
  text: usize = nothing;
  /** What it is about. */
  detail: usize = nothing;
}

const reason = new Reason();

/** The reason why executing `path` failed with `errno`. */
export function reasonFor(path: usize, errno: i32): Reason {
  reason.detail = nothing;
  reason.text = textFor(path, errno);
  return reason;
}

function textFor(path: usize, errno: i32): usize {
  if (errno == Errno.EACCES) return isDirectory(path) ? bytes("it is a directory") : notExecutable(path);
  // After these two errors it is a regular file. Others are not opened: a FIFO would hang us, a watchdog would start.
  if (errno != Errno.ENOENT && errno != Errno.ENOEXEC) return nothing;
  const size = readSmallFile(path);
  if (size < 4) return nothing;
  if (load<u32>(contents) == ELF_MAGIC) return errno == Errno.ENOENT ? elfInterpreter(size) : machine(errno);
  if (load<u16>(contents) == SCRIPT_MAGIC && errno == Errno.ENOENT) return scriptInterpreter();
  return nothing;
}

function notExecutable(path: usize): usize {
  if (!isNotExecutable(path)) return nothing;
  reason.detail = path;
  return bytes("the file is not executable; chmod +x it, or give its interpreter: sh ");
}

/** Whether the file's own mode lets the caller execute it. */
export function permitsExecution(path: usize): bool {
  return !isDirectory(path) && linux.faccessat(AT_FDCWD, path, X_OK) == 0;
}

function isDirectory(path: usize): bool {
  // Cut off, it would be the path itself, which is there.
  return !inside.bytes(path).bytes(bytes("/.")).isCut && linux.faccessat(AT_FDCWD, inside.terminated(), F_OK) == 0;
}

/** Whether the file is a program in the kernel's own format, which a shell could do nothing with. */
export function isElf(path: usize): bool {
  return readSmallFile(path) >= 4 && load<u32>(contents) == ELF_MAGIC;
}

function scriptInterpreter(): usize {
  let at = contents + 2;
  while (load<u8>(at) == SPACE) at++;
  reason.detail = at;
  while (load<u8>(at) > SPACE) at++;
  const endsInReturn = load<u8>(at) == CARRIAGE_RETURN;
  store<u8>(at, 0);
  if (endsInReturn)
    return bytes("its first line ends in a carriage return, as Windows writes it, after the interpreter ");
  return bytes("its interpreter is not there: ");
}

function elfInterpreter(size: i32): usize {
  const headers = <usize>load<u64>(contents + E_PHOFF);
  const count = <usize>load<u16>(contents + E_PHNUM);
  for (let i: usize = 0; i < count; i++) {
    const header = headers + i * PROGRAM_HEADER_SIZE;
    if (header + PROGRAM_HEADER_SIZE > <usize>size) break;
    if (load<u32>(contents + header) != PT_INTERP) continue;
    const offset = <usize>load<u64>(contents + header + P_OFFSET);
    if (offset >= <usize>size) break;
    reason.detail = contents + offset;
    break;
  }
  return bytes("its dynamic loader is not there; was it built for another C library? ");
}

function machine(errno: i32): usize {
  if (errno != Errno.ENOEXEC) return nothing;
  switch (load<u16>(contents + E_MACHINE)) {
    case 3:
      return bytes("it is built for i386");
    case 21:
      return bytes("it is built for ppc64");
    case 22:
      return bytes("it is built for s390x");
    case 40:
      return bytes("it is built for 32-bit ARM");
    case 62:
      return bytes("it is built for x86-64");
    case 183:
      return bytes("it is built for arm64");
    case 243:
      return bytes("it is built for RISC-V");
    default:
      return bytes("it is built for another machine, or damaged");
  }
}
