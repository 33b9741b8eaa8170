// What becomes of each signal: the rules again, written apart from the
// executable, and held against every kill(2) that it makes and all that it says.

import { MILLISECOND } from "../kernel/clock.ts";
import { Errno } from "../kernel/errno.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { Signal, type SignalInfo, signalName } from "../kernel/signal-set.ts";
import type { Plan } from "./plan.ts";
import { fate, readStatusLine } from "./status-lines.ts";
import { Violation } from "./violation.ts";

/** Something that is to happen neither before `earliest` nor after `latest`, which is known when the turn is over. */
interface Due {
  readonly what: string;
  earliest: number;
  latest: number | undefined;
  readonly milliseconds: number;
}

const FAULTS: readonly number[] = [Signal.ILL, 5, Signal.ABRT, Signal.BUS, Signal.FPE, Signal.SEGV, Signal.SYS, 24];
const FROM_TERMINAL: readonly number[] = [Signal.INT, Signal.QUIT, Signal.TSTP, Signal.WINCH];
/** What the init brings on itself: by its writes, and by a stop that it hands on to its caller's group. */
const OWN: readonly number[] = [Signal.PIPE, Signal.XFSZ, Signal.TSTP];
/** The executable counts whole milliseconds, and takes the one that has begun for now. */
const ROUNDING = MILLISECOND;
const REWRITTEN = "rewritten to 0";
const TOO_LATE = "the command has ended";

export class Forwarding {
  readonly #kernel: Kernel;
  readonly #plan: Plan;
  /** What has come in during this turn of the loop and has to go on. */
  readonly #expected: number[] = [];
  readonly #held = new Set<number>();
  #release: Due | undefined;
  #delayIsOver = false;
  /** The ends of the grace time and of the drain: the first counts. */
  readonly #kills: Due[] = [];
  /** The payload's stop is being dealt with: it may be continued, once, or the init stop as well. */
  #stopSeen = false;
  #mayContinue = false;
  #drains = false;
  /** The last signal for the group found nobody in it. */
  #groupIsMissed = false;
  /** What is to be said of signals, in order. */
  #unsaid: string[] = [];
  /** Whether the executable still writes its status stream. */
  isHeard: boolean;
  #killIsSaid = false;
  /** The kill(2) that the kernel has refused last, with what came in where it was passed on. */
  #refused: { readonly pid: number; readonly signal: number; readonly original: number | undefined } | undefined;
  /** The init has become who may signal the payload: what was refused may be tried once more. */
  #mayRetry = false;
  /** When SIGKILL was first due and sent. */
  killedAt: number | undefined;
  killDueAt: number | undefined;
  payloadIsReaped = false;
  /** PID 1 may not kill it, and has to end itself. */
  payloadIsBeyondReach = false;
  /** With -g the payload's group has got a SIGTERM. */
  groupHasTerm = false;

  constructor(kernel: Kernel, plan: Plan) {
    this.#kernel = kernel;
    this.#plan = plan;
    this.isHeard = plan.statusFile !== undefined;
  }

  get #now(): number {
    return this.#kernel.clock.now;
  }

  #mapped(original: number): number {
    return this.#plan.rewrite.get(original) ?? original;
  }

  took(info: SignalInfo): void {
    const { signal, code } = info;
    if (signal === Signal.CHLD) return;
    const isOwn = code > 0 ? FAULTS.includes(signal) : info.pid === this.#kernel.init.pid && OWN.includes(signal);
    if (isOwn) return;
    if (this.payloadIsReaped) this.#tell("dropped", signal, TOO_LATE);
    else if (this.#plan.sharesGroup && code > 0 && FROM_TERMINAL.includes(signal))
      this.#tell("dropped", signal, "the terminal sent it to the command too");
    else if (this.#plan.stopDelay !== undefined && !this.#delayIsOver && this.#plan.stopSignals.has(signal))
      this.#hold(signal, this.#plan.stopDelay);
    else if (this.#mapped(signal) === 0) this.#tell("dropped", signal, REWRITTEN);
    else this.#expected.push(signal);
  }

  #tell(event: string, signal: number, detail?: number | string): void {
    if (this.isHeard) this.#unsaid.push(fate(event, signal, detail));
  }

  #hold(signal: number, delay: number): void {
    if (this.#held.has(signal)) {
      this.#tell("dropped", signal, "held already");
      return;
    }
    if (this.#held.size === 0) this.#release = this.#due("the stop delay's end", delay);
    this.#held.add(signal);
    this.#tell("held", signal);
  }

  #due(what: string, milliseconds: number): Due {
    return { what, earliest: this.#now + milliseconds * MILLISECOND - ROUNDING, latest: undefined, milliseconds };
  }

  /** The executable writes a line to its status stream. */
  said(text: string): void {
    const line = readStatusLine(text);
    if (line.event === "killed") {
      if (this.#killIsSaid || !this.#killIsDue()) throw new Violation("a wrong event", text.trim());
      this.#killIsSaid = true;
    }
    if (line.fate === undefined) return;
    if (line.fate === this.#unsaid[0]) this.#unsaid.shift();
    else if (!this.#isHeldDropped(line.fate)) {
      const expected = this.#unsaid[0] ?? "nothing";
      throw new Violation("a wrong event", `${text.trim()}, where ${expected} was to be said`);
    }
  }

  /** Whether a held signal whose time has come is dropped now: of that nothing else tells. */
  #isHeldDropped(told: string): boolean {
    const [lowest] = this.#heldInOrder();
    if (lowest === undefined || !this.#releaseIsDue() || told !== fate("dropped", lowest, REWRITTEN)) return false;
    this.#letGo(lowest);
    return this.#mapped(lowest) === 0;
  }

  #heldInOrder(): number[] {
    return [...this.#held].sort((a, b) => a - b);
  }

  #releaseIsDue(): boolean {
    return this.#release !== undefined && this.#now >= this.#release.earliest;
  }

  #letGo(held: number): void {
    this.#delayIsOver = true;
    this.#held.delete(held);
    if (this.#held.size === 0) this.#release = undefined;
  }

  /** The status stream is closed: its reader has gone away. */
  fallsSilent(): void {
    this.isHeard = false;
    this.#unsaid = [];
  }

  /** The loop goes on to wait: what was to be done in this turn has been done. */
  endTurn(): void {
    const lost = this.#expected[0];
    if (lost !== undefined) throw new Violation("a signal was lost", signalName(lost));
    const [unsaid] = this.#unsaid;
    if (unsaid !== undefined) throw new Violation("a signal was not spoken of", unsaid);
    for (const due of [this.#release, ...this.#kills]) {
      if (due !== undefined) due.latest ??= this.#now + due.milliseconds * MILLISECOND + ROUNDING;
    }
    const isReleased = this.#delayIsOver || this.#now >= (this.#release?.latest ?? Number.POSITIVE_INFINITY);
    if (isReleased && this.#leavesNoTrace()) for (const held of this.#held) this.#letGo(held);
    // Once one of them has gone on, all have.
    const [kept] = this.#delayIsOver ? this.#held : [];
    if (kept !== undefined) throw new Violation("a signal was lost", `${signalName(kept)}, which was held`);
    this.waits();
    this.#drains = false;
  }

  /** What is rewritten to 0 is dropped when the delay is over. */
  #leavesNoTrace(): boolean {
    return !this.isHeard && [...this.#held].every((held) => this.#mapped(held) === 0);
  }

  /** What has to happen next, and at the latest when. */
  nextDue(): { what: string; latest: number; isKill: boolean } | undefined {
    const dues: { what: string; latest: number; isKill: boolean }[] = [];
    if (this.#release?.latest !== undefined && !this.#leavesNoTrace())
      dues.push({ what: this.#release.what, latest: this.#release.latest, isKill: false });
    for (const { what, latest } of this.killedAt === undefined ? this.#kills : [])
      if (latest !== undefined) dues.push({ what, latest, isKill: true });
    return dues.sort((a, b) => a.latest - b.latest)[0];
  }

  payloadStopped(): void {
    this.#stopSeen = true;
    this.#mayContinue = true;
  }

  /** The init looks for the next child that has changed: the last one's stop has been dealt with. */
  waits(): void {
    this.#stopSeen = false;
    this.#mayContinue = false;
  }

  payloadReaped(): void {
    this.payloadIsReaped = true;
    for (const held of this.#heldInOrder()) {
      this.#tell("dropped", held, TOO_LATE);
      this.#letGo(held);
    }
    const { drain } = this.#plan;
    // Where the process tree has got SIGKILL already nobody is asked any more.
    if (drain === undefined || this.killedAt !== undefined) return;
    this.#drains = true;
    this.#kills.push(this.#due("the drain's end", drain));
  }

  /** The init has changed its user. */
  changedUser(): void {
    this.#mayRetry = this.#refused !== undefined;
  }

  #isRetry(pid: number, signal: number, result: number): boolean {
    const refused = this.#refused;
    // The payload has left its group, which is tried first, as it was before.
    const isMissed = pid < 0 && pid === -(refused?.pid ?? 0) && signal === refused?.signal && result === -Errno.ESRCH;
    if (this.#mayRetry && isMissed) return true;
    const isRetry = this.#mayRetry && refused?.pid === pid && refused.signal === signal;
    this.#mayRetry = false;
    this.#refused = undefined;
    if (!isRetry || refused.original === undefined || result < 0) return isRetry;
    if (this.isHeard) this.#unsaid.pop();
    this.#wentOn(refused.original, signal, result);
    return true;
  }

  /** The init has made this call. */
  killed(pid: number, signal: number, result: number): void {
    if (signal === 0) return;
    if (this.#isRetry(pid, signal, result)) {
      if (signal === Signal.KILL && result >= 0) this.payloadIsBeyondReach = false;
      return;
    }
    if (result === -Errno.EPERM) this.#refused = { pid, signal, original: undefined };
    const { init, payload, setup } = this.#kernel;
    if (pid === init.pid) {
      const asJob = this.#stopSeen && signal === Signal.STOP && setup.mode !== "pid1";
      if (!asJob && signal !== this.#plan.parentDeathSignal) this.#unexpected(pid, signal);
      return;
    }
    if (pid === 0) {
      if (!this.#stopSeen || signal !== Signal.TSTP || setup.mode === "pid1") this.#unexpected(pid, signal);
      return;
    }
    // The payload has left its group, so that another call follows.
    const hasMissed = payload !== undefined && pid === -payload.pid && result === -Errno.ESRCH;
    if (hasMissed) this.#groupIsMissed = true;
    if (hasMissed && signal === Signal.KILL) this.#killIsDue();
    if (hasMissed) return;
    if (payload !== undefined && !this.payloadIsReaped && Math.abs(pid) === payload.pid)
      this.#toPayload(pid, signal, result);
    else this.#toOthers(pid, signal);
    this.#groupIsMissed = false;
  }

  #toPayload(pid: number, signal: number, result: number): void {
    const place = this.#expected.findIndex((original) => this.#mapped(original) === signal);
    if (place >= 0) {
      const original = this.#expected.splice(place, 1)[0] as number;
      this.#wentOn(original, signal, result);
      this.#checkTarget(pid, signal);
      return;
    }
    // Before what was held: that goes on only when all children have been waited for.
    if (signal === Signal.CONT && this.#mayContinue) {
      this.#mayContinue = false;
      return;
    }
    const held = this.#heldInOrder().find((original) => this.#mapped(original) !== 0);
    if (held !== undefined && this.#mapped(held) === signal && this.#releaseIsDue()) {
      for (const lower of this.#heldInOrder()) {
        if (lower >= held) break;
        this.#tell("dropped", lower, REWRITTEN);
        this.#letGo(lower);
      }
      this.#letGo(held);
      this.#wentOn(held, signal, result);
      this.#checkTarget(pid, signal);
      return;
    }
    if (signal === Signal.KILL && this.#killIsDue()) {
      this.payloadIsBeyondReach = result === -Errno.EPERM && this.#kernel.setup.mode === "pid1";
      return;
    }
    this.#unexpected(pid, signal);
  }

  #checkTarget(pid: number, signal: number): void {
    const { payload } = this.#kernel;
    if (payload === undefined) return;
    const leftGroup = this.#groupIsMissed;
    const isGroup = pid < 0;
    if (this.#plan.toGroup ? !isGroup && !leftGroup : isGroup && signal !== Signal.CONT)
      throw new Violation("a signal went astray", `${signalName(signal)} to ${pid}`);
  }

  #wentOn(original: number, signal: number, result: number): void {
    if (this.#refused !== undefined) this.#refused = { ...this.#refused, original };
    if (result < 0) this.#tell("not-forwarded", signal, -result);
    else if (original === signal) this.#tell("forwarded", signal);
    else this.#tell("forwarded", signal, original);
    if (result >= 0 && this.#plan.toGroup && signal === Signal.TERM) this.groupHasTerm = true;
    // Who asked for an end wants it, too, where the payload may not be told.
    if (this.#plan.grace !== undefined && this.#kills.length === 0 && this.#plan.stopSignals.has(original))
      this.#kills.push(this.#due("the grace time's end", this.#plan.grace));
  }

  /** The init has signalled somebody by a descriptor, as it does to the process tree. */
  reached(signal: number): void {
    this.#toOthers(0, signal);
  }

  #toOthers(pid: number, signal: number): void {
    if (signal === Signal.KILL && this.#killIsDue()) return;
    if ((signal === Signal.TERM || signal === Signal.CONT) && this.#drains) return;
    this.#unexpected(pid, signal);
  }

  #killIsDue(): boolean {
    if (this.killedAt !== undefined) return true;
    const earliest = Math.min(...this.#kills.map((due) => due.earliest));
    if (this.#now < earliest) return false;
    this.killedAt = this.#now;
    this.killDueAt = earliest;
    return true;
  }

  /** The process tree was to be killed in this turn, and nobody was found in it. */
  foundNobodyToKill(): void {
    this.#killIsDue();
  }

  #unexpected(pid: number, signal: number): never {
    throw new Violation("a signal too many", `kill(${pid}, ${signalName(signal)}) without a reason`);
  }
}
