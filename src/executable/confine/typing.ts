/** The requests by which a program types on its terminal in place of whoever sits there. */

import * as host from "../host/host";
import { Errno } from "../linux/errno";
import { ALLOW, Code, Datum, REFUSE, SECCOMP_MODE_FILTER } from "../linux/filter";
import { Prctl, TIOCLINUX, TIOCSTI } from "../linux/flags";
import * as linux from "../linux/linux";
import { contents, readSmallFile } from "../linux/small-file";
import { staticBuffer } from "../support/static-buffers";

/** linux/filter.h's, as the program below is put together. */
const LOAD = <u64>Code.LOAD;
const JUMP_IF_EQUAL = <u64>Code.JUMP_EQUAL;
const RETURN = <u64>Code.RETURN;
const CALL = <u64>Datum.NUMBER;
const ARCHITECTURE = <u64>Datum.ARCHITECTURE;
const SECOND_ARGUMENT = <u64>Datum.FIRST_ARGUMENT + 8;
const REFUSED = <u64>REFUSE | Errno.EPERM;

/** linux/audit.h: the architectures where ioctl(2) has not the number 54, which 32-bit programs of both of ours use. */
const X86_64: u64 = 0xc000_003e;
const AARCH64: u64 = 0xc000_00b7;

/** Written down at compile time: struct sock_filter is two bytes for the code, one for each jump, four for the constant. */
const program = memory.data<u64>([
  LOAD | (ARCHITECTURE << 32),
  JUMP_IF_EQUAL | (3 << 16) | (X86_64 << 32),
  JUMP_IF_EQUAL | (5 << 16) | (AARCH64 << 32),
  LOAD | (CALL << 32),
  JUMP_IF_EQUAL | (5 << 16) | (8 << 24) | (54 << 32),
  LOAD | (CALL << 32),
  JUMP_IF_EQUAL | (3 << 16) | (16 << 32),
  // The x32 programs' own.
  JUMP_IF_EQUAL | (2 << 16) | (5 << 24) | (0x4000_0202 << 32),
  LOAD | (CALL << 32),
  JUMP_IF_EQUAL | (3 << 24) | (29 << 32),
  // The lower half of it, as the kernel itself looks at no more (CVE-2019-10063, Flatpak).
  LOAD | (SECOND_ARGUMENT << 32),
  JUMP_IF_EQUAL | (2 << 16) | ((<u64>TIOCSTI) << 32),
  JUMP_IF_EQUAL | (1 << 16) | ((<u64>TIOCLINUX) << 32),
  RETURN | ((<u64>ALLOW) << 32),
  RETURN | (REFUSED << 32),
]);
const INSTRUCTIONS: u64 = 15;
const header = staticBuffer(16);

/**
 * Refuses the calling process and its descendants to type on a terminal: what
 * they push into the caller's, its shell runs when they have ended
 * (CVE-2017-5226, CVE-2023-28100). A session of its own would keep the payload
 * from it too, but also from Ctrl-C. Needs no_new_privs or CAP_SYS_ADMIN.
 * Returns 0 or `-errno`.
 */
export function refuseTyping(): i32 {
  store<u64>(header, INSTRUCTIONS);
  store<u64>(header + 8, host.addressOf(program));
  return linux.prctl(Prctl.SET_SECCOMP, SECCOMP_MODE_FILTER, <i64>host.addressOf(header));
}

const ZERO: u8 = 0x30;

/** Whether the kernel refuses it by itself to all but CAP_SYS_ADMIN: since Linux 6.2, where nobody has set it otherwise. */
export function kernelRefusesTyping(): bool {
  return readSmallFile(bytes("/proc/sys/dev/tty/legacy_tiocsti")) > 0 && load<u8>(contents) == ZERO;
}
