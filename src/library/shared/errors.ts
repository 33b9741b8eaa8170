// shared/: what several of the other folders need. These are the errors that a caller can get.

import { oneWordAdvice } from "./one-word.ts";

/** What every error of this package is; `code` tells them apart across realms and versions. */
export abstract class ReinError extends Error {
  abstract readonly code: string;

  override get name(): string {
    return this.constructor.name;
  }
}

/** A function cannot be registered under this name; thrown by `register`. */
export class RegistrationError extends ReinError {
  readonly code = "ERR_REIN_REGISTRATION";
  readonly registeredName: string;

  constructor(message: string, registeredName: string) {
    super(message);
    this.registeredName = registeredName;
  }
}

/** An option is unknown, or has a value that it does not take; thrown before anything is started. */
export class OptionError extends ReinError {
  readonly code = "ERR_REIN_OPTION";
  /** As it is written in the call: `mounts[1].target`. */
  readonly option: string;

  constructor(option: string, problem: string) {
    super(`${option}: ${problem}`);
    this.option = option;
  }
}

/** Something is asked for that needs the executable, and there is none for this platform, or it was switched off. */
export class UnsupportedError extends ReinError {
  readonly code = "ERR_REIN_UNSUPPORTED";
  /** What cannot be done. */
  readonly features: readonly string[];

  constructor(features: readonly string[], reason: string) {
    super(`${features.join(", ")}: not possible here: ${reason}`);
    this.features = features;
  }
}

/** The executable is missing or cannot be executed. */
export class ExecutableError extends ReinError {
  readonly code = "ERR_REIN_EXECUTABLE";
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
    this.path = path;
  }
}

/** This program cannot be started again: Node.js was given it in a way that cannot be repeated. */
export class ReexecError extends ReinError {
  readonly code = "ERR_REIN_REEXEC";
}

/**
 * The program could not be executed. It is the `cause` of the error that the
 * subprocess rejects with, whose `exitCode` is then 127 (there is no such file)
 * or 126.
 */
export class StartError extends ReinError {
  readonly code = "ERR_REIN_START";
  /** The path that failed. */
  readonly path: string;
  /** The kernel's word for why, as `ENOENT`. */
  readonly errno: string;

  constructor(path: string, errno: string, meaning: string) {
    super(`${path}: ${meaning}${oneWordAdvice(path, errno)}`);
    this.path = path;
    this.errno = errno;
  }
}

/**
 * The executable refused before the program was started: what was asked for
 * cannot be set up. It has said why, and which path failed, on stderr. It is the
 * `cause` of the error that the subprocess rejects with, whose `exitCode` is
 * then 125.
 */
export class RefusalError extends ReinError {
  readonly code = "ERR_REIN_REFUSAL";
}
