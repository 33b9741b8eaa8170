// Makes a schedule from a seed.

import { NOFILE } from "../kernel/attributes.ts";
import { Errno } from "../kernel/errno.ts";
import { everyPair, type Fault, latest } from "../kernel/faults.ts";
import type { Action, Program, Step } from "../kernel/programs.ts";
import { Signal } from "../kernel/signal-set.ts";
import { type Dialect, type Option, sampleCapabilities } from "../oracle/options.ts";
import {
  COMMANDS,
  COMMON,
  DELAYS,
  DIRECTORIES,
  LIMITS,
  NAMES,
  NAMES_OF_IT,
  NEEDED,
  REFUSED,
  TIMES,
  USERS,
  VARIABLES,
  WORDS,
} from "./choices.ts";
import { Random } from "./random.ts";
import type { Event, Schedule, ScheduledEvent, Setup } from "./schedule.ts";

const { HUP, INT, QUIT, USR1, USR2, TERM, CHLD, CONT, STOP, TSTP, TTIN, TTOU, WINCH, KILL, PIPE, RTMIN } = Signal;
const EARLY = everyPair.filter(([call]) => latest[call] !== undefined);
const LATE = everyPair.filter(([call]) => latest[call] === undefined);

class Generator {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  #signal(): number {
    const random = this.#random;
    if (!random.oneIn(4)) return random.pick(COMMON);
    if (random.oneIn(2)) return RTMIN + random.below(3);
    const signal = 1 + random.below(64);
    return signal === KILL || signal === STOP ? TERM : signal;
  }

  #list<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.#random.below(most + 1) }, make);
  }

  program(name: string, depth: number): Program {
    const random = this.#random;
    const steps = this.#list(depth > 0 ? 4 : 1, (): Step => this.#step(depth));
    if (random.oneIn(2)) {
      const action: Action = random.oneIn(5)
        ? { kind: "raise", signal: random.pick([KILL, TERM, Signal.SEGV, RTMIN]) }
        : { kind: "exit", status: random.pick([0, 0, 1, 7, 143, 255]) };
      steps.push({ after: random.pick(DELAYS), action });
    }
    const endsOn = random.oneIn(2) ? [{ signal: TERM, after: random.pick(DELAYS), status: random.pick([0, 3]) }] : [];
    return {
      name,
      steps,
      endsOn,
      ignores: random.oneIn(4) ? [TERM, INT] : [],
      notes: random.oneIn(2) ? [HUP, USR1, USR2, QUIT, RTMIN, RTMIN + 1, RTMIN + 2] : [],
      reaps: random.oneIn(2),
      isStuck: random.oneIn(60),
    };
  }

  #step(depth: number): Step {
    const random = this.#random;
    const after = random.pick(DELAYS);
    const kinds = [
      "fork",
      "fork",
      "daemonise",
      "setsid",
      "own-group",
      "raise",
      "signal-init",
      "group",
      "read",
    ] as const;
    switch (random.pick(kinds)) {
      case "fork":
        if (depth === 0) break;
        return { after, action: { kind: "fork", program: this.program("child", depth - 1) } };
      case "daemonise":
        if (depth === 0) break;
        return { after, action: { kind: "daemonise", program: this.program("daemon", depth - 1) } };
      case "setsid":
        return { after, action: { kind: "setsid" } };
      case "own-group":
        return { after, action: { kind: "own-group" } };
      case "raise":
        return { after, action: { kind: "raise", signal: random.pick([STOP, TSTP, USR1, CONT]) } };
      case "signal-init":
        return { after, action: { kind: "signal-init", signal: random.oneIn(5) ? KILL : this.#signal() } };
      case "group":
        return { after, action: { kind: "signal-group", signal: random.pick([USR1, TERM, CONT]) } };
      case "read":
        return { after, action: { kind: "read-terminal" } };
    }
    return { after, action: { kind: "raise", signal: WINCH } };
  }

  #option(): Option {
    const random = this.#random;
    const form = { inVariable: random.oneIn(4), otherwise: random.oneIn(3) };
    return { ...form, ...(random.oneIn(4) ? this.#payloadOption() : this.#initOption()) };
  }

  #initOption(): Option {
    const random = this.#random;
    const milliseconds = random.pick(TIMES);
    switch (random.below(12)) {
      case 0:
        return { kind: "group" };
      case 1:
        return { kind: random.oneIn(2) ? "share-group" : "subreaper" };
      case 2:
        return { kind: "verbose" };
      case 3:
        return { kind: "rewrite", from: this.#incoming(), to: random.oneIn(3) ? 0 : this.#signal() };
      case 4:
        return { kind: "stop-signal", signal: this.#incoming() };
      case 5:
        return { kind: "stop-delay", milliseconds };
      case 6:
      case 7:
        return { kind: "grace", milliseconds };
      case 8:
      case 9:
        return { kind: "drain", milliseconds };
      case 10:
        if (random.oneIn(3)) return { kind: "expect", status: random.pick([1, 7, 143]) };
        return { kind: "map-exit", from: random.pick([0, 1, 7, 143, 137]), to: random.pick([0, 9]) };
      default:
        if (random.oneIn(3)) return { kind: "parent-death", signal: TERM };
        if (random.oneIn(3))
          return {
            kind: "tini-variable",
            name: random.pick(["SUBREAPER", "KILL_PROCESS_GROUP", "VERBOSITY"] as const),
          };
        return { kind: "warn-reap" };
    }
  }

  /** What changes the payload's state at its start. */
  #payloadOption(): Option {
    const random = this.#random;
    const name = random.pick(NAMES);
    switch (random.below(11)) {
      case 0:
      case 1:
        return { kind: random.oneIn(4) ? "user-if-root" : "user", user: random.pick(USERS) };
      case 2:
        return { kind: "chdir", directory: random.pick(DIRECTORIES) };
      case 3:
        return { kind: "setenv", name, value: random.pick(["", "value", "/run/secret", "/run/nothing"]) };
      case 4:
        return { kind: random.oneIn(3) ? "unsetenv" : "file-env", name };
      case 5:
        return random.oneIn(3) ? { kind: "clearenv" } : { kind: "file-env", name: "SECRET" };
      case 6:
      case 7: {
        const [soft, hard] = random.pick(LIMITS);
        return { kind: "rlimit", resource: random.oneIn(2) ? NOFILE : random.below(16), soft, hard };
      }
      case 8:
        return { kind: "oom-score-adj", score: random.pick([-1000, -1, 0, 7, 1000]) };
      case 9:
        return { kind: "no-new-privs" };
      default:
        return { kind: "cap-drop", capability: random.pick(["ALL", ...sampleCapabilities]) };
    }
  }

  /** What can be asked of the init without a command, and what it cannot read. */
  #words(dialect: Dialect): Option {
    const [words, status] = this.#random.pick(WORDS[dialect]);
    if (!this.#random.oneIn(4)) return { kind: "words", words, status };
    const text = this.#random.pick(["--nonsense", "-x", "operand", "--grace", "--grace=never", "-"]);
    return { kind: "words", words: [text], inVariable: true, status: dialect === "rein" ? 125 : 1 };
  }

  #incoming(): number {
    const signal = this.#signal();
    return signal === CHLD ? TERM : signal;
  }

  setup(): Setup {
    const random = this.#random;
    const mode = random.oneIn(3) ? "subreaper" : "pid1";
    const dialect = random.oneIn(3) ? "tini" : "rein";
    const options = this.#list(6, () => this.#option()).map((option) => readable(option, dialect));
    const isSubreaper = options.some((option) => option.kind === "subreaper");
    if (dialect === "tini" && mode === "subreaper" && !isSubreaper) options.push({ kind: "subreaper" });
    if (random.oneIn(40)) options.push(this.#words(dialect));
    if (!random.oneIn(4)) options.push({ kind: "status" });
    const terminal = random.pick(["none", "none", "foreground", "foreground", "background"] as const);
    return {
      mode,
      dialect,
      name: random.oneIn(4) ? random.pick(NAMES_OF_IT[dialect]) : dialect,
      dashes: random.pick(["before", "before", "none", "behind"] as const),
      identity: random.pick(["root", "root", "root", "root", "container", "container", "user"] as const),
      variables: random.pick(VARIABLES),
      hasNoAccounts: random.oneIn(10),
      options,
      command: random.pick(random.oneIn(15) ? REFUSED : COMMANDS),
      proc: random.pick(["own", "own", "own", "listless", "hiding", "foreign", "false", "none"] as const),
      terminal,
      groupsAreOutside: mode === "pid1" && random.oneIn(3),
      leadsSession: mode === "subreaper" && random.oneIn(4),
      stdinIsTerminal: terminal !== "none" && !random.oneIn(3),
      stderr: random.pick(["reads", "reads", "reads", "terminal", "gone", "stalls", "limited", "closed"] as const),
      status: random.pick(["reads", "reads", "reads", "gone", "stalls"] as const),
      ignored: random.pick([[], [], [], [CHLD], [PIPE], [PIPE, Signal.XFSZ], [TTIN, TTOU]]),
      blocked: random.pick([[], [], [], [TERM], [USR1, TSTP]]),
      children: random.oneIn(4) ? this.#list(3, () => this.program("earlier", 0)) : [],
      payload: this.program("payload", 2),
      callTime: random.pick([0, 1, 7, 40]),
    };
  }

  scheduledEvent(): ScheduledEvent {
    const random = this.#random;
    const at = random.oneIn(2)
      ? { call: 2 + random.below(random.pick([40, 80, 160])) }
      : { milliseconds: random.below(random.pick([5, 100, 1500, 8000])) };
    return { at, what: this.#event() };
  }

  #event(): Event {
    const random = this.#random;
    switch (random.below(18)) {
      case 16:
        return { kind: "job", signal: random.pick([STOP, CONT]) };
      case 17:
        // Before its execve, if it comes early enough.
        return { kind: "signal-payload", signal: random.pick([STOP, STOP, CONT, KILL]) };
      case 0:
      case 1:
        return { kind: "orphan", program: this.program("orphan", 1), ownSession: random.oneIn(2) };
      case 2:
        return { kind: "signal-payload", signal: random.pick([KILL, STOP, CONT, TERM, TSTP, USR1]) };
      case 3:
      case 4:
        return { kind: "key", signal: random.pick([INT, QUIT, TSTP, WINCH]) };
      case 5:
        return { kind: "enter", program: this.program("entered", 1) };
      case 6:
      case 7:
        return { kind: "time", milliseconds: random.pick(TIMES) };
      case 8:
        return {
          kind: "reader",
          descriptor: random.pick([2, 3]),
          reader: random.pick(["reads", "stalls", "gone"] as const),
        };
      case 9:
        return { kind: "reuse-pid" };
      case 10:
        return { kind: random.pick(["shell-takes-terminal", "shell-gives-terminal", "caller-ends"] as const) };
      default:
        return {
          kind: "signal",
          signal: this.#signal(),
          from: random.pick(["outside", "outside", "payload", "kernel"]),
        };
    }
  }

  fault(): Fault {
    const random = this.#random;
    // Those before the payload's start end the run at once, or nearly: not too many of them.
    const [call, errno] = random.pick(random.oneIn(6) ? EARLY : LATE);
    // Most calls are few.
    return { call, nth: random.below(random.pick([1, 2, latest[call] ?? 6, latest[call] ?? 25])), errno };
  }

  events(): ScheduledEvent[] {
    // Mostly a few; now and then a storm.
    return this.#list(this.#random.oneIn(12) ? 40 : 10, () => this.scheduledEvent()).flatMap((event) =>
      this.#refilled(event),
    );
  }

  /** What a reader takes out of a pipe the payload may fill again, before anybody else writes. */
  #refilled(event: ScheduledEvent): ScheduledEvent[] {
    const { at, what } = event;
    if (what.kind !== "reader" || what.reader !== "reads" || "call" in at || this.#random.oneIn(2)) return [event];
    const next = { milliseconds: at.milliseconds + 0.001 };
    return [event, { at: next, what: { ...what, reader: "stalls" } }];
  }

  faults(): Fault[] {
    return this.#random.oneIn(2) ? [] : this.#list(5, () => this.fault());
  }
}

/** REIN_OPTIONS is split at spaces: nothing empty can stand there. */
function readable(option: Option, dialect: Dialect): Option {
  const isInVariable = dialect === "tini" || option.inVariable === true;
  return option.kind === "setenv" && option.value === "" && isInVariable ? { ...option, value: "value" } : option;
}

/** Gives the faults a schedule in which they come about. */
function withNeeds(schedule: Schedule): Schedule {
  const { setup, events, faults } = schedule;
  const options = [...setup.options];
  for (const { call } of faults) options.push(...(NEEDED[call] ?? []));
  const isPause = (fault: Fault): boolean => fault.call === "ppoll";
  const isStop = (fault: Fault): boolean => fault.call === "getsid";
  const isMove = (fault: Fault): boolean => fault.call === "fcntl" && fault.errno === Errno.EMFILE;
  const isWait = (fault: Fault): boolean => fault.call === "signalfd4";
  // PID 1 needs not ask for its session.
  const below: Partial<Setup> = faults.some(isStop) ? { mode: "subreaper", terminal: "foreground" } : {};
  if (faults.some(isStop) && setup.dialect === "tini") options.push({ kind: "subreaper" });
  // The terminal is moved out of the place of a standard stream that is not open.
  const moved: Partial<Setup> = faults.some(isMove) ? { stderr: "closed", terminal: "foreground" } : {};
  // Signals are waited for beside a file that does not bring its text at once.
  const waits: Partial<Setup> = faults.some(isWait) ? { variables: ["SECRET_FILE=/run/slow"] } : {};
  return {
    ...schedule,
    setup: { ...setup, ...below, ...moved, ...waits, options },
    // The init asks for its session when Ctrl-Z stops the payload.
    events: faults.some(isStop)
      ? [...events, { at: { milliseconds: 3 }, what: { kind: "key", signal: TSTP } }]
      : events,
    // It pauses only where it cannot wait.
    faults: faults.some(isPause) ? [...faults, { call: "rt_sigtimedwait", nth: 0, errno: Errno.EPERM }] : faults,
  };
}

export function generate(seed: number): Schedule {
  const generator = new Generator(seed);
  const schedule = { seed, setup: generator.setup(), events: generator.events(), faults: generator.faults() };
  return withNeeds(schedule);
}
