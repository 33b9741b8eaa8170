import { inspect } from "node:util";
import { say } from "../shared/messages.ts";

/**
 * A function that stands in for `main` in a process of its own. Its arguments
 * are in `process.argv`, from the third element on. The signal is the one that
 * `dispatch` was given, or else it is aborted when whoever called `command`
 * cancels with execa's `gracefulCancel: true`.
 */
export type Entrypoint = (signal: AbortSignal) => unknown;

/**
 * Runs the function at once; what comes of it is in the promise, or else given to
 * `failed`, of an error that is thrown at once before this returns. When the
 * process ends before it is known, it says so and fails: `if (init()) process.exit()`
 * would cut an async function off, with success.
 */
export function enter(
  name: string,
  entrypoint: Entrypoint,
  signal: AbortSignal,
  failed?: (error: unknown) => true,
): Promise<true> {
  isSameTurn = true;
  // Before all that the function itself leaves to a microtask.
  queueMicrotask(() => {
    isSameTurn = false;
  });
  hasReturned = false;
  let result: unknown;
  try {
    result = entrypoint(signal);
  } catch (error) {
    return failed === undefined ? watched(name, Promise.reject(error)) : Promise.resolve(failed(error));
  } finally {
    hasReturned = true;
  }
  // Of a function that is not async all is known.
  const isPromise = typeof (result as { then?: unknown } | null | undefined)?.then === "function";
  const running = isPromise ? watched(name, Promise.resolve(result)) : Promise.resolve<true>(true);
  return failed === undefined ? running : running.catch(failed);
}

let isSameTurn = false;
let hasReturned = false;

/** Whether the program goes on behind a function that was started in its place, as if `init` had not told it of one. */
export function goesOn(): boolean {
  return isSameTurn && hasReturned;
}

async function watched(name: string, result: Promise<unknown>): Promise<true> {
  const complain = (): void => {
    const state = /^Promise \{\s+<(pending|rejected)>/.exec(inspect(result))?.[1];
    // With a code, and not on the spot, it is the function that has ended the process.
    const isMeant = state === "pending" && !isSameTurn && process.exitCode !== undefined;
    if (state === undefined || isMeant) return;
    const problem = state === "pending" ? "had ended" : `was seen to fail: ${inspect(result)}`;
    say(`the process ends before its function ${JSON.stringify(name)} ${problem}`);
    process.exitCode ||= 1;
  };
  process.once("exit", complain);
  try {
    await result;
    return true;
  } finally {
    process.off("exit", complain);
  }
}
