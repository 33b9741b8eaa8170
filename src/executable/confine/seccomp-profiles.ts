/** The built-in filters of system calls, put together for the architecture that we run on. */

import * as host from "../host/host";
import { ALLOW, Code, NOTIFY } from "../linux/filter";
import { TIOCLINUX, TIOCSTI } from "../linux/flags";
import { Profile } from "../plan/filter";
import { FIRST_X32, FilterAssembler, UNKNOWN } from "./filter-assembler";
import {
  FIRST_ALLOWED,
  FIRST_DENIED,
  FIRST_UNKNOWN,
  LAST_ALLOWED,
  LAST_DENIED,
  NewSystemCall,
  SystemCall,
} from "./seccomp-calls";

const newDenied: StaticArray<i32> = [
  NewSystemCall.io_uring_setup,
  NewSystemCall.io_uring_enter,
  NewSystemCall.io_uring_register,
  NewSystemCall.open_tree,
  NewSystemCall.move_mount,
  NewSystemCall.fsopen,
  NewSystemCall.fsconfig,
  NewSystemCall.fsmount,
  NewSystemCall.fspick,
  NewSystemCall.pidfd_getfd,
  NewSystemCall.process_madvise,
  NewSystemCall.mount_setattr,
  NewSystemCall.quotactl_fd,
  NewSystemCall.set_mempolicy_home_node,
  NewSystemCall.open_tree_attr,
];

const newAllowed: StaticArray<i32> = [
  NewSystemCall.pidfd_send_signal,
  NewSystemCall.pidfd_open,
  NewSystemCall.close_range,
  NewSystemCall.openat2,
  NewSystemCall.faccessat2,
  NewSystemCall.epoll_pwait2,
  NewSystemCall.landlock_create_ruleset,
  NewSystemCall.landlock_add_rule,
  NewSystemCall.landlock_restrict_self,
  NewSystemCall.futex_waitv,
  NewSystemCall.fchmodat2,
  NewSystemCall.map_shadow_stack,
  NewSystemCall.futex_wake,
  NewSystemCall.futex_wait,
  NewSystemCall.futex_requeue,
  NewSystemCall.mseal,
];

const typing: StaticArray<u32> = [TIOCSTI, TIOCLINUX];
/** clone(2): CLONE_NEW*; in a new user namespace anybody may do what the lists above are about. */
const namespaces: StaticArray<u32> = [0x7e02_0080];
/** personality(2): Linux, with 32 bits or as version 2.6 or both, and the question. No other makes exploits harder. */
const personalities: StaticArray<u32> = [0, 0x8, 0x2_0000, 0x2_0008, 0xffff_ffff];
/** AF_ALG (CVE-2026-31431) and AF_VSOCK, which leads past the network namespace to the machine's host. */
const deniedFamilies: StaticArray<u32> = [38, 40];
/** AF_UNIX */
const localFamily: StaticArray<u32> = [1];

/** Larger than either program. */
const CAPACITY: i32 = 640;

/** One of the two. */
export class ProfileProgram extends FilterAssembler {
  constructor(profile: Profile, isTold: bool) {
    const isStrict = profile == Profile.STRICT;
    // A list of what is denied cannot say no to what comes after it; but the numbers of x32 are other calls again.
    super(CAPACITY, isStrict ? FIRST_UNKNOWN : FIRST_X32);
    if (isTold) this.denial = NOTIFY;
    // Its flags are in memory, where no filter sees them.
    this.answer(NewSystemCall.clone3, UNKNOWN);
    this.compare(SystemCall.ioctl, 1, Code.JUMP_EQUAL, typing, this.denial);
    this.compare(SystemCall.clone, 0, Code.JUMP_ANY_BIT, namespaces, this.denial);
    if (isStrict) {
      this.compare(SystemCall.socket, 0, Code.JUMP_EQUAL, localFamily, ALLOW);
      this.compare(SystemCall.socketpair, 0, Code.JUMP_EQUAL, localFamily, ALLOW);
      this.answerAll(FIRST_ALLOWED, LAST_ALLOWED, newAllowed, ALLOW);
    } else {
      this.compare(SystemCall.unshare, 0, Code.JUMP_ANY_BIT, namespaces, this.denial);
      this.compare(SystemCall.personality, 0, Code.JUMP_EQUAL, personalities, ALLOW);
      this.compare(SystemCall.socket, 0, Code.JUMP_EQUAL, deniedFamilies, this.denial);
      this.answerAll(FIRST_DENIED, LAST_DENIED, newDenied, this.denial);
    }
    this.add(Code.RETURN, isStrict ? this.denial : ALLOW);
  }

  private answerAll(first: i32, last: i32, newer: StaticArray<i32>, answer: u32): void {
    for (let call = first; call <= last; call++) this.answer(host.systemCallNumber(call), answer);
    for (let i = 0; i < newer.length; i++) this.answer(newer[i], answer);
  }
}
