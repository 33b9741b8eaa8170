import { type Mode, pid1 } from "../../support/modes.ts";

/** The words that make what follows PID 1; no C program is needed for that. */
export const asPid1: readonly string[] = pid1.prefix;
/** Why there is no PID namespace, or false. */
export const noPid1: Mode["unavailable"] = asPid1.length === 0 && pid1.unavailable;
