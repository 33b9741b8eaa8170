import { Errno } from "../linux/errno";
import { AT_FDCWD, Namespace, Open } from "../linux/flags";
import * as linux from "../linux/linux";
import { JoinedNamespace } from "../plan/joined-namespace";
import { putErrno } from "../report/errno-phrases";
import { terminated } from "../support/bytes";
import { giveUp, problem } from "./failure/failure";

/** Opens the namespaces that are to be joined, by their paths as the caller sees them. */
export function openJoined(last: JoinedNamespace | null): void {
  if (last == null) return;
  openJoined(last.previous);
  last.file = linux.openat(AT_FDCWD, terminated(last.path), Open.READ | Open.CLOSE_ON_EXEC | Open.NON_BLOCKING, 0);
  if (last.file < 0) refuseToJoin(last, last.file);
}

/**
 * Enters all but the mount namespace. First what may be ours to enter with the privileges that we have, then the user
 * namespace, and with the privileges that we have in there what belongs to it (nsexec.c of runc has this order).
 */
export function enterJoined(last: JoinedNamespace): void {
  enterEach(last, false, false);
  enterEach(last, true, true);
  enterEach(last, false, true);
}

function enterEach(last: JoinedNamespace | null, isUser: bool, must: bool): void {
  if (last == null) return;
  enterEach(last.previous, isUser, must);
  if (last.isEntered || last.kind == Namespace.MOUNT || isUser != (last.kind == Namespace.USER)) return;
  const result = linux.setns(last.file, last.kind);
  if (result < 0 && (must || result != -Errno.EPERM)) refuseToJoin(last, result);
  last.isEntered = result >= 0;
}

/** Enters the mount namespace: in the child, as the supervisor goes on with the caller's files. */
export function enterJoinedMounts(last: JoinedNamespace | null): void {
  if (last == null) return;
  enterJoinedMounts(last.previous);
  if (last.kind != Namespace.MOUNT) return;
  const result = linux.setns(last.file, Namespace.MOUNT);
  if (result < 0) refuseToJoin(last, result);
}

function refuseToJoin(joined: JoinedNamespace, result: i32): void {
  const line = joined.putKind(problem().text("cannot join the "));
  putErrno(line.text(" namespace ").outside(joined.path).text(": "), -result);
  if (result == -Errno.EPERM)
    line.text("; it takes privileges in the user namespace that it belongs to: join that too, and make none");
  giveUp(line);
}
