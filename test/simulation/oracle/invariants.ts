// What has to hold, whatever happens; looked at around every system call.

import type { CallName } from "../kernel/calls.ts";
import { MILLISECOND } from "../kernel/clock.ts";
import { Errno } from "../kernel/errno.ts";
import type { Proc } from "../kernel/file-tree.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Instance } from "../kernel/module.ts";
import type { Process } from "../kernel/process.ts";
import { EVERY_SIGNAL, Signal, type SignalInfo, signalName, UNBLOCKABLE } from "../kernel/signal-set.ts";
import { Forwarding } from "./forwarding.ts";
import { STATUS_DESCRIPTOR } from "./options.ts";
import type { Plan } from "./plan.ts";
import { Violation } from "./violation.ts";

const TIOCSPGRP = 0x5410;
/** How long the executable waits for those who do not even end by SIGKILL, in milliseconds. */
const LAST_WAIT = 2000;
/** How soon the executable looks again for those who are not its children: it counts from a look before its wait. */
const LOOK = 100 * MILLISECOND;
/** Calls by which the executable finds those for whom it answers, and reaches them. */
const FINDING: readonly CallName[] = [
  "kill",
  "pidfd_send_signal",
  "openat",
  "getdents64",
  "read",
  "readlinkat",
  "openat2",
  "fstatfs",
  "getpgid",
];
/** In these the init finds processes. */
const OWN: ReadonlySet<Proc> = new Set(["own", "listless", "hiding"]);
/** Calls by which the terminal is taken back at the end. */
const TERMINAL: readonly CallName[] = ["ioctl", "getpgid"];

function hasAny(faulted: ReadonlySet<CallName>, names: readonly CallName[]): boolean {
  return names.some((name) => faulted.has(name));
}

export class Invariants {
  readonly #kernel: Kernel;
  readonly #instance: Instance;
  readonly #plan: Plan;
  /** The calls that were made to fail in this turn of the loop, and in the one before. */
  #faulted = new Set<CallName>();
  #faultedBefore = new Set<CallName>();
  readonly forwarding: Forwarding;
  #heapEnd: number | undefined;
  /** The signal that has ended a wait. */
  #readSignal: number | undefined;
  /** What the last write to the status stream gave. */
  #lastWrite = 0;
  /** ppoll(2) has said that a line fits that has been refused: it is written once more. */
  #isSecondAttempt = false;
  /** In this turn the terminal was found to be the init's or its payload's; it may be another's right after. */
  #sawOurs = false;
  #clockReadAt = 0;
  /** What passed between the last look at the clock and the wait: nobody can take that into account. */
  #unseen = 0;
  /** The process tree when this turn began. */
  #known = new Set<Process>();
  /** The init's children at its last look for them. */
  #knownChildren = new Set<Process>();
  /** The process tree at the payload's end, which has to be asked to end. */
  #toDrain: Process[] | undefined;
  readonly #asked = new Map<Process, number>();
  readonly #continued = new Set<Process>();
  /** The latest time at which the init ends, although somebody is left. */
  #giveUpAt: number | undefined;
  /** As PID 1: the last look for processes that are not its children found somebody. */
  #sawStrangers = false;
  /** What stands for the payload's group after its end could not be had. */
  #groupIsLost = false;
  /** When the last call of the init was over, a SIGCONT was pending. */
  #wasContinued = false;

  constructor(kernel: Kernel, instance: Instance, plan: Plan) {
    this.#kernel = kernel;
    this.#instance = instance;
    this.#plan = plan;
    this.forwarding = new Forwarding(kernel, plan);
    kernel.signals.onSent = (from, to, signal) => this.#sent(from, to, signal);
  }

  /** A call is made to fail. */
  faulted(name: CallName): void {
    this.#faulted.add(name);
  }

  enter(name: CallName, values: readonly (number | bigint)[], process: Process): void {
    if (name === "clone") this.#heapEnd = this.#instance.heapEnd;
    if (name === "write") this.#checkWrite(Number(values[0]), process);
    if (process !== this.#kernel.init) return;
    if (name === "rt_sigtimedwait" && this.#isMain(Number(values[0]))) this.#endTurn();
    else if (name === "wait4") this.forwarding.waits();
    else if (name === "kill") this.#checkStop(Number(values[0]), Number(values[1]));
  }

  /** A reader that is stuck must not hold up anybody else. */
  #checkWrite(descriptor: number, process: Process): void {
    const file = process.files?.get(descriptor);
    if (file?.kind === "pipe" && file.reader === "stalls")
      throw new Violation("a write waits", `for the reader of descriptor ${descriptor}`);
  }

  #endTurn(): void {
    const { clock } = this.#kernel;
    this.#checkTurn();
    this.#known = new Set(this.#kernel.charges());
    this.#sawOurs = false;
    this.#unseen = clock.now - this.#clockReadAt;
    this.#faultedBefore = this.#faulted;
    this.#faulted = new Set();
    if (this.forwarding.killedAt !== undefined) this.#giveUpAt ??= clock.now + (LAST_WAIT + 1) * MILLISECOND;
  }

  #checkTurn(): void {
    this.forwarding.endTurn();
    this.#checkAsked();
    if (this.forwarding.killedAt !== undefined) this.#checkKilled();
  }

  /** A stop signal discards a SIGCONT that is pending: the init has to have looked right before. */
  #checkStop(pid: number, signal: number): void {
    const isStop = (pid === 0 && signal === Signal.TSTP) || (pid === this.#kernel.init.pid && signal === Signal.STOP);
    if (isStop && this.#wasContinued && !this.#faulted.has("rt_sigtimedwait"))
      throw new Violation("a signal was lost", "SIGCONT, by the init's own stop");
  }

  #isMain(set: number): boolean {
    return (this.#instance.memory.getU64(set) | UNBLOCKABLE) === EVERY_SIGNAL;
  }

  leave(name: CallName, values: readonly (number | bigint)[], result: number | bigint, process: Process): void {
    if (this.#heapEnd !== undefined && this.#instance.heapEnd !== this.#heapEnd)
      throw new Violation(
        "the heap grew",
        `by ${this.#instance.heapEnd - this.#heapEnd} bytes before ${name} returned`,
      );
    if (name === "clock_gettime") this.#clockReadAt = this.#kernel.clock.now;
    if (name === "ioctl" && Number(values[1]) === TIOCSPGRP && result === 0) this.#checkTerminalTaken();
    else if (name === "ioctl" && this.#isOurs(this.#kernel.terminal?.foreground ?? 0)) this.#sawOurs = true;
    if (process !== this.#kernel.init) return;
    this.#wasContinued = process.pending.some((info) => info.signal === Signal.CONT);
    this.#listen(name, values, Number(result));
    if (name === "ppoll") this.#isSecondAttempt = result === 1;
    else if (name === "pwritev2" || name === "write") this.#isSecondAttempt = false;
    if (name === "setresuid" && result === 0) this.forwarding.changedUser();
    if (name === "pidfd_send_signal") this.forwarding.reached(Number(values[1]));
    else if (name === "kill") {
      this.forwarding.killed(Number(values[0]), Number(values[1]), Number(result));
      if (values[0] === -1 && values[1] === 0) this.#sawStrangers = result === 0;
    } else if (name === "wait4") this.#waited(Number(values[1]), Number(result));
    else if (name === "pidfd_open" && values[0] === this.#kernel.payload?.pid && !this.forwarding.payloadIsReaped)
      this.#groupIsLost ||= Number(result) < 0;
  }

  /** What is written to the status stream. */
  #listen(name: CallName, values: readonly (number | bigint)[], result: number): void {
    if (values[0] !== STATUS_DESCRIPTOR || !this.forwarding.isHeard) return;
    const isNew = name === "pwritev2" && !this.#isSecondAttempt;
    if (isNew) this.forwarding.said(this.#instance.memory.textOf(Number(values[1]), Number(values[2])));
    if (name === "pwritev2" || name === "write") this.#lastWrite = result;
    if (name !== "close") return;
    if (this.#lastWrite !== -Errno.EPIPE) throw new Violation("the status stream was closed", "which somebody reads");
    this.forwarding.fallsSilent();
  }

  #waited(status: number, pid: number): void {
    const { payload, init } = this.#kernel;
    this.#knownChildren = new Set(init.children);
    if (payload === undefined || pid !== payload.pid) return;
    if ((this.#instance.memory.getI32(status) & 0xff) === 0x7f) this.forwarding.payloadStopped();
    else if (!this.forwarding.payloadIsReaped) {
      this.forwarding.payloadReaped();
      if (this.#plan.drain === undefined || this.forwarding.killedAt !== undefined) return;
      const { groupHasTerm } = this.forwarding;
      const hasTerm = (process: Process): boolean => groupHasTerm && process.group === payload.pid;
      const isAsked = (process: Process): boolean => !hasTerm(process) && this.#isFound(process, groupHasTerm);
      this.#toDrain = this.#kernel.charges().filter(isAsked);
    }
  }

  #checkTerminalTaken(): void {
    if (!this.#sawOurs) throw new Violation("the terminal was taken", "which was found to be somebody else's");
  }

  /** Whether a terminal with this foreground group may be taken: the init's own, the payload's, one that is gone. */
  #isOurs(group: number): boolean {
    const { init, payload, processes } = this.#kernel;
    if (group === init.group || group === payload?.pid || group === payload?.group) return true;
    return group > 0 && !processes.members(group).some((member) => member.isAlive);
  }

  #sent(from: Process, to: Process, signal: number): void {
    const { init } = this.#kernel;
    if (from !== init && from.run !== undefined) return;
    if (to.role === "bystander" || to.role === "caller")
      throw new Violation("a bystander was signalled", `${to} by ${signalName(signal)}`);
    if (signal === Signal.CONT) this.#continued.add(to);
    if (signal === Signal.TERM && this.#toDrain !== undefined) this.#asked.set(to, (this.#asked.get(to) ?? 0) + 1);
  }

  /** Only what asks for the end is read, and before there is a payload. */
  read(info: SignalInfo): void {
    const ending: readonly number[] = [Signal.HUP, Signal.INT, Signal.QUIT, Signal.TERM];
    if (this.#kernel.payload !== undefined || !ending.includes(info.signal))
      throw new Violation("a signal was lost", `${info.signal} was read`);
    this.#readSignal = info.signal;
  }

  took(info: SignalInfo): void {
    this.forwarding.took(info);
  }

  /** The init waits for a signal, and none is there. */
  blocks(deadline: number | undefined): void {
    const { clock, init } = this.#kernel;
    for (const child of init.children) {
      if (child.state === "zombie") throw new Violation("a zombie is left", `${child}, while the init waits`);
      if (child.untoldStop !== 0 && child === this.#kernel.payload)
        throw new Violation("a stop was missed", `of ${child}, while the init waits`);
    }
    this.#checkDue(deadline);
    if (!this.forwarding.payloadIsReaped) return;
    if (this.#plan.drain === undefined) throw new Violation("the init goes on", "although its work is done");
    // As PID 1 it waits for those too who entered its namespace. Nobody tells it of their end: it looks again and again.
    const looksSoon = this.#sawStrangers && deadline !== undefined && deadline <= clock.now + LOOK;
    if (init.children.size === 0 && !looksSoon)
      throw new Violation("the init goes on", "without a child, and does not look for others soon");
    if (this.#giveUpAt !== undefined && (deadline === undefined || deadline > this.#giveUpAt + this.#unseen))
      throw new Violation("the init goes on", "although those left do not even end by SIGKILL");
  }

  #checkDue(deadline: number | undefined): void {
    const due = this.forwarding.nextDue();
    if (due === undefined || (deadline !== undefined && deadline <= due.latest + this.#unseen)) return;
    // The payload is always known; the others are found by calls, of which one has failed.
    if (due.isKill && this.forwarding.payloadIsReaped && hasAny(this.#faultedBefore, FINDING)) {
      this.forwarding.foundNobodyToKill();
      this.#giveUpAt ??= this.#kernel.clock.now + (LAST_WAIT + 1) * MILLISECOND;
      return;
    }
    const until =
      deadline === undefined ? "for ever" : `${Math.round((deadline - due.latest) / MILLISECOND)} ms longer`;
    throw new Violation("a time is missed", `${due.what}: the init waits ${until}`);
  }

  /** In a /proc that hides processes the init finds its children only; as PID 1 it needs /proc only to leave some out. */
  #isFound(process: Process, sparesSome: boolean): boolean {
    const { setup, payload } = this.#kernel;
    if (setup.proc !== "hiding" || (setup.mode === "pid1" && !sparesSome)) return true;
    return process === payload || this.#knownChildren.has(process);
  }

  /** Without a /proc of its own the init can reach everybody as PID 1, and else the payload's group. */
  #isReached(process: Process): boolean {
    const { setup, payload } = this.#kernel;
    if (OWN.has(setup.proc) || setup.mode === "pid1" || process === payload) return true;
    const { payloadIsReaped } = this.forwarding;
    // Who has that number then is none of the group; and without a drain nobody is to be reached any more.
    const isOthers = this.#groupIsLost || this.#plan.drain === undefined || payload?.isReplaced === true;
    return process.group === payload?.pid && !(payloadIsReaped && isOthers);
  }

  #checkAsked(): void {
    const { setup } = this.#kernel;
    const toDrain = this.#toDrain ?? [];
    this.#toDrain = undefined;
    if (hasAny(this.#faulted, FINDING)) return;
    // Those who have had theirs with -g can be left out by name only.
    const sparesSome = this.forwarding.groupHasTerm && !OWN.has(setup.proc);
    for (const process of toDrain) {
      const wasAsked = this.#asked.get(process) ?? 0;
      const isReached = this.#isReached(process) && (!sparesSome || setup.mode === "pid1");
      // Where the init could not become a subreaper, whose parent has ended meanwhile is not its charge any more.
      const isLeft = process.isAlive && isReached && this.#kernel.isCharge(process);
      if (isLeft && wasAsked === 0) throw new Violation("somebody was not asked to end", `${process}`);
      if (isLeft && wasAsked > 0 && !this.#continued.has(process))
        throw new Violation("somebody was asked to end, and not continued", `${process}`);
      if (wasAsked > 1) throw new Violation("somebody was asked to end twice", `${process}`);
    }
  }

  /** At every turn from then on everybody is killed who was there at its beginning. */
  #checkKilled(): void {
    const { payload } = this.#kernel;
    for (const process of this.#kernel.charges()) {
      const mayBeMissed = process === payload ? this.#faulted.has("kill") : hasAny(this.#faulted, FINDING);
      const isReached = this.#isReached(process) && this.#isFound(process, false);
      if (!process.isStuck && this.#known.has(process) && !mayBeMissed && isReached)
        throw new Violation("somebody was not killed", `${process}`);
    }
  }

  /** The init has ended with this exit status. */
  ended(status: number): void {
    const { init, payload, clock, terminal } = this.#kernel;
    if (payload === undefined) {
      if (this.#readSignal !== undefined) {
        if (status !== 128 + this.#readSignal) throw new Violation("a wrong exit status", `${status} after a signal`);
        return;
      }
      if (status !== this.#refusal) throw new Violation("a wrong exit status", `${status} for a refusal`);
      return;
    }
    if (this.forwarding.payloadIsBeyondReach && !this.forwarding.payloadIsReaped) {
      if (status !== this.#mapped(128 + Signal.KILL))
        throw new Violation("a wrong exit status", `${status} after its own end`);
      return;
    }
    this.#checkTurn();
    if (!this.forwarding.payloadIsReaped)
      throw new Violation("the init ended early", `the payload is ${payload.state}`);
    const expected = this.#expectedStatus(payload);
    if (!expected.includes(status)) throw new Violation("a wrong exit status", `${status}, not ${expected}`);
    const somebodyIsLeft = this.#sawStrangers || [...this.#knownChildren].some((child) => child.isAlive);
    if (this.#plan.drain !== undefined && somebodyIsLeft) {
      // In one turn with the end, where time has passed inside it.
      if (hasAny(this.#faulted, FINDING)) this.forwarding.foundNobodyToKill();
      const { killDueAt } = this.forwarding;
      if (killDueAt === undefined || clock.now < killDueAt + (LAST_WAIT - 1) * MILLISECOND)
        throw new Violation("the init ended early", "somebody is left, and was not given their time");
    }
    if (terminal !== undefined && init.group > 0 && terminal.foreground === payload.pid)
      if (!hasAny(this.#faulted, TERMINAL)) throw new Violation("the terminal was kept", `for group ${payload.pid}`);
  }

  get #refusal(): number {
    return this.#plan.endsAtOnce ?? (this.#plan.dialect === "rein" ? 125 : 1);
  }

  #mapped(status: number): number {
    return this.#plan.exitStatus.get(status) ?? status;
  }

  #expectedStatus(payload: Process): number[] {
    const signal = payload.waitStatus & 0x7f;
    const status = signal === 0 ? payload.waitStatus >> 8 : 128 + signal;
    if (payload.run !== undefined) return [this.#mapped(status)];
    // It never ran. A signal may have ended it between the mask's return and execve; that status is not mapped unless the
    // executable could take it for the command's own.
    const own = [this.#refusal, 126, 127, 128 + Signal.KILL];
    if (signal !== 0) return [status, this.#mapped(status)];
    if (!own.includes(status)) throw new Violation("a wrong exit status", `${status} of a child that did not execute`);
    // tini's -e is for whatever its child ends with, the status of a command that is not there too.
    return [this.#plan.dialect === "tini" ? this.#mapped(status) : status];
  }
}
