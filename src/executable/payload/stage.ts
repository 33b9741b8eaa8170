import { putErrno } from "../linux/errno";
import { AT_FDCWD, Namespace, Open, Prctl } from "../linux/flags";
import * as linux from "../linux/linux";
import { Signal } from "../linux/signals";
import { Limit } from "../linux/structures";
import { Plan } from "../plan";
import { Report } from "../report/report";
import { checkMemory, refuse, say, Voice } from "../report/voice";
import { dropStopsUntilExecution, restoreCallersActions } from "../signals/actions";
import { restoreCallersMask } from "../signals/incoming";
import { stringAt, terminated } from "../support/bytes";
import { room } from "../support/room";
import { dropFromBoundingSet, dropOwn, haveExactly } from "./capabilities";
import { Child } from "./child";
import { Command } from "./command";
import { Environment, EnvironmentChange, EnvironmentChangeKind } from "./environment";
import { isAlone, send, Word } from "./handshake";
import { ResourceLimit } from "./limits";
import { takeSecret } from "./secret";
import { NO_TERMINAL, Terminal } from "./terminal";
import { refuseTyping } from "./terminal-input";
import { User } from "./user";

const limitBuffer = memory.data(16, 8);
const DIRECTORY_CAPACITY = 4096;
const directoryBuffer = room(DIRECTORY_CAPACITY);
const SLASH: u8 = 0x2f;
const oomScoreFile = bytes("/proc/self/oom_score_adj");

/**
 * What happens between clone and exec. All that needs memory or can be refused
 * is made ready in the constructor, before there is a child; `run` is in the
 * child, which shares the init's memory.
 */
export class Stage extends Child {
  /** The child did not get as far as the command. */
  private hasFailed: bool = false;
  private plan: Plan;
  private terminal: Terminal = new Terminal(NO_TERMINAL);
  private takesForeground: bool = false;
  private init: i32 = 0;
  private command: Command;
  private environment: Environment;
  private user: User | null;
  private directory: usize = 0;
  private oomScore: usize = 0;

  /** Ends the process, after saying why, where the plan cannot be carried out. */
  constructor(plan: Plan) {
    super();
    this.plan = plan;
    const user = resolveUser(plan);
    const environment = payloadEnvironment(plan, user);
    this.user = user;
    this.environment = environment;
    this.command = new Command(plan.payloadIndex, environment);
    this.command.nameIs(plan.zerothArgument);
    const directory = plan.directory;
    if (directory != null) this.directory = terminated(directory);
    const score = plan.oomScoreAdjustment;
    if (score != null) this.oomScore = terminated(score);
  }

  prepare(terminal: Terminal, init: i32): void {
    this.terminal = terminal;
    this.takesForeground = terminal.isOurs() && terminal.isOurInput();
    this.init = init;
    // Nothing is allocated from here on.
    checkMemory(this.plan.voice);
  }

  cannotStart(errno: i32): void {
    say(putErrno(this.plan.voice.fatal().text("cannot start a process: "), errno));
  }

  override started(pid: i32, report: Report): void {
    const command = this.command;
    if (!this.hasFailed) report.started(pid, command.name);
    else if (command.failedErrno != 0) report.notStarted(command.failedPath, command.failedErrno);
  }

  neverRan(): bool {
    return this.hasFailed;
  }

  /** Becomes the payload. Returns only when that failed: the exit status, after saying why. */
  run(): i32 {
    this.hasFailed = true;
    if (!this.plan.sharesGroup) linux.setpgid(0, 0);
    if (this.takesForeground) this.terminal.giveTo(linux.getpid());
    if (!this.setLimits() || !this.becomeUser() || !this.enterDirectory()) return this.plan.voice.refusalStatus;
    if (!this.endWithInit()) return 128 + Signal.KILL;
    this.closeDescriptors();
    this.environment.fillPid(linux.getpid());
    restoreCallersActions();
    dropStopsUntilExecution();
    this.hasFailed = false;
    // From here on signals reach the payload itself, those too that have waited since before it was there.
    restoreCallersMask();
    if (this.plan.handshake >= 0) send(this.plan.handshake, Word.READY);
    const status = this.command.execute(this.plan.voice);
    this.hasFailed = true;
    if (this.plan.handshake >= 0) send(this.plan.handshake, Word.FAILED);
    return status;
  }

  /** Before the user is changed: a raised limit and a lowered score need privileges. */
  private setLimits(): bool {
    // The score first: it takes a descriptor, of which a limit may leave none.
    const score = this.plan.oomScoreAdjustment;
    if (score != null && !this.worked(bytes("--oom-score-adj "), score, this.writeOomScore())) return false;
    return this.setLimit(this.plan.limits);
  }

  private setLimit(wanted: ResourceLimit | null): bool {
    if (wanted == null) return true;
    if (!this.setLimit(wanted.previous)) return false;
    const limit = changetype<Limit>(limitBuffer);
    limit.soft = wanted.soft;
    limit.hard = wanted.hard;
    return this.worked(bytes("--rlimit "), wanted.text, linux.prlimit64(0, wanted.resource, limitBuffer, 0));
  }

  private writeOomScore(): i32 {
    const file = linux.openat(AT_FDCWD, oomScoreFile, Open.WRITE | Open.CLOSE_ON_EXEC, 0);
    if (file < 0) return file;
    const result = linux.write(file, this.oomScore, this.plan.oomScoreAdjustment!.length);
    linux.close(file);
    return result;
  }

  /** The bounding set first, while there may still be CAP_SETPCAP; the own sets last, as changing the user needs them. */
  private becomeUser(): bool {
    const dropped = this.plan.hasOnlyAdded ? ~this.plan.addedCapabilities : this.plan.droppedCapabilities;
    if (dropped != 0 && !this.worked(bytes("--cap-drop"), "", dropFromBoundingSet(dropped))) return false;
    const user = this.user;
    if (user != null) {
      const groups = changetype<usize>(user.groups);
      if (!this.worked(bytes("--user: setgroups"), "", linux.setgroups(user.groupCount, groups))) return false;
      if (!this.worked(bytes("--user: setresgid"), "", linux.setresgid(user.gid, user.gid, user.gid))) return false;
      if (!this.worked(bytes("--user: setresuid"), "", linux.setresuid(user.uid, user.uid, user.uid))) return false;
    }
    if (this.plan.hasOnlyAdded) {
      if (!this.worked(bytes("--cap-add"), "", haveExactly(this.plan.addedCapabilities))) return false;
    } else if (dropped != 0 && !this.worked(bytes("--cap-drop"), "", dropOwn(dropped, this.plan.inheritsCapabilities)))
      return false;
    if (
      this.plan.noNewPrivileges &&
      !this.worked(bytes("--no-new-privs"), "", linux.prctl(Prctl.SET_NO_NEW_PRIVS, 1, 0))
    )
      return false;
    // With a session of its own the terminal is not its own, and the kernel refuses it.
    if (!this.plan.refusesTyping || this.plan.sandbox!.newSession) return true;
    return this.worked(bytes("cannot refuse TIOCSTI; give --new-session"), "", refuseTyping());
  }

  /** As the user that the payload is: where that one may not go, the payload must not be. */
  private enterDirectory(): bool {
    if (this.directory != 0 && !this.worked(bytes("--chdir "), this.plan.directory!, linux.chdir(this.directory)))
      return false;
    return this.isWithinRoot();
  }

  /** /proc/self/fd/9 or a link to it, 9 being a directory that the caller had open, leads out of the sandbox (CVE-2024-21626, runc). */
  private isWithinRoot(): bool {
    const sandbox = this.plan.sandbox;
    if (sandbox == null || !sandbox.has(Namespace.MOUNT)) return true;
    // Of such a directory it is "(unreachable)/..." (getcwd(2)).
    if (linux.getcwd(directoryBuffer, DIRECTORY_CAPACITY) > 0 && load<u8>(directoryBuffer) == SLASH) return true;
    say(this.plan.voice.fatal().text("the working directory is not in the sandbox"));
    return false;
  }

  /**
   * Not as PID 1: `kill -9` of the init must not leave the payload running.
   * After the last change of credentials, for these clear the signal (prctl(2));
   * false when the init had ended already, and so will not send it.
   */
  private endWithInit(): bool {
    if (this.init == 1) return true;
    linux.prctl(Prctl.SET_PDEATHSIG, Signal.KILL, 0);
    // Nobody in a PID namespace sees a parent outside it, but that its end of the sockets is closed.
    return this.init == 0 ? !isAlone(this.plan.handshake) : linux.getppid() == this.init;
  }

  private closeDescriptors(): void {
    if (this.plan.closesDescriptors) this.plan.payloadsFiles.closeOthers();
  }

  private worked(step: usize, subject: string, result: i32): bool {
    if (result >= 0) return true;
    say(putErrno(this.plan.voice.fatal().bytes(step).outside(subject).text(": "), -result));
    return false;
  }
}

function resolveUser(plan: Plan): User | null {
  const text = plan.user;
  if (text == null) return null;
  return new User(text, plan.voice);
}

/** What the options change comes after what the init changes on its own: somebody meant it. */
function payloadEnvironment(plan: Plan, user: User | null): Environment {
  const environment = new Environment();
  environment.handOverSockets(plan.supervisor != 0 ? plan.supervisor : linux.getpid());
  if (user != null) environment.set("HOME", user.home);
  change(environment, plan.environment, user, plan.voice);
  if (environment.errno != 0) refuse(plan.voice, putErrno(plan.voice.fatal().text("environment: "), environment.errno));
  if (plan.sandbox != null) setDirectory(environment, plan);
  return environment;
}

/** In another root the caller's PWD may be nowhere. */
function setDirectory(environment: Environment, plan: Plan): void {
  const wanted = plan.directory;
  const size = wanted == null ? linux.getcwd(directoryBuffer, DIRECTORY_CAPACITY) : 0;
  if (wanted != null) environment.set("PWD", wanted);
  else if (size > 0) environment.set("PWD", stringAt(directoryBuffer, size - 1));
}

function change(environment: Environment, latest: EnvironmentChange | null, user: User | null, voice: Voice): void {
  if (latest == null) return;
  change(environment, latest.previous, user, voice);
  if (latest.kind == EnvironmentChangeKind.FROM_FILE) takeSecret(environment, latest.name, voice);
  else environment.apply(latest);
  // What is cleared is the caller's environment: HOME is the user's, and gone only when it is unset by its name.
  if (latest.kind == EnvironmentChangeKind.CLEAR && user != null) environment.set("HOME", user.home);
}
