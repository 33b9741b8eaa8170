// Nothing that was started outlives this process, however that ends.

import { onExit } from "signal-exit";
import { exitStatusOf } from "../shared/exit-status.ts";
import { signalTreeNow } from "../shared/process-tree.ts";

let watched = 0;
let stopWatching: () => void = () => {};

/**
 * While something that was started runs: as PID 1, ends this process with 128+n
 * when a signal is to end it. signal-exit, which execa uses, sends the signal to
 * the process itself again when its listeners are done; the kernel ignores that
 * for PID 1, and the process would live on without its children.
 *
 * Returns what ends it.
 */
function watchAsPid1(): () => void {
  if (process.pid !== 1) return () => {};
  if (watched++ === 0) {
    stopWatching = onExit(
      (_status, signal) => {
        if (signal !== null) process.exit(exitStatusOf(signal));
      },
      // execa's own listeners come first: they end the children.
      { alwaysLast: true },
    );
  }
  return () => {
    if (--watched === 0) stopWatching();
  };
}

/**
 * Ties a process to this one. What the executable stands before needs no more
 * than execa's own signal to it; without one `endsTree` has the whole tree
 * signalled from here. Returns what unties it, to be called when it has ended.
 */
export function tieToThisProcess(pid: number, endsTree: boolean): () => void {
  const unwatch = watchAsPid1();
  const release = endsTree ? onExit(() => signalTreeNow(pid, "SIGTERM")) : () => {};
  return () => {
    unwatch();
    release();
  };
}
