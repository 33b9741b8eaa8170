// The oracle's last part: which signals go where and when, and the exit status,
// from the payload's start to the end of the init.

import { constants } from "node:os";
import type { Request } from "./request.ts";
import type { Arrival, Vector } from "./vector.ts";

const { SIGABRT, SIGBUS, SIGCONT, SIGFPE, SIGILL, SIGINT, SIGKILL, SIGQUIT, SIGSEGV, SIGSYS } = constants.signals;
const { SIGPIPE, SIGSTOP, SIGTERM, SIGTRAP, SIGTSTP, SIGTTIN, SIGTTOU, SIGWINCH, SIGXCPU, SIGXFSZ } = constants.signals;
/** Of the kernel's own signals, those that the init brought on itself. */
const faults = new Set<number>([SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS, SIGXCPU]);
/** Of the kernel's own signals, those that a terminal sends to its whole foreground group. */
const keys = new Set<number>([SIGINT, SIGQUIT, SIGTSTP, SIGWINCH]);
const heardByPause = new Set<number>([SIGINT, SIGTERM, SIGPIPE, SIGXFSZ]);
/** How long the init waits for those who do not end by SIGKILL. */
const LAST_WAIT = 2000;
/** How long it waits before it waits for ever. */
const FIRST_WAIT = 100;

export class Timeline {
  readonly trace: string[] = [];
  /** The payload's exit status as a shell has it, before any mapping. */
  status = 255;
  /** The other child has been reaped while the init was there. */
  hasReapedOrphan: boolean;
  readonly #request: Request;
  readonly #vector: Vector;
  readonly #child: number;
  #now = 0;
  #payload: "alive" | "ended" | "gone";
  #waitStatus: number;
  #orphan: "alive" | "ended" | "gone";
  #heardOfEnds = true;
  #held = new Set<number>();
  #delayIsOver = false;
  #groupHadTerm = false;
  #isStopping = false;
  #isKilling = false;
  #hasBeenAsked = false;
  /** The simulation has ended the init itself. */
  isKilled = false;
  /** A wait has come to its end, and so the next may be for ever. */
  #waitsForEver = false;
  #releaseAt = Infinity;
  #killAt = Infinity;
  #giveUpAt = Infinity;

  /** `failure` is the exit status of a child that never became the payload. */
  constructor(request: Request, vector: Vector, failure: number | undefined) {
    const { scenario } = vector;
    this.#request = request;
    this.#vector = vector;
    this.#child = scenario.pid + 1;
    this.#payload = failure === undefined ? "alive" : "ended";
    this.#waitStatus = failure === undefined ? scenario.waitStatus : failure << 8;
    this.hasReapedOrphan = scenario.orphan === "ended";
    this.#orphan = scenario.orphan === "stubborn" ? "alive" : "gone";
    if ((request.drain !== undefined || request.waitsForAll) && scenario.pid !== 1 && !request.pauses)
      this.trace.push(`pidfd_open ${this.#child}`);
    this.#run();
  }

  #run(): void {
    const { pauses } = this.#request;
    // pause leaves the others to what they do by default, which is nothing to PID 1.
    const isHeard = ({ signal }: Arrival): boolean => this.#request.dialect !== "pause" || heardByPause.has(signal);
    const arrivals = this.#vector.scenario.arrivals.filter(isHeard);
    this.#reap();
    while (!this.#isOver()) {
      const due = Math.min(this.#releaseAt, this.#killAt, this.#giveUpAt);
      const end = this.#payload === "alive" && !pauses ? this.#vector.scenario.endsAt : Infinity;
      const arrival = arrivals[0];
      const next = Math.max(Math.min(arrival?.at ?? Infinity, end), this.#now);
      const isLeftAlone = pauses || this.#payload === "gone";
      if (next === Infinity && due === Infinity && isLeftAlone && this.#heardOfEnds) {
        this.#endPause();
        if (this.isKilled) return;
        continue;
      }
      if (!this.#heardOfEnds) this.#reap();
      else if (next > Math.max(due, this.#now)) {
        this.#now = Math.max(due, this.#now);
        this.#waitsForEver = true;
      } else {
        if (due === Infinity && next > this.#now + FIRST_WAIT) this.#waitsForEver = true;
        this.#now = next;
        if (arrival !== undefined && arrival.at <= end) {
          arrivals.shift();
          this.#arrive(arrival);
          this.#stopWith(arrival, arrivals);
        } else {
          this.#payload = "ended";
          this.#reap();
        }
      }
      this.#doWhatIsDue();
    }
  }

  #isOver(): boolean {
    if (this.#payload !== "gone") return false;
    if (this.#request.drain === undefined && !this.#request.waitsForAll) return true;
    return this.#orphan === "gone" || this.#now >= this.#giveUpAt;
  }

  #reap(): void {
    this.#heardOfEnds = true;
    if (this.#orphan === "ended") {
      this.#orphan = "gone";
      this.hasReapedOrphan = true;
    }
    if (this.#payload !== "ended") return;
    this.#payload = "gone";
    const signal = this.#waitStatus & 0x7f;
    this.status = signal === 0 ? this.#waitStatus >> 8 : 128 + signal;
    this.#afterPayload();
  }

  #afterPayload(): void {
    const { drain, newSession, pauses, waitsForAll } = this.#request;
    if (waitsForAll && !this.#isStopping && !pauses) return;
    if (newSession && (drain === undefined || !this.#groupHadTerm)) {
      this.#kill(-this.#child, SIGTERM);
      this.#groupHadTerm = true;
    }
    if ((drain === undefined && !waitsForAll) || this.#isKilling) return;
    this.#endOthers(this.#groupHadTerm);
  }

  #endOthers(sparesGroup: boolean): void {
    this.#sendToEveryone(SIGTERM, sparesGroup);
    this.#sendToEveryone(SIGCONT, false);
    // The grace time that runs already is not made longer.
    this.#killAt = Math.min(this.#killAt, this.#now + (this.#request.drain ?? Infinity));
  }

  /** A signal that comes after the payload's end. */
  #comesLate(signal: number): void {
    const { grace, stopSignals, waitsForAll } = this.#request;
    if (!waitsForAll || this.#isKilling || !stopSignals.has(signal)) return;
    this.#endOthers(false);
    this.#killAt = Math.min(this.#killAt, this.#now + (grace ?? Infinity));
  }

  #arrive({ signal, code }: Arrival): void {
    if (code > 0 && faults.has(signal)) return;
    if (this.#payload === "gone") {
      this.#comesLate(signal);
      return;
    }
    if (code > 0 && keys.has(signal) && this.#request.sharesGroup && !this.#request.pauses) return;
    const { stopDelay, stopSignals } = this.#request;
    if (stopDelay === undefined || this.#delayIsOver || !stopSignals.has(signal)) {
      this.#pass(signal);
      return;
    }
    if (this.#held.size === 0) this.#releaseAt = this.#now + stopDelay;
    this.#held.add(signal);
  }

  /** Without a payload and without a signal that asks for it the simulation asks for the end, and then kills. */
  #endPause(): void {
    if (!this.#waitsForEver) this.#now += FIRST_WAIT;
    this.#waitsForEver = true;
    this.isKilled = this.#hasBeenAsked;
    if (this.isKilled) this.status = 128 + SIGKILL;
    else this.#arrive({ at: this.#now, signal: SIGTERM, code: 0 });
    this.#hasBeenAsked = true;
    this.#doWhatIsDue();
  }

  /** dumb-init stops with the signal, unless a SIGCONT is there already. */
  #stopWith({ signal }: Arrival, arrivals: Arrival[]): void {
    const { pid } = this.#vector.scenario;
    if (!this.#request.stopsOnSignal || ![SIGTSTP, SIGTTIN, SIGTTOU].includes(signal)) return;
    if (pid === 1 || this.#payload === "gone") return;
    const index = arrivals.findIndex((other) => other.signal === SIGCONT && other.at <= this.#now);
    if (index < 0) {
      this.trace.push(`kill ${pid} ${SIGSTOP} at ${this.#now}`);
      return;
    }
    arrivals.splice(index, 1);
    if (!this.#kill(-this.#child, SIGCONT)) this.#kill(this.#child, SIGCONT);
  }

  #pass(original: number): void {
    const signal = this.#request.rewrite.get(original) ?? original;
    if (signal === 0) return;
    if (this.#request.pauses) {
      if (!this.#request.stopSignals.has(signal)) return;
      this.#payload = "gone";
      this.status = 0;
      this.#afterPayload();
      return;
    }
    if (!this.#request.toGroup || !this.#kill(-this.#child, signal)) this.#kill(this.#child, signal);
    if (this.#request.toGroup && signal === SIGTERM) this.#groupHadTerm = true;
    const { grace, stopSignals } = this.#request;
    if (stopSignals.has(original)) this.#isStopping = true;
    if (grace !== undefined && this.#killAt === Infinity && stopSignals.has(original)) this.#killAt = this.#now + grace;
  }

  #doWhatIsDue(): void {
    if (this.#held.size > 0 && (this.#now >= this.#releaseAt || this.#payload === "gone")) {
      this.#delayIsOver = true;
      this.#releaseAt = Infinity;
      for (const signal of [...this.#held].sort((a, b) => a - b))
        if (this.#payload !== "gone") this.#pass(signal);
        else this.#comesLate(signal);
      this.#held.clear();
    }
    if (this.#now >= this.#killAt) {
      this.#killAt = Infinity;
      this.#isKilling = true;
      this.#giveUpAt = this.#now + LAST_WAIT;
    }
    if (this.#isKilling) this.#sendToEveryone(SIGKILL, false);
  }

  #sendToEveryone(signal: number, exceptGroup: boolean): void {
    // It is reached whether or not the others are found.
    if (signal === SIGKILL && this.#payload !== "gone" && !this.#request.pauses) this.#kill(this.#child, signal);
    if (this.#vector.scenario.pid === 1) this.#kill(-1, signal);
    else if (this.#request.pauses || exceptGroup) return;
    else if (this.#payload !== "gone") this.#kill(-this.#child, signal);
    else this.#signalGroup(signal);
  }

  /** Sends a signal; false when it reaches nobody. */
  #kill(target: number, signal: number): boolean {
    const isAlone = this.#payload === "gone" && this.#orphan === "gone";
    if (isAlone || (target === -this.#child && this.#request.sharesGroup)) return false;
    if (target === this.#child && this.#payload === "gone") return false;
    this.trace.push(`kill ${target} ${signal} at ${this.#now}`);
    if (signal === SIGKILL) this.#endBySignal(target < 0);
    return true;
  }

  /** The payload's number may be another's by now: its group is signalled by the descriptor that a drain has opened. */
  #signalGroup(signal: number): void {
    const { drain, sharesGroup, waitsForAll } = this.#request;
    if ((drain === undefined && !waitsForAll) || sharesGroup || this.#orphan === "gone") return;
    this.trace.push(`group of ${this.#child} ${signal} at ${this.#now}`);
    if (signal === SIGKILL) this.#endBySignal(true);
  }

  #endBySignal(isForAll: boolean): void {
    if (this.#payload === "alive") {
      this.#payload = "ended";
      this.#waitStatus = SIGKILL;
      this.#heardOfEnds = false;
    }
    if (isForAll && this.#orphan === "alive") {
      this.#orphan = "ended";
      this.#heardOfEnds = false;
    }
  }
}
