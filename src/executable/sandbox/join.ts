import { Errno, putErrno } from "../linux/errno";
import { AT_FDCWD, Namespace, Open, Prctl } from "../linux/flags";
import * as linux from "../linux/linux";
import { terminated } from "../support/bytes";
import { indexOfWord, putWord } from "../support/word-list";
import { giveUp, problem } from "./failure/failure";

const names: usize = wordList("user,mount,pid,net,ipc,uts,cgroup,time");
const kinds: StaticArray<i32> = [
  Namespace.USER,
  Namespace.MOUNT,
  Namespace.PID,
  Namespace.NETWORK,
  Namespace.IPC,
  Namespace.UTS,
  Namespace.CGROUP,
  Namespace.TIME,
];
const USER = 0;
const MOUNT = 1;
/** What the kernel shows for an id that the user namespace does not map (kernel.overflowuid). */
export const UNMAPPED: u32 = 65_534;

/** A namespace of somebody else's that the sandbox is to be in. */
export class JoinedNamespace {
  private file: i32 = -1;
  private isEntered: bool = false;

  constructor(
    /** The one that was given before. */
    readonly previous: JoinedNamespace | null,
    private readonly index: i32,
    private readonly path: string,
  ) {}

  /** A `Namespace` bit. */
  get kind(): i32 {
    return kinds[this.index];
  }

  /** Opens this one and those before it, by the paths as the caller sees them. */
  openAll(): void {
    const before = this.previous;
    if (before != null) before.openAll();
    this.file = linux.openat(AT_FDCWD, terminated(this.path), Open.READ | Open.CLOSE_ON_EXEC, 0);
    if (this.file < 0) this.refuse(this.file);
  }

  /**
   * Enters all but the mount namespace. First what may be ours to enter with the privileges that we have, then the user
   * namespace, and with the privileges that we have in there what belongs to it (nsexec.c of runc has this order).
   */
  enterAll(): void {
    // Whoever is in there already is not to get at us (CVE-2016-9962, runc).
    linux.prctl(Prctl.SET_DUMPABLE, 0, 0);
    this.enterEach(false, false);
    this.enterEach(true, true);
    this.enterEach(false, true);
  }

  private enterEach(isUser: bool, must: bool): void {
    const before = this.previous;
    if (before != null) before.enterEach(isUser, must);
    if (this.isEntered || this.index == MOUNT || isUser != (this.index == USER)) return;
    const result = linux.setns(this.file, this.kind);
    if (result < 0 && (must || result != -Errno.EPERM)) this.refuse(result);
    this.isEntered = result >= 0;
  }

  /** Enters the mount namespace: in the child, as the supervisor goes on with the caller's files. */
  enterMounts(): void {
    const before = this.previous;
    if (before != null) before.enterMounts();
    if (this.index != MOUNT) return;
    const result = linux.setns(this.file, Namespace.MOUNT);
    if (result < 0) this.refuse(result);
  }

  private refuse(result: i32): void {
    const line = problem().text("cannot join the ");
    putWord(line, names, this.index);
    putErrno(line.text(" namespace ").outside(this.path).text(": "), -result);
    if (result == -Errno.EPERM)
      line.text("; it takes privileges in the user namespace that it belongs to: join that too, and make none");
    giveUp(line);
  }
}

/** Reads `KIND:PATH`; null when it is none. */
export function parseJoin(text: string, previous: JoinedNamespace | null): JoinedNamespace | null {
  const colon = text.indexOf(":");
  if (colon < 0 || colon == text.length - 1) return null;
  const index = indexOfWord(names, text.substring(0, colon));
  return index < 0 ? null : new JoinedNamespace(previous, index, text.substring(colon + 1));
}

/** The kinds of namespace that are joined, a `Namespace` bit each. */
export function joinedKinds(last: JoinedNamespace | null): i32 {
  return last == null ? 0 : last.kind | joinedKinds(last.previous);
}
