// Carries a schedule out: the module against the simulated kernel.

import { Attributes } from "../kernel/attributes.ts";
import { type CallHooks, type CallName, Calls, type Execution } from "../kernel/calls.ts";
import { MILLISECOND } from "../kernel/clock.ts";
import { errnoName } from "../kernel/errno.ts";
import { mayFail } from "../kernel/faults.ts";
import type { Entry } from "../kernel/file-tree.ts";
import type { Reader } from "../kernel/files.ts";
import { type OpenFile, Pipe } from "../kernel/files.ts";
import { Kernel, type KernelSetup } from "../kernel/kernel.ts";
import { type Instance, ProcessEnded } from "../kernel/module.ts";
import type { Process } from "../kernel/process.ts";
import { ProgramRun } from "../kernel/programs.ts";
import { Code, Signal, type SignalInfo, setOf, signalName } from "../kernel/signal-set.ts";
import { Invariants } from "../oracle/invariants.ts";
import { commandLine } from "../oracle/options.ts";
import { PayloadState } from "../oracle/payload-state.ts";
import { planOf } from "../oracle/plan.ts";
import { Violation } from "../oracle/violation.ts";
import { apply } from "./events.ts";
import { refusedPrograms } from "./refused-programs.ts";
import type { Schedule, ScheduledEvent, Setup } from "./schedule.ts";

/** More calls than any turn of the loop needs, with everything else standing still. */
const SPINNING = 5000;
/** More calls than any schedule needs. */
const ENDLESS = 200_000;

const ENVIRONMENT: readonly string[] = ["PATH=/usr/local/bin:/usr/bin", "HOME=/root", "LISTEN_PIDFDID=77"];

export interface Outcome {
  readonly status: number | undefined;
  readonly violation: Violation | undefined;
  readonly calls: number;
  /** `call errno`, for each failure that was brought about. */
  readonly injected: readonly string[];
  /** What happened, a line each, where it was asked for. */
  readonly steps: readonly string[];
  readonly kernel: Kernel;
}

const entries: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  ["/bin/app", { kind: "program" }],
  ["/usr/bin/app", { kind: "program" }],
  ["/bin/sh", { kind: "program" }],
  ["/bin/locked", { kind: "program", mode: "not-executable" }],
  ["/bin/script", { kind: "text", text: "echo hello\n", executable: true }],
  ...refusedPrograms,
  ["/bin/gr\xc3\xbc\xc3\x9fe", { kind: "program" }],
  ["/srv", { kind: "directory" }],
  ["/work", { kind: "directory" }],
  ["/root", { kind: "directory", owner: 0 }],
  ["/run/secret", { kind: "text", text: "s3cret\n" }],
  ["/run/plain", { kind: "text", text: "without an end" }],
  ["/run/fifo", { kind: "fifo", text: "s3cret\n", after: 0, hasWriter: true }],
  ["/run/slow", { kind: "fifo", text: "s3cret\n", after: 4000, hasWriter: true }],
  ["/run/late", { kind: "fifo", text: "s3cret\n", after: 4000, hasWriter: false }],
  ["/run/silent", { kind: "fifo", text: "s3cret\n", after: 60_000, hasWriter: true }],
  ["/run/unwritten", { kind: "fifo", text: "s3cret\n", after: 60_000, hasWriter: false }],
  [
    "/etc/passwd",
    {
      kind: "text",
      text: "root:x:0:0:root:/root:/bin/sh\n1000:x:0:0::/:\nbroken\nodd:x:one:2:::\nbig:x:4294967295:1:::\napp:x:1000:1000::/home/app:/bin/sh\n",
    },
  ],
  ["/etc/group", { kind: "text", text: "root:x:0:\n7:x:0:\nbroken\n\nvideo:x:44:app\naudio:x:29:root,app\n" }],
  ["/sys/fs/cgroup/memory.events", { kind: "text", text: "low 0\noom 1\noom_kill 1\n" }],
]);

function kernelSetup(setup: Setup): KernelSetup {
  const isThere = ([path]: [string, Entry]): boolean => setup.hasNoAccounts !== true || !path.startsWith("/etc/");
  return { ...setup, blocked: setOf(setup.blocked), entries: new Map([...entries].filter(isThere)) };
}

function descriptors(kernel: Kernel, setup: Setup): Map<number, OpenFile> {
  const tty: OpenFile = { kind: kernel.terminal === undefined ? "null" : "terminal" };
  const files = new Map<number, OpenFile>([[0, setup.stdinIsTerminal ? tty : { kind: "null" }]]);
  files.set(1, { kind: "null" });
  const { stderr } = setup;
  if (stderr === "terminal") files.set(2, tty);
  else if (stderr === "limited") files.set(2, { kind: "limited" });
  else if (stderr !== "closed") files.set(2, new Pipe(stderr as Reader));
  files.set(3, new Pipe(setup.status));
  files.set(7, { kind: "null" });
  return files;
}

export class Run implements CallHooks {
  readonly kernel: Kernel;
  readonly #schedule: Schedule;
  readonly #instance: Instance;
  readonly #invariants: Invariants;
  readonly #environment: readonly string[];
  readonly #payloadState: PayloadState;
  readonly #trace: string[] | undefined;
  readonly #byCall: ScheduledEvent[];
  readonly #byTime: ScheduledEvent[];
  readonly #start: number;
  readonly #counts = new Map<CallName, number>();
  readonly #injected: string[] = [];
  #calls = 0;
  /** Calls since something else moved. */
  #idle = 0;
  #finale = 0;

  constructor(schedule: Schedule, instance: Instance, trace?: string[]) {
    this.#schedule = schedule;
    this.#instance = instance;
    this.#trace = trace;
    const { setup, events } = schedule;
    this.kernel = new Kernel(kernelSetup(setup));
    this.#start = this.kernel.clock.now;
    this.kernel.open(descriptors(this.kernel, setup));
    const callOf = (event: ScheduledEvent): number => ("call" in event.at ? event.at.call : -1);
    const timeOf = (event: ScheduledEvent): number => ("milliseconds" in event.at ? event.at.milliseconds : -1);
    this.#byCall = events.filter((event) => callOf(event) >= 0).sort((a, b) => callOf(a) - callOf(b));
    this.#byTime = events.filter((event) => timeOf(event) >= 0).sort((a, b) => timeOf(a) - timeOf(b));
    const plan = planOf(setup.dialect, setup.options, setup.identity !== "user");
    this.#invariants = new Invariants(this.kernel, instance, plan);
    const identity = setup.identity ?? "root";
    this.kernel.init.attributes = new Attributes(identity);
    this.#environment = [...ENVIRONMENT, `LISTEN_PID=${this.kernel.init.pid}`, ...(setup.variables ?? [])];
    this.#payloadState = new PayloadState(this.kernel, plan, identity, this.#environment, setup.command);
  }

  run(): Outcome {
    const { setup } = this.#schedule;
    const { argv, variable, variables } = commandLine(setup);
    const calls = new Calls(this.kernel, this.#instance, this);
    const environment = [...this.#environment, ...variables];
    if (variable !== "") environment.push(`REIN_OPTIONS=${variable}`);
    this.#instance.reset(calls.table, argv, environment);
    for (const program of setup.children) {
      const child = this.kernel.processes.create(this.kernel.init, "descendant", program.name);
      new ProgramRun(this.kernel, child, program);
    }
    let status: number | undefined;
    let violation: Violation | undefined;
    try {
      status = this.#main();
      this.#instance.checkUnowned();
      this.#payloadState.ended();
      this.#invariants.ended(status);
    } catch (thrown) {
      violation = toViolation(thrown);
    }
    return {
      status,
      violation,
      calls: this.#calls,
      injected: this.#injected,
      steps: this.#trace ?? [],
      kernel: this.kernel,
    };
  }

  #main(): number {
    try {
      try {
        return this.#instance.main();
      } catch (trap) {
        this.#instance.runOut(trap);
        throw trap;
      }
    } catch (thrown) {
      if (thrown instanceof ProcessEnded && (thrown.waitStatus & 0x7f) === 0) return thrown.waitStatus >> 8;
      throw thrown;
    }
  }

  #note(text: string): void {
    this.#trace?.push(`${((this.kernel.clock.now - this.#start) / MILLISECOND).toFixed(3)} ms  ${text}`);
  }

  enter(name: CallName, values: readonly (number | bigint)[], process: Process): number {
    this.#calls++;
    if (++this.#idle > SPINNING) throw new Violation("the init spins", `${SPINNING} calls, the last one ${name}`);
    if (this.#calls > ENDLESS) throw new Violation("the init spins", `${ENDLESS} calls in all`);
    const { clock } = this.kernel;
    clock.now += this.#schedule.setup.callTime;
    if (clock.runDue()) this.#idle = 0;
    for (let event = this.#byCall[0]; event !== undefined && this.#isDue(event); event = this.#byCall[0]) {
      this.#byCall.shift();
      this.#perform(event, name);
    }
    this.#performTimed(name);
    this.#invariants.enter(name, values, process);
    return this.#fault(name, values);
  }

  #isDue(event: ScheduledEvent): boolean {
    return "call" in event.at && event.at.call <= this.#calls;
  }

  #performTimed(before?: CallName): void {
    for (let at = this.#nextTimed(); at !== undefined && at <= this.kernel.clock.now; at = this.#nextTimed())
      this.#perform(this.#byTime.shift() as ScheduledEvent, before);
  }

  #nextTimed(): number | undefined {
    const event = this.#byTime[0];
    if (event === undefined || !("milliseconds" in event.at)) return undefined;
    return this.#start + event.at.milliseconds * MILLISECOND;
  }

  #perform(event: ScheduledEvent, before?: CallName): void {
    this.#idle = 0;
    // Where RWF_NOWAIT cannot be had, only ppoll(2) has said that a line fits: what fills the pipe then stops its writer.
    const mayStop = this.#injected.some((name) => /^(pwritev2|fcntl) /.test(name));
    if (before === "write" && mayStop && event.what.kind === "reader" && event.what.reader === "stalls") {
      this.#byCall.unshift({ at: { call: this.#calls + 1 }, what: event.what });
      return;
    }
    this.#note(`* ${JSON.stringify(event.what)}`);
    apply(this.kernel, event.what);
  }

  #fault(name: CallName, values: readonly (number | bigint)[]): number {
    const { faults } = this.#schedule;
    if (faults.length === 0) return 0;
    const count = this.#counts.get(name) ?? 0;
    this.#counts.set(name, count + 1);
    for (const { call, nth, errno } of faults) {
      if (call !== name || nth !== count || !mayFail(name, values, errno, this.#instance.memory)) continue;
      this.#injected.push(`${name} ${errnoName(errno)}`);
      this.#invariants.faulted(name);
      this.#payloadState.faulted(name);
      return errno;
    }
    return 0;
  }

  leave(name: CallName, values: readonly (number | bigint)[], result: number | bigint, process: Process): void {
    if (name === "wait4" && Number(result) > 0) this.#idle = 0;
    if (this.#trace !== undefined && name !== "clock_gettime") {
      const who = process === this.kernel.init ? "init" : "child";
      this.#note(
        `${who} ${name}(${values.join(", ")}) = ${Number(result) < 0 ? `-${errnoName(-Number(result))}` : result}`,
      );
    }
    if (process !== this.kernel.init) this.#payloadState.returned(Number(result));
    this.#invariants.leave(name, values, result, process);
  }

  executes(process: Process, execution: Execution): void {
    if (process === this.kernel.payload) this.#payloadState.executes(process, execution);
  }

  blocks(deadline: number | undefined): void {
    this.#invariants.blocks(deadline);
  }

  took(info: SignalInfo): void {
    if (this.#trace !== undefined) this.#note(`took ${signalName(info.signal)} code ${info.code} pid ${info.pid}`);
    this.#invariants.took(info);
  }

  read(info: SignalInfo): void {
    if (this.#trace !== undefined) this.#note(`read ${signalName(info.signal)}`);
    this.#invariants.read(info);
    this.#payloadState.endsBySignal();
  }

  advance(deadline: number | undefined): void {
    const { clock } = this.kernel;
    let next = clock.next();
    const timed = this.#nextTimed();
    if (timed !== undefined && (next === undefined || timed < next)) next = timed;
    if (deadline !== undefined && (next === undefined || deadline < next)) next = deadline;
    if (next === undefined) {
      this.#end();
      return;
    }
    if (next > clock.now) {
      clock.now = next;
      this.#idle = 0;
    }
    if (clock.runDue()) this.#idle = 0;
    this.#performTimed();
  }

  /** Nothing will happen by itself any more: somebody comes and brings it to an end, step by step. */
  #end(): void {
    const { init, payload, signals, processes } = this.kernel;
    this.#idle = 0;
    const send = (target: Process | undefined, signal: number): void => {
      this.#note(`* at last ${signalName(signal)} to ${target}`);
      if (target !== undefined) signals.send(target, { signal, code: Code.USER, pid: 0 });
    };
    // Nobody else continues what was stopped from outside.
    const stopped = [payload?.run === undefined ? payload : undefined, init].find((one) => one?.state === "stopped");
    if (stopped !== undefined) {
      send(stopped, Signal.CONT);
      return;
    }
    switch (this.#finale++) {
      case 0:
        for (const file of [...(init.files?.files.values() ?? [])]) if (file.kind === "pipe") file.reader = "reads";
        break;
      case 1:
        if (init.state === "stopped") for (const member of processes.members(init.group)) send(member, Signal.CONT);
        break;
      case 2:
        send(payload, Signal.CONT);
        break;
      case 3:
        send(init, Signal.TERM);
        break;
      case 4:
        if (init.state === "stopped") send(init, Signal.CONT);
        break;
      case 5:
        send(payload, Signal.KILL);
        if (payload?.isStuck === true) {
          payload.isStuck = false;
          signals.deliver(payload);
        }
        break;
      case 6:
        if (init.state === "stopped") send(init, Signal.CONT);
        break;
      default:
        throw new Violation("the init waits for ever", `the payload is ${payload?.state}, the init ${init.state}`);
    }
  }
}

function toViolation(thrown: unknown): Violation {
  if (thrown instanceof Violation) return thrown;
  if (thrown instanceof ProcessEnded) return new Violation("the init was ended", `wait status ${thrown.waitStatus}`);
  if (thrown instanceof WebAssembly.RuntimeError) return new Violation("a trap", thrown.message);
  if (thrown instanceof Error && thrown.name === "WildPointer") return new Violation("a wild pointer", thrown.message);
  throw thrown;
}

/** Carries a schedule out. */
export function run(schedule: Schedule, instance: Instance, trace?: string[]): Outcome {
  return new Run(schedule, instance, trace).run();
}
