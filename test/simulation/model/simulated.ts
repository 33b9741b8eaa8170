// A scene on the simulated kernel: its processes call the same functions as the executable does.

import { type CallHooks, Calls } from "../kernel/calls.ts";
import type { Entry } from "../kernel/file-tree.ts";
import { FileTable, type OpenFile, Pipe } from "../kernel/files.ts";
import { Kernel, type KernelSetup } from "../kernel/kernel.ts";
import { Instance, NO_ACTION, ProcessEnded, Program, RETURN_FROM_ACTION } from "../kernel/module.ts";
import type { Process, Runner } from "../kernel/process.ts";
import { bit, Code, Signal, UNBLOCKABLE } from "../kernel/signal-set.ts";
import { Terminal } from "../kernel/terminal.ts";
import {
  OUTSIDER,
  PIPE,
  type Place,
  resultText,
  type Scene,
  type Step,
  stepsOf,
  TERMINAL,
  Trace,
  type View,
  valuesOf,
} from "./scene.ts";

const TIOCGPGRP = 0x540f;
const TIOCSPGRP = 0x5410;
const TEXT = "text\n";

/** The files that scenes execute; on the real kernel they are in a folder of their own. */
const entries = new Map<string, Entry>([
  ["/locked", { kind: "program", mode: "not-executable" }],
  ["/script", { kind: "text", text: "no interpreter\n", executable: true }],
  ["/folder", { kind: "directory" }],
]);

const setup: KernelSetup = {
  mode: "pid1",
  proc: "own",
  terminal: "none",
  groupsAreOutside: true,
  leadsSession: false,
  ignored: [],
  blocked: 0n,
  entries,
  payload: { name: "nobody", steps: [] },
};

/** A process that does what the scene says, and takes signals at any time. */
class Puppet implements Runner {
  readonly reaps = false;
  handled: number[] = [];

  handle(signal: number): void {
    this.handled.push(signal);
  }

  cancel(): void {}
  goOn(): void {}
}

let loaded: Instance | undefined;
/** Only its memory is used: the calls' arguments are passed there. */
const instance = (): Instance => {
  loaded ??= new Instance(Program.product());
  return loaded;
};

class SimulatedScene implements CallHooks {
  readonly trace = new Trace();
  readonly #kernel = new Kernel(setup);
  readonly #calls = new Calls(this.#kernel, instance(), this);
  readonly #steps: Step[];
  /** Everybody there ever was. */
  readonly #actors = new Map<string, Process>();
  readonly #puppets = new Map<Process, Puppet>();
  readonly #files = new Map<number, OpenFile>();
  readonly #processFiles = new Map<Process, number>();
  readonly #waitedFor = new Map<Process, bigint>();
  /** The step whose call waits, until that is in the trace. */
  #unannounced: Step | undefined;

  constructor(steps: Step[]) {
    this.#steps = steps;
  }

  run(): void {
    while (this.#steps.length > 0) this.#next();
    this.trace.observe(this.#views());
  }

  #next(): void {
    const step = this.#steps.shift();
    if (step === undefined) throw new Error("the scene ends, and a call still waits");
    this.trace.observe(this.#views());
    this.#unannounced = step;
    const told = (): string => (this.#unannounced === step ? step.text : `${step.actor} returns`);
    try {
      const result = this.#perform(step);
      this.trace.result(
        told(),
        resultText(step, result, (pid) => this.#nameOf(pid)),
      );
    } catch (thrown) {
      if (!(thrown instanceof ProcessEnded)) throw thrown;
      this.trace.note(`${told()} never`);
    }
    this.#unannounced = undefined;
  }

  enter(): number {
    return 0;
  }
  leave(): void {}
  executes(): void {}
  blocks(): void {}
  took(): void {}
  read(): void {}

  /** A call waits: the scene goes on meanwhile. */
  advance(): void {
    if (this.#unannounced !== undefined) this.trace.note(`${this.#unannounced.text} waits`);
    this.#unannounced = undefined;
    this.#next();
  }

  #nameOf(pid: number): string {
    for (const [name, process] of this.#actors) if (process.pid === pid) return name;
    return pid === 0 ? OUTSIDER : "nobody";
  }

  #perform(step: Step): readonly number[] {
    const values = valuesOf(step, (name) => this.#actors.get(name)?.pid);
    if (step.actor === OUTSIDER) return [this.#outside(step, values.map(Number))];
    const self = this.#actors.get(step.actor);
    if (self?.state !== "running") throw new Error(`${step.actor} cannot do anything now: ${step.text}`);
    const { processes } = this.#kernel;
    switch (step.call) {
      case "fork": {
        const child = processes.create(self, "descendant", step.words[0] ?? "");
        child.files = new FileTable(self.files?.files ?? new Map());
        this.#add(child);
        return [child.pid];
      }
      case "exit":
        processes.end(self, Number(values[0]) << 8);
        throw new ProcessEnded(self.waitStatus);
      case "handled": {
        const puppet = this.#puppets.get(self) as Puppet;
        const { handled } = puppet;
        puppet.handled = [];
        return handled;
      }
      case "setsid":
        return [processes.startSession(self)];
      case "control":
        return [this.#kernel.terminal?.control(self) ?? 0];
      case "execve":
        if (step.words[0] !== undefined) return [this.#kernel.tree.execute(step.words[0])];
        self.execute();
        return [0];
      default:
        return this.#calls.as(self, () => this.#call(self, step.call, values));
    }
  }

  #call(self: Process, call: string, values: readonly (number | bigint)[]): number[] {
    const { table, memory } = this.#calls;
    const place = instance().buffersStart;
    const [first = 0, second = 0] = values.map(Number);
    switch (call) {
      case "wait4": {
        const pid = table.wait4(first, place, second);
        return pid > 0 ? [pid, memory.getI32(place)] : [pid];
      }
      case "rt_sigprocmask":
        memory.putU64(place, BigInt(values[0] ?? 0));
        return [table.rt_sigprocmask(2, place, 0)];
      case "rt_sigaction":
        memory.clear(place, 32);
        memory.putU64(place, second === 2 ? NO_ACTION : BigInt(second));
        memory.putU64(place + 16, RETURN_FROM_ACTION);
        return [table.rt_sigaction(first, place, 0)];
      case "rt_sigtimedwait": {
        memory.putU64(place, BigInt(values[0] ?? 0));
        this.#putTime(place + 8, second);
        this.#waitedFor.set(self, BigInt(values[0] ?? 0));
        const signal = table.rt_sigtimedwait(place, place + 32, place + 8);
        this.#waitedFor.delete(self);
        return signal > 0 ? [signal, memory.getI32(place + 40), memory.getI32(place + 48)] : [signal];
      }
      case "prctl":
        return [table.prctl(first, BigInt(second), 0n)];
      case "pidfd_open": {
        const file = table.pidfd_open(first, 0);
        if (file < 0) return [file];
        this.#processFiles.set(self, file);
        return [0];
      }
      case "pidfd_send_signal":
        return [table.pidfd_send_signal(this.#processFiles.get(self) ?? -1, first, 0, 0)];
      case "write":
      case "pwritev2":
        memory.putText(place, TEXT, TEXT.length);
        return [
          call === "write" ? table.write(first, place, TEXT.length) : table.pwritev2(first, place, TEXT.length, 0),
        ];
      case "read":
        return [table.read(first, place, 0)];
      case "ppoll": {
        memory.putI32(place, first);
        this.#putTime(place + 8, second);
        const ready = table.ppoll(place, 1, place + 8);
        return ready > 0 ? [ready, memory.getU16(place + 6)] : [ready];
      }
      case "tcgetpgrp": {
        const result = table.ioctl(TERMINAL, TIOCGPGRP, place);
        return [result < 0 ? result : memory.getI32(place)];
      }
      case "tcsetpgrp":
        memory.putI32(place, first);
        return [table.ioctl(TERMINAL, TIOCSPGRP, place)];
      default: {
        const plain = table[call as "kill" | "setpgid" | "getpgid" | "getsid" | "getppid"] as (
          ...numbers: number[]
        ) => number;
        return [plain(...values.map(Number))];
      }
    }
  }

  #putTime(place: number, milliseconds: number): void {
    this.#calls.memory.putNumber(place, Math.floor(milliseconds / 1000));
    this.#calls.memory.putNumber(place + 8, (milliseconds % 1000) * 1_000_000);
  }

  #outside({ call, words }: Step, values: readonly number[]): number {
    const { terminal, init, processes, signals } = this.#kernel;
    const [first = 0, second = 0] = values;
    switch (call) {
      case "terminal":
        this.#kernel.terminal = new Terminal(processes, signals, -1, 0);
        this.#files.set(TERMINAL, { kind: "terminal" });
        break;
      case "pipe":
        this.#files.set(PIPE, new Pipe("reads"));
        break;
      case "namespace":
        this.#kernel.open(this.#files);
        this.#actors.set(words[0] ?? "", init);
        this.#add(init);
        return init.pid;
      case "kill": {
        const target = processes.find(first);
        if (target !== undefined) signals.send(target, { signal: second, code: Code.USER, pid: 0 });
        break;
      }
      case "press":
        terminal?.press(first);
        break;
      case "resize":
        terminal?.press(Signal.WINCH);
        break;
      case "hangup":
        terminal?.hangUp();
        break;
      case "tostop":
        if (terminal !== undefined) terminal.stopsOutput = first === 1;
        break;
      case "reader":
        (this.#files.get(PIPE) as Pipe).reader = (["reads", "stalls", "gone"] as const)[first] ?? "reads";
        break;
      default:
        throw new Error(`the outsider cannot ${call}`);
    }
    return 0;
  }

  #add(process: Process): void {
    const puppet = new Puppet();
    process.run = puppet;
    this.#puppets.set(process, puppet);
    if (process !== this.#kernel.init) this.#actors.set(process.name, process);
  }

  #views(): Map<string, View> {
    const views = new Map<string, View>();
    for (const [name, process] of this.#actors) views.set(name, this.#view(process));
    return views;
  }

  #view(process: Process): View {
    // While it waits for signals, /proc does not show them as blocked (do_sigtimedwait() in signal.c).
    const unblocked = process.state === "running" ? (this.#waitedFor.get(process) ?? 0n) : 0n;
    const pending = (toThread: boolean): bigint =>
      process.pending
        .filter((info) => (info.toThread === true) === toThread)
        .reduce((set, { signal }) => set | bit(signal), 0n);
    const having = (wanted: "ignore" | "handle"): bigint =>
      [...process.actions].reduce((set, [signal, action]) => (action === wanted ? set | bit(signal) : set), 0n);
    // Nobody in the model is above PID 1, who would wait for it.
    const isLeft = process === this.#kernel.init && process.state === "gone";
    return {
      state: isLeft ? "zombie" : process.state,
      parent: this.#nameOf(process.parent?.pid ?? 0),
      group: this.#nameOf(process.group),
      session: this.#nameOf(process.session),
      waitStatus: process.waitStatus,
      pending: [pending(true), pending(false)],
      blocked: process.mask & ~UNBLOCKABLE & ~unblocked,
      ignored: having("ignore"),
      caught: having("handle"),
    };
  }
}

export function onSimulatedKernel(scene: Scene, place: Place): Trace {
  const acted = new SimulatedScene(stepsOf(scene, place));
  acted.run();
  return acted.trace;
}
