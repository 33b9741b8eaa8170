import { Errno } from "../linux/errno";
import { AT_FDCWD, F_DUPFD_CLOEXEC, Open, TCGETS, TIOCGPGRP, TIOCSPGRP } from "../linux/flags";
import * as linux from "../linux/linux";
import { Descriptors } from "../plan/descriptors";
import { blockEverySignal } from "../signals/incoming";
import { loopBuffer, staticBuffer } from "../support/static-buffers";

/** In place of a terminal's descriptor. */
export const NO_TERMINAL: i32 = -1;

const groupBuffer = loopBuffer(4);

/**
 * The controlling terminal and its foreground process group (tcsetpgrp(3)).
 *
 * The payload has a group of its own, so it has to be in the foreground to read
 * the terminal and to get Ctrl-C. It is put there only when the caller was, and
 * reads it: an init that takes the terminal while it was started in the
 * background, or keeps it at its end, makes the caller's next read fail
 * (docs/other-inits.md). A script's `rein … &` is in the same group as the script;
 * that its input is /dev/null tells the two apart. A payload that reads the
 * terminal all the same is given it then (Job.payloadStopped).
 */
export class Terminal {
  /** Its descriptor; below zero when there is no controlling terminal. */
  file: i32;

  constructor(file: i32) {
    this.file = file;
  }

  /**
   * Where it was not used so far. An interactive shell in a PID namespace takes
   * the foreground, and cannot give it back to a group that it does not see: the
   * next read of the script that has started it would stop that.
   */
  openAtEnd(): void {
    this.file = openTerminal();
    // To take the foreground from the background stops whoever has not blocked SIGTTOU; where it fails, it would stop us.
    if (this.file >= 0 && blockEverySignal() < 0) this.file = NO_TERMINAL;
  }

  /** Whether the process group of the caller of this function is in the foreground. */
  isOurs(): bool {
    if (this.file < 0) return false;
    const foreground = this.foreground();
    if (foreground > 0) return foreground == linux.getpgid(0);
    if (foreground < 0) return false;
    // Both groups are outside our PID namespace (`unshare --pid --fork` in a
    // shell) and read as 0. A read of nothing tells: with SIGTTIN blocked it is
    // EIO in the background (__tty_check_change(), tty_jobctrl.c), and the
    // descriptor does not block behind another reader.
    return this.file > 2 && linux.read(this.file, groupBuffer, 0) != -Errno.EIO;
  }

  /** Whether our standard input is the terminal. */
  isOurInput(): bool {
    return linux.ioctl(0, TIOCGPGRP, groupBuffer) == 0;
  }

  /** Whether `group` is in the foreground. */
  isForeground(group: i32): bool {
    return this.foreground() == group;
  }

  /** Puts `group` in the foreground. SIGTTOU has to be blocked: it stops who does this from the background. */
  giveTo(group: i32): void {
    store<i32>(groupBuffer, group);
    linux.ioctl(this.file, TIOCSPGRP, groupBuffer);
  }

  /**
   * Puts our own group back in the foreground after `payload`'s, or after one
   * that is gone; never in place of somebody else's: while the payload ran in
   * the background the terminal was the shell's again. Returns whether it did.
   */
  takeBackFrom(payload: i32): bool {
    if (this.file < 0) return false;
    const own = linux.getpgid(0);
    const foreground = this.foreground();
    if (own <= 0 || foreground <= 0 || foreground == own) return false;
    if (foreground != payload && linux.kill(-foreground, 0) != -Errno.ESRCH) return false;
    this.giveTo(own);
    return true;
  }

  private foreground(): i32 {
    const result = linux.ioctl(this.file, TIOCGPGRP, groupBuffer);
    return result < 0 ? result : load<i32>(groupBuffer);
  }
}

/**
 * Opens the controlling terminal: by its own name, or where there is no /dev,
 * among the standard streams. Returns a descriptor, or below zero without one.
 */
export function openTerminal(): i32 {
  const flags = Open.READ_WRITE | Open.NON_BLOCKING | Open.NO_CONTROLLING_TERMINAL | Open.CLOSE_ON_EXEC;
  const file = linux.openat(AT_FDCWD, bytes("/dev/tty"), flags, 0);
  if (file > 2 || file == -Errno.ENXIO) return file;
  if (file >= 0) {
    // In the place of a standard stream that the caller has closed it would be taken for that stream.
    const moved = linux.fcntl(file, F_DUPFD_CLOEXEC, 3);
    linux.close(file);
    return moved;
  }
  for (let stream = 0; stream <= 2; stream++) {
    if (linux.ioctl(stream, TIOCGPGRP, groupBuffer) == 0) return stream;
  }
  return NO_TERMINAL;
}

/** struct termios of the kernel's */
const settings = staticBuffer(64);

/** Whether the descriptor is a terminal's, any. */
export function isTerminal(file: i32): bool {
  return linux.ioctl(file, TCGETS, settings) == 0;
}

/**
 * Whether the caller has a terminal for its payload to type on, which has the
 * standard streams and `kept`; `known` is its controlling one, if that was
 * looked for. A filter takes the kernel a fifth of the time that a small sandbox
 * takes to start.
 */
export function canType(kept: Descriptors, known: Terminal): bool {
  if (!kept.isEmpty) return true;
  for (let file = 0; file < 3; file++) if (isTerminal(file)) return true;
  if (known.file != NO_TERMINAL) return known.file != -Errno.ENXIO;
  // Any other error says nothing about the session (tty(4)).
  return lookForTerminal() != -Errno.ENXIO;
}

/** Whether there is a controlling terminal that could be found: without one there is no job control. */
export function hasTerminal(): bool {
  return lookForTerminal() >= 0;
}

function lookForTerminal(): i32 {
  const terminal = openTerminal();
  if (terminal > 2) linux.close(terminal);
  return terminal;
}
