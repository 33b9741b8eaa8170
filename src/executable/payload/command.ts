import * as host from "../host/host";
import { argument, argumentsFrom, setArgument } from "../linux/arguments";
import { Errno } from "../linux/errno";
import { AT_FDCWD, F_OK } from "../linux/flags";
import * as linux from "../linux/linux";
import { Messages } from "../report/messages";
import { isSeveralWords, nothing, reasonOnTheWay } from "../report/path-errno";
import { isBubblewraps } from "../report/wording";
import { bytesFrom } from "../support/bytes";
import { Line } from "../support/line";
import { Environment } from "./environment";
import { isBinary, reasonFor } from "./refused-file";

const COLON: u8 = 0x3a;
const SLASH: u8 = 0x2f;
/** Docker's own default, where official images keep their programs. */
const DEFAULT_PATH: usize = bytes("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");

const candidate = new Line();
const refused = new Line();

/** The payload's command, and execvp(3) for it; all memory is taken before the payload starts. */
export class Command {
  /** As it was given, NUL-terminated. */
  readonly name: usize;
  /** A name with a slash is a path; one without is looked for in PATH. */
  private readonly isPath: bool;
  private readonly searchPath: usize;
  private readonly shell: u64;
  private readonly index: i32;
  private readonly environment: Environment;
  /** What could not be executed; 0 as long as nothing has failed. */
  failedPath: usize = 0;
  failedErrno: i32 = 0;
  /** The first directory of PATH, or on the way to it, that may not be searched; 0 for none. */
  private closed: usize = 0;

  constructor(index: i32, environment: Environment) {
    this.index = index;
    this.environment = environment;
    const path = environment.valueOf("PATH");
    this.name = bytesFrom(argument(index));
    this.isPath = hasSlash(this.name);
    this.searchPath = path == 0 ? DEFAULT_PATH : bytesFrom(path);
    // One of its directories, a slash and the name.
    if (!this.isPath)
      candidate.moveToHeap(host.length(host.addressOf(this.searchPath)) + 1 + host.length(argument(index)));
    this.shell = host.addressOf(bytes("/bin/sh"));
  }

  /** Becomes the command. Returns only when that failed: the exit status, after saying why. */
  execute(messages: Messages): i32 {
    let isNowhere: bool;
    if (this.isPath) {
      this.try(this.name);
      isNowhere = this.failedErrno != Errno.EACCES && isAbsent(this.name, this.failedErrno);
    } else isNowhere = this.search();
    const errno = this.failedErrno;
    if (load<u8>(this.name) == 0)
      return messages.cannotExecute(this.name, errno, words("its name is empty: is a variable not set?"), nothing);
    if (isNowhere && isSeveralWords(this.name))
      return messages.cannotExecute(
        this.name,
        errno,
        words("the whole command is one word: give each of its words by itself, or sh -c and this one"),
        nothing,
      );
    if (isNowhere && !this.isPath)
      return this.closed == 0
        ? messages.cannotExecute(this.name, errno, words("not in PATH: "), this.searchPath)
        : messages.cannotExecute(this.name, errno, words("in PATH this user may not search "), this.closed);
    const reason = reasonFor(this.failedPath, errno);
    const path = messages.isBubblewraps ? this.name : this.failedPath;
    return messages.cannotExecute(path, errno, reason.text, reason.detail);
  }

  /** Tries the name in every directory of PATH, an empty one being the working directory. True when none has it. */
  private search(): bool {
    let isRefused = false;
    for (let at = this.searchPath; load<u8>(this.name) != 0; at++) {
      const start = at;
      for (; load<u8>(at) != 0 && load<u8>(at) != COLON; at++) candidate.byte(load<u8>(at));
      if (at > start) candidate.byte(SLASH);
      candidate.bytes(this.name);
      // Cut off, a path would be another program's.
      if (candidate.isCut) this.failedErrno = Errno.ENAMETOOLONG;
      else this.try(candidate.terminated());
      candidate.clear();
      if (isAbsent(this.failedPath, this.failedErrno)) {
        if (this.failedErrno == Errno.EACCES && this.closed == 0)
          this.closed = reasonOnTheWay(this.failedPath, Errno.EACCES).detail;
      } else {
        if (this.failedErrno != Errno.EACCES) return false;
        if (!isRefused) refused.bytes(this.failedPath);
        isRefused = true;
      }
      if (load<u8>(at) == 0) break;
    }
    // A file that may not be run says more than the directories that hold none.
    this.failedPath = isRefused ? refused.terminated() : this.name;
    // execvp(3) says so of a directory that may not be searched as well, and bubblewrap what that says.
    this.failedErrno = isRefused || (this.closed != 0 && isBubblewraps()) ? Errno.EACCES : Errno.ENOENT;
    return !isRefused;
  }

  /** `--argv0` */
  nameIs(address: u64): void {
    if (address != 0) setArgument(this.index, address);
  }

  private try(path: usize): void {
    const environment = this.environment.vector;
    this.failedPath = path;
    this.failedErrno = -linux.execve(host.addressOf(path), argumentsFrom(this.index), environment);
    if (this.failedErrno != Errno.ENOEXEC || isBinary(path)) return;
    // A text without #! is run by the shell, as execvp(3) has it. The place before the command, our own name or last
    // option, takes the shell's.
    setArgument(this.index - 1, this.shell);
    setArgument(this.index, host.addressOf(path));
    linux.execve(this.shell, argumentsFrom(this.index - 1), environment);
  }
}

function hasSlash(name: usize): bool {
  let at = name;
  while (load<u8>(at) != 0 && load<u8>(at) != SLASH) at++;
  return load<u8>(at) == SLASH;
}

/**
 * Whether there is no such file, so that execvp(3) looks in the next directory.
 * ENOENT may be a missing interpreter's, of the very file that was meant; and
 * EACCES a directory's that may not be searched (root's own bin in PATH).
 */
function isAbsent(path: usize, errno: i32): bool {
  switch (errno) {
    case Errno.ENOENT:
    case Errno.EACCES:
      return linux.faccessat(AT_FDCWD, path, F_OK) != 0;
    case Errno.ENOTDIR:
    case Errno.ENAMETOOLONG:
    case Errno.ENODEV:
    case Errno.ESTALE:
    case Errno.ETIMEDOUT:
      return true;
    default:
      return false;
  }
}
