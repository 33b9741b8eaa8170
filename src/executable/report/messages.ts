import { exit } from "../linux/cgroup";
import * as linux from "../linux/linux";
import { Line } from "../support/line";
import { putErrno } from "./errno-phrases";
import { putSignal } from "./signal-names";
import { writeLine } from "./write";

/** How much a message matters; each `-v` lets one level more through. */
export enum Level {
  FATAL = 0,
  WARNING = 1,
  INFORMATION = 2,
  DETAIL = 3,
}

/** The one line in which messages are put together. */
export const messageLine = new Line();

/** Why a signal was dropped that the plan rewrites to 0. */
export const REWRITTEN_TO_0: usize = bytes("rewritten to 0");

export const STDOUT: i32 = 1;
export const STDERR: i32 = 2;

/**
 * What a person reads on stderr, one method an event. A dialect has its own
 * messages: the program that it stands in for has its own words for what both do,
 * and people search their logs for them. What only we do is said here.
 */
export abstract class Messages {
  /** The one that speaks for this process. */
  static current: Messages | null = null;
  /** A stage reads options that have been read before: what is to be warned of has been. */
  static repeats: bool = false;

  verbosity: i32 = Level.WARNING;
  /** Whether programs that gave a descriptor for it are told what happens, too. */
  tellsEvents: bool = true;
  /** The first line about a failure is bubblewrap's, to the letter (wording.ts). */
  isBubblewraps: bool = false;
  /** The exit status of the init's own refusals. */
  abstract get refusalStatus(): i32;

  constructor() {
    Messages.current = this;
  }

  /** Begins a message. */
  protected abstract begin(level: Level): Line;

  protected says(level: Level): bool {
    return this.verbosity >= level;
  }

  /** Begins the message that says why the payload does not start. */
  fatal(): Line {
    return this.begin(Level.FATAL);
  }

  /** Begins the message about a step of a sandbox's set-up that failed; `option` may be empty. */
  step(stage: usize, option: string): Line {
    const line = this.fatal().bytes(stage).text(": ");
    return option.length == 0 ? line : line.outside(option).text(": ");
  }

  /** Goes on to what is known beyond the failure that is in the line. */
  beyond(line: Line): Line {
    return line.text("; ");
  }

  /** Begins a message about what is not as it was asked for, though the payload starts. */
  warning(): Line {
    return this.begin(Level.WARNING);
  }

  /**
   * The payload could not be executed. `path` is the NUL-terminated path that
   * failed, `reason`, packed, what is known beyond the errno (may be empty). Returns the
   * exit status.
   */
  abstract cannotExecute(path: usize, errno: i32, reason: usize, detail: usize): i32;

  abstract started(pid: i32, command: usize): void;
  /** `original` came in and went on as `signal`. */
  abstract forwarded(signal: i32, original: i32): void;
  abstract reaped(pid: i32, warn: bool): void;
  abstract payloadEnded(status: i32, signal: i32): void;

  /** Of an option that is given again the last one counts. */
  givenAgain(option: string): void {}
  /** The system has no namespace of this kind, which was only to be tried. */
  namespaceLeftOut(kind: usize): void {}
  /** The command starts in the directory `other`, as the sandbox does not have `wanted`; both NUL-terminated. */
  startsElsewhere(wanted: usize, other: usize): void {}
  /** We are neither PID 1 nor a subreaper, as was asked. */
  notAReaper(): void {}
  /** There is something about children to take note of. */
  childrenChanged(): void {}
  /** Any child has ended, the payload too. */
  childEnded(pid: i32, status: i32, signal: i32): void {}
  /** Without a payload: `signal` has asked for the end. */
  pauseEnded(signal: i32): void {}

  // With a new session for the payload:

  /** The init has given its terminal up; or not, for `errno`. */
  terminalGivenUp(errno: i32, wasLeader: bool): void {}
  /** The kernel's `signal` about that has come, and is not for the payload. */
  tookHandOff(signal: i32): void {}
  /** The payload leads its session, on the terminal; or not, for `errno`. */
  sessionLed(errno: i32): void {}

  /** It was confined, and could type on its terminal what the caller's shell runs. */
  typingNotRefused(errno: i32, hasNoNewPrivileges: bool): void {
    if (!this.says(Level.WARNING)) return;
    const line = this.begin(Level.WARNING).text("the command may type on its terminal, as TIOCSTI cannot be refused: ");
    putErrno(line, errno);
    say(hasNoNewPrivileges ? line : line.text("; give --no-new-privs"));
  }

  notForwarded(signal: i32, errno: i32): void {
    if (this.says(Level.WARNING))
      say(putErrno(putSignal(this.begin(Level.WARNING).text("cannot forward "), signal).text(": "), errno));
  }

  dropped(signal: i32, reason: usize): void {
    if (this.says(Level.DETAIL))
      say(putSignal(this.begin(Level.DETAIL).text("dropped "), signal).text(": ").bytes(reason));
  }

  held(signal: i32, milliseconds: i64): void {
    if (!this.says(Level.INFORMATION)) return;
    say(putSignal(this.begin(Level.INFORMATION).text("holding "), signal).text(" back for ").duration(milliseconds));
  }

  stopped(signal: i32): void {
    if (this.says(Level.INFORMATION))
      say(putSignal(this.begin(Level.INFORMATION).text("the command was stopped by "), signal));
  }

  outOfMemory(kills: i64, file: usize): void {
    if (!this.says(Level.WARNING)) return;
    const line = this.begin(Level.WARNING).text(
      "the command was killed by SIGKILL, and its control group has run out of memory: ",
    );
    say(line.text("oom_kill ").number(kills).text(" in ").outsideBytes(file));
  }

  draining(milliseconds: i64): void {
    if (!this.says(Level.INFORMATION)) return;
    say(this.begin(Level.INFORMATION).text("the others have ").duration(milliseconds).text(" to end"));
  }

  killing(milliseconds: i64): void {
    if (!this.says(Level.WARNING)) return;
    say(
      this.begin(Level.WARNING).text("not everyone has ended within ").duration(milliseconds).text(": sending SIGKILL"),
    );
  }

  /** A system call failed that should not have: said, and survived. `call`: packed words, or plain ones. */
  trouble(call: usize, errno: i32): void {
    say(putErrno(this.begin(Level.WARNING).packed(call).text(": "), errno));
  }
}

/** Puts what is known beyond the errno behind it: `(its interpreter is not there: /bin/bash)`. */
export function putReason(line: Line, reason: usize, detail: usize): Line {
  return load<u8>(reason) == 0 ? line : line.text(" (").packed(reason).outsideBytes(detail).text(")");
}

/** Says why the payload does not start, and ends the process. */
export function refuse(messages: Messages, line: Line): void {
  say(line);
  exit(messages.refusalStatus);
}

/** Says that the kernel gives no more memory, and ends the process. */
export function refuseForMemory(messages: Messages): void {
  messageLine.clear();
  say(messages.fatal().text("the options take more memory than the kernel gives"));
  linux.exit_group(messages.refusalStatus);
}

/** Ends the message and writes it. A message that cannot be written is lost: there is nowhere to say so. */
export function say(line: Line): void {
  writeLine(line, STDERR);
}
