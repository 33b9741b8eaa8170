import * as host from "../host/host";
import { Errno } from "../linux/errno";
import { ALLOW, Code, Datum, INSTRUCTION_SIZE, Instruction, KILL_PROCESS, REFUSE } from "../linux/filter";
import { SystemCall } from "./seccomp-calls";

export const PROFILE_ERRNO: i32 = Errno.EPERM;
export const DENY: u32 = REFUSE + PROFILE_ERRNO;
/** So the C library takes an older call, whose arguments a filter can read; as runc does. */
export const UNKNOWN: u32 = REFUSE + Errno.ENOSYS;
/** __X32_SYSCALL_BIT (asm/unistd.h) */
export const FIRST_X32: u32 = 0x4000_0000;

/** A program in the making, for the architecture that we run on. */
export class FilterAssembler {
  readonly instructions: usize;
  count: i32 = 0;
  /** What is done with what is refused. */
  denial: u32 = DENY;

  /** `capacity`: as many instructions as it may have. `firstUnknown`: the number from which on every call is unknown. */
  constructor(capacity: i32, firstUnknown: u32) {
    this.instructions = heap.alloc(capacity * INSTRUCTION_SIZE);
    // Another architecture's numbers mean other calls: an i386 program would walk past every line below.
    this.load(Datum.ARCHITECTURE);
    this.add(Code.JUMP_EQUAL, host.auditArchitecture(), 1, 0);
    this.add(Code.RETURN, KILL_PROCESS);
    this.load(Datum.NUMBER);
    this.add(Code.JUMP_GREATER_OR_EQUAL, firstUnknown, 0, 1);
    this.add(Code.RETURN, UNKNOWN);
  }

  add(code: Code, value: u32, ifTrue: i32 = 0, ifFalse: i32 = 0): void {
    const instruction = changetype<Instruction>(this.instructions + <usize>(this.count++ * INSTRUCTION_SIZE));
    instruction.code = <u16>code;
    instruction.ifTrue = <u8>ifTrue;
    instruction.ifFalse = <u8>ifFalse;
    instruction.value = value;
  }

  load(datum: i32): void {
    this.add(Code.LOAD, datum);
  }

  /** By the lower 32 bits, as the kernel takes them (CVE-2019-10063). */
  loadArgument(argument: i32): void {
    this.load(Datum.FIRST_ARGUMENT + 8 * argument);
  }

  /** To this call; a number below zero is none that this architecture has. */
  answer(number: i32, answer: u32): void {
    if (number < 0) return;
    this.add(Code.JUMP_EQUAL, number, 0, 1);
    this.add(Code.RETURN, answer);
  }

  /** To a call, whether one of the tests of its argument is true or none. */
  compare(call: SystemCall, argument: i32, test: Code, values: StaticArray<u32>, answer: u32): void {
    const count = values.length;
    this.add(Code.JUMP_EQUAL, host.systemCallNumber(call), 0, count + 3);
    this.loadArgument(argument);
    for (let i = 0; i < count; i++) this.add(test, values[i], count - i, 0);
    this.add(Code.RETURN, answer == ALLOW ? this.denial : ALLOW);
    this.add(Code.RETURN, answer);
  }
}
