import { constants } from "node:os";

/** The executable's own refusals. */
export const REFUSED = 125;
/** A command that is there and cannot be executed. */
export const NOT_EXECUTABLE = 126;
/** A command that is not there. */
export const NOT_FOUND = 127;

/** The exit status that stands for a signal, as in a shell. */
export function exitStatusOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
