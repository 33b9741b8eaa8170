// Filters that refuse a call, for situations.

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];
const LOAD = 0x20;
const EQUALS = 0x15;
const RETURN = 0x06;
const ALLOW = 0x7fff_0000;
/** SECCOMP_RET_ERRNO with EPERM. */
export const REFUSE = 0x5_0001;
const NUMBER = 0;
const FIRST_ARGUMENT = 16;
const SECOND_ARGUMENT = 24;
const call = { sendto: 44, socket: 41, ioctl: 16, prctl: 157 } as const;

type Call = readonly [number: number, argument?: number, value?: number];

const refusing = (...calls: readonly Call[]): Buffer => answering(REFUSE, ...calls);

/** Gives calls this result of a filter's, by their numbers, each where its argument has this value, or at all. */
export function answering(result: number, ...calls: readonly Call[]): Buffer {
  const program: Instruction[] = [];
  for (const [number, argument, value] of calls) {
    program.push([LOAD, 0, 0, NUMBER]);
    if (argument === undefined || value === undefined) program.push([EQUALS, 0, 1, number]);
    else program.push([EQUALS, 0, 3, number], [LOAD, 0, 0, argument], [EQUALS, 0, 1, value]);
    program.push([RETURN, 0, 0, result]);
  }
  program.push([RETURN, 0, 0, ALLOW]);
  const bytes = Buffer.alloc(program.length * 8);
  for (const [i, [code, ifTrue, ifFalse, value]] of program.entries()) {
    bytes.writeUInt16LE(code, i * 8);
    bytes.writeUInt8(ifTrue, i * 8 + 2);
    bytes.writeUInt8(ifFalse, i * 8 + 3);
    bytes.writeUInt32LE(value, i * 8 + 4);
  }
  return bytes;
}

const SIOCSIFFLAGS = 0x8914;
const PR_SET_NO_NEW_PRIVS = 38;
const PR_SET_SECCOMP = 22;

/** Filters of the folder, by their names. */
export const filters: Readonly<Record<string, Buffer>> = {
  // bubblewrap asks by netlink, and we by ioctl(2).
  "no-loopback": refusing([call.sendto], [call.ioctl, SECOND_ARGUMENT, SIOCSIFFLAGS]),
  "no-sockets": refusing([call.socket]),
  "no-privileges": refusing([call.prctl, FIRST_ARGUMENT, PR_SET_NO_NEW_PRIVS]),
  "no-filters": refusing([call.prctl, FIRST_ARGUMENT, PR_SET_SECCOMP]),
};
