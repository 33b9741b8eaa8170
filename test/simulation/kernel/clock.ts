// The virtual clock: time passes only when the simulation says so.

export interface Timer {
  readonly at: number;
  isCancelled: boolean;
  readonly run: () => void;
}

/** A millisecond on the clock, which counts microseconds. */
export const MILLISECOND = 1000;
/** Not at a whole second, nor at a whole millisecond. */
const START = 7_123_456_789;

export class Clock {
  /** Microseconds. */
  now: number = START;
  readonly #timers: Timer[] = [];

  /** Runs `run` when `delay` microseconds have passed. */
  after(delay: number, run: () => void): Timer {
    const timer = { at: this.now + delay, isCancelled: false, run };
    // Behind those that are due at the same time: first come, first served.
    let place = this.#timers.length;
    while (place > 0 && (this.#timers[place - 1] as Timer).at > timer.at) place--;
    this.#timers.splice(place, 0, timer);
    return timer;
  }

  /** When the next timer is due; undefined when there is none. */
  next(): number | undefined {
    while (this.#timers[0]?.isCancelled === true) this.#timers.shift();
    return this.#timers[0]?.at;
  }

  /** Runs what has become due by now; returns whether there was anything. */
  runDue(): boolean {
    let ran = false;
    for (let at = this.next(); at !== undefined && at <= this.now; at = this.next()) {
      (this.#timers.shift() as Timer).run();
      ran = true;
    }
    return ran;
  }
}
