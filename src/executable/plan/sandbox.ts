import { Namespace } from "../linux/flags";
import { JoinedNamespace, joinedKinds } from "../sandbox/join";
import { IdRange } from "./id-map";

/** What an operation on the new root's files does. */
export enum Operation {
  BIND,
  BIND_FILE,
  REMOUNT_READ_ONLY,
  OVERLAY_SOURCE,
  OVERLAY,
  TEMPORARY_OVERLAY,
  READ_ONLY_OVERLAY,
  PROC,
  DEVICES,
  TEMPORARY,
  MESSAGE_QUEUES,
  DIRECTORY,
  FILE,
  DATA,
  LINK,
  CHANGE_MODE,
  MASK,
  READ_ONLY_PATH,
  SYSTEM_FILES,
  CONTROL_GROUPS,
}

/** An operation on the new root's files, as an option asks for it; they are done in the order of the options. */
export class FileOperation {
  next: FileOperation | null = null;
  previous: FileOperation | null = null;
  /** Native addresses of NUL-terminated paths; 0 for none. */
  source: u64 = 0;
  target: u64 = 0;
  /** A third path: an overlay's work directory. */
  work: u64 = 0;
  /** Where the content comes from, or what is bound; -1 for no descriptor. */
  file: i32 = -1;
  /** The file's or directory's mode; -1 when none was given. */
  mode: i32 = -1;
  /** A tmpfs's largest size in bytes; 0 for the kernel's own limit. */
  size: u64 = 0;
  /** What a mount is given besides what the kind of operation gives it: `Attribute`. */
  attributes: u64 = 0;
  /** A source that is not there is passed over. */
  mayBeMissing: bool = false;
  /** The copy of the source, where it was made ahead. */
  tree: i32 = -1;

  constructor(
    public kind: Operation,
    /** The option's name, for messages. */
    public option: string,
  ) {}
}

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
  disablesUserNamespaces: bool = false;
  assertsUserNamespacesDisabled: bool = false;
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

  newSession: bool = false;
  asPid1: bool = false;
  locks: LockFile | null = null;
  syncFile: i32 = -1;
  blockFile: i32 = -1;
  userBlockFile: i32 = -1;
  infoFile: i32 = -1;

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

  /** Somebody may be in the namespaces before the payload is. */
  get hasStrangers(): bool {
    return this.joined != null || this.userNamespace >= 0 || this.pidNamespace >= 0;
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
