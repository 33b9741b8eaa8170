// What one run of the executable is given: its words, and the scenario that it meets.

import { LAST_CAPABILITY } from "./names.ts";

/** A signal that comes to the init. */
export interface Arrival {
  /** Milliseconds after the start. */
  readonly at: number;
  readonly signal: number;
  /** As in siginfo_t: above zero for the kernel's own. */
  readonly code: number;
}

/** Whether root starts the init of that number. */
export const isRoot = (pid: number): boolean => pid === 1;

/** A step between clone and execve that can be made to fail. */
export const steps = ["prlimit", "oom", "bounding", "setgroups", "setresgid", "setresuid", "capset", "chdir"] as const;
export type Step = (typeof steps)[number];

export interface Scenario {
  /** The init's own number. */
  readonly pid: number;
  /** Files by path: what they hold, or the errno of opening them. */
  readonly files: Readonly<Record<string, string | number>>;
  /** The errno of each execve in turn; after the last one it succeeds. */
  readonly executions: readonly number[];
  /** The step that fails with EPERM. */
  readonly failing: Step | undefined;
  /** In order of time. */
  readonly arrivals: readonly Arrival[];
  /** When the payload ends, in milliseconds, and how, as wait4(2) tells it. */
  readonly endsAt: number;
  readonly waitStatus: number;
  /** Another child of the init: none, one that has ended before the start, one that ends only by SIGKILL. */
  readonly orphan: "none" | "ended" | "stubborn";
  /** System calls of a sandbox or filter that are refused, each with its errno. */
  readonly refused: Readonly<Record<string, number>>;
}

/** Texts are byte strings: every code unit is one byte, and none is 0. */
export interface Vector {
  readonly argv: readonly string[];
  readonly envp: readonly string[];
  readonly scenario: Scenario;
}

/** In every scenario: the group of the caller, and the capabilities of the init as two words. */
export const CALLERS_GROUP = 100;
export const OWN_CAPABILITIES: readonly [number, number] = [0xffff_ffff, 2 ** (LAST_CAPABILITY - 31) - 1];

export const quietScenario: Scenario = {
  pid: 1,
  files: {},
  executions: [],
  failing: undefined,
  arrivals: [],
  endsAt: 10,
  waitStatus: 0,
  orphan: "none",
  refused: {},
};

/** How many bytes the kernel would have to put on the stack, and how many words there are to read. */
export function sizeOf(vector: Vector): { bytes: number; words: number } {
  let bytes = 0;
  for (const text of [...vector.argv, ...vector.envp]) bytes += text.length + 1;
  let words = vector.argv.length;
  for (const text of vector.envp) words += text.startsWith("REIN_OPTIONS=") ? text.split(/\s+/).length : 1;
  return { bytes, words };
}

/** The vector as a person reads it: the scenario only where it is not the quiet one. */
export function describe(vector: Vector): string {
  const scenario = Object.entries(vector.scenario).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(quietScenario[key as keyof Scenario]),
  );
  const lines = [`argv ${textsOf(vector.argv)}`, `envp ${textsOf(vector.envp)}`];
  for (const [key, value] of scenario)
    lines.push(`${key} ${key === "files" ? abridged(value) : JSON.stringify(value)}`);
  return lines.join("\n");
}

function textsOf(texts: readonly string[]): string {
  const shown = texts.slice(0, 60).map(abridged);
  if (texts.length > shown.length) shown.push(`... ${texts.length} in all`);
  return `[${shown.join(", ")}]`;
}

function abridged(value: unknown): string {
  const text = JSON.stringify(value).replace(/[\x7f-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
  return text.length > 300 ? `${text.slice(0, 300)}..." (${text.length} bytes)` : text;
}

/** What a path leads to in the vector's scenario: its contents, an errno, or nothing. */
export function fileOf(vector: Vector, path: string): string | number | undefined {
  const { files } = vector.scenario;
  return Object.hasOwn(files, path) ? files[path] : undefined;
}
