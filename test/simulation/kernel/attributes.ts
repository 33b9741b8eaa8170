// What execve leaves a process beside its signals and descriptors: credentials,
// capabilities, limits, the working directory. With the rules of the kernel by
// which it changes (credentials(7), capabilities(7), prlimit(2)).

import { Errno } from "./errno.ts";

/** CAP_LAST_CAP */
const LAST_CAPABILITY = 40;
const EVERY_CAPABILITY = (1n << BigInt(LAST_CAPABILITY + 1)) - 1n;
export const Capability = {
  CHOWN: 0,
  SETGID: 6,
  SETUID: 7,
  SETPCAP: 8,
  NET_RAW: 13,
  SYS_ADMIN: 21,
  SYS_RESOURCE: 24,
} as const;
/** What Docker leaves root in a container. */
const CONTAINER: readonly number[] = [0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31];
export const NOFILE = 7;
export const UNLIMITED = 0xffff_ffff_ffff_ffffn;
/** /proc/sys/fs/nr_open */
const MOST_FILES = 1_048_576n;
/** (uid_t)-1: the id stays. */
const UNCHANGED = 0xffff_ffff;

/** Who starts the init: root with every capability, root in a container, or nobody special. */
export type Identity = "root" | "container" | "user";
/** Real, effective, saved. */
export type Ids = readonly [number, number, number];

export interface Limit {
  readonly soft: bigint;
  readonly hard: bigint;
}

export interface CapabilitySets {
  readonly effective: bigint;
  readonly permitted: bigint;
  readonly inheritable: bigint;
}

export class Attributes {
  uids: Ids = [0, 0, 0];
  gids: Ids = [0, 0, 0];
  groups: readonly number[] = [0];
  sets: CapabilitySets = { effective: EVERY_CAPABILITY, permitted: EVERY_CAPABILITY, inheritable: 0n };
  bounding: bigint = EVERY_CAPABILITY;
  noNewPrivileges = false;
  /** Its session keyring is not the caller's. */
  hasOwnKeyring = false;
  /** How many filters of system calls it has. */
  filters = 0;
  limits: ReadonlyMap<number, Limit> = new Map([[NOFILE, { soft: 1024n, hard: 4096n }]]);
  oomScore = 0;
  directory = "/work";
  umask = 0o22;
  /** The descriptors that execve closes. */
  closing: ReadonlySet<number> = new Set();

  constructor(identity: Identity) {
    if (identity === "container") {
      this.bounding = CONTAINER.reduce((set, capability) => set | (1n << BigInt(capability)), 0n);
      // Docker before 20.10.14 left them inheritable, too (CVE-2022-24769).
      this.sets = { effective: this.bounding, permitted: this.bounding, inheritable: this.bounding };
    } else if (identity === "user") {
      this.uids = this.gids = [1000, 1000, 1000];
      this.groups = [1000];
      this.sets = { effective: 0n, permitted: 0n, inheritable: 0n };
    }
  }

  /** The same for a child. */
  copy(): Attributes {
    return Object.assign(Object.create(Attributes.prototype) as Attributes, this);
  }

  has(capability: number): boolean {
    return ((this.sets.effective >> BigInt(capability)) & 1n) !== 0n;
  }

  setGroups(groups: readonly number[]): number {
    if (!this.has(Capability.SETGID)) return -Errno.EPERM;
    this.groups = groups;
    return 0;
  }

  setGids(wanted: Ids): number {
    const ids = change(this.gids, wanted, this.has(Capability.SETGID));
    if (ids === undefined) return -Errno.EPERM;
    this.gids = ids;
    return 0;
  }

  setUids(wanted: Ids): number {
    const before = this.uids;
    const ids = change(before, wanted, this.has(Capability.SETUID));
    if (ids === undefined) return -Errno.EPERM;
    this.uids = ids;
    const { permitted, inheritable } = this.sets;
    // Who is root in no way any more loses what root had.
    if (before.includes(0) && !ids.includes(0)) this.sets = { effective: 0n, permitted: 0n, inheritable };
    else if (before[1] === 0 && ids[1] !== 0) this.sets = { ...this.sets, effective: 0n };
    else if (before[1] !== 0 && ids[1] === 0) this.sets = { ...this.sets, effective: permitted };
    return 0;
  }

  setCapabilities(wanted: CapabilitySets): number {
    const { permitted, inheritable } = this.sets;
    if ((wanted.permitted & ~permitted) !== 0n || (wanted.effective & ~wanted.permitted) !== 0n) return -Errno.EPERM;
    const limit = this.has(Capability.SETPCAP) ? this.bounding : permitted;
    if ((wanted.inheritable & ~(inheritable | limit)) !== 0n) return -Errno.EPERM;
    this.sets = wanted;
    return 0;
  }

  /** PR_CAPBSET_READ */
  isBounding(capability: number): number {
    if (capability < 0 || capability > LAST_CAPABILITY) return -Errno.EINVAL;
    return Number((this.bounding >> BigInt(capability)) & 1n);
  }

  /** PR_CAPBSET_DROP */
  dropBounding(capability: number): number {
    if (!this.has(Capability.SETPCAP)) return -Errno.EPERM;
    if (capability < 0 || capability > LAST_CAPABILITY) return -Errno.EINVAL;
    this.bounding &= ~(1n << BigInt(capability));
    return 0;
  }

  limit(resource: number): Limit {
    return this.limits.get(resource) ?? { soft: UNLIMITED, hard: UNLIMITED };
  }

  setLimit(resource: number, wanted: Limit): number {
    if (resource < 0 || resource > 15 || wanted.soft > wanted.hard) return -Errno.EINVAL;
    if (resource === NOFILE && wanted.hard > MOST_FILES) return -Errno.EPERM;
    if (wanted.hard > this.limit(resource).hard && !this.has(Capability.SYS_RESOURCE)) return -Errno.EPERM;
    this.limits = new Map(this.limits).set(resource, wanted);
    return 0;
  }

  /** A write to /proc/self/oom_score_adj; its result. */
  writeOomScore(text: string): number {
    if (!/^-?\d+$/.test(text)) return -Errno.EINVAL;
    const score = Number(text);
    if (score < -1000 || score > 1000) return -Errno.EINVAL;
    if (score < this.oomScore && !this.has(Capability.SYS_RESOURCE)) return -Errno.EACCES;
    this.oomScore = score;
    return text.length;
  }
}

/** What becomes of ids that are to be changed; undefined when that is not allowed. */
function change(ids: Ids, wanted: Ids, isPrivileged: boolean): Ids | undefined {
  const next = wanted.map((id, i) => (id === UNCHANGED ? ids[i] : id)) as unknown as Ids;
  return isPrivileged || next.every((id) => ids.includes(id)) ? next : undefined;
}
