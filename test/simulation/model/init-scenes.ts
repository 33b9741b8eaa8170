// Scenes of an init and its payload: what is done to them, from the start to the end.

import type { Program as Script, Step } from "../kernel/programs.ts";
import { LAST_SIGNAL, Signal } from "../kernel/signal-set.ts";
import type { Option } from "../oracle/options.ts";

const { TERM, HUP, INT, USR1, STOP, CONT, RTMIN, SEGV } = Signal;

/** One thing that is done to the init or its payload, and how many events are waited for after it. */
export interface Act {
  readonly to: "init" | "payload" | "stdin";
  readonly signal?: number;
  readonly awaits: number;
}

export interface InitScene {
  readonly name: string;
  /** The init's options as words, and as the simulation has them. */
  readonly words?: readonly string[];
  readonly options?: readonly Option[];
  /** The words for the payload program, and the script that does the same. */
  readonly command: readonly string[];
  readonly script: Omit<Script, "name">;
  readonly acts?: readonly Act[];
  /** Whether the payload says "ready". */
  readonly isReady?: boolean;
}

/** Between two acts of a simulated scene, in milliseconds. */
export const PAUSE = 20;

const signal = (number: number, awaits = 1): Act => ({ to: "init", signal: number, awaits });
const all = Array.from({ length: LAST_SIGNAL }, (_, i) => i + 1);
const exit = (status: number, after = 0): Step => ({ after, action: { kind: "exit", status } });
const raise = (number: number): Step => ({ after: 0, action: { kind: "raise", signal: number } });
/** `signals` and `wait` end when their stdin does: here after the acts. */
const signals = (acts: number): Omit<Script, "name"> => ({ steps: [exit(0, PAUSE * (acts + 1))], notes: all });
const idle: Omit<Script, "name"> = { steps: [] };
const end: Act = { to: "stdin", awaits: 0 };
const worker: Script = {
  name: "worker",
  steps: [{ after: 0, action: { kind: "setsid" } }],
  endsOn: [{ signal: TERM, after: 50, status: 0 }],
};
const fork = (program: Script): Step => ({ after: 0, action: { kind: "fork", program } });
const orphan = (status: number): Script => ({ name: "orphan", steps: [exit(status, 1)] });

export const initScenes: readonly InitScene[] = [
  { name: "exit 0", command: ["exit", "0"], script: { steps: [exit(0)] } },
  { name: "exit 7", command: ["exit", "7"], script: { steps: [exit(7)] } },
  { name: "exit 255", command: ["exit", "255"], script: { steps: [exit(255)] } },
  { name: "death by SIGTERM", command: ["kill-self", "15"], script: { steps: [raise(TERM)] } },
  { name: "death by SIGSEGV", command: ["kill-self", "11"], script: { steps: [raise(SEGV)] } },
  { name: "death by SIGRTMIN", command: ["kill-self", "34"], script: { steps: [raise(RTMIN)] } },
  {
    name: "a mapped exit status",
    words: ["--map-exit", "7:9"],
    options: [{ kind: "map-exit", from: 7, to: 9 }],
    command: ["exit", "7"],
    script: { steps: [exit(7)] },
  },
  {
    name: "signals of every kind",
    command: ["signals"],
    script: signals(6),
    isReady: true,
    acts: [signal(HUP), signal(USR1), signal(INT), signal(SEGV), signal(RTMIN + 1), signal(64), end],
  },
  {
    name: "signals that would stop",
    command: ["signals"],
    script: signals(3),
    isReady: true,
    acts: [signal(Signal.TSTP), signal(Signal.TTIN), signal(CONT), end],
  },
  { name: "SIGTERM", command: ["wait"], script: idle, isReady: true, acts: [signal(TERM, 0)] },
  {
    name: "SIGTERM for the group",
    words: ["-g"],
    options: [{ kind: "group" }],
    command: ["wait"],
    script: idle,
    isReady: true,
    acts: [signal(TERM, 0)],
  },
  {
    name: "SIGTERM, and 143 mapped to 0",
    words: ["--map-exit", "143:0"],
    options: [{ kind: "map-exit", from: 143, to: 0 }],
    command: ["wait"],
    script: idle,
    isReady: true,
    acts: [signal(TERM, 0)],
  },
  {
    name: "a rewritten and a dropped signal",
    words: ["--rewrite", "15:10", "--rewrite", "1:0"],
    options: [
      { kind: "rewrite", from: TERM, to: USR1 },
      { kind: "rewrite", from: HUP, to: 0 },
    ],
    command: ["signals"],
    script: signals(2),
    isReady: true,
    acts: [signal(TERM), signal(HUP), end],
  },
  {
    name: "a payload that takes its time after SIGTERM",
    command: ["delay", "15", "30", "3"],
    script: { steps: [], endsOn: [{ signal: TERM, after: 30, status: 3 }] },
    isReady: true,
    acts: [signal(TERM, 0)],
  },
  {
    name: "a payload that ignores SIGTERM, and the grace time",
    words: ["--grace", "100ms"],
    options: [{ kind: "grace", milliseconds: 100 }],
    command: ["ignore", "15"],
    script: { steps: [], ignores: [TERM] },
    isReady: true,
    acts: [signal(TERM, 0)],
  },
  {
    name: "a signal that is held back, and its repeat",
    words: ["--stop-delay", "3s"],
    options: [{ kind: "stop-delay", milliseconds: 3000 }],
    command: ["wait"],
    script: idle,
    isReady: true,
    acts: [signal(TERM), signal(TERM)],
  },
  {
    name: "a payload that somebody stops and continues",
    command: ["wait"],
    script: idle,
    isReady: true,
    acts: [{ to: "payload", signal: STOP, awaits: 1 }, { to: "payload", signal: CONT, awaits: 0 }, signal(TERM, 0)],
  },
  {
    name: "a signal for a stopped payload arrives when it goes on",
    command: ["wait"],
    script: idle,
    isReady: true,
    acts: [{ to: "payload", signal: STOP, awaits: 1 }, signal(TERM, 1), { to: "payload", signal: CONT, awaits: 0 }],
  },
  {
    name: "orphans",
    command: ["orphans", "3", "5"],
    script: {
      steps: [
        fork({ name: "middle", steps: [fork(orphan(0)), fork(orphan(1)), fork(orphan(2)), exit(0)] }),
        exit(5, 300),
      ],
      reaps: true,
    },
    isReady: true,
    acts: [{ to: "stdin", awaits: 3 }],
  },
  {
    name: "workers in sessions of their own, drained",
    words: ["--drain", "1h"],
    options: [{ kind: "drain", milliseconds: 3_600_000 }],
    command: ["tree", "session", "2", "50", "7"],
    script: {
      steps: [fork(worker), fork(worker), fork({ name: "reader", steps: [] })],
      endsOn: [{ signal: TERM, after: 0, status: 7 }],
    },
    isReady: true,
    acts: [signal(TERM, 0)],
  },
];
