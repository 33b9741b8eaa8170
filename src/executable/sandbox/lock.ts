import { isDirectory, isRegular } from "../linux/file-status";
import { AT_FDCWD, F_SETFD, FD_CLOEXEC, Open } from "../linux/flags";
import * as linux from "../linux/linux";
import { Plan } from "../plan/plan";
import { LockFile, Sandbox } from "../plan/sandbox";
import { stringFrom, terminated } from "../support/bytes";
import { staticBuffer } from "../support/static-buffers";
import { beginStage, giveUp, must, mustFind, problem, putPath } from "./failure/failure";

/** fcntl(2): struct flock, all zeroes: a lock for reading, on the whole file. */
const F_SETLK = 6;
const wholeFile = staticBuffer(32);

/** In the init: holds what is to be held as long as the sandbox is there, `--lock-file` and `--sync-fd`. */
export function holdFiles(sandbox: Sandbox, plan: Plan): void {
  beginStage(plan, bytes("init"));
  lock(sandbox.locks, plan);
  if (sandbox.syncFile > 2) linux.fcntl(sandbox.syncFile, F_SETFD, FD_CLOEXEC);
  plan.kept.add(sandbox.syncFile);
}

function lock(wanted: LockFile | null, plan: Plan): void {
  if (wanted == null) return;
  lock(wanted.previous, plan);
  // Opening a FIFO waits for a writer otherwise, and the files may be a stranger's.
  const flags = Open.READ | Open.CLOSE_ON_EXEC | Open.NON_BLOCKING | Open.NO_CONTROLLING_TERMINAL;
  const file = linux.openat(AT_FDCWD, terminated(stringFrom(wanted.path)), flags, 0);
  mustFind(file, words("Unable to open lock file"), wanted.path);
  if (!isRegular(file) && !isDirectory(file))
    giveUp(putPath(problem().text("Unable to lock file "), wanted.path).text(": it is no regular file"));
  must(linux.fcntl_lock(file, F_SETLK, wholeFile), words("Unable to lock file"), wanted.path);
  plan.kept.add(file);
}
