import { statusOf } from "../../linux/file-status";
import { AT_FDCWD, F_GETFD, F_OK, Namespace } from "../../linux/flags";
import * as linux from "../../linux/linux";
import { FileType } from "../../linux/mount-flags";
import { FileOperation } from "../../plan/file-operation";
import { Plan } from "../../plan/plan";
import { Sandbox } from "../../plan/sandbox";
import { askForFile } from "../../reexec/brought-arguments";
import { putErrno } from "../../report/errno-phrases";
import { refuse } from "../../report/messages";
import { terminated } from "../../support/bytes";

/** Refuses what cannot be had together, as the options ask for it. */
export function checkOptions(plan: Plan, sandbox: Sandbox): void {
  // What is joined is not made, and what is done to the one that was asked for would be done to its owner's.
  const makesUser = (sandbox.has(Namespace.USER) && !sandbox.joins(Namespace.USER)) || sandbox.uidMap != null;
  if (sandbox.userBlockFile >= 0) {
    wants(plan, makesUser, bytes("--userns-block-fd"), bytes("--unshare-user"));
    wants(plan, sandbox.infoFile >= 0, bytes("--userns-block-fd"), bytes("--info-fd"));
    excludes(plan, sandbox.disablesUserNamespaces, bytes("--disable-userns"), bytes("--userns-block-fd"));
  }
  if (sandbox.userNamespace >= 0) {
    excludes(plan, makesUser, bytes("--userns"), bytes("--unshare-user"));
    excludes(
      plan,
      (sandbox.tried & Namespace.USER) != 0,
      bytes("--userns"),
      bytes("--unshare-user-try or --unshare-all"),
    );
  }
  if (sandbox.disablesUserNamespaces) wants(plan, makesUser, bytes("--disable-userns"), bytes("--unshare-user"));
  if (sandbox.asPid1) {
    wants(plan, sandbox.has(Namespace.PID), bytes("--as-pid-1"), bytes("--unshare-pid"));
    // Nobody would be there to hold the lock.
    excludes(plan, sandbox.locks != null, bytes("--as-pid-1"), bytes("--lock-file"));
  }
  // Without a namespace of our own it would be the host's.
  const hasNames = sandbox.has(Namespace.UTS) || sandbox.joins(Namespace.UTS);
  if (sandbox.hostName != 0) wants(plan, hasNames, bytes("--hostname"), bytes("--unshare-uts"));
  if (sandbox.domainName != 0) wants(plan, hasNames, bytes("--domainname"), bytes("--unshare-uts"));
  checkDescriptors(plan, sandbox);
  const isLabelled = sandbox.execLabel != 0 || sandbox.fileLabel != 0;
  if (isLabelled && linux.faccessat(AT_FDCWD, bytes("/sys/fs/selinux/enforce"), F_OK) < 0)
    refuse(
      plan.messages,
      plan.messages.fatal().text("--exec-label and --file-label need SELinux, which is not enabled here"),
    );
}

/** The same, when it is known which namespaces there will be. */
export function checkNamespaces(plan: Plan, sandbox: Sandbox, uid: u32, gid: u32): void {
  const mapped = sandbox.has(Namespace.USER) || sandbox.joins(Namespace.USER) || sandbox.userNamespace >= 0;
  if (sandbox.uidOr(uid) != uid) wants(plan, mapped, bytes("--uid"), bytes("--unshare-user or --userns"));
  if (sandbox.asksPropagation)
    wants(plan, sandbox.has(Namespace.MOUNT), bytes("--propagation"), bytes("an option that mounts, as --ro-bind"));
  if (sandbox.gidOr(gid) != gid) wants(plan, mapped, bytes("--gid"), bytes("--unshare-user or --userns"));
  if (plan.closesDescriptors && (sandbox.has(Namespace.MOUNT) || sandbox.joins(Namespace.MOUNT))) checkStreams(plan);
}

function wants(plan: Plan, hasIt: bool, option: usize, other: usize): void {
  if (!hasIt) refuse(plan.messages, plan.messages.fatal().bytes(option).text(" requires ").bytes(other));
}

function excludes(plan: Plan, hasIt: bool, option: usize, other: usize): void {
  if (hasIt) refuse(plan.messages, plan.messages.fatal().bytes(option).text(" cannot be combined with ").bytes(other));
}

/** One that is a directory leads out by fchdir(2), as any other would (CVE-2024-21626); nobody reads or writes one. */
function checkStreams(plan: Plan): void {
  for (let file = 0; file < 3; file++) {
    const status = statusOf(file);
    const isHarmless =
      status == null ? linux.fcntl(file, F_GETFD, 0) < 0 : (status.mode & FileType.MASK) != FileType.DIRECTORY;
    if (isHarmless) continue;
    const line = plan.messages.fatal().text("the standard stream ").number(file);
    refuse(plan.messages, line.text(" is a directory, or cannot be looked at: it would lead out; give /dev/null"));
  }
}

/** A descriptor that is not open would be found out by a stage that cannot know any more whose it was. */
function checkDescriptors(plan: Plan, sandbox: Sandbox): void {
  checkOpen(plan, plan.statusFile, bytes("--json-status-fd"));
  checkOpen(plan, sandbox.infoFile, bytes("--info-fd"));
  checkOpen(plan, sandbox.blockFile, bytes("--block-fd"));
  checkOpen(plan, sandbox.userBlockFile, bytes("--userns-block-fd"));
  checkOpen(plan, sandbox.syncFile, bytes("--sync-fd"));
  checkOpen(plan, sandbox.userNamespace, bytes("--userns"));
  checkOpen(plan, sandbox.secondUserNamespace, bytes("--userns2"));
  checkOpen(plan, sandbox.pidNamespace, bytes("--pidns"));
  let operation = sandbox.firstOperation;
  while (operation != null) {
    const current: FileOperation = operation;
    if (current.file >= 0) checkOpen(plan, current.file, terminated(current.option));
    operation = current.next;
  }
}

function checkOpen(plan: Plan, file: i32, option: usize): void {
  const result = file < 0 ? 0 : askForFile(file);
  if (result < 0)
    refuse(plan.messages, putErrno(plan.messages.fatal().bytes(option).text(" ").number(file).text(": "), -result));
}
