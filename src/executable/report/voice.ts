import * as linux from "../linux/linux";
import { Line } from "../support/line";

export enum Verbosity {
  WARNINGS = 1,
  INFORMATION = 2,
  DETAILS = 3,
  EVERYTHING = 4,
}

/** The one line in which messages are put together. */
export const messageLine = new Line();

export const STDOUT: i32 = 1;
export const STDERR: i32 = 2;

/**
 * What a person reads on stderr, one method an event. Each dialect has its own
 * voice: the program that it stands in for has its own words for the same
 * things, and people search their logs for them.
 */
export abstract class Voice {
  verbosity: i32 = Verbosity.WARNINGS;
  /** The exit status of the init's own refusals. */
  abstract get refusalStatus(): i32;

  protected says(verbosity: i32): bool {
    return this.verbosity >= verbosity;
  }

  /** Begins the message that says why the payload does not start. */
  abstract fatal(): Line;
  /**
   * The payload could not be executed. `path` is the NUL-terminated path that
   * failed, `reason` what is known beyond the errno (may be empty). Returns the
   * exit status.
   */
  abstract cannotExecute(path: usize, errno: i32, reason: usize, detail: usize): i32;

  abstract notAReaper(): void;
  abstract started(pid: i32, command: usize): void;
  abstract forwarded(signal: i32, original: i32): void;
  abstract notForwarded(signal: i32, errno: i32): void;
  abstract dropped(signal: i32, reason: usize): void;
  abstract held(signal: i32, milliseconds: i64): void;
  /** SIGCHLD has come in. */
  childrenChanged(): void {}
  abstract reaped(pid: i32, warn: bool): void;
  abstract stopped(signal: i32): void;
  abstract payloadEnded(status: i32, signal: i32): void;
  abstract outOfMemory(kills: i64, file: usize): void;
  abstract draining(milliseconds: i64): void;
  abstract killing(milliseconds: i64): void;
  /** A system call failed that should not have: said, and survived. */
  abstract trouble(call: usize, errno: i32): void;
}

/** Says why the payload does not start, and ends the process. */
export function refuse(voice: Voice, line: Line): void {
  say(line);
  linux.exit_group(voice.refusalStatus);
}

/** Ends the message and writes it. A message that cannot be written is lost: there is nowhere to say so. */
export function say(line: Line): void {
  line.writeTo(STDERR);
}
