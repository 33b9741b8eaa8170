// The programs of simulated processes, each a small script.

import { type Clock, MILLISECOND, type Timer } from "./clock.ts";
import type { Process, Role, Runner } from "./process.ts";
import type { Processes } from "./processes.ts";
import { Code, Signal } from "./signal-set.ts";
import type { Signals } from "./signals.ts";
import type { Terminal } from "./terminal.ts";

export type Action =
  | { readonly kind: "exit"; readonly status: number }
  | { readonly kind: "fork"; readonly program: Program }
  /** Forks, and ends: the child is an orphan. */
  | { readonly kind: "daemonise"; readonly program: Program }
  | { readonly kind: "setsid" }
  | { readonly kind: "own-group" }
  | { readonly kind: "raise"; readonly signal: number }
  | { readonly kind: "signal-init"; readonly signal: number }
  | { readonly kind: "signal-group"; readonly signal: number }
  | { readonly kind: "read-terminal" };

export interface Step {
  /** Milliseconds after the step before. */
  readonly after: number;
  readonly action: Action;
}

export interface Program {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly ignores?: readonly number[];
  /** Signals that are only noted. */
  readonly notes?: readonly number[];
  /** Signals on which it ends, after some milliseconds, with a status. */
  readonly endsOn?: readonly { readonly signal: number; readonly after: number; readonly status: number }[];
  readonly reaps?: boolean;
  /** In an uninterruptible wait. */
  readonly isStuck?: boolean;
}

/** The parts of the kernel that programs use. */
export interface ProgramKernel {
  readonly clock: Clock;
  readonly processes: Processes;
  readonly signals: Signals;
  readonly init: Process;
  readonly terminal: Terminal | undefined;
  startProgram(parent: Process, role: Role, program: Program): Process;
}

/** A process that runs a program. */
export class ProgramRun implements Runner {
  readonly program: Program;
  readonly #kernel: ProgramKernel;
  readonly #process: Process;
  #nextStep = 0;
  #timer: Timer | undefined;
  #ending: Timer | undefined;
  /** What became due while the process was stopped. */
  #overdue: (() => void)[] = [];
  /** The signals that came to a handler, in order. */
  readonly noted: number[] = [];

  constructor(kernel: ProgramKernel, process: Process, program: Program) {
    this.#kernel = kernel;
    this.#process = process;
    this.program = program;
    process.run = this;
    process.isStuck = program.isStuck === true;
    process.execute();
    for (const signal of program.ignores ?? []) process.actions.set(signal, "ignore");
    for (const signal of program.notes ?? []) process.actions.set(signal, "handle");
    for (const { signal } of program.endsOn ?? []) process.actions.set(signal, "handle");
    this.#schedule();
    kernel.signals.deliver(process);
  }

  get reaps(): boolean {
    return this.program.reaps === true;
  }

  handle(signal: number): void {
    this.noted.push(signal);
    const end = this.program.endsOn?.find((entry) => entry.signal === signal);
    if (end === undefined || this.#ending !== undefined) return;
    this.#ending = this.#later(end.after, () => this.#kernel.processes.end(this.#process, end.status << 8));
  }

  cancel(): void {
    for (const timer of [this.#timer, this.#ending]) if (timer !== undefined) timer.isCancelled = true;
    this.#overdue = [];
  }

  /** After a stop. */
  goOn(): void {
    const due = this.#overdue;
    this.#overdue = [];
    for (const run of due) if (this.#process.isAlive) run();
  }

  #later(milliseconds: number, run: () => void): Timer {
    return this.#kernel.clock.after(milliseconds * MILLISECOND, () => {
      if (this.#process.state === "stopped") this.#overdue.push(run);
      else if (this.#process.isAlive) run();
    });
  }

  #schedule(): void {
    const step = this.program.steps[this.#nextStep++];
    if (step === undefined) return;
    this.#timer = this.#later(step.after, () => {
      this.#do(step.action);
      if (this.#process.isAlive) this.#schedule();
    });
  }

  #do(action: Action): void {
    const { processes, signals } = this.#kernel;
    const self = this.#process;
    switch (action.kind) {
      case "exit":
        processes.end(self, action.status << 8);
        break;
      case "fork":
        this.#kernel.startProgram(self, "descendant", action.program);
        break;
      case "daemonise":
        this.#kernel.startProgram(self, "descendant", action.program);
        processes.end(self, 0);
        break;
      case "setsid":
        processes.startSession(self);
        break;
      case "own-group":
        processes.setGroup(self, self, 0);
        break;
      case "raise":
        signals.send(self, { signal: action.signal, code: Code.USER, pid: self.pid });
        break;
      case "signal-init":
        // Not as PID 1 that would be the end of the init, and of the test.
        if (action.signal === Signal.KILL && !this.#kernel.init.isUnkillable) break;
        signals.send(this.#kernel.init, { signal: action.signal, code: Code.USER, pid: self.pid });
        break;
      case "signal-group":
        signals.kill(self, 0, action.signal);
        break;
      case "read-terminal":
        this.#kernel.terminal?.read(self);
        break;
    }
  }
}
