import { Errno } from "../../linux/errno";
import { statusOf } from "../../linux/file-status";
import { ACCESS_MODE, AT_FDCWD, F_GETFD, F_GETFL, F_OK, Namespace, Open } from "../../linux/flags";
import * as linux from "../../linux/linux";
import { FileType } from "../../linux/mount-flags";
import { FileOperation, Operation } from "../../plan/file-operation";
import { Plan } from "../../plan/plan";
import { Sandbox } from "../../plan/sandbox";
import { askForFile } from "../../reexec/brought-arguments";
import { putErrno } from "../../report/errno-phrases";
import { refuse } from "../../report/messages";
import { isBubblewraps, putEither } from "../../report/wording";
import { stringFrom, terminated } from "../../support/bytes";

/** Refuses what cannot be had together, as the options ask for it. */
export function checkOptions(plan: Plan, sandbox: Sandbox): void {
  // What is joined is not made, and what is done to the one that was asked for would be done to its owner's.
  const makesUser = (sandbox.has(Namespace.USER) && !sandbox.joins(Namespace.USER)) || sandbox.uidMap != null;
  if (sandbox.userBlockFile >= 0) {
    wants(plan, makesUser, bytes("--userns-block-fd"), bytes("--unshare-user"));
    wants(plan, sandbox.infoFile >= 0, bytes("--userns-block-fd"), bytes("--info-fd"));
    excludes(
      plan,
      sandbox.disablesUserNamespaces,
      words("--disable-userns|--disable-userns is not compatible with  --userns-block-fd!"),
      bytes("--userns-block-fd"),
    );
  }
  if (sandbox.userNamespace >= 0) {
    excludes(plan, makesUser, words("--userns|--userns not compatible --unshare-user!"), bytes("--unshare-user"));
    excludes(
      plan,
      (sandbox.tried & Namespace.USER) != 0,
      words("--userns|--userns not compatible --unshare-user-try!"),
      words("--unshare-user-try or --unshare-all"),
    );
  }
  if (sandbox.disablesUserNamespaces) wants(plan, makesUser, bytes("--disable-userns"), bytes("--unshare-user"));
  if (sandbox.asPid1) {
    wants(plan, sandbox.has(Namespace.PID), words("--as-pid-1|Specifying --as-pid-1"), bytes("--unshare-pid"));
    // Nobody would be there to hold the lock.
    excludes(
      plan,
      sandbox.locks != null,
      words("--as-pid-1|Specifying --as-pid-1 and --lock-file is not permitted!"),
      bytes("--lock-file"),
    );
    // Who listens is its brother, and PID 1 can have none (CLONE_PARENT of clone(2)).
    excludes(plan, plan.tellsDenials, bytes("--as-pid-1"), bytes("--log-denied"));
  }
  // Without a namespace of our own it would be the host's.
  const hasNames = sandbox.has(Namespace.UTS) || sandbox.joins(Namespace.UTS);
  if (sandbox.hostName != 0) wants(plan, hasNames, words("--hostname|Specifying --hostname"), bytes("--unshare-uts"));
  if (sandbox.domainName != 0) wants(plan, hasNames, bytes("--domainname"), bytes("--unshare-uts"));
  checkDescriptors(plan, sandbox);
  const isLabelled = sandbox.execLabel != 0 || sandbox.fileLabel != 0;
  if (isLabelled && linux.faccessat(AT_FDCWD, bytes("/sys/fs/selinux/enforce"), F_OK) < 0)
    refuseAs(
      plan,
      words("--exec-label and --file-label|labeling not supported on this system!"),
      words(" need SELinux, which is not enabled here"),
      bytes(""),
    );
}

/** The same, when it is known which namespaces there will be. */
export function checkNamespaces(plan: Plan, sandbox: Sandbox, uid: u32, gid: u32): void {
  const mapped = sandbox.has(Namespace.USER) || sandbox.joins(Namespace.USER) || sandbox.userNamespace >= 0;
  if (sandbox.uidOr(uid) != uid)
    wants(plan, mapped, words("--uid|Specifying --uid"), words("--unshare-user or --userns"));
  if (sandbox.asksPropagation)
    wants(plan, sandbox.has(Namespace.MOUNT), bytes("--propagation"), words("an option that mounts, as --ro-bind"));
  if (sandbox.gidOr(gid) != gid)
    wants(plan, mapped, words("--gid|Specifying --gid"), words("--unshare-user or --userns"));
  if (plan.closesDescriptors && (sandbox.has(Namespace.MOUNT) || sandbox.joins(Namespace.MOUNT))) checkStreams(plan);
}

/** `option`, here and below, is as wording.ts has it; bubblewrap's words may say it all. */
function wants(plan: Plan, hasIt: bool, option: usize, other: usize): void {
  if (!hasIt) refuseAs(plan, option, words(" requires "), other);
}

function excludes(plan: Plan, hasIt: bool, option: usize, other: usize): void {
  if (hasIt) refuseAs(plan, option, words(" cannot be combined with "), other);
}

function refuseAs(plan: Plan, text: usize, verb: usize, other: usize): void {
  const line = plan.messages.fatal();
  if (!putEither(line, text)) line.packed(verb).packed(other);
  refuse(plan.messages, line);
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
  checkOpen(plan, plan.statusFile, words("--json-status-fd|Write to info_fd!"));
  checkOpen(plan, sandbox.infoFile, words("--info-fd|Write to info_fd!"));
  checkOpen(plan, sandbox.blockFile, bytes("--block-fd"));
  checkOpen(plan, sandbox.userBlockFile, bytes("--userns-block-fd"));
  checkOpen(plan, sandbox.syncFile, bytes("--sync-fd"));
  checkOpen(plan, sandbox.userNamespace, words("--userns|Joining specified user namespace failed!"));
  checkOpen(plan, sandbox.secondUserNamespace, words("--userns2|Setting userns2 failed!"));
  checkOpen(plan, sandbox.pidNamespace, words("--pidns|Setting pidns failed!"));
  let operation = sandbox.firstOperation;
  while (operation != null) {
    const current: FileOperation = operation;
    if (current.file >= 0) checkOpen(plan, current.file, terminated(current.option), current);
    operation = current.next;
  }
}

function checkOpen(plan: Plan, file: i32, option: usize, operation: FileOperation | null = null): void {
  let result = file < 0 ? 0 : askForFile(file);
  // Who waits for what is told would wait for ever.
  const isToBeWritten = file >= 0 && (file == plan.statusFile || file == plan.sandbox!.infoFile);
  if (result >= 0 && isToBeWritten && (linux.fcntl(file, F_GETFL, 0) & ACCESS_MODE) == Open.READ) result = -Errno.EBADF;
  if (result >= 0) return;
  const line = plan.messages.fatal();
  let errno = -result;
  if (operation == null || !isBubblewraps()) {
    if (!putEither(line, option)) line.text(" ").number(file);
  } else if (operation.kind == Operation.BIND_FILE) {
    line.text("Can't find source path /proc/self/fd/").number(file);
    errno = Errno.ENOENT;
  } else line.text("Can't write data to file ").outside(stringFrom(operation.target));
  refuse(plan.messages, putErrno(line.text(": "), errno));
}
