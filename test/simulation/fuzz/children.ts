// The init's two children: the payload, and perhaps an orphan that was there before it.

import { constants } from "node:os";
import type { Scenario } from "../oracle/vector.ts";

const { SIGKILL } = constants.signals;

export interface Child {
  readonly pid: number;
  state: "none" | "alive" | "ended" | "gone";
  /** As wait4(2) tells it. */
  waitStatus: number;
}

const firstState = { none: "gone", ended: "ended", stubborn: "alive" } as const;

export class Children {
  readonly payload: Child;
  readonly #orphan: Child;
  /** One of them has been ended, and the init has not been told. */
  #hasEnded = false;

  constructor({ pid, orphan, waitStatus }: Scenario) {
    this.payload = { pid: pid + 1, state: "none", waitStatus };
    this.#orphan = { pid: pid + 2, state: firstState[orphan], waitStatus: 0 };
  }

  /** There is no child that lives or could be waited for. */
  get areGone(): boolean {
    return (this.payload.state === "gone" || this.payload.state === "none") && this.#orphan.state === "gone";
  }

  /** Takes a child that has ended; undefined when there is none. */
  reap(): Child | undefined {
    const child = [this.#orphan, this.payload].find(({ state }) => state === "ended");
    if (child !== undefined) child.state = "gone";
    return child;
  }

  /** SIGKILL ends the payload, and the orphan where it is for all of them. */
  kill(isForAll: boolean): void {
    for (const child of isForAll ? [this.payload, this.#orphan] : [this.payload]) {
      if (child.state !== "alive") continue;
      child.state = "ended";
      this.#hasEnded = true;
      if (child === this.payload) child.waitStatus = SIGKILL;
    }
  }

  /** Whether one was ended since it was last asked. */
  takeEnd(): boolean {
    const hasEnded = this.#hasEnded;
    this.#hasEnded = false;
    return hasEnded;
  }
}
