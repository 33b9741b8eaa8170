import { lackingCapabilities, raiseAmbient } from "../confine/capabilities";
import { cloneInto } from "../linux/cgroup";
import { Errno } from "../linux/errno";
import { AT_FDCWD, CLONE_PARENT, CLONE_VFORK, CLONE_VM, Namespace, Open, Prctl } from "../linux/flags";
import { awaitEnd, awaitInputOrEnd, FOR_EVER } from "../linux/input";
import * as linux from "../linux/linux";
import { EVERY_SIGNAL, Signal, signalBit } from "../linux/signals";
import { Child } from "../payload/child";
import { canType, Terminal } from "../payload/terminal";
import { joinedKinds } from "../plan/joined-namespace";
import { Plan } from "../plan/plan";
import { Sandbox } from "../plan/sandbox";
import { closeArguments } from "../reexec/brought-arguments";
import {
  HandshakeMessage,
  isRead,
  lastMessage,
  listenToStage,
  openHandshake,
  receiveNumber,
  send,
  sendNumber,
  stagesEnd,
  stopWaiting,
  supervisorsEnd,
  toldDirectory,
  toldName,
  toldPlaces,
  toldWaitStatus,
} from "../reexec/handshake";
import { sealedImage } from "../reexec/sealed-image";
import { StageArguments } from "../reexec/stage-arguments";
import { putErrno } from "../report/errno-phrases";
import { say } from "../report/messages";
import { explainKill } from "../report/out-of-memory";
import { Report } from "../report/report";
import { isBubblewraps } from "../report/wording";
import { waitOnlyFor } from "../signals/incoming";
import { Line } from "../support/line";
import { decimal } from "../support/numbers";
import { staticBuffer } from "../support/static-buffers";
import { becomeStage } from "./become-stage";
import { callerIs, isMissing, isSwitchedOff } from "./failure/advice";
import { beginStage, giveUp, must, mustUnshare, notMade, problem, tell } from "./failure/failure";
import { checkMaps, writeRanges } from "./identity/map-writer";
import { writeProcessFile } from "./identity/process-file";
import { becomeKnown, writeMaps } from "./identity/single-id-map";
import { Information } from "./information";
import { enterJoined, enterJoinedMounts, openJoined } from "./join";
import { changesUser, locksMounts } from "./last-namespaces";
import { raiseLoopback } from "./network";
import { sweep } from "./root/ghosts";
import { becomePayload, executeInit, setUp } from "./set-up";
import { awaitGo, beUntraceable, endWithParent, enterStage, takeOver } from "./stage";

/**
 * Fills in what follows from the options. Returns the namespaces that are left
 * out of those that were only to be tried, a `Namespace` bit each: what the
 * system has not, as bubblewrap finds it. A kind that it has is not left out
 * when it cannot be made: another sandbox's command could hold all that may be,
 * and have root's next command run in the caller's user namespace.
 */
export function decideNamespaces(sandbox: Sandbox, uid: u32): i32 {
  const joined = joinedKinds(sandbox.joined);
  // What is joined need not be made. (Operations on files ask for a copy of the mounts that are joined.)
  sandbox.namespaces &= ~joined;
  sandbox.tried &= ~joined;
  // Whoever is not root may make namespaces only in a user namespace.
  const isOrdinary = uid != 0 && sandbox.userNamespace < 0 && !sandbox.joins(Namespace.USER);
  if (sandbox.uidMap != null || isOrdinary) sandbox.namespaces |= Namespace.USER;
  if (sandbox.firstOperation != null) sandbox.namespaces |= Namespace.MOUNT;
  sandbox.tried &= ~sandbox.namespaces;
  let left = 0;
  if ((sandbox.tried & Namespace.USER) != 0 && (isMissing(Namespace.USER) || isSwitchedOff())) left |= Namespace.USER;
  if ((sandbox.tried & Namespace.CGROUP) != 0 && isMissing(Namespace.CGROUP)) left |= Namespace.CGROUP;
  sandbox.namespaces |= sandbox.tried & ~left;
  return left;
}

const line = new Line();

/** Of a terminal's job control. */
const STOPS: u64 = signalBit(Signal.TSTP) | signalBit(Signal.TTIN) | signalBit(Signal.TTOU);
/** Without a /proc; the other is what bubblewrap wants of it first. */
export const CANNOT_SEAL = words(
  "cannot seal this program's own file /proc/self/exe|2 Can't read /proc/sys/kernel/overflowuid",
);
const CANNOT_MAKE = words(
  "Creating new namespace failed|28 Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)!|1 No permissions to create a new namespace, likely because the kernel does not allow non-privileged user namespaces. On e.g. debian this can be enabled with 'sysctl kernel.unprivileged_userns_clone=1'.!|22 Creating new namespace failed, likely because the kernel does not support user namespaces.  bwrap must be installed setuid on such systems.!",
);

/** In place of the descriptor of a sealed copy. */
export const NO_IMAGE: i32 = -1;

const PID_CAPACITY = 16;
const pidText = staticBuffer(PID_CAPACITY);
const setupName = bytes("rein-setup");

/**
 * The sandbox seen from outside: a child in new namespaces, which waits there
 * until its identity is arranged, and then executes this program again as the
 * stage that sets everything else up.
 */
export class SandboxChild extends Child {
  /** The whole, and what of it is done out here. */
  private plan: Plan;
  private outside: Plan;
  private sandbox: Sandbox;
  private given: StageArguments = new StageArguments();
  private information: Information;
  /** The process that is in the joined PID namespace only to make the child in another one below it. */
  private isBetween: bool = false;
  private entry: i32 = 0;
  private pid: i32 = 0;
  /** The command will be in a mount or cgroup namespace, and in a user namespace, that are not there when the child is. */
  private locks: bool = false;
  private changesUser: bool = false;
  private report: Report;
  /** SIGKILL has ended the command, or the init inside with it, and not by that init. */
  private wasKilled: bool = false;
  /** The stage may end the set-up. */
  private goesOn: bool = false;
  /** How the command has ended, as the init inside has told it; else -1. */
  private waitStatus: i32 = -1;
  /** What the stages said last. */
  private last: HandshakeMessage = HandshakeMessage.NOTHING;

  /** Ends the process, after saying why, where the plan cannot be carried out. */
  constructor(plan: Plan, sandbox: Sandbox, outside: Plan, image: i32) {
    super();
    this.plan = plan;
    this.outside = outside;
    this.sandbox = sandbox;
    this.report = new Report(plan.messages, plan.statusFile, false);
    beginStage(plan, bytes("namespaces"));
    this.information = new Information(sandbox, plan.statusFile);
    this.given.image = image;
  }

  private get isSilent(): bool {
    return this.sandbox.isSilent(this.plan.statusFile);
  }

  /**
   * Whether nothing is done to the child from outside, nor anything told of it,
   * until it is executed: as with a payload (`Child.clone`) no page table is
   * copied then, and nobody has to be woken.
   */
  private get isQuick(): bool {
    const sandbox = this.sandbox;
    const isMapped = sandbox.uidMap == null && sandbox.userBlockFile < 0;
    return this.isSilent && isMapped && !sandbox.hasStrangers && this.plan.oomScoreAdjustment == null;
  }

  /**
   * clone(2) makes no PID namespace below one that was joined and is not its
   * own yet (pid_namespaces(7)). A process in between, which is in the joined
   * one, does that, and the child is ours all the same.
   */
  override clone(entry: i32): i32 {
    if (this.isQuick) return cloneInto(CLONE_VM | CLONE_VFORK | this.sandbox.namespaces | Signal.CHLD, entry);
    this.entry = entry;
    this.isBetween = this.sandbox.pidNamespace >= 0 && this.sandbox.has(Namespace.PID);
    const pid = cloneInto((this.isBetween ? 0 : this.sandbox.namespaces) | Signal.CHLD, entry);
    if (!this.isBetween || pid < 0) return pid;
    // Whoever is in the joined namespace could stop it, and us with it.
    const status = awaitEnd(pid);
    if (status < 0) return status;
    const errno = status >> 8;
    if (errno != 0) return -errno;
    // With it open here as well a child that is gone would be waited for.
    linux.close(this.given.socket);
    const ready = awaitInputOrEnd(supervisorsEnd(), FOR_EVER);
    if (ready < 0) return ready;
    const told = receiveNumber(supervisorsEnd());
    return told < 0 ? -Errno.ECHILD : told;
  }

  /** Ends with 0 or the errno. */
  private cloneBelow(): i32 {
    this.isBetween = false;
    return max(-linux.clone(this.sandbox.namespaces | CLONE_PARENT | Signal.CHLD, this.entry), 0);
  }

  /** The root of a cgroup namespace is the group that its maker is in, which at clone(2) is ours: the child makes another. */
  private get isLimited(): bool {
    return this.outside.cgroupLimits != null && this.sandbox.has(Namespace.CGROUP);
  }

  /** What our number is where the supervisor is: /proc is still its own. */
  private tellPid(): void {
    const size = must(
      linux.readlinkat(AT_FDCWD, bytes("/proc/self"), pidText, PID_CAPACITY),
      words("cannot read /proc/self"),
    );
    let pid = 0;
    for (let i = 0; i < size; i++) pid = pid * 10 + (load<u8>(pidText + i) - 0x30);
    sendNumber(this.given.socket, pid);
  }

  prepare(terminal: Terminal, init: i32): void {
    this.given.takesForeground = terminal.isOurs() && terminal.isOurInput();
    checkMaps(this.sandbox, <u32>linux.getuid(), <u32>linux.getgid());
    must(openHandshake(), words("cannot make a pair of sockets|eventfd()"));
    this.given.socket = stagesEnd();
    if (this.given.image == NO_IMAGE) this.given.image = must(sealedImage(this.sandbox), CANNOT_SEAL);
    this.given.supervisor = init;
    // In a session of its own, and without capabilities, a confined command has no terminal but by its descriptors.
    const known = this.sandbox.confinement == null ? terminal : new Terminal(-Errno.ENXIO);
    this.given.hasTerminal = canType(this.plan.payloadDescriptors, known);
    this.given.leadsGroup = !this.outside.sharesGroup;
    this.given.uid = <u32>linux.getuid();
    this.given.gid = <u32>linux.getgid();
    // A user namespace has all of them again: what a container's root does not have, its sandbox must not either.
    if (this.given.uid == 0 && this.sandbox.changesUserNamespace) this.given.lacking = lackingCapabilities();
    callerIs(this.given.uid, this.given.lacking);
    this.locks = locksMounts(this.plan, this.sandbox, this.given.uid, this.given.gid);
    this.changesUser = changesUser(this.plan, this.sandbox, this.given.uid, this.given.gid);
    if (this.isLimited) {
      this.locks = true;
      this.changesUser = true;
    }
    this.join();
    this.outside.kept.add(supervisorsEnd());
    this.outside.kept.add(this.plan.statusFile);
    if (this.locks) this.outside.kept.add(this.sandbox.infoFile);
  }

  /** The namespaces that the child is to be born in, which are somebody's already. */
  private join(): void {
    if (this.sandbox.hasStrangers) {
      // We have all capabilities in there soon, and so has the child: who is there already must not get at them.
      beUntraceable();
      // Executed by who may not read it, a program is not dumpable from its first moment (CVE-2016-9962, runc).
      linux.fchmod(this.given.image, 0o111);
    }
    const userNamespace = this.sandbox.userNamespace;
    // In there they may not be given up any more: setgroups(2) is denied where an ordinary user wrote the maps. And as nobody's
    // they go on opening root's files.
    if (this.sandbox.joinsUserNamespace && this.given.uid == 0)
      must(linux.setgroups(0, 0), words("cannot give up the caller's groups"));
    // Nor in one that is made with a single group. Whose groups stay is refused by the command's own process.
    else if (this.plan.dropsGroups) linux.setgroups(0, 0);
    const pidNamespace = this.sandbox.pidNamespace;
    // Its owner may be above the user namespace to join, out of reach from there: where we have the right now, we join it now.
    const isLeft = pidNamespace >= 0 && linux.setns(pidNamespace, Namespace.PID) < 0;
    if (userNamespace >= 0) {
      const what = words(
        "cannot join the user namespace of --userns; is it below ours?|22 Joining the specified user namespace failed, it might not be a descendant of the current user namespace.!|Joining specified user namespace failed",
      );
      must(linux.setns(userNamespace, Namespace.USER), what);
    }
    const joined = this.sandbox.joined;
    if (joined != null) {
      openJoined(joined);
      enterJoined(joined);
    }
    if (isLeft)
      must(
        linux.setns(pidNamespace, Namespace.PID),
        words("cannot join the PID namespace of --pidns|Setting pidns failed"),
      );
  }

  cannotStart(errno: i32): void {
    const wantsUser = this.sandbox.has(Namespace.USER);
    const text = wantsUser || errno == Errno.ENOSPC ? CANNOT_MAKE : words("Creating new namespace failed");
    say(notMade(this.sandbox.namespaces, text, errno));
    tell();
  }

  /** In the new namespaces, until it is the set-up stage. */
  run(): i32 {
    if (this.isBetween) return this.cloneBelow();
    if (this.isLimited) must(linux.unshare(Namespace.CGROUP), CANNOT_MAKE);
    // Ours alone, so that the end of the supervisor closes it.
    linux.close(supervisorsEnd());
    this.leave(this.sandbox.infoFile);
    if (!this.plan.messages.tellsEvents) this.leave(this.plan.statusFile);
    endWithParent();
    // In the caller's it could end that by kill(0, SIGKILL), from any PID namespace.
    if (!this.outside.sharesGroup)
      must(linux.setpgid(0, 0), words("cannot be in a process group of its own (setpgid)"));
    if (this.sandbox.pidNamespace >= 0 && this.sandbox.has(Namespace.PID)) this.tellPid();
    if (!this.isQuick) awaitGo(this.given.socket);
    const joined = this.sandbox.joined;
    if (joined != null) {
      enterJoinedMounts(joined);
      if (this.sandbox.joins(Namespace.MOUNT) && this.sandbox.has(Namespace.MOUNT))
        mustUnshare(Namespace.MOUNT, words("cannot copy the mounts that are joined"));
    }
    if (this.sandbox.joins(Namespace.USER) || (this.given.uid == 0 && this.sandbox.userNamespace >= 0)) becomeKnown();
    const isMapped = this.sandbox.uidMap != null || this.sandbox.userBlockFile >= 0;
    if (this.sandbox.has(Namespace.USER) && !isMapped) this.mapSelf();
    this.becomeUser();
    // Executed by anybody but root, a program has only the ambient ones (capabilities(7)).
    must(raiseAmbient(), words("cannot keep the capabilities"));
    this.given.namespaces = this.sandbox.namespaces;
    if (this.sandbox.isSeenByStrangers) return this.setUpHere();
    becomeStage(setupName, this.given, this.plan);
    return this.plan.messages.refusalStatus;
  }

  /**
   * What the supervisor alone writes to. Who reads it to its end would wait for us, and may let us go on only then; a socket
   * may be what we wait for, too.
   */
  private leave(file: i32): void {
    if (file > 2 && file != this.sandbox.blockFile) linux.close(file);
  }

  /**
   * The set-up without an execution. What a process has belongs to the user
   * namespace in which it was executed, and whoever has CAP_SYS_PTRACE there takes
   * it, the caller's files too, dumpable or not (ptrace_may_access() in the
   * kernel's ptrace.c; CVE-2016-9962). This one was executed in the caller's.
   * What is executed in theirs has nothing of the caller's any more.
   */
  private setUpHere(): i32 {
    const plan = this.plan;
    takeOver(plan, this.given, enterStage(setupName));
    setUp(plan, this.given);
    if (!this.sandbox.hasInit) return becomePayload(plan);
    executeInit(plan, this.given);
    return plan.messages.refusalStatus;
  }

  /** devpts wants root in its namespace: we are that first, and in a second namespace who we have to be. */
  private mapSelf(): void {
    const given = this.given;
    const proc = linux.openat(AT_FDCWD, bytes("/proc"), Open.PATH | Open.CLOSE_ON_EXEC, 0);
    must(proc, words("cannot open /proc"));
    const uid = this.sandbox.needsDevpts ? 0 : this.sandbox.uidOr(given.uid);
    const gid = this.sandbox.needsDevpts ? 0 : this.sandbox.gidOr(given.gid);
    // Where nobody has privileges in a user namespace (AppArmor), this is what bubblewrap cannot do first.
    const first = isBubblewraps() && this.sandbox.has(Namespace.NETWORK);
    writeMaps(proc, uid, given.uid, gid, given.gid, given.lacking, first ? raiseLoopback : null);
    linux.close(proc);
  }

  /** In a user namespace that was joined: there may be more users in it than the caller. */
  private becomeUser(): void {
    const uid = this.sandbox.uidOr(this.given.uid);
    const gid = this.sandbox.gidOr(this.given.gid);
    if (this.sandbox.userNamespace < 0 || (uid == this.given.uid && gid == this.given.gid)) return;
    must(
      linux.setresgid(gid, gid, gid),
      words("cannot become the group of --gid|unable to switch to gid %"),
      named(gid),
    );
    // Somebody who stops being root there is to keep the capabilities that the set-up needs.
    linux.prctl(Prctl.SET_KEEPCAPS, 1, 0);
    must(
      linux.setresuid(uid, uid, uid),
      words("cannot become the user of --uid|unable to switch to uid %"),
      named(uid),
    );
  }

  override started(pid: i32, report: Report): void {
    // Not before the child is executed: a Ctrl-Z that stopped it would leave us waiting for that in the kernel.
    this.letSignalsAct();
    linux.close(this.given.socket);
    linux.close(this.given.image);
    closeArguments();
    if (this.sandbox.hasInit || !this.isSilent) listenToStage(linux.getpid());
    else stopWaiting();
    this.pid = pid;
    // Who writes the maps reads the pid before the set-up begins, and may not know a mount namespace that is not there yet.
    if (!this.locks) this.information.tellNumbers(pid);
    else if (this.sandbox.userBlockFile >= 0) this.information.tellFirst(pid);
    if (!this.changesUser) this.information.tellSetUp(pid);
    if (this.sandbox.uidMap != null) writeRanges(pid, this.sandbox);
    this.scoreForMemory(pid);
    this.information.awaitMaps(supervisorsEnd());
    if (!this.isQuick) send(supervisorsEnd(), HandshakeMessage.GO);
    // The stage waits for this one when all is set up: our descriptor of the image is closed by then.
    if (this.isSilent || !this.changesUser) this.letGoOn();
  }

  private letGoOn(): void {
    this.goesOn = true;
    send(supervisorsEnd(), HandshakeMessage.GO);
  }

  /** A source may be on a file system that does not answer, where the set-up waits for as long. */
  override isInSetUp(): bool {
    return !(this.goesOn && isRead(supervisorsEnd()));
  }

  /**
   * In our caller's group the terminal stops us as it does any program, with the
   * payload. PID 1 is not ended by a signal, and who waits for its end would wait
   * for the payload's, which had been told nothing.
   */
  private letSignalsAct(): void {
    const outside = this.outside;
    if (outside.endsBySignals && this.given.supervisor != 1) waitOnlyFor(signalBit(Signal.CHLD));
    else if (outside.sharesGroup) waitOnlyFor(EVERY_SIGNAL & ~STOPS);
  }

  /** `--oom-score-adj`, from outside: the sandbox may have no /proc, and its root may not lower a score. */
  private scoreForMemory(pid: i32): void {
    const score = this.plan.oomScoreAdjustment;
    if (score == null) return;
    const result = writeProcessFile(pid, bytes("oom_score_adj"), line.text(score));
    if (result < 0) giveUp(putErrno(problem().text("--oom-score-adj ").text(score).text(": "), -result));
  }

  neverRan(): bool {
    this.toldStop();
    return this.last != HandshakeMessage.READY;
  }

  override toldStop(): i32 {
    const word = lastMessage(supervisorsEnd());
    if (word == HandshakeMessage.NOTHING) return 0;
    if (word == HandshakeMessage.SETTLED) this.settled();
    if (word == HandshakeMessage.ENDED) {
      this.waitStatus = toldWaitStatus();
      this.last = HandshakeMessage.READY;
      return 0;
    }
    const isSignal = word > HandshakeMessage.SETTLED;
    // Who has a signal has been executed.
    this.last = isSignal ? HandshakeMessage.READY : word;
    if (word == HandshakeMessage.KILLED) this.wasKilled = true;
    return isSignal && word != HandshakeMessage.KILLED ? <i32>word : 0;
  }

  /** What could not be told before: the numbers of the namespaces that the command is in. */
  private settled(): void {
    if (!this.changesUser) return;
    if (this.locks) this.information.tellNumbers(this.pid);
    this.information.tellSetUp(this.pid);
    this.letGoOn();
  }

  override toldEnd(): i32 {
    return this.waitStatus;
  }

  override leavesKillToOthers(): bool {
    this.wasKilled = this.sandbox.hasInit;
    return this.wasKilled;
  }

  override finished(status: i32): void {
    const hasRun = !this.neverRan();
    if (this.wasKilled) explainKill(this.report);
    if (toldPlaces() >= 0) sweep(toldPlaces(), toldDirectory(), toldName());
    if (hasRun) this.information.ended(status);
  }
}

/** An id for words of bubblewrap; ours name none. */
function named(id: u32): u64 {
  return isBubblewraps() ? decimal(id) : 0;
}
