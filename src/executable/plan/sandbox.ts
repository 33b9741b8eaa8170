import { Namespace } from "../linux/flags";
import { FileOperation, Operation } from "./file-operation";
import { IdRange } from "./id-map";
import { JoinedNamespace, joinedKinds } from "./joined-namespace";

/** A file that is locked as long as the sandbox is there. */
export class LockFile {
  constructor(
    public previous: LockFile | null,
    public path: u64,
  ) {}
}

/** The sandbox that is asked for; null in the plan when none is. */
export class Sandbox {
  /** The namespaces to be made, a `Namespace` bit each. */
  namespaces: i32 = 0;
  /** Those of them that are made only where the kernel has them and lets us. */
  tried: i32 = 0;
  /** Not among `namespaces`: clone(2) has its bit for something else. */
  unsharesTime: bool = false;
  /** Seconds that are added to what the clocks say outside. */
  monotonicOffset: i64 = 0;
  boottimeOffset: i64 = 0;

  // Descriptors of namespaces to join; -1 for none
  userNamespace: i32 = -1;
  secondUserNamespace: i32 = -1;
  pidNamespace: i32 = -1;
  /** Namespaces to join by their paths, the last one. */
  joined: JoinedNamespace | null = null;

  /** Root started it. */
  isRoots: bool = false;
  /** In `--dev` the caller's devices are mounted, in a directory that may hold none. */
  bindsDevices: bool = false;
  /** The last operation on files that `--confine` stands for; null without that option. */
  confinement: FileOperation | null = null;
  disablesUserNamespaces: bool = false;
  assertsUserNamespacesDisabled: bool = false;
  /** It is in a control group with limits, which its command could undo where it may write to that: an ordinary caller owns it. */
  isLimited: bool = false;
  /** Who the payload is inside; -1 for the caller's own. */
  uid: i64 = -1;
  gid: i64 = -1;
  /** The maps of its user namespace, the last line; null for one of the caller's id alone. */
  uidMap: IdRange | null = null;
  gidMap: IdRange | null = null;
  hostName: u64 = 0;
  domainName: u64 = 0;
  /** SELinux's labels of the command, and of the files that are made. */
  execLabel: u64 = 0;
  fileLabel: u64 = 0;

  firstOperation: FileOperation | null = null;
  lastOperation: FileOperation | null = null;
  /** devpts wants a user 0 in its user namespace. */
  needsDevpts: bool = false;

  /** Nothing that is mounted outside later comes in; and whether an option says so, or that it does. */
  isPrivate: bool = false;
  asksPropagation: bool = false;
  /** The command starts in the caller's directory, or not at all, unless it is to start in another one. */
  needsDirectory: bool = false;
  newSession: bool = false;
  asPid1: bool = false;
  locks: LockFile | null = null;
  syncFile: i32 = -1;
  blockFile: i32 = -1;
  userBlockFile: i32 = -1;
  infoFile: i32 = -1;

  /**
   * Who a confined command is, where no option says it; `uid`: its caller. Root's
   * has ids that nobody is given, neither users nor containers nor users of these
   * (systemd's "Users, Groups, UIDs and GIDs"). A map of ranges leaves no room for
   * the second user namespace, which denies others; the seccomp profile does that.
   */
  completeIdentity(uid: u32): void {
    if (this.confinement == null) return;
    if (uid == 0 && this.uidMap == null && this.gidMap == null) {
      this.uidMap = new IdRange(null, 0, 2_000_000_000, 65_536);
      this.gidMap = this.uidMap;
      if (this.uid < 0) this.uid = 1000;
      if (this.gid < 0) this.gid = 1000;
    }
    if (this.uidMap == null) this.disablesUserNamespaces = true;
  }

  add(operation: FileOperation): void {
    const last = this.lastOperation;
    if (last == null) this.firstOperation = operation;
    else last.next = operation;
    operation.previous = last;
    this.lastOperation = operation;
  }

  has(namespace: i32): bool {
    return (this.namespaces & namespace) != 0;
  }

  joins(namespace: i32): bool {
    return (joinedKinds(this.joined) & namespace) != 0;
  }

  /** The payload is in a user namespace that is somebody's already. */
  get joinsUserNamespace(): bool {
    return this.userNamespace >= 0 || this.secondUserNamespace >= 0 || this.joins(Namespace.USER);
  }

  /** The payload is in another user namespace than its caller. */
  get changesUserNamespace(): bool {
    return this.joinsUserNamespace || this.has(Namespace.USER);
  }

  /**
   * Somebody who may have every capability over the set-up's process may also
   * see it among the processes. Its user namespace is theirs: then they may be
   * where the caller is, too. Or it is new, and they have its owner's id, as root
   * has in a container without user namespaces (cap_capable() in the kernel's
   * commoncap.c): those are in a PID namespace that is joined.
   */
  get isSeenByStrangers(): bool {
    return this.joinsUserNamespace || (this.changesUserNamespace && this.joinsPidNamespace);
  }

  private get joinsPidNamespace(): bool {
    return this.pidNamespace >= 0 || this.joins(Namespace.PID);
  }

  /** Somebody may be in the namespaces before the payload is. */
  get hasStrangers(): bool {
    return this.joined != null || this.userNamespace >= 0 || this.pidNamespace >= 0;
  }

  /** `statusFile`: the plan's. Whether nothing is told of the sandbox when it is there. */
  isSilent(statusFile: i32): bool {
    return statusFile < 0 && this.infoFile < 0;
  }

  uidOr(callers: u32): u32 {
    return this.uid < 0 ? callers : <u32>this.uid;
  }

  gidOr(callers: u32): u32 {
    return this.gid < 0 ? callers : <u32>this.gid;
  }

  /** How many sources of an overlay are the last operations. */
  get lastSources(): i32 {
    let count = 0;
    let source = this.lastOperation;
    while (source != null) {
      const current: FileOperation = source;
      if (current.kind != Operation.OVERLAY_SOURCE) break;
      count++;
      source = current.previous;
    }
    return count;
  }

  /** Whether an init of ours is between the supervisor and the payload. */
  get hasInit(): bool {
    const needsOne = this.has(Namespace.PID) || this.locks != null || this.syncFile >= 0;
    return needsOne && !this.asPid1;
  }
}
