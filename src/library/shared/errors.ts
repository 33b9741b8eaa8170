// shared/: what several of the other folders need. These are the errors that a caller can get.

import { getSystemErrorMessage, getSystemErrorName } from "node:util";
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
  /** Why not. */
  readonly reason: string;

  constructor(features: readonly string[], reason: string) {
    super(`${features.join(", ")}: not possible here: ${reason}`);
    this.features = features;
    this.reason = reason;
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

/** What an error of a system call has in Node.js: `errno` is libuv's number, below zero. */
export interface SystemProblem {
  readonly path?: string | undefined;
  readonly errno?: number | undefined;
}

/**
 * The program could not be executed. It is the `cause` of the error that the
 * subprocess rejects with, whose `exitCode` is then 127 (there is no such file)
 * or 126, and whose `code` is this one's. It has what Node.js's own error has.
 */
export class StartError extends ReinError {
  /** The error's name, as `ENOENT`. */
  readonly code: string;
  readonly errno: number;
  readonly syscall = "execve";
  /** The path that failed. */
  readonly path: string;

  /** `errno` as Node.js has it, below zero. */
  constructor(path: string, errno: number) {
    const code = getSystemErrorName(errno);
    super(`${path}: ${getSystemErrorMessage(errno)}${oneWordAdvice(path, code)}`);
    this.code = code;
    this.errno = errno;
    this.path = path;
  }
}

/** Where a refusal has come about, as far as is known. */
export interface Refusal extends SystemProblem {
  /** What was being done: `namespaces`, `set-up` or `init`. */
  readonly stage?: string | undefined;
  /** The option, as it is written in the call: `mounts[1].source`. */
  readonly option?: string | undefined;
}

/**
 * The executable refused before the program was started: what was asked for
 * cannot be set up. What could be known of it is in the properties; the reason
 * in words is on stderr. It is the `cause` of the error that the subprocess
 * rejects with, whose `exitCode` is then 125.
 */
export class RefusalError extends ReinError implements Refusal {
  readonly code = "ERR_REIN_REFUSAL";
  readonly stage: string | undefined;
  readonly option: string | undefined;
  readonly path: string | undefined;
  /** As Node.js has it, below zero. */
  readonly errno: number | undefined;

  constructor(refusal: Refusal = {}) {
    const { stage, option, path, errno } = refusal;
    const known = [
      stage === "set-up" ? "the sandbox cannot be set up" : stage && `the sandbox cannot be made (${stage})`,
      option,
      path,
      errno && getSystemErrorMessage(errno),
    ].filter(Boolean);
    super(`${["rein refused what was asked for", ...known].join(": ")}; it has said more on stderr`);
    this.stage = stage;
    this.option = option;
    this.path = path;
    this.errno = errno;
  }
}
