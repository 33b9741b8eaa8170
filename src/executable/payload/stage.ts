import { putErrno } from "../linux/errno";
import { AT_FDCWD, Open, Prctl } from "../linux/flags";
import * as linux from "../linux/linux";
import { Signal } from "../linux/signals";
import { Limit } from "../linux/structures";
import { Plan } from "../plan";
import { refuse, say, Voice } from "../report/voice";
import { dropStopsUntilExecution, restoreCallersActions } from "../signals/actions";
import { restoreCallersMask } from "../signals/incoming";
import { terminated } from "../support/bytes";
import { dropFromBoundingSet, dropOwn } from "./capabilities";
import { Command } from "./command";
import { Environment, EnvironmentChange, EnvironmentChangeKind } from "./environment";
import { ResourceLimit } from "./limits";
import { takeSecret } from "./secret";
import { leadSession, takeTerminal } from "./session";
import { Terminal } from "./terminal";
import { User } from "./user";

const limitBuffer = memory.data(16, 8);
const oomScoreFile = bytes("/proc/self/oom_score_adj");

/**
 * What happens between clone and exec. All that needs memory or can be refused
 * is made ready in the constructor, before there is a child; `run` is in the
 * child, which shares the init's memory.
 */
export class Stage {
  readonly command: Command;
  /** The child did not get as far as the command. */
  hasFailed: bool = false;
  /** Why the new session has no terminal, or 0. It is the init that says so: a SIGPIPE of the child's is the payload's. */
  terminalErrno: i32 = 0;
  private plan: Plan;
  private terminal: Terminal;
  private takesForeground: bool;
  private init: i32;
  private environment: Environment;
  private user: User | null;
  private directory: usize = 0;
  private oomScore: usize = 0;

  /** `init` is the pid of the init. Ends the process, after saying why, where the plan cannot be carried out. */
  constructor(plan: Plan, terminal: Terminal, init: i32) {
    this.plan = plan;
    this.terminal = terminal;
    this.takesForeground = terminal.isOurs() && terminal.isOurInput();
    this.init = init;
    const user = resolveUser(plan);
    const environment = payloadEnvironment(plan, user, init);
    this.user = user;
    this.environment = environment;
    this.command = new Command(plan.payloadIndex, environment);
    const directory = plan.directory;
    if (directory != null) this.directory = terminated(directory);
    const score = plan.oomScoreAdjustment;
    if (score != null) this.oomScore = terminated(score);
  }

  /** Becomes the payload. Returns only when that failed: the exit status, after saying why. */
  run(): i32 {
    this.hasFailed = true;
    if (this.plan.newSession) {
      if (!this.worked(bytes("setsid"), "", leadSession())) return this.plan.voice.refusalStatus;
      this.terminalErrno = -takeTerminal();
    } else if (!this.plan.sharesGroup) linux.setpgid(0, 0);
    if (this.takesForeground) this.terminal.giveTo(linux.getpid());
    if (!this.setLimits() || !this.becomeUser() || !this.enterDirectory()) return this.plan.voice.refusalStatus;
    if (!this.endWithInit()) return 128 + Signal.KILL;
    this.environment.fillPid(linux.getpid());
    restoreCallersActions();
    dropStopsUntilExecution();
    this.hasFailed = false;
    // From here on signals reach the payload itself, those too that have waited since before it was there.
    restoreCallersMask();
    const status = this.command.execute(this.plan.voice);
    this.hasFailed = true;
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
    const dropped = this.plan.droppedCapabilities;
    if (dropped != 0 && !this.worked(bytes("--cap-drop"), "", dropFromBoundingSet(dropped))) return false;
    const user = this.user;
    if (user != null) {
      const groups = changetype<usize>(user.groups);
      if (!this.worked(bytes("--user: setgroups"), "", linux.setgroups(user.groupCount, groups))) return false;
      if (!this.worked(bytes("--user: setresgid"), "", linux.setresgid(user.gid, user.gid, user.gid))) return false;
      if (!this.worked(bytes("--user: setresuid"), "", linux.setresuid(user.uid, user.uid, user.uid))) return false;
    }
    if (dropped != 0 && !this.worked(bytes("--cap-drop"), "", dropOwn(dropped))) return false;
    return (
      !this.plan.noNewPrivileges || this.worked(bytes("--no-new-privs"), "", linux.prctl(Prctl.SET_NO_NEW_PRIVS, 1, 0))
    );
  }

  /** As the user that the payload is: where that one may not go, the payload must not be. */
  private enterDirectory(): bool {
    return this.directory == 0 || this.worked(bytes("--chdir "), this.plan.directory!, linux.chdir(this.directory));
  }

  /**
   * Not as PID 1: `kill -9` of the init must not leave the payload running.
   * After the last change of credentials, for these clear the signal (prctl(2));
   * false when the init had ended already, and so will not send it.
   */
  private endWithInit(): bool {
    if (this.init == 1) return true;
    linux.prctl(Prctl.SET_PDEATHSIG, Signal.KILL, 0);
    return linux.getppid() == this.init;
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
function payloadEnvironment(plan: Plan, user: User | null, init: i32): Environment {
  const environment = new Environment();
  environment.handOverSockets(init);
  if (user != null) environment.set("HOME", user.home);
  change(environment, plan.environment, user, plan.voice);
  if (environment.errno != 0) refuse(plan.voice, putErrno(plan.voice.fatal().text("environment: "), environment.errno));
  return environment;
}

function change(environment: Environment, latest: EnvironmentChange | null, user: User | null, voice: Voice): void {
  if (latest == null) return;
  change(environment, latest.previous, user, voice);
  if (latest.kind == EnvironmentChangeKind.FROM_FILE) takeSecret(environment, latest.name, voice);
  else environment.apply(latest);
  // What is cleared is the caller's environment: HOME is the user's, and gone only when it is unset by its name.
  if (latest.kind == EnvironmentChangeKind.CLEAR && user != null) environment.set("HOME", user.home);
}
