// What has to hold, whatever happens; looked at around every system call.

import type { CallName } from "./calls.ts";
import { Forwarding } from "./forwarding.ts";
import type { Kernel } from "./kernel.ts";
import type { Instance } from "./module.ts";
import type { Plan } from "./plan.ts";
import type { Process } from "./processes.ts";
import { EVERY_SIGNAL, Signal, type SignalInfo, signalName, UNBLOCKABLE } from "./signal-set.ts";
import { MILLISECOND } from "./time.ts";
import { Violation } from "./violation.ts";

const TIOCSPGRP = 0x5410;
/** How long the executable waits for those who do not even end by SIGKILL, in milliseconds. */
const LAST_WAIT = 2000;
/** How soon the executable looks again for those who are not its children. */
const LOOK = 102 * MILLISECOND;
/** Calls by which the executable finds those for whom it answers, and reaches them. */
const FINDING: readonly CallName[] = [
  "kill",
  "pidfd_send_signal",
  "openat",
  "getdents64",
  "read",
  "readlinkat",
  "getpgid",
];
const TERMINAL: readonly CallName[] = ["ioctl", "openat", "getpgid", "getsid", "kill", "setpgid", "read"];

export class Invariants {
  readonly #kernel: Kernel;
  readonly #instance: Instance;
  readonly #plan: Plan;
  readonly #faulted = new Set<CallName>();
  readonly forwarding: Forwarding;
  #heapEnd: number | undefined;
  /** In this turn the terminal was found to be the init's or its payload's; it may be another's right after. */
  #sawOurs = false;
  #clockReadAt = 0;
  /** What passed between the last look at the clock and the wait: nobody can take that into account. */
  #unseen = 0;
  /** Everyone who was there when the turn before this wait began, and before the next. */
  #known = new Set<Process>();
  #knownNext = new Set<Process>();
  /** The init's children at its last look for them. */
  #knownChildren = new Set<Process>();
  /** Everyone who was there at the payload's end, and has to be asked to end. */
  #toDrain: Process[] | undefined;
  readonly #asked = new Map<Process, number>();
  #giveUpAt: number | undefined;

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

  #hasFaultsIn(names: readonly CallName[]): boolean {
    return names.some((name) => this.#faulted.has(name));
  }

  enter(name: CallName, values: readonly (number | bigint)[], process: Process): void {
    if (name === "clone") this.#heapEnd = this.#instance.heapEnd;
    if (name === "rt_sigtimedwait" && process === this.#kernel.init && this.#isMain(Number(values[0]))) {
      this.forwarding.endTurn();
      this.#known = this.#knownNext;
      this.#knownNext = new Set(this.#kernel.charges());
      this.#sawOurs = false;
      this.#unseen = this.#kernel.clock.now - this.#clockReadAt;
    }
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
    if (name === "pidfd_send_signal") this.forwarding.reached(Number(values[1]));
    else if (name === "kill") this.forwarding.killed(Number(values[0]), Number(values[1]), Number(result));
    else if (name === "wait4") this.#waited(Number(values[1]), Number(result));
    else if (name === "rt_sigtimedwait" && result === Signal.CONT && !this.#isMain(Number(values[0])))
      this.forwarding.mayContinue();
  }

  #waited(status: number, pid: number): void {
    const { payload, init } = this.#kernel;
    this.#knownChildren = new Set(init.children);
    if (payload === undefined || pid !== payload.pid) return;
    if ((this.#instance.memory.getI32(status) & 0xff) === 0x7f) this.forwarding.payloadStopped();
    else if (!this.forwarding.payloadIsReaped) {
      this.forwarding.payloadReaped();
      if (this.#plan.drain === undefined || this.forwarding.killedAt !== undefined) return;
      const hasTerm = (process: Process): boolean => this.forwarding.groupHasTerm && process.group === payload.pid;
      this.#toDrain = this.#kernel.charges().filter((process) => !hasTerm(process));
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
    if (signal === Signal.TERM && this.#toDrain !== undefined) this.#asked.set(to, (this.#asked.get(to) ?? 0) + 1);
  }

  took(info: SignalInfo, isMain: boolean): void {
    if (isMain) this.forwarding.took(info);
  }

  /** The init waits for a signal, and none is there. */
  blocks(deadline: number | undefined): void {
    const { clock, init } = this.#kernel;
    for (const child of init.children) {
      if (child.state === "zombie") throw new Violation("a zombie is left", `${child}, while the init waits`);
      if (child.untoldStop !== 0 && child === this.#kernel.payload)
        throw new Violation("a stop was missed", `of ${child}, while the init waits`);
    }
    const due = this.forwarding.nextDue();
    const mayMiss = due?.isKill === true && this.#hasFaultsIn(FINDING);
    if (due !== undefined && !mayMiss && (deadline === undefined || deadline > due.latest + this.#unseen)) {
      const until =
        deadline === undefined ? "for ever" : `${Math.round((deadline - due.latest) / MILLISECOND)} ms longer`;
      throw new Violation("a time is missed", `${due.what}: the init waits ${until}`);
    }
    if (!this.forwarding.payloadIsReaped) return;
    if (this.#plan.drain === undefined) throw new Violation("the init goes on", "although its work is done");
    // As PID 1 it waits for those too who entered its namespace.
    const isAlone = this.#kernel.world.mode !== "pid1" || this.#kernel.processes.all.size === 1;
    // Nobody tells it of their end: it looks every tenth of a second.
    const looksSoon = this.#kernel.world.mode === "pid1" && deadline !== undefined && deadline <= clock.now + LOOK;
    if (init.children.size === 0 && isAlone && !looksSoon)
      throw new Violation("the init goes on", "although nobody is left");
    // Time that has passed since it last read its clock it sees at the next look.
    const seesItSoon = deadline !== undefined && deadline <= clock.now + LOOK;
    if (this.#giveUpAt !== undefined && clock.now > this.#giveUpAt + MILLISECOND && !seesItSoon)
      throw new Violation("the init goes on", "although those left do not even end by SIGKILL");
    this.#checkEveryoneReached();
  }

  #checkEveryoneReached(): void {
    const { world } = this.#kernel;
    if (this.#hasFaultsIn(FINDING)) return;
    // Without a /proc of its own it can find the whole namespace as PID 1, and else nobody for sure.
    const findsAll = world.proc === "own" || (world.mode === "pid1" && !this.forwarding.groupHasTerm);
    if (!findsAll) return;
    for (const process of this.#toDrain ?? []) {
      const wasAsked = this.#asked.get(process) ?? 0;
      if (process.isAlive && wasAsked === 0 && this.#kernel.isCharge(process))
        throw new Violation("somebody was not asked to end", `${process}`);
      if (wasAsked > 1) throw new Violation("somebody was asked to end twice", `${process}`);
    }
    this.#toDrain = undefined;
    this.#checkKilled();
  }

  #checkKilled(): void {
    const { killedAt } = this.forwarding;
    if (killedAt === undefined) return;
    this.#giveUpAt ??= this.#kernel.clock.now + LAST_WAIT * MILLISECOND;
    for (const process of this.#kernel.charges())
      if (!process.isStuck && this.#known.has(process)) throw new Violation("somebody was not killed", `${process}`);
  }

  /** The init has ended with this exit status. */
  ended(status: number): void {
    const { init, payload, clock, terminal } = this.#kernel;
    if (payload === undefined) {
      if (status !== this.#refusal) throw new Violation("a wrong exit status", `${status} for a refusal`);
      return;
    }
    this.forwarding.endTurn();
    if (!this.forwarding.payloadIsReaped)
      throw new Violation("the init ended early", `the payload is ${payload.state}`);
    const expected = this.#expectedStatus(payload);
    if (!expected.includes(status)) throw new Violation("a wrong exit status", `${status}, not ${expected}`);
    if (this.#plan.drain !== undefined && [...this.#knownChildren].some((child) => child.isAlive)) {
      const { killDueAt } = this.forwarding;
      if (killDueAt === undefined || clock.now < killDueAt + (LAST_WAIT - 1) * MILLISECOND)
        throw new Violation("the init ended early", "somebody is left, and was not given their time");
    }
    if (terminal !== undefined && init.group > 0 && terminal.foreground === payload.pid)
      if (!this.#hasFaultsIn(TERMINAL)) throw new Violation("the terminal was kept", `for group ${payload.pid}`);
  }

  get #refusal(): number {
    return this.#plan.endsAtOnce ?? (this.#plan.dialect === "rein" ? 125 : 1);
  }

  #expectedStatus(payload: Process): number[] {
    const signal = payload.waitStatus & 0x7f;
    const status = signal === 0 ? payload.waitStatus >> 8 : 128 + signal;
    if (payload.run !== undefined) return [this.#plan.exitStatus.get(status) ?? status];
    // It never ran. A signal may have ended it between the mask's return and execve; that status is not mapped unless the
    // executable could take it for the command's own.
    const own = [this.#refusal, 126, 127, 128 + Signal.KILL];
    if (signal !== 0) return [status, this.#plan.exitStatus.get(status) ?? status];
    if (!own.includes(status)) throw new Violation("a wrong exit status", `${status} of a child that did not execute`);
    return [status];
  }
}
