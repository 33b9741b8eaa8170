/** Signal numbers, the same on every architecture that the executable is built for (asm-generic/signal.h). */
export enum Signal {
  NONE = 0,
  HUP = 1,
  INT = 2,
  QUIT = 3,
  ILL = 4,
  TRAP = 5,
  ABRT = 6,
  BUS = 7,
  FPE = 8,
  KILL = 9,
  USR1 = 10,
  SEGV = 11,
  USR2 = 12,
  PIPE = 13,
  ALRM = 14,
  TERM = 15,
  STKFLT = 16,
  CHLD = 17,
  CONT = 18,
  STOP = 19,
  TSTP = 20,
  TTIN = 21,
  TTOU = 22,
  URG = 23,
  XCPU = 24,
  XFSZ = 25,
  VTALRM = 26,
  PROF = 27,
  WINCH = 28,
  IO = 29,
  PWR = 30,
  SYS = 31,
  /** What a C library calls SIGRTMIN; the kernel's own first one is 32, but C libraries keep 32 and 33 for themselves. */
  RTMIN = 34,
  RTMAX = 64,
}

/** The bit that stands for `signal` in a set: the kernel counts signals from 1. */
export function signalBit(signal: i32): u64 {
  const one: u64 = 1;
  return one << (signal - 1);
}

export const EVERY_SIGNAL: u64 = 0xffff_ffff_ffff_ffff;
