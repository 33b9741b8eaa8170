// The names that options take, from other sources than the executable's own lists.

import { constants } from "node:os";

/** As C libraries count them: they keep 32 and 33 for themselves. */
const REAL_TIME = 34;
export const LAST_SIGNAL = 64;
const DAY = 24 * 3_600_000;
const LONGEST_TIME = 366 * DAY;
const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, "": 1000 } as const;

/** Thrown where the executable's reading is not known to be right: nothing is judged but the manners. */
export class Undecided extends Error {}

const signals = new Map<string, number>();
for (const [name, number] of Object.entries(constants.signals)) signals.set(name.slice(3), number);
for (let i = 0; i <= LAST_SIGNAL - REAL_TIME; i++) {
  signals.set(`RTMIN+${i}`, REAL_TIME + i);
  signals.set(`RTMAX-${i}`, LAST_SIGNAL - i);
}
// Node.js leaves this second name out.
signals.set("CLD", constants.signals.SIGCHLD);
signals.set("RTMIN", REAL_TIME);
signals.set("RTMAX", LAST_SIGNAL);

/** Numbers of asm-generic/resource.h. */
const resources = new Map(
  Object.entries({
    ...{ as: 9, core: 4, cpu: 0, data: 2, fsize: 1, locks: 10, memlock: 8, msgqueue: 12, nice: 13, nofile: 7 },
    ...{ nproc: 6, rss: 5, rtprio: 14, rttime: 15, sigpending: 11, stack: 3 },
  }),
);

/** Numbers of linux/capability.h. */
const capabilities = new Map(
  Object.entries({
    ...{ AUDIT_CONTROL: 30, AUDIT_READ: 37, AUDIT_WRITE: 29, BLOCK_SUSPEND: 36, BPF: 39, CHECKPOINT_RESTORE: 40 },
    ...{ CHOWN: 0, DAC_OVERRIDE: 1, DAC_READ_SEARCH: 2, FOWNER: 3, FSETID: 4, IPC_LOCK: 14, IPC_OWNER: 15, KILL: 5 },
    ...{ LEASE: 28, LINUX_IMMUTABLE: 9, MAC_ADMIN: 33, MAC_OVERRIDE: 32, MKNOD: 27, NET_ADMIN: 12, NET_RAW: 13 },
    ...{ NET_BIND_SERVICE: 10, NET_BROADCAST: 11, PERFMON: 38, SETFCAP: 31, SETGID: 6, SETPCAP: 8, SETUID: 7 },
    ...{ SYS_ADMIN: 21, SYS_BOOT: 22, SYS_CHROOT: 18, SYS_MODULE: 16, SYS_NICE: 23, SYS_PACCT: 20, SYS_PTRACE: 19 },
    ...{ SYS_RAWIO: 17, SYS_RESOURCE: 24, SYS_TIME: 25, SYS_TTY_CONFIG: 26, SYSLOG: 34, WAKE_ALARM: 35 },
  }),
);
/** The highest that the simulated kernel has. */
export const LAST_CAPABILITY = 40;
export const EVERY_CAPABILITY = 2n ** 64n - 1n;

export const signalNames: readonly string[] = [...signals.keys()];
export const resourceNames: readonly string[] = [...resources.keys()];
export const capabilityNames: readonly string[] = [...capabilities.keys()];

export function whole(text: string, maximum: bigint): bigint | undefined {
  if (!/^[0-9]+$/.test(text)) return undefined;
  const digits = text.replace(/^0+(?=.)/, "");
  if (digits.length > 20) return undefined;
  const value = BigInt(digits);
  return value <= maximum ? value : undefined;
}

export function signalOf(text: string): number | undefined {
  if (/^[0-9]+$/.test(text)) return Number(whole(text, BigInt(LAST_SIGNAL)) ?? 0n) || undefined;
  const name = text.replace(/[a-z]/g, (letter) => letter.toUpperCase()).replace(/^SIG/, "");
  // RTMIN+03 is RTMIN+3.
  const [, base, digits] = /^(RTM(?:IN\+|AX-))0*([0-9]+)$/.exec(name) ?? [];
  return signals.get(base === undefined ? name : `${base}${digits}`);
}

/** The bits to drop. */
export function capabilityOf(text: string): bigint | undefined {
  const name = text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
  if (name === "ALL") return EVERY_CAPABILITY;
  const number = capabilities.get(name.replace(/^CAP_/, ""));
  return number === undefined ? undefined : 1n << BigInt(number);
}

export interface Limit {
  readonly resource: number;
  readonly soft: bigint;
  readonly hard: bigint;
}

const UNLIMITED = 2n ** 64n - 1n;

export function limitOf(text: string): Limit | undefined {
  const [, name, soft, hard = soft] = /^([^=]*)=([^:]*)(?::([\s\S]*))?$/.exec(text) ?? [];
  if (name === undefined || soft === undefined || hard === undefined) return undefined;
  const [low, high] = [soft, hard].map((word) => (word === "unlimited" ? UNLIMITED : whole(word, 2n ** 63n - 1n)));
  if (low === undefined || high === undefined || low > high) return undefined;
  const resource = resources.get(name);
  return resource === undefined ? undefined : { resource, soft: low, hard: high };
}

/** Milliseconds. */
export function timeOf(text: string): number | undefined {
  const [, digits, unit] = /^([0-9]+)(ms|s|m|h|)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const each = MILLISECONDS[unit as keyof typeof MILLISECONDS];
  const count = whole(digits, BigInt(LONGEST_TIME));
  if (count === undefined) return undefined;
  const total = Number(count) * each;
  return total <= LONGEST_TIME ? total : undefined;
}

/** A number as the kernel reads it from a file of /proc (kstrtoint() with base 0): one that begins with 0 is octal. */
export function kernelNumber(text: string): number {
  const [, sign, digits = ""] = /^(-?)([0-9]+)$/.exec(text) ?? [];
  const isOctal = digits.length > 1 && digits.startsWith("0");
  const value = Number(isOctal ? `0o${digits}` : digits || NaN);
  return sign === "-" ? 0 - value : value;
}
