// A scene of system calls, as both kernels act it: who calls what, a step a line.
//
//   init fork a           init makes a child that is called a from then on
//   init kill -a TERM     a stands for its pid, -a for the group with that number
//   a ppoll pipe 5000 &   a call that may wait, or never come back
//
// The outsider stands above the PID namespace: it starts PID 1, has the far ends
// of the pipe and of the terminal, and may signal from out there.

import { release } from "node:os";
import { errnoName } from "../kernel/errno.ts";
import { bit, EVERY_SIGNAL, LAST_SIGNAL, Signal } from "../kernel/signal-set.ts";

export interface Scene {
  readonly name: string;
  readonly steps: string;
  /** Where `init` is: PID 1 of its namespace, or a process below. Both without it. */
  readonly only?: Place;
  /** The first kernel that can do all of it. */
  readonly since?: readonly [major: number, minor: number];
}

/** Why a scene cannot be acted on this kernel, or false. */
export function unavailable({ since }: Scene): string | false {
  if (since === undefined) return false;
  const [major = 0, minor = 0] = release().split(".").map(Number.parseFloat);
  if (major > since[0] || (major === since[0] && minor >= since[1])) return false;
  return `it needs Linux ${since.join(".")}`;
}

export type Place = "PID 1" | "below PID 1";
export const places: readonly Place[] = ["PID 1", "below PID 1"];

export const OUTSIDER = "outsider";
/** The descriptors that puppets have beside their channels. */
export const PIPE = 40;
export const TERMINAL = 50;

export interface Step {
  readonly text: string;
  readonly actor: string;
  readonly call: string;
  readonly words: readonly string[];
  /** The call may wait, or be the caller's last. */
  readonly mayWait: boolean;
}

/** How `init` came to be there. Below PID 1 it is a job of a shell's, as on a terminal. */
const prologues: Record<Place, string> = {
  "PID 1": `
    outsider terminal
    outsider pipe
    outsider namespace init`,
  "below PID 1": `
    outsider terminal
    outsider pipe
    outsider namespace root
    root fork shell
    shell setsid
    shell control
    shell fork init
    init setpgid 0 0
    init execve`,
};

export function stepsOf(scene: Scene, place: Place): Step[] {
  const lines = `${prologues[place]}\n${scene.steps}`.split("\n").map((line) => line.trim());
  return lines.filter(Boolean).map((text) => {
    const [actor = "", call = "", ...words] = text.split(" ");
    const mayWait = words.at(-1) === "&";
    return { text, actor, call, words: mayWait ? words.slice(0, -1) : words, mayWait };
  });
}

const numbers: Readonly<Record<string, number>> = {
  any: -1,
  pipe: PIPE,
  tty: TERMINAL,
  NOHANG: 1,
  "NOHANG|UNTRACED": 3,
  "NOHANG|CONTINUED": 9,
  PDEATHSIG: 1,
  SUBREAPER: 36,
  default: 0,
  ignore: 1,
  handle: 2,
  reads: 0,
  stalls: 1,
  gone: 2,
};

function signalNumber(word: string): number | undefined {
  const realTime = /^RTMIN\+(\d+)$/.exec(word)?.[1];
  return realTime === undefined ? Signal[word as keyof typeof Signal] : Signal.RTMIN + Number(realTime);
}

/** A step's arguments as the calls have them; those that are no numbers are the caller's to read. */
export function valuesOf({ call, words }: Step, pidOf: (name: string) => number | undefined): (number | bigint)[] {
  if (call === "fork" || call === "namespace" || call === "execve") return [];
  return words.map((word, i) => {
    if (i === 0 && (call === "rt_sigprocmask" || call === "rt_sigtimedwait")) return setIn(word);
    const isGroup = word.startsWith("-") && pidOf(word.slice(1)) !== undefined;
    const pid = isGroup ? -(pidOf(word.slice(1)) ?? 0) : pidOf(word);
    const value = pid ?? numbers[word] ?? signalNumber(word) ?? Number(word);
    if (Number.isNaN(value)) throw new Error(`what is ${word}?`);
    return value;
  });
}

function setIn(text: string): bigint {
  if (text === "all") return EVERY_SIGNAL;
  if (text === "none") return 0n;
  return text.split(",").reduce((set, word) => set | bit(signalNumber(word) ?? 0), 0n);
}

function setText(set: bigint): string {
  if (set === EVERY_SIGNAL) return "all";
  const signals = Array.from({ length: LAST_SIGNAL }, (_, i) => i + 1).filter((signal) => (set & bit(signal)) !== 0n);
  return signals.join(",");
}

const GIVES_PID = new Set(["fork", "namespace", "getppid", "getpgid", "getsid", "tcgetpgrp", "setsid"]);

/** A call's result for the trace: errors and processes by their names. */
export function resultText({ call }: Step, result: readonly number[], nameOf: (pid: number) => string): string {
  const [value = 0, ...more] = result;
  if (call === "handled") return result.join(" ");
  if (value < 0) return errnoName(-value);
  if (GIVES_PID.has(call)) return nameOf(value);
  if (call === "wait4") return value === 0 ? "nobody" : `${nameOf(value)} 0x${(more[0] ?? 0).toString(16)}`;
  if (call === "rt_sigtimedwait") return `${value} code ${more[0]} from ${nameOf(more[1] ?? 0)}`;
  return result.join(" ");
}

/** A process as anybody can see it, in /proc or in the model. */
export interface View {
  readonly state: "running" | "stopped" | "zombie" | "gone";
  /** By their names. */
  readonly parent: string;
  readonly group: string;
  readonly session: string;
  readonly waitStatus: number;
  /** Pending for the thread, and for its process. */
  readonly pending: readonly [thread: bigint, process: bigint];
  readonly blocked: bigint;
  readonly ignored: bigint;
  readonly caught: bigint;
}

export const GONE = "gone";

function viewText(view: View): string {
  if (view.state === "gone") return GONE;
  if (view.state === "zombie") return `zombie 0x${view.waitStatus.toString(16)}, parent ${view.parent}`;
  const [thread, process] = view.pending.map(setText);
  const job = `parent ${view.parent}, group ${view.group}, session ${view.session}`;
  const sets = `blocked [${setText(view.blocked)}], ignored [${setText(view.ignored)}], caught [${setText(view.caught)}]`;
  return `${view.state}, ${job}, pending [${thread}] [${process}], ${sets}`;
}

/** What was seen of a scene, line by line: the steps' results, and how the processes have changed. */
export class Trace {
  readonly lines: string[] = [];
  readonly #seen = new Map<string, string>();
  /** How many results were noted. */
  results = 0;

  result(what: string, result: string): void {
    this.results++;
    this.lines.push(`${what} = ${result}`);
  }

  note(line: string): void {
    this.lines.push(line);
  }

  observe(views: ReadonlyMap<string, View>): void {
    for (const [name, view] of views) {
      const text = viewText(view);
      if (this.#seen.get(name) === text) continue;
      this.#seen.set(name, text);
      this.lines.push(`  ${name}: ${text}`);
    }
  }
}
