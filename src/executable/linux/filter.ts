/** seccomp(2): filters of system calls, classic BPF programs (linux/filter.h, linux/seccomp.h). */

/** struct sock_filter: an instruction. */
@unmanaged
export class Instruction {
  code: u16;
  ifTrue: u8;
  ifFalse: u8;
  value: u32;
}
export const INSTRUCTION_SIZE: i32 = 8;
/** BPF_MAXINSNS: what the kernel takes in one program. */
export const LONGEST_PROGRAM: i32 = 4096;

/** struct sock_fprog. */
@unmanaged
export class FilterProgram {
  count: u16;
  padding: u16;
  padding2: u32;
  /** A native address. */
  instructions: u64;
}
export const FILTER_PROGRAM_SIZE: i32 = 16;

export enum Code {
  RETURN = 0x06,
  JUMP_EQUAL = 0x15,
  /** Loads the 32 bits at an offset in struct seccomp_data. */
  LOAD = 0x20,
  JUMP_GREATER_OR_EQUAL = 0x35,
  JUMP_ANY_BIT = 0x45,
}

/** The offsets in struct seccomp_data. */
export enum Datum {
  NUMBER = 0,
  ARCHITECTURE = 4,
  /** The lower half of the first argument, on little-endian machines; the next ones are each 8 further. */
  FIRST_ARGUMENT = 16,
}

/** What a filter answers; an errno is added to `REFUSE`. */
export const KILL_PROCESS: u32 = 0x8000_0000;
export const REFUSE: u32 = 0x0005_0000;
export const NOTIFY: u32 = 0x7fc0_0000;
export const ALLOW: u32 = 0x7fff_0000;

/** prctl(2), PR_SET_SECCOMP */
export const SECCOMP_MODE_FILTER: i64 = 2;
/** seccomp(2) */
export const SECCOMP_SET_MODE_FILTER: u32 = 1;
export const SECCOMP_FILTER_FLAG_NEW_LISTENER: u32 = 8;
