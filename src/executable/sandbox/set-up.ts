import { raiseAmbient } from "../confine/capabilities";
import { leaveKeyring, noKeyring } from "../confine/keyring";
import * as host from "../host/host";
import { Errno } from "../linux/errno";
import { AT_FDCWD, F_SETFD, FD_CLOEXEC, Namespace, Open } from "../linux/flags";
import { awaitInputOrEnd, FOR_EVER } from "../linux/input";
import * as linux from "../linux/linux";
import { copyTree, nameSources } from "../linux/mount";
import { Signal } from "../linux/signals";
import {
  isReachable,
  logicalDirectory,
  readLogicalDirectory,
  readWorkingDirectory,
  workingDirectory,
} from "../linux/working-directory";
import { closeAllButForCertain } from "../payload/close-descriptors";
import { Environment } from "../payload/environment";
import { homeOf } from "../payload/home";
import { PayloadChild } from "../payload/payload-child";
import { NO_TERMINAL, Terminal } from "../payload/terminal";
import { Plan } from "../plan/plan";
import { Sandbox } from "../plan/sandbox";
import { keepArgumentFiles } from "../reexec/brought-arguments";
import { HandshakeMessage, isAlone, send } from "../reexec/handshake";
import { StageArguments } from "../reexec/stage-arguments";
import { Report } from "../report/report";
import { isBubblewraps } from "../report/wording";
import { terminated } from "../support/bytes";
import { staticBuffer } from "../support/static-buffers";
import { becomeStage } from "./become-stage";
import { giveUp, must, mustBut, mustUnshare, problem, putPath } from "./failure/failure";
import { becomeMapped, writeMaps } from "./identity/single-id-map";
import { changesUser, locksMounts, makesSecond } from "./last-namespaces";
import { raiseLoopback } from "./network";
import { supervisorIs } from "./root/ghosts";
import { operate } from "./root/operations";
import { Root } from "./root/root";
import { takeSources } from "./root/whole-root";
import { awaitGo, beTraceable, beUntraceable, endWithParent } from "./stage";
import { enterTimeNamespace } from "./time";

const CAPACITY = 4096;
const callersLabel = staticBuffer(CAPACITY);
const byte = staticBuffer(1);
export const initName = bytes("rein-init");

/**
 * In the new namespaces: builds the root, and arranges everything else that
 * needs the privileges there. Ends the process, after saying why, when that
 * fails. Returns whether we have come into another user namespace than the one
 * that our memory belongs to, which is that of our execution.
 */
export function setUp(plan: Plan, given: StageArguments): bool {
  const sandbox = plan.sandbox!;
  closeOnExec(given, plan, sandbox);
  const hasAll = sandbox.has(Namespace.MOUNT) && takeSources(sandbox);
  // As in `takeOver`: somebody else may have started us with one of them.
  if (sandbox.uidMap != null && sandbox.gidMap != null) {
    becomeMapped(sandbox, given.uid, given.gid);
    // It was set anew by that, to what fs.suid_dumpable says (prctl(2)).
    beUntraceable();
  }
  // That change would clear the signal (prctl(2)).
  endWithSupervisor(given);
  // Here, so that the init has the caller's neither.
  if (plan.leavesKeyring) must(leaveKeyring(), noKeyring);
  const second = makesSecond(sandbox, given.uid, given.gid);
  const locks = locksMounts(plan, sandbox, given.uid, given.gid);
  const isMoved = changesUser(plan, sandbox, given.uid, given.gid);
  // The supervisor closes its own meanwhile, and whoever is last waits for the kernel to let go of the mount.
  if (!(isMoved || sandbox.isSeenByStrangers) || !sandbox.hasInit) linux.close(given.image);
  const path = bytes("/proc");
  // It is written to when the root is made, which may be the caller's and read-only: a mount of our own stays as it is. (In
  // somebody else's mount namespace the kernel makes none.)
  const proc = must(
    sandbox.has(Namespace.MOUNT) && (second || locks || sandbox.execLabel != 0)
      ? copyTree(AT_FDCWD, host.addressOf(path))
      : linux.openat(AT_FDCWD, path, Open.PATH | Open.CLOSE_ON_EXEC, 0),
    words("cannot open /proc|Can't open /proc"),
  );

  label(proc, bytes("thread-self/attr/fscreate"), sandbox.fileLabel);
  if (sandbox.unsharesTime) enterTimeNamespace(proc, sandbox);
  if (sandbox.hostName != 0)
    must(
      linux.sethostname(sandbox.hostName, host.length(sandbox.hostName)),
      words("Can't set hostname to"),
      sandbox.hostName,
    );
  if (sandbox.domainName != 0)
    must(
      linux.setdomainname(sandbox.domainName, host.length(sandbox.domainName)),
      words("Can't set domain name to"),
      sandbox.domainName,
    );
  // The modes that are asked for are the modes that are made.
  const callersMask = linux.umask(0);
  if (plan.namesAsBubblewrap) nameSources();
  // Others could go on in it otherwise when the supervisor has ended.
  supervisorIs(given.socket, sandbox.has(Namespace.PID) && !plan.outlivesSupervisor);
  const root = sandbox.has(Namespace.MOUNT) ? makeRoot(sandbox, hasAll) : null;
  // The kernel goes on with it in a worker, which may have our processor while it lets go of the old root.
  if (sandbox.has(Namespace.NETWORK)) raiseLoopback();
  if (root != null) root.enter();
  linux.umask(callersMask);
  arrangeUserNamespaces(sandbox, given, proc, second);
  if (locks) lockMounts(proc, sandbox);
  // A user namespace that another id has made clears the signal as a change of credentials does (commit_creds() in the kernel's
  // cred.c), and from the word to go on nobody looks for the supervisor any more.
  if (isMoved) endWithSupervisor(given);
  // Before `--block-fd`, whose writer may wait for what is told.
  if (!sandbox.isSilent(plan.statusFile)) send(given.socket, HandshakeMessage.SETTLED);
  // Without a root of its own the caller's directory is still the working directory.
  if (sandbox.has(Namespace.MOUNT)) enterDirectory(plan, sandbox);
  if (sandbox.blockFile >= 0) {
    must(awaitInputOrEnd(sandbox.blockFile, FOR_EVER), words("cannot wait for --block-fd"));
    linux.read(sandbox.blockFile, byte, 1);
    linux.close(sandbox.blockFile);
  }
  if (sandbox.newSession) must(linux.setsid(), bytes("setsid"));

  // For the next execve: the payload's process inherits it from the init, whether that executes itself before or not.
  label(proc, bytes("thread-self/attr/exec"), sandbox.execLabel);
  linux.close(proc);
  // As long as somebody has a descriptor of the image, the payload could make the mount that it runs from writable.
  awaitGo(given.socket);
  // Up to here it is the supervisor who gets the terminal's Ctrl-C, and ends us wherever we wait.
  if (given.takesForeground) new Terminal(0).giveTo(linux.getpid());
  return isMoved;
}

/** kill -9 of the supervisor ends us too; it may have come before this line. */
function endWithSupervisor(given: StageArguments): void {
  endWithParent();
  if (isAlone(given.socket)) linux.exit_group(128 + Signal.KILL);
}

/** What is not the payload's does not get to it. */
function closeOnExec(given: StageArguments, plan: Plan, sandbox: Sandbox): void {
  linux.fcntl(given.socket, F_SETFD, FD_CLOEXEC);
  linux.fcntl(given.image, F_SETFD, FD_CLOEXEC);
  closeLater(plan.statusFile);
  closeLater(sandbox.userBlockFile);
  closeLater(sandbox.userNamespace);
  closeLater(sandbox.secondUserNamespace);
  closeLater(sandbox.pidNamespace);
}

/** Sets a security label of SELinux's (proc_pid_attr(5)). */
function label(proc: i32, name: usize, value: u64): void {
  if (value == 0) return;
  const size = min(host.length(value), CAPACITY);
  host.copyIn(callersLabel, value, size);
  const file = must(linux.openat(proc, name, Open.WRITE | Open.CLOSE_ON_EXEC, 0), words("cannot set the label"), value);
  must(linux.write(file, callersLabel, size), words("cannot set the label"), value);
  linux.close(file);
}

function closeLater(file: i32): void {
  if (file > 2) linux.fcntl(file, F_SETFD, FD_CLOEXEC);
}

function makeRoot(sandbox: Sandbox, hasAll: bool): Root {
  // For the end of the set-up, when no path leads back from the new root.
  readWorkingDirectory();
  readLogicalDirectory(new Environment().valueOf("PWD"));
  const root = new Root(sandbox, hasAll);
  operate(root, sandbox);
  return root;
}

/**
 * Joins or makes a second user namespace, and sees to it that there can be no
 * more of them, as asked for.
 */
function arrangeUserNamespaces(sandbox: Sandbox, given: StageArguments, proc: i32, second: bool): void {
  if (sandbox.secondUserNamespace >= 0)
    must(linux.setns(sandbox.secondUserNamespace, Namespace.USER), words("Setting userns2 failed"));
  if (second) {
    if (sandbox.disablesUserNamespaces) limitUserNamespaces(proc, sandbox.confinement != null);
    const uid = <u32>linux.getuid();
    const gid = <u32>linux.getgid();
    mustUnshare(Namespace.USER, words("cannot make a second user namespace|unshare user ns"));
    beTraceable(sandbox);
    writeMaps(proc, sandbox.uidOr(given.uid), uid, sandbox.gidOr(given.gid), gid, 0);
    beUntraceable();
  }
  if (sandbox.disablesUserNamespaces || sandbox.assertsUserNamespacesDisabled) {
    if (linux.unshare(Namespace.USER) == 0)
      giveUp(problem().text("creation of new user namespaces was not disabled as requested"));
  }
}

/**
 * In the mount namespace of a lesser user namespace all that comes along stays
 * where it is, and as read-only as it is (mount_namespaces(7), "Restrictions on
 * mount namespaces"): no umount(2) shows what a --tmpfs covers, and no remount
 * makes a --ro-bind writable.
 */
function lockMounts(proc: i32, sandbox: Sandbox): void {
  // Our files in /proc are root's, and we are none of root's ids there.
  if (sandbox.joinsUserNamespace)
    giveUp(
      problem().text(
        "with CAP_SYS_ADMIN a command could undo its mounts in a user namespace that is joined: give --cap-drop SYS_ADMIN",
      ),
    );
  const uid = <u32>linux.getuid();
  const gid = <u32>linux.getgid();
  mustUnshare(Namespace.USER | Namespace.MOUNT, words("cannot lock the mounts"));
  beTraceable(sandbox);
  writeMaps(proc, uid, uid, gid, gid, 0);
  beUntraceable();
}

function limitUserNamespaces(proc: i32, isConfined: bool): void {
  const what = words("cannot set /proc/sys/user/max_user_namespaces|cannot open /proc/sys/user/max_user_namespaces");
  const file = mustBut(
    Errno.EROFS,
    isConfined || isBubblewraps()
      ? words("run the container with security-opt systempaths=unconfined")
      : words("give --seccomp-profile default instead, which refuses user namespaces too"),
    linux.openat(proc, bytes("sys/user/max_user_namespaces"), Open.WRITE | Open.CLOSE_ON_EXEC, 0),
    what,
  );
  must(linux.write(file, bytes("1"), 1), what);
  linux.close(file);
}

/**
 * The caller's directory where it is in the sandbox, else the home directory, else the root. A command that works on what
 * is in its directory would do that on other files, and so it is said, or refused.
 */
function enterDirectory(plan: Plan, sandbox: Sandbox): void {
  // bubblewrap's --chdir begins in the new root, where we are.
  if (plan.namesAsBubblewrap && plan.directory != null) return;
  // What is bound in may be the caller's own path alone, as codex does it.
  const isThere = load<u8>(logicalDirectory) != 0 && linux.chdir(logicalDirectory) == 0;
  if (isReachable() && (isThere || linux.chdir(workingDirectory) == 0)) return;
  const wanted = plan.directory;
  let isElsewhere: bool = false;
  if (wanted != null) isElsewhere = wanted.startsWith("/");
  if (sandbox.needsDirectory && !isElsewhere) {
    const line = putPath(problem().text("the working directory "), host.addressOf(workingDirectory));
    giveUp(line.text(" cannot be entered in the sandbox; give --chdir"));
  }
  const home = homeOf(plan);
  const path = home == null ? bytes("/") : terminated(home);
  const isHome = home != null && linux.chdir(path) == 0;
  if (!isElsewhere) plan.messages.startsElsewhere(workingDirectory, isHome ? path : bytes("/"));
}

/** All but what the init reads or holds: who is there takes it from a process that was executed there. */
function closeCallers(plan: Plan, given: StageArguments): void {
  plan.kept.add(given.image);
  plan.kept.add(plan.statusFile);
  plan.kept.add(plan.sandbox!.syncFile);
  let filter = plan.filters;
  while (filter != null) {
    plan.kept.add(filter.file);
    filter = filter.previous;
  }
  keepArgumentFiles(plan.kept);
  // Without it the payload does not start, and the init would have them nevertheless.
  if (!closeAllButForCertain(plan.kept, plan.payloadDescriptors))
    giveUp(problem().text("cannot close the caller's descriptors"));
}

/** Becomes the init by one more execution, in the payload's user namespace, which our memory then belongs to. */
export function executeInit(plan: Plan, given: StageArguments): void {
  if (plan.closesDescriptors && plan.sandbox!.isSeenByStrangers) closeCallers(plan, given);
  must(raiseAmbient(), words("cannot keep the capabilities"));
  becomeStage(initName, given, plan);
}

/** Where there is to be no init. Returns only when that failed: the exit status. */
export function becomePayload(plan: Plan): i32 {
  const stage = new PayloadChild(plan);
  const report = new Report(plan.messages, plan.statusFile, plan.warnOnReap);
  // It is closed on exec, and has something to say until then.
  plan.payloadDescriptors.add(plan.statusFile);
  stage.prepare(new Terminal(NO_TERMINAL), 0);
  const self = linux.getpid();
  stage.started(self, report);
  const status = stage.run();
  // That it did not start after all.
  stage.started(self, report);
  return status;
}
