// The signals that are still to come to the init.

import { constants } from "node:os";
import { ProcessEnded } from "../kernel/module.ts";
import type { Arrival } from "../oracle/vector.ts";

const { SIGCONT, SIGKILL, SIGTERM } = constants.signals;
/** A set of signals as the kernel has it. */
export const SIGCONT_ALONE: bigint = 1n << BigInt(SIGCONT - 1);

export class Arrivals {
  #left: Arrival[];
  #hasAskedForEnd = false;

  constructor(list: readonly Arrival[]) {
    this.#left = [...list];
  }

  get first(): Arrival | undefined {
    return this.#left[0];
  }

  shift(): void {
    this.#left.shift();
  }

  /** Leaves those out that are not waited for: PID 1 never sees them. */
  limitTo(wanted: bigint): void {
    this.#left = this.#left.filter(({ signal }) => ((wanted >> BigInt(signal - 1)) & 1n) === 1n);
  }

  /** Takes a SIGCONT that has come by `now`. */
  takeContinue(now: number): Arrival | undefined {
    const index = this.#left.findIndex(({ at, signal }) => signal === SIGCONT && at <= now);
    return index < 0 ? undefined : this.#left.splice(index, 1)[0];
  }

  /** For an init whose payload is not there, or not any more, and without a signal to come: it is asked to end, and then killed. */
  askForEnd(): Arrival {
    if (this.#hasAskedForEnd) throw new ProcessEnded((128 + SIGKILL) << 8);
    this.#hasAskedForEnd = true;
    return { at: 0, signal: SIGTERM, code: 0 };
  }
}
