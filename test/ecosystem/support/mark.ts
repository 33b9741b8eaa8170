// Who is left of what a program has started, also those who have become nobody's children: found by a variable that they
// have all got.

import { randomUUID } from "node:crypto";
import { environment, isAlive, processes } from "../../support/processes.ts";

export class Mark {
  readonly #value = randomUUID();

  /** The variable, for the program. */
  get environment(): Readonly<Record<string, string>> {
    return { ECOSYSTEM_MARK: this.#value };
  }

  /** The pids of all that have it and live, except for the one that is given. */
  bearers(except?: number): number[] {
    const mark = `\0ECOSYSTEM_MARK=${this.#value}`;
    return processes().filter((pid) => pid !== except && environment(pid).includes(mark) && isAlive(pid));
  }
}
