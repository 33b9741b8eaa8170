/** The signals with a number of their own in these tests: Linux on every architecture but MIPS, SPARC and Alpha. */
export const Signal = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  XFSZ: 25,
  WINCH: 28,
  SYS: 31,
  /** The kernel's first real-time signal is 32; the C library keeps 32 and 33 to itself. */
  RTMIN: 34,
  RTMAX: 64,
} as const;

const { KILL, STOP, CHLD, RTMIN, RTMAX } = Signal;

/** Every signal that an init can get and that is for its payload. */
export const forwardable: readonly number[] = [
  ...Array.from({ length: 31 }, (_, i) => i + 1).filter((n) => n !== KILL && n !== STOP && n !== CHLD),
  ...Array.from({ length: RTMAX - RTMIN + 1 }, (_, i) => RTMIN + i),
];
