// What a process that `command` starts is told: for which function. Argv[0] has the name, too, and decides what runs; but
// any program may have any argv[0]. Who finds this in its environment and has no such function was started in vain. All
// that it starts finds it, too, so that no chain of processes begins, whatever starts them: a test runner's workers, a
// cluster's. Where the function runs it is taken out.

const NAME = "REIN_FUNCTION";
const CANCEL = "REIN_FUNCTION_CANCEL";
// This one stays, for those who are started for the function that runs.
const DEPTH = "REIN_FUNCTION_DEPTH";
const DEEPEST = 8;

/** The variables for a process that is started for a function; `cancels` where it hears of a graceful cancel. */
export function variablesFor(name: string, cancels: boolean): Record<string, string | undefined> {
  return {
    ...{ [NAME]: name, [CANCEL]: cancels ? "1" : undefined, [DEPTH]: String(depth() + 1) },
    // Below `node --watch`: each module that the function loads would be a message to who has started it with `ipc`.
    WATCH_REPORT_DEPENDENCIES: undefined,
  };
}

/** The name that this process, or one above it, was started for, and that nobody has found yet. */
export function soughtName(): string | undefined {
  return process.env[NAME];
}

/** It is found. Returns whether it can hear of a graceful cancel. */
export function forgetSought(): boolean {
  const cancels = process.env[CANCEL] !== undefined;
  delete process.env[NAME];
  delete process.env[CANCEL];
  return cancels;
}

/** Whether so many functions have started one another that there will be no end. */
export function isTooDeep(): boolean {
  return depth() >= DEEPEST;
}

function depth(): number {
  return Number(process.env[DEPTH]) || 0;
}
