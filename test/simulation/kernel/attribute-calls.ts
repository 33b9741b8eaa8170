// The system calls about what a process is: credentials, limits, its working directory.

import { type Attributes, Capability, type CapabilitySets } from "./attributes.ts";
import { Errno } from "./errno.ts";
import type { CallContext } from "./file-calls.ts";
import type { SystemCalls } from "./module.ts";

const PR_SET_PDEATHSIG = 1;
const KEYCTL_JOIN_SESSION_KEYRING = 1;
/** A key's number. */
const CALLERS_KEYRING = 1000;
const PR_SET_SECCOMP = 22;
const SECCOMP_MODE_FILTER = 2n;
const PR_CAPBSET_READ = 23;
const PR_CAPBSET_DROP = 24;
const PR_SET_CHILD_SUBREAPER = 36;
const PR_GET_CHILD_SUBREAPER = 37;
const PR_SET_NO_NEW_PRIVS = 38;
/** _LINUX_CAPABILITY_VERSION_3 (capget(2)) */
const VERSION = 0x2008_0522;
/** How many supplementary groups there may be (NGROUPS_MAX). */
const MOST_GROUPS = 65_536;

export type AttributeCalls = Pick<
  SystemCalls,
  | "umask"
  | "getuid"
  | "getgid"
  | "getgroups"
  | "setgroups"
  | "setresgid"
  | "setresuid"
  | "capget"
  | "capset"
  | "keyctl"
  | "prlimit64"
  | "prctl"
  | "chdir"
>;

export function attributeCalls(context: CallContext): AttributeCalls {
  const { kernel, memory } = context;
  const own = (): Attributes => {
    const { attributes } = context.current();
    if (attributes === undefined) throw new Error(`${context.current()} has no attributes`);
    return attributes;
  };
  /** After a change of who acts the parent's death is the new one's own business (commit_creds(), kernel/cred.c). */
  const withCredentials = (change: () => number): number => {
    const { uids, gids } = own();
    const result = change();
    if (own().uids[1] !== uids[1] || own().gids[1] !== gids[1]) context.current().parentDeathSignal = 0;
    return result;
  };

  return {
    umask: (mode) => {
      const before = own().umask;
      own().umask = mode & 0o777;
      return before;
    },
    getuid: () => own().uids[0],
    getgid: () => own().gids[0],
    getgroups: (count, groups) => {
      const present = own().groups;
      if (count < present.length) return -Errno.EINVAL;
      memory.placeToWrite(groups, count * 4);
      present.forEach((group, i) => void memory.putI32(groups + i * 4, group));
      return present.length;
    },
    setgroups: (count, groups) => {
      if (count < 0 || count > MOST_GROUPS) return -Errno.EINVAL;
      if (count > 0) memory.place(groups, count * 4);
      return own().setGroups(Array.from({ length: count }, (_, i) => memory.getI32(groups + i * 4) >>> 0));
    },
    setresgid: (...ids) => withCredentials(() => own().setGids([ids[0] >>> 0, ids[1] >>> 0, ids[2] >>> 0])),
    setresuid: (...ids) => withCredentials(() => own().setUids([ids[0] >>> 0, ids[1] >>> 0, ids[2] >>> 0])),
    capget: (header, data) => {
      if (memory.getI32(header) !== VERSION || memory.getI32(header + 4) !== 0) return -Errno.EINVAL;
      memory.placeToWrite(data, 24);
      const { effective, permitted, inheritable } = own().sets;
      [effective, permitted, inheritable].forEach((set, i) => {
        memory.putI32(data + i * 4, Number(BigInt.asIntN(32, set)));
        memory.putI32(data + 12 + i * 4, Number(BigInt.asIntN(32, set >> 32n)));
      });
      return 0;
    },
    capset: (header, data) => {
      if (memory.getI32(header) !== VERSION || memory.getI32(header + 4) !== 0) return -Errno.EINVAL;
      memory.place(data, 24);
      const set = (i: number): bigint =>
        BigInt(memory.getI32(data + i * 4) >>> 0) | (BigInt(memory.getI32(data + 12 + i * 4) >>> 0) << 32n);
      const wanted: CapabilitySets = { effective: set(0), permitted: set(1), inheritable: set(2) };
      return own().setCapabilities(wanted);
    },
    keyctl: (operation, argument) => {
      if (operation !== KEYCTL_JOIN_SESSION_KEYRING) return CALLERS_KEYRING;
      if (argument !== 0n) throw new Error("a keyring with a name, which others can join");
      own().hasOwnKeyring = true;
      return CALLERS_KEYRING + 1;
    },
    prlimit64: (pid, resource, limit, previous) => {
      if (pid !== 0 || previous !== 0) throw new Error("prlimit(2) of another process, or for the limit that was");
      memory.place(limit, 16);
      return own().setLimit(resource, { soft: memory.getU64(limit), hard: memory.getU64(limit + 8) });
    },
    prctl: (option, argument) => {
      const process = context.current();
      switch (option) {
        case PR_SET_PDEATHSIG:
          process.parentDeathSignal = Number(argument);
          return 0;
        case PR_SET_CHILD_SUBREAPER:
          process.isSubreaper = argument !== 0n;
          return 0;
        case PR_GET_CHILD_SUBREAPER:
          context.bytesAt(argument, 4).set([process.isSubreaper ? 1 : 0, 0, 0, 0]);
          return 0;
        case PR_CAPBSET_READ:
          return own().isBounding(Number(argument));
        case PR_CAPBSET_DROP:
          return own().dropBounding(Number(argument));
        case PR_SET_SECCOMP:
          if (argument !== SECCOMP_MODE_FILTER) return -Errno.EINVAL;
          if (!own().noNewPrivileges && !own().has(Capability.SYS_ADMIN)) return -Errno.EACCES;
          own().filters++;
          return 0;
        case PR_SET_NO_NEW_PRIVS:
          if (argument !== 1n) return -Errno.EINVAL;
          own().noNewPrivileges = true;
          return 0;
        default:
          return -Errno.EINVAL;
      }
    },
    chdir: (path) => {
      const name = memory.text(path);
      const entry = name === "/" ? { kind: "directory" as const } : kernel.tree.entries.get(name);
      if (entry === undefined) return -Errno.ENOENT;
      if (entry.kind !== "directory") return -Errno.ENOTDIR;
      const mayEnter = !("owner" in entry) || entry.owner === undefined || entry.owner === own().uids[1];
      if (!mayEnter && !own().has(DAC_OVERRIDE)) return -Errno.EACCES;
      own().directory = name;
      return 0;
    },
  };
}

const DAC_OVERRIDE = 1;
