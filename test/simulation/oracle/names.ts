// The names that options take, and their numbers, from other sources than the executable's own lists.

import { constants } from "node:os";

/** As C libraries count them: they keep 32 and 33 for themselves. */
const REAL_TIME = 34;
export const LAST_SIGNAL = 64;

/** Numbers by name, without the SIG. */
export const signals = new Map<string, number>();
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
export const resources = new Map(
  Object.entries({
    ...{ as: 9, core: 4, cpu: 0, data: 2, fsize: 1, locks: 10, memlock: 8, msgqueue: 12, nice: 13, nofile: 7 },
    ...{ nproc: 6, rss: 5, rtprio: 14, rttime: 15, sigpending: 11, stack: 3 },
  }),
);

/** Numbers of linux/capability.h. */
export const capabilities = new Map(
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

export const signalNames: readonly string[] = [...signals.keys()];
export const resourceNames: readonly string[] = [...resources.keys()];
export const capabilityNames: readonly string[] = [...capabilities.keys()];
