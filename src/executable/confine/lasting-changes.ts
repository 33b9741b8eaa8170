/** What a confined command could leave behind for others to meet when it has ended. */

import * as host from "../host/host";
import { ALLOW, Code } from "../linux/filter";
import { Open } from "../linux/flags";
import { DENY, FIRST_X32, FilterAssembler, UNKNOWN } from "./filter-assembler";
import { NewSystemCall, SystemCall } from "./seccomp-calls";

/** S_ISUID and S_ISGID (inode(7)) */
const SET_ID: u32 = 0o6000;
/** With either of them open(2) looks at its mode. The second is __O_TMPFILE (asm-generic/fcntl.h). */
const CREATES: u32 = Open.CREATE | 0o20000000;
const NO_FLAGS: i32 = -1;
/** Larger than the program. */
const CAPACITY: i32 = 112;
/**
 * ioctl_tty(2), asm-generic/ioctls.h: TCSETS to TCSETSF, TCSETA to TCSETAF, TCXONC, TCFLSH, TIOCEXCL, TIOCNXCL,
 * TIOCSCTTY, TIOCSPGRP, TIOCSWINSZ, TIOCSETD, TCSETX to TCSETXW, TCSETS2 to TCSETSF2.
 */
const terminalSettings: StaticArray<u32> = [
  0x5402, 0x5403, 0x5404, 0x5406, 0x5407, 0x5408, 0x540a, 0x540b, 0x540c, 0x540d, 0x540e, 0x5410, 0x5414, 0x5423,
  0x5433, 0x5434, 0x5435, 0x402c_542b, 0x402c_542c, 0x402c_542d,
];

/**
 * Denies the modes set-uid and set-gid. An ordinary user's command makes files
 * of its caller's, in a writable bind and behind the standard streams: with these
 * bits whoever else may run them has the caller's rights. (mkdir(2) drops them.)
 * And the settings of a terminal: without ISIG no Ctrl-C ends the sandbox in
 * the foreground, and after TIOCEXCL nobody opens the terminal any more. That
 * is also denied for terminals of its own: a filter sees only numbers.
 */
export class LastingChanges extends FilterAssembler {
  constructor(hasTerminal: bool) {
    super(CAPACITY, FIRST_X32);
    if (hasTerminal) this.compare(SystemCall.ioctl, 1, Code.JUMP_EQUAL, terminalSettings, DENY);
    // Its mode is in memory, where no filter sees it.
    this.answer(NewSystemCall.openat2, UNKNOWN);
    this.denyModes(host.systemCallNumber(SystemCall.chmod), 1);
    this.denyModes(host.systemCallNumber(SystemCall.fchmod), 1);
    this.denyModes(host.systemCallNumber(SystemCall.fchmodat), 2);
    this.denyModes(NewSystemCall.fchmodat2, 2);
    this.denyModes(host.systemCallNumber(SystemCall.mknod), 1);
    this.denyModes(host.systemCallNumber(SystemCall.mknodat), 2);
    this.denyModes(host.systemCallNumber(SystemCall.creat), 1);
    this.denyModes(host.systemCallNumber(SystemCall.open), 2, 1);
    this.denyModes(host.systemCallNumber(SystemCall.openat), 3, 2);
    this.add(Code.RETURN, ALLOW);
  }

  /** Of a call with a mode as this argument, which counts with the flags that create, if it has flags. */
  private denyModes(number: i32, mode: i32, flags: i32 = NO_FLAGS): void {
    if (number < 0) return;
    this.add(Code.JUMP_EQUAL, number, 0, flags == NO_FLAGS ? 4 : 6);
    if (flags != NO_FLAGS) {
      this.loadArgument(flags);
      this.add(Code.JUMP_ANY_BIT, CREATES, 0, 2);
    }
    this.loadArgument(mode);
    this.add(Code.JUMP_ANY_BIT, SET_ID, 1, 0);
    this.add(Code.RETURN, ALLOW);
    this.add(Code.RETURN, DENY);
  }
}
