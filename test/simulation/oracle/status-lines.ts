// What the executable tells of each signal on its status stream, in order. Lines
// count when they are written, whether or not their reader gets them.

import { constants } from "node:os";
import { Signal } from "../kernel/signal-set.ts";
import { Violation } from "./violation.ts";

/** The events that tell what became of a signal. */
const FATES: readonly unknown[] = ["forwarded", "not-forwarded", "dropped", "held"];

/** The number of `SIGTERM`, `SIGRTMIN+3`, or of `SIG32`, which has no name. */
function signalNumber(name: unknown): number {
  const named = constants.signals[name as NodeJS.Signals];
  if (named !== undefined) return named;
  const [, isRealTime, number] = /^SIG(RTMIN)?\+?(\d*)$/.exec(String(name)) ?? [];
  return (isRealTime === undefined ? 0 : Signal.RTMIN) + Number(number);
}

export interface StatusLine {
  readonly event: unknown;
  /** What became of a signal, as `fate` has it. */
  readonly fate: string | undefined;
}

/** `detail` is what the signal went on for, an errno, or a reason. */
export function fate(event: string, signal: number, detail: number | string = ""): string {
  return `${event} ${signal} ${detail}`;
}

/** Reads a line as it was written. */
export function readStatusLine(text: string): StatusLine {
  let line: Record<string, unknown>;
  try {
    line = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new Violation("a status line is not JSON", text);
  }
  if (!text.endsWith("\n")) throw new Violation("a status line has no end", text);
  if (!FATES.includes(line.event)) return { event: line.event, fate: undefined };
  const original = line.for === undefined ? "" : signalNumber(line.for);
  const detail = line.event === "held" ? "" : (line.reason ?? line.errno ?? original);
  return { event: line.event, fate: fate(String(line.event), signalNumber(line.signal), detail as number | string) };
}
