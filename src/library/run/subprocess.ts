import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import type { Options as ExecaOptions, Result, ResultPromise } from "execa";
import { type Refusal, RefusalError, StartError } from "../shared/errors.ts";
import { exitStatusOf, REFUSED } from "../shared/exit-status.ts";
import type { Started } from "./child-process.ts";
import { type StatusEvent, StatusEvents } from "./events.ts";
import { tieToThisProcess } from "./lifetime.ts";
import { guarded } from "./pipe.ts";

/** execa's subprocess, and the executable's events. `Subprocess` alone is one with any options. */
export type Subprocess<Options extends ExecaOptions = ExecaOptions> = (keyof ExecaOptions extends keyof Options
  ? AnySubprocess
  : ResultPromise<Options>) & {
  /**
   * What happens; nothing where there is no executable in between, or with
   * `events: false`. Each loop over it sees all, also when the program has ended;
   * of more than 1000 the last ones. A loop does not throw when the program
   * fails: await the subprocess behind it.
   */
  readonly events: AsyncIterable<StatusEvent>;
};

/**
 * Under exactOptionalPropertyTypes execa's own type for any options takes no subprocess: a failure's properties are missing
 * there or have a value, and a success has them as undefined.
 */
type AnySubprocess = Omit<ResultPromise, keyof Promise<Result>> & Promise<AnyResult>;
type AnyResult = { [Key in keyof Result]: undefined extends Result[Key] ? Result[Key] | undefined : Result[Key] };

type Locate = (failure: Extract<StatusEvent, { event: "set-up-failed" }>) => Refusal;

/**
 * Adds the events, the typed causes of failures that they tell, and the tie to
 * this process's life. `locate` says in the API's words what could not be set up.
 */
export function withEvents(subprocess: Started, statusFile: number, endsTree: boolean, locate: Locate): Started {
  const { nodeChildProcess, pid } = subprocess;
  const stream = statusFile < 0 ? undefined : nodeChildProcess.stdio?.[statusFile];
  const noteFailure = (event: StatusEvent): void => {
    if (event.event === "not-started") subprocess.kill(new StartError(event.path, -event.errno));
  };
  const readable = stream !== null && stream !== undefined && "resume" in stream ? stream : undefined;
  // Who reads them waits for the result only afterwards: a failure meanwhile is no unhandled rejection.
  const events = new StatusEvents(readable, noteFailure, () => void subprocess.catch(() => {}));
  const untie = pid === undefined ? () => {} : tieToThisProcess(pid, endsTree);
  nodeChildProcess.once?.("exit", (status) => {
    untie();
    // The executable's own 125, and not the program's.
    if (status === REFUSED && readable !== undefined && !events.hasBegun) {
      subprocess.kill(new RefusalError(events.failure && locate(events.failure)));
    }
  });
  if (readable !== undefined) {
    exitAfterEvents(nodeChildProcess, events);
    referToBoth(nodeChildProcess, readable);
  }
  return Object.assign(subprocess, { events, pipe: guarded(subprocess.pipe) });
}

/**
 * Lets nobody hear of the end before the last event was read. execa decides at
 * the "exit" what its error will be, and then a cause that is still in the pipe
 * would come too late. And it is the program's end that is told: by a signal,
 * where the executable could only exit with 128+n.
 */
function exitAfterEvents(nodeChildProcess: ChildProcess, events: StatusEvents): void {
  const emit = nodeChildProcess.emit.bind(nodeChildProcess) as (...event: readonly unknown[]) => boolean;
  const emitLater = (...event: readonly unknown[]): boolean => {
    if (event[0] !== "exit" || events.hasEnded) return emit(...event);
    const [, status, signal] = event as readonly ["exit", number | null, NodeJS.Signals | null];
    void events.finish(status).then(() => {
      const ending = programsSignal(status, events);
      if (ending === undefined) return emit("exit", status, signal);
      Object.assign(nodeChildProcess, { exitCode: null, signalCode: ending });
      return emit("exit", null, ending);
    });
    return true;
  };
  Object.assign(nodeChildProcess, { emit: emitLater });
}

/** Whoever lets this process end without the program, by `unref`, knows nothing of the events' pipe, which would keep it. */
function referToBoth(
  nodeChildProcess: ChildProcess,
  pipe: Readable & Partial<Pick<ChildProcess, "ref" | "unref">>,
): void {
  for (const name of ["ref", "unref"] as const) {
    const own = nodeChildProcess[name]?.bind(nodeChildProcess);
    const both = (): void => {
      own?.();
      pipe[name]?.();
    };
    Object.assign(nodeChildProcess, { [name]: both });
  }
}

/** What has come of the program's end. */
export type Ended = Readonly<Pick<StatusEvents, "exited">>;

/** The signal that ended the program, unless `mapExit` has made something else of that. */
export function programsSignal(status: number | null, { exited }: Ended): NodeJS.Signals | undefined {
  const signal = exited?.signal as NodeJS.Signals | undefined;
  // Node.js has no name for real-time signals.
  if (signal === undefined || !Object.hasOwn(constants.signals, signal)) return undefined;
  return status === exitStatusOf(signal) ? signal : undefined;
}
