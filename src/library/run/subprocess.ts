import type { ChildProcess } from "node:child_process";
import { getSystemErrorMessage, getSystemErrorName } from "node:util";
import type { Options as ExecaOptions, ResultPromise } from "execa";
import { RefusalError, StartError } from "../shared/errors.ts";
import { REFUSED } from "../shared/exit-status.ts";
import { type StatusEvent, StatusEvents } from "./events.ts";
import { tieToThisProcess } from "./lifetime.ts";

/** execa's subprocess, and the executable's events. */
export type Subprocess<Options extends ExecaOptions = ExecaOptions> = ResultPromise<Options> & {
  /** What happens, for one reader; nothing where there is no executable in between, or with `events: false`. */
  readonly events: AsyncIterable<StatusEvent>;
};

/** What of a subprocess matters here: its whole type follows from the caller's options, which only the caller knows. */
export interface Started {
  readonly nodeChildProcess: ChildProcess;
  readonly pid?: number;
  kill(error: Error): boolean;
}

/** Adds the events, the typed causes of failures that they tell, and the tie to this process's life. */
export function withEvents(subprocess: Started, statusFile: number, endsTree: boolean): Started {
  const { nodeChildProcess, pid } = subprocess;
  const stream = statusFile < 0 ? undefined : nodeChildProcess.stdio?.[statusFile];
  const noteFailure = (event: StatusEvent): void => {
    if (event.event !== "not-started") return;
    const meaning = getSystemErrorMessage(-event.errno);
    subprocess.kill(new StartError(event.path, getSystemErrorName(-event.errno), meaning));
  };
  const readable = stream !== null && stream !== undefined && "resume" in stream ? stream : undefined;
  const events = new StatusEvents(readable, noteFailure);
  const untie = pid === undefined ? () => {} : tieToThisProcess(pid, endsTree);
  nodeChildProcess.once?.("exit", (status) => {
    untie();
    // The executable's own 125, and not the program's.
    if (status === REFUSED && readable !== undefined && !events.hasBegun) {
      subprocess.kill(new RefusalError("rein refused what was asked for; it has said why on stderr"));
    }
  });
  if (readable !== undefined) exitAfterEvents(nodeChildProcess, events);
  return Object.assign(subprocess, { events });
}

/**
 * Lets nobody hear of the end before the last event was read. execa decides at
 * the "exit" what its error will be, and then a cause that is still in the pipe
 * would come too late.
 */
function exitAfterEvents(nodeChildProcess: ChildProcess, events: StatusEvents): void {
  const emit = nodeChildProcess.emit.bind(nodeChildProcess) as (...event: readonly unknown[]) => boolean;
  const emitLater = (...event: readonly unknown[]): boolean => {
    if (event[0] !== "exit" || events.hasEnded) return emit(...event);
    void events.finish().then(() => emit(...event));
    return true;
  };
  Object.assign(nodeChildProcess, { emit: emitLater });
}
