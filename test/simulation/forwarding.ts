// What becomes of each signal: the rules again, written apart from the
// executable, and held against every kill(2) that it makes.

import { Errno } from "./errno.ts";
import type { Kernel } from "./kernel.ts";
import type { Plan } from "./plan.ts";
import { Signal, type SignalInfo, signalName } from "./signal-set.ts";
import { MILLISECOND } from "./time.ts";
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
/** The executable counts whole milliseconds. */
const ROUNDING = 2 * MILLISECOND;

export class Forwarding {
  readonly #kernel: Kernel;
  readonly #plan: Plan;
  /** What has come in during this turn of the loop and has to go on. */
  readonly #expected: number[] = [];
  readonly #held = new Set<number>();
  #release: Due | undefined;
  #delayIsOver = false;
  #kill: Due | undefined;
  #continues = 0;
  #stopSeen = false;
  #drains = false;
  /** The last signal for the group found nobody in it. */
  #groupIsMissed = false;
  /** When SIGKILL was first due and sent. */
  killedAt: number | undefined;
  killDueAt: number | undefined;
  payloadIsReaped = false;
  /** With -g the payload's group has got a SIGTERM. */
  groupHasTerm = false;

  constructor(kernel: Kernel, plan: Plan) {
    this.#kernel = kernel;
    this.#plan = plan;
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
    if (this.payloadIsReaped || (this.#plan.sharesGroup && code > 0 && FROM_TERMINAL.includes(signal))) return;
    if (this.#plan.stopDelay !== undefined && !this.#delayIsOver && this.#plan.stopSignals.has(signal))
      this.#hold(signal, this.#plan.stopDelay);
    else if (this.#mapped(signal) !== 0) this.#expected.push(signal);
  }

  #hold(signal: number, delay: number): void {
    if (this.#held.size === 0) this.#release = this.#due("the stop delay's end", delay);
    this.#held.add(signal);
  }

  #due(what: string, milliseconds: number): Due {
    return { what, earliest: this.#now + milliseconds * MILLISECOND - ROUNDING, latest: undefined, milliseconds };
  }

  /** The loop goes on to wait: what was to be done in this turn has been done. */
  endTurn(): void {
    const lost = this.#expected[0];
    if (lost !== undefined) throw new Violation("a signal was lost", signalName(lost));
    for (const due of [this.#release, this.#kill]) {
      if (due !== undefined) due.latest ??= this.#now + due.milliseconds * MILLISECOND + ROUNDING;
    }
    if (this.#release !== undefined && this.#now >= (this.#release.latest ?? 0) && this.#leavesNoTrace()) {
      this.#release = undefined;
      this.#held.clear();
      this.#delayIsOver = true;
    }
    this.#continues = 0;
    this.#stopSeen = false;
    this.#drains = false;
  }

  /** What is rewritten to 0 or comes too late for the payload is dropped when the delay is over. */
  #leavesNoTrace(): boolean {
    return this.payloadIsReaped || [...this.#held].every((held) => this.#mapped(held) === 0);
  }

  /** What has to happen next, and at the latest when. */
  nextDue(): { what: string; latest: number; isKill: boolean } | undefined {
    const dues: { what: string; latest: number; isKill: boolean }[] = [];
    if (this.#release?.latest !== undefined && !this.#leavesNoTrace())
      dues.push({ what: this.#release.what, latest: this.#release.latest, isKill: false });
    if (this.#kill?.latest !== undefined && this.killedAt === undefined)
      dues.push({ what: this.#kill.what, latest: this.#kill.latest, isKill: true });
    return dues.sort((a, b) => a.latest - b.latest)[0];
  }

  mayContinue(): void {
    this.#continues++;
  }

  payloadStopped(): void {
    this.#stopSeen = true;
    this.#continues++;
  }

  payloadReaped(): void {
    this.payloadIsReaped = true;
    const { drain } = this.#plan;
    // Where everyone has got SIGKILL already nobody is asked any more.
    if (drain === undefined || this.killedAt !== undefined) return;
    this.#drains = true;
    const due = this.#due("the drain's end", drain);
    if (this.#kill === undefined || this.killedAt !== undefined) this.#kill = due;
    // The earlier of the two counts.
    else if (due.earliest < this.#kill.earliest) this.#kill = due;
    else {
      const { what, earliest, latest } = this.#kill;
      const left = ((latest ?? this.#now) - this.#now) / MILLISECOND;
      this.#kill = { what, earliest, latest: undefined, milliseconds: Math.max(left, 0) };
    }
  }

  /** The init has made this call. */
  killed(pid: number, signal: number, result: number): void {
    if (signal === 0) return;
    const { init, payload, world } = this.#kernel;
    if (pid === init.pid) {
      const asJob = this.#stopSeen && signal === Signal.STOP && world.mode !== "pid1";
      if (!asJob && signal !== this.#plan.parentDeathSignal) this.#unexpected(pid, signal);
      return;
    }
    if (pid === 0) {
      if (!this.#stopSeen || signal !== Signal.TSTP || world.mode === "pid1") this.#unexpected(pid, signal);
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
  }

  #toPayload(pid: number, signal: number, result: number): void {
    const place = this.#expected.findIndex((original) => this.#mapped(original) === signal);
    if (place >= 0) {
      const original = this.#expected.splice(place, 1)[0] as number;
      this.#wentOn(original, signal, result);
      this.#checkTarget(pid, signal);
      return;
    }
    if (this.#release !== undefined && this.#now >= this.#release.earliest) {
      const original = [...this.#held].find((held) => this.#mapped(held) === signal);
      if (original !== undefined) {
        this.#held.delete(original);
        for (const held of this.#held) {
          if (this.#mapped(held) !== 0) continue;
          this.#held.delete(held);
        }
        this.#delayIsOver = true;
        if (this.#held.size === 0) this.#release = undefined;
        this.#wentOn(original, signal, result);
        return;
      }
    }
    if (signal === Signal.CONT && this.#continues > 0) {
      this.#continues--;
      return;
    }
    if (signal === Signal.KILL && this.#killIsDue()) return;
    this.#unexpected(pid, signal);
  }

  #checkTarget(pid: number, signal: number): void {
    const { payload } = this.#kernel;
    if (payload === undefined) return;
    const leftGroup = this.#groupIsMissed;
    this.#groupIsMissed = false;
    const isGroup = pid < 0;
    if (this.#plan.toGroup ? !isGroup && !leftGroup : isGroup && signal !== Signal.CONT)
      throw new Violation("a signal went astray", `${signalName(signal)} to ${pid}`);
  }

  #wentOn(original: number, signal: number, result: number): void {
    if (result < 0) return;
    if (this.#plan.toGroup && signal === Signal.TERM) this.groupHasTerm = true;
    if (this.#plan.grace !== undefined && this.#kill === undefined && this.#plan.stopSignals.has(original))
      this.#kill = this.#due("the grace time's end", this.#plan.grace);
  }

  /** The init has signalled somebody by a descriptor, as it does to everyone at once. */
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
    if (this.#kill === undefined || this.#now < this.#kill.earliest) return false;
    this.killedAt = this.#now;
    this.killDueAt = this.#kill.earliest;
    return true;
  }

  #unexpected(pid: number, signal: number): never {
    throw new Violation("a signal too many", `kill(${pid}, ${signalName(signal)}) without a reason`);
  }
}
