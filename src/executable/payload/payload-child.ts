import { dropFromBoundingSet, dropOwn, EVERY_CAPABILITY, haveExactly } from "../confine/capabilities";
import { leaveKeyring, noKeyring } from "../confine/keyring";
import { makeRuleset, restrictBy } from "../confine/landlock";
import { loadFilters, readFilters, tellDenials } from "../confine/seccomp";
import { kernelRefusesTyping, refuseTyping } from "../confine/typing";
import { Errno } from "../linux/errno";
import { AT_FDCWD, Namespace, Open, Prctl } from "../linux/flags";
import * as linux from "../linux/linux";
import { Signal } from "../linux/signals";
import { Limit } from "../linux/structures";
import {
  isReachable,
  logicalDirectory,
  readLogicalDirectory,
  readWorkingDirectory,
  workingDirectory,
} from "../linux/working-directory";
import { Descriptors } from "../plan/descriptors";
import { EnvironmentChange, EnvironmentChangeKind } from "../plan/environment-change";
import { Plan } from "../plan/plan";
import { ResourceLimit } from "../plan/resource-limit";
import { HandshakeMessage, isAlone, send, sendWith } from "../reexec/handshake";
import { putErrno } from "../report/errno-phrases";
import { Messages, refuse, say } from "../report/messages";
import { putPathErrno } from "../report/path-errno";
import { Report } from "../report/report";
import { putEither } from "../report/wording";
import { dropStopsUntilExecution, restoreCallersActions } from "../signals/actions";
import { restoreCallersMask } from "../signals/incoming";
import { stringAt, terminated } from "../support/bytes";
import { staticBuffer } from "../support/static-buffers";
import { unsetAbsent } from "./absent";
import { Child } from "./child";
import { closeAllButForCertain } from "./close-descriptors";
import { Command } from "./command";
import { listenToDenials } from "./denials";
import { Environment, FEW, OPTIONS_VARIABLE } from "./environment";
import { expandArguments } from "./expand";
import { giveStreams } from "./give-streams";
import { setGroups } from "./groups";
import { permitsExecution } from "./refused-file";
import { takeSecret } from "./secret";
import { leadSession, takeTerminal } from "./session";
import { canType, NO_TERMINAL, Terminal } from "./terminal";
import { User } from "./user";

const limitBuffer = staticBuffer(16);
/** What a user namespace changes, for messages. */
const noRaise = words("; in a user namespace nobody may raise a hard limit");
const noResources = words("; it takes CAP_SYS_RESOURCE, or an engine's --ulimit; nofile is at most fs.nr_open");
const SLASH: u8 = 0x2f;
const noSuchId = words("; map the ids with --uid-map and --gid-map");
const noGroups = words("; it takes CAP_SETGID");
const noRight = words("; it takes CAP_SETUID and CAP_SETGID");
const noRoot = words("; it takes root with CAP_SETUID and CAP_SETGID; for all others --user-if-root changes nothing");
const noScore = words("; below the caller's it takes CAP_SYS_RESOURCE, or an engine's --oom-score-adj");
const noBound = words("; it takes CAP_SETPCAP; without, --no-new-privs keeps programs from getting capabilities");

const oomScoreFile = bytes("/proc/self/oom_score_adj");

/**
 * What happens between clone and exec. All that needs memory or can be refused
 * is made ready in the constructor, before there is a child; `run` is in the
 * child, which shares the init's memory.
 */
export class PayloadChild extends Child {
  /** The child did not get as far as the command. */
  private hasToldEnd: bool = false;
  private hasFailed: bool = false;
  /** Why the new session has no terminal, or 0. It is the init that says so: a SIGPIPE of the child's is the payload's. */
  private terminalErrno: i32 = 0;
  /** Why its typing on the terminal could not be refused, or 0. */
  private typingErrno: i32 = 0;
  /** Without a sandbox: whether there is a terminal to type on. */
  private canType: bool = false;
  private plan: Plan;
  private terminal: Terminal = new Terminal(NO_TERMINAL);
  private takesForeground: bool = false;
  private init: i32 = 0;
  private command: Command;
  private environment: Environment;
  private user: User | null;
  private directory: usize = 0;
  private oomScore: usize = 0;
  /** Landlock's; -1 for none. */
  private ruleset: i32 = -1;

  /** Ends the process, after saying why, where the plan cannot be carried out. */
  constructor(plan: Plan) {
    super();
    this.plan = plan;
    const user = resolveUser(plan);
    const environment = payloadEnvironment(plan, user);
    this.user = user;
    this.environment = environment;
    if (plan.expands) expandArguments(plan.payloadIndex, environment, plan.messages);
    this.command = new Command(plan.payloadIndex, environment);
    this.command.nameIs(plan.zerothArgument);
    const directory = plan.directory;
    if (directory != null) this.directory = terminated(directory);
    const score = plan.oomScoreAdjustment;
    if (score != null) this.oomScore = terminated(score);
    this.ruleset = makeRuleset(plan.landlock, plan.messages);
    if (plan.tellsDenials) {
      if (!tellDenials(plan.filters))
        refuse(plan.messages, plan.messages.fatal().text("--log-denied requires --seccomp-profile or --confine"));
      // It is closed on exec, and who listens has something to say until the end.
      plan.payloadDescriptors.add(plan.statusFile);
    }
    readFilters(plan.filters, plan.hasTerminal, plan.messages);
  }

  prepare(terminal: Terminal, init: i32): void {
    this.terminal = terminal;
    this.takesForeground = terminal.isOurs() && terminal.isOurInput();
    this.init = init;
    if (this.plan.sandbox == null && this.plan.refusesTyping)
      this.canType = canType(this.plan.payloadDescriptors, terminal);
    // It is closed on exec, and in the init with all that is the child's.
    this.plan.payloadDescriptors.add(this.ruleset);
  }

  /**
   * In a sandbox: whoever may trace the init there, as root's payload may, would
   * take it out of the init (pidfd_getfd(2), /proc/1/cwd), and once the payload
   * runs it is too late to close anything.
   */
  override leaveCaller(kept: Descriptors): void {
    if (this.plan.sandbox == null) return;
    // The payload does not start where it fails.
    if (this.plan.closesDescriptors) closeAllButForCertain(kept, this.plan.payloadDescriptors);
    // Where the payload's own directory does not depend on it.
    if (this.directory != 0 && load<u8>(this.directory) == SLASH) linux.chdir(bytes("/"));
  }

  cannotStart(errno: i32): void {
    const line = this.plan.messages.fatal();
    putEither(line, words("cannot start a process|Can't fork for pid 1"));
    say(putErrno(line.text(": "), errno));
  }

  override started(pid: i32, report: Report): void {
    if (this.plan.newSession) this.plan.messages.sessionLed(this.terminalErrno);
    if (this.typingErrno != 0) this.plan.messages.typingNotRefused(this.typingErrno, this.plan.noNewPrivileges);
    const command = this.command;
    if (!this.hasFailed) report.started(pid, command.name);
    else if (command.failedErrno != 0) report.notStarted(command.failedPath, command.failedErrno);
  }

  neverRan(): bool {
    return this.hasFailed;
  }

  override tellEnd(waitStatus: i32): void {
    if (!this.hasToldEnd) sendWith(this.plan.handshake, HandshakeMessage.ENDED, waitStatus);
    this.hasToldEnd = true;
  }

  override leavesKillToOthers(): bool {
    if (this.plan.handshake < 0) return false;
    send(this.plan.handshake, HandshakeMessage.KILLED);
    return true;
  }

  /** Becomes the payload. Returns only when that failed: the exit status, after saying why. */
  run(): i32 {
    this.hasFailed = true;
    if (this.plan.newSession) {
      if (!this.worked(bytes("setsid"), "", leadSession())) return this.plan.messages.refusalStatus;
      this.terminalErrno = -takeTerminal();
    } else if (!this.plan.sharesGroup) linux.setpgid(0, 0);
    if (this.takesForeground) this.terminal.giveTo(linux.getpid());
    if (!this.setMask() || !this.setLimits() || !this.stopGaining() || !this.becomeUser() || !this.enterDirectory())
      return this.plan.messages.refusalStatus;
    if (!this.askForEnd()) return this.plan.messages.refusalStatus;
    if (this.isOrphan()) return 128 + Signal.KILL;
    if (!this.restrictSelf()) return this.plan.messages.refusalStatus;
    if (!this.closeDescriptors()) return this.plan.messages.refusalStatus;
    if (this.plan.tellsDenials && !this.worked(bytes("--log-denied"), "", listenToDenials(this.plan)))
      return this.plan.messages.refusalStatus;
    this.environment.fillPid();
    restoreCallersActions();
    dropStopsUntilExecution();
    this.hasFailed = false;
    // From here on signals reach the payload itself, those too that have waited since before it was there.
    restoreCallersMask();
    if (this.plan.tellsExecution) send(this.plan.handshake, HandshakeMessage.READY);
    const status = this.execute();
    this.hasFailed = true;
    if (this.plan.tellsExecution) send(this.plan.handshake, HandshakeMessage.FAILED);
    return status;
  }

  /** A process has its own mask, also where it shares our memory. umask(2) fails where a seccomp filter refuses it. */
  private setMask(): bool {
    return this.plan.umask < 0 || this.worked(bytes("--umask"), "", linux.umask(this.plan.umask));
  }

  /** Before the user is changed: a raised limit and a lowered score need privileges. */
  private setLimits(): bool {
    // The score first: it takes a descriptor, of which a limit may leave none.
    const score = this.plan.oomScoreAdjustment;
    if (score != null && !this.worked(words("--oom-score-adj "), score, this.writeOomScore(), noScore, noScore))
      return false;
    return this.setLimit(this.plan.limits);
  }

  private setLimit(wanted: ResourceLimit | null): bool {
    if (wanted == null) return true;
    if (!this.setLimit(wanted.previous)) return false;
    let result = wanted.isAtMost ? this.lower(wanted) : 0;
    const limit = changetype<Limit>(limitBuffer);
    limit.soft = wanted.soft;
    limit.hard = wanted.hard;
    if (result >= 0) result = linux.prlimit64(0, wanted.resource, limitBuffer, 0);
    return this.worked(words("--rlimit "), wanted.text, result, noRaise, noResources);
  }

  /** To the limit that there is, where that is lower. */
  private lower(wanted: ResourceLimit): i32 {
    const result = linux.prlimit64(0, wanted.resource, 0, limitBuffer);
    const limit = changetype<Limit>(limitBuffer);
    if (result < 0) return result;
    wanted.soft = min(wanted.soft, limit.soft);
    wanted.hard = min(wanted.hard, limit.hard);
    return result;
  }

  private writeOomScore(): i32 {
    const file = linux.openat(AT_FDCWD, oomScoreFile, Open.WRITE | Open.CLOSE_ON_EXEC, 0);
    if (file < 0) return file;
    const result = linux.write(file, this.oomScore, this.plan.oomScoreAdjustment!.length);
    linux.close(file);
    return result;
  }

  private stopGaining(): bool {
    return (
      (!this.plan.noNewPrivileges ||
        this.worked(
          words("--no-new-privs|prctl(PR_SET_NO_NEW_PRIVS) failed"),
          "",
          linux.prctl(Prctl.SET_NO_NEW_PRIVS, 1, 0),
        )) &&
      this.stopTyping() &&
      // Still as the caller, whose quota of keys it counts for: another user's may be used up. A sandbox has one already.
      (!this.plan.leavesKeyring || this.plan.sandbox != null || this.worked(noKeyring, "", leaveKeyring()))
    );
  }

  /** The bounding set first, while there may still be CAP_SETPCAP; the own sets last, as changing the user needs them. */
  private becomeUser(): bool {
    const lacking = this.plan.lackingCapabilities;
    const added = this.plan.addedCapabilities & ~lacking;
    // ALL is all that there are to have; one by its name is to be had, or the payload does not start.
    const isWhole = added == this.plan.addedCapabilities || this.plan.addedCapabilities == EVERY_CAPABILITY;
    if (!isWhole) return this.worked(words("--cap-add: a capability that the caller does not have"), "", -Errno.EPERM);
    const dropped = this.plan.hasOnlyAdded ? ~added : this.plan.droppedCapabilities | lacking;
    if (dropped != 0 && !this.worked(bytes("--cap-drop"), "", dropFromBoundingSet(dropped), noBound, noBound))
      return false;
    // Of root that becomes somebody else the kernel takes them all (capabilities(7)); those asked for it is to have.
    if (this.plan.hasOnlyAdded && added != 0) linux.prctl(Prctl.SET_KEEPCAPS, 1, 0);
    // bubblewrap makes them inheritable only where some are given up; without, none are.
    const inherits = this.plan.inheritsCapabilities && this.plan.droppedCapabilities != 0;
    const user = this.user;
    if (this.plan.dropsGroups) {
      if (user != null) user.groupCount = 0;
      const groups = setGroups(0, 0, user == null ? <u32>linux.getgid() : user.gid);
      if (!this.worked(words("--groups: setgroups"), "", groups, noSuchId, noGroups)) return false;
    }
    if (user == null && this.plan.hasIds && !this.becomeIds()) return false;
    if (user != null) {
      const groups = changetype<usize>(user.groups);
      // Under --user-if-root it is root who lacks them.
      const noRights = linux.getuid() == 0 ? noRight : noRoot;
      if (
        !this.worked(words("--user: setgroups"), "", setGroups(user.groupCount, groups, user.gid), noSuchId, noRights)
      )
        return false;
      if (
        !this.worked(words("--user: setresgid"), "", linux.setresgid(user.gid, user.gid, user.gid), noSuchId, noRights)
      )
        return false;
      // As late as there is still a right to: where the payload does not start they stay.
      // A container's first process leads its session; not so that of `unshare --pid --fork`, on the terminal of a shell.
      giveStreams(user.uid, this.init == 1 && this.plan.sandbox == null && linux.getsid(1) == 1);
      if (
        !this.worked(words("--user: setresuid"), "", linux.setresuid(user.uid, user.uid, user.uid), noSuchId, noRights)
      )
        return false;
    }
    if (this.plan.hasOnlyAdded) {
      if (!this.worked(words("--cap-add|capset failed"), "", haveExactly(added))) return false;
    } else if (dropped != 0 && !this.worked(words("--cap-drop|capset failed"), "", dropOwn(dropped, inherits)))
      return false;
    return true;
  }

  /**
   * Before the user is changed: without no_new_privs, which would keep sudo(8)
   * inside from its work, the kernel takes a filter from CAP_SYS_ADMIN alone.
   * Where neither is there (root in a container), we have tried.
   */
  private stopTyping(): bool {
    const plan = this.plan;
    const sandbox = plan.sandbox;
    const isAdministrator = this.keepsSysAdmin();
    // In a session of its own the caller's terminal is not the payload's, and the kernel asks for that capability.
    const hasTerminal = sandbox == null ? this.canType : plan.hasTerminal;
    const isLeft =
      sandbox == null ? hasTerminal || isAdministrator : hasTerminal && (!sandbox.newSession || isAdministrator);
    const result = plan.refusesTyping && isLeft ? refuseTyping() : 0;
    if (result == 0) return true;
    if (sandbox != null || this.ruleset >= 0 || plan.filters != null)
      return this.worked(words("cannot refuse TIOCSTI; give --new-session"), "", result);
    // What the image says of the kernel in a false /proc costs no more than the warning.
    if ((!isAdministrator || result == -Errno.EACCES) && kernelRefusesTyping()) return true;
    // Without a terminal it lacks that capability: there is nowhere to type.
    if (hasTerminal || result != -Errno.EACCES) this.typingErrno = -result;
    return true;
  }

  /** Whether the payload has CAP_SYS_ADMIN, if we have, over the terminals: over what belongs to the first user namespace. */
  private keepsSysAdmin(): bool {
    const plan = this.plan;
    const user = this.user;
    if ((user != null && user.uid != 0) || !plan.leavesSysAdmin) return false;
    const sandbox = plan.sandbox;
    return (
      sandbox == null || !(sandbox.has(Namespace.USER) || sandbox.joins(Namespace.USER) || sandbox.userNamespace >= 0)
    );
  }

  /** `--uid` and `--gid` in a user namespace with several ids. The other groups go, where they may. */
  private becomeIds(): bool {
    const uid = <u32>this.plan.uid;
    const gid = <u32>this.plan.gid;
    const groups = linux.setgroups(0, 0);
    // -1 leaves an id as it is.
    return (
      (groups == -Errno.EPERM || this.worked(words("--uid: setgroups"), "", groups)) &&
      this.worked(words("--gid: setresgid"), "", linux.setresgid(gid, gid, gid)) &&
      this.worked(words("--uid: setresuid"), "", linux.setresuid(uid, uid, uid))
    );
  }

  /** As the user that the payload is: where that one may not go, the payload must not be. */
  private enterDirectory(): bool {
    const result = this.directory == 0 ? 0 : linux.chdir(this.directory);
    if (result < 0) {
      const line = this.plan.messages.fatal();
      putEither(line, words("--chdir |Can't chdir to "));
      say(putPathErrno(line.outside(this.plan.directory!).text(": "), this.directory, -result));
      return false;
    }
    const sandbox = this.plan.sandbox;
    if (sandbox == null || !sandbox.has(Namespace.MOUNT)) return true;
    // An open directory of the host's, as /proc/self/fd/7, would lead out of the root (CVE-2024-21626): no path leads back to it.
    if (readWorkingDirectory() > 0 && isReachable()) return true;
    say(this.plan.messages.fatal().text("the working directory is not in the sandbox"));
    return false;
  }

  /**
   * Not as PID 1: `kill -9` of the init must not leave the payload running.
   * After the last change of credentials, for these clear the signal (prctl(2)).
   */
  private askForEnd(): bool {
    const signal: i32 = this.plan.outlivesSupervisor ? Signal.NONE : Signal.KILL;
    return (
      this.init == 1 ||
      this.worked(words("cannot end with its init (PR_SET_PDEATHSIG)"), "", linux.prctl(Prctl.SET_PDEATHSIG, signal, 0))
    );
  }

  /** The init had ended before, and so will not send that signal. */
  private isOrphan(): bool {
    if (this.init == 1) return false;
    // Nobody in a PID namespace sees a parent outside it, but that its end of the sockets is closed.
    return this.init == 0 ? isAlone(this.plan.handshake) : linux.getppid() != this.init;
  }

  /** Before the descriptors are closed, of which the ruleset is one. */
  private restrictSelf(): bool {
    if (this.ruleset < 0 && this.plan.filters == null) return true;
    // The init, which is not restricted, shares this memory, and keeps the mark when the payload has its own: otherwise the
    // payload, being the same user, could let the init do for it what it may not do itself (ptrace(2)).
    return (
      this.worked(bytes("PR_SET_DUMPABLE"), "", linux.prctl(Prctl.SET_DUMPABLE, 0, 0)) &&
      (this.ruleset < 0 ||
        this.worked(bytes("landlock_restrict_self"), "", restrictBy(this.ruleset, this.plan.landlock)))
    );
  }

  /** Becomes the command, its system calls filtered. Returns only when that failed: the exit status, after saying why. */
  private execute(): i32 {
    const messages = this.plan.messages;
    if (!loadFilters(this.plan.filters, messages)) return messages.refusalStatus;
    const status = this.command.execute(messages);
    if (this.mayBeLandlock)
      say(messages.fatal().text("--landlock-exec has to allow the command, its interpreter and its dynamic loader"));
    return status;
  }

  /** Whether Landlock can be what has refused the command. */
  private get mayBeLandlock(): bool {
    const landlock = this.plan.landlock;
    if (this.ruleset < 0 || !landlock.handlesFiles || this.command.failedErrno != Errno.EACCES) return false;
    return !landlock.allowsExecution && permitsExecution(this.command.failedPath);
  }

  /** One that is left open may lead out of the sandbox: then there is to be no payload. */
  private closeDescriptors(): bool {
    const kept = this.plan.payloadDescriptors;
    if (!this.plan.closesDescriptors || closeAllButForCertain(kept)) return true;
    const line = this.plan.messages.fatal().text("cannot close the caller's descriptors: ");
    say(line.text("neither close_range(2) nor a list in /proc is to be had; give --proc /proc"));
    return false;
  }

  /** `inUserNamespace`: what is known of the failure in one; `elsewhere`: of a lack of rights outside. */
  private worked(step: usize, subject: string, result: i32, inUserNamespace: usize = 0, elsewhere: usize = 0): bool {
    if (result >= 0) return true;
    const line = this.plan.messages.fatal();
    putEither(line, step);
    putErrno(line.outside(subject).text(": "), -result);
    const isInside = this.plan.sandbox != null && this.plan.sandbox!.has(Namespace.USER);
    if (isInside && inUserNamespace != 0) line.packed(inUserNamespace);
    if (!isInside && elsewhere != 0 && (result == -Errno.EPERM || result == -Errno.EACCES)) line.packed(elsewhere);
    say(line);
    return false;
  }
}

function resolveUser(plan: Plan): User | null {
  const text = plan.user;
  if (text == null) return null;
  return new User(text, plan.messages);
}

/** What the options change comes after what the init changes on its own: somebody meant it. */
function payloadEnvironment(plan: Plan, user: User | null): Environment {
  const environment = new Environment();
  environment.unset(OPTIONS_VARIABLE);
  const sandbox = plan.sandbox;
  if (sandbox != null && plan.closesDescriptors)
    unsetAbsent(
      environment,
      plan.payloadDescriptors,
      sandbox.has(Namespace.NETWORK) || sandbox.joins(Namespace.NETWORK),
    );
  environment.handOverSockets(plan.supervisor != 0 ? plan.supervisor : linux.getpid());
  if (user != null) environment.set("HOME", user.home);
  change(environment, plan.environment, user, plan.messages);
  if (sandbox != null) setDirectory(environment, plan);
  return environment;
}

/** In another root the caller's PWD may be nowhere. */
function setDirectory(environment: Environment, plan: Plan): void {
  const wanted = plan.directory;
  const size = wanted == null ? readWorkingDirectory() : 0;
  if (wanted != null) environment.set("PWD", wanted);
  if (size <= 0) return;
  readLogicalDirectory(environment.valueOf("PWD"));
  if (load<u8>(logicalDirectory) == 0) environment.set("PWD", stringAt(workingDirectory, size - 1));
}

/** In the order of the options. No function calls itself for each: a stack holds fewer than there may be. */
function change(
  environment: Environment,
  latest: EnvironmentChange | null,
  user: User | null,
  messages: Messages,
): void {
  let next = latest;
  // The first one, each leading to the one after it.
  let first: EnvironmentChange | null = null;
  let count = 0;
  for (; next != null; count++) {
    const current: EnvironmentChange = next;
    next = current.previous;
    current.previous = first;
    first = current;
  }
  if (count > FEW) environment.expect(count);
  while (first != null) {
    const current: EnvironmentChange = first;
    if (current.kind == EnvironmentChangeKind.FROM_FILE) takeSecret(environment, current.name, messages);
    else environment.apply(current);
    // What is cleared is the caller's environment: HOME is the user's, and gone only when it is unset by its name.
    if (current.kind == EnvironmentChangeKind.CLEAR && user != null) environment.set("HOME", user.home);
    first = current.previous;
  }
  if (count > FEW) environment.settle();
}
