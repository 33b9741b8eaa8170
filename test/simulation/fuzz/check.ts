// What has to hold of every outcome: no trap, well-formed messages, and what the oracle says.

import { isUtf8 } from "node:buffer";
import { isDeepStrictEqual } from "node:util";
import { expect, type Run } from "../oracle/expectations.ts";
import { LONGEST_LINE, SURE } from "../oracle/message.ts";
import { dialectOf, fatalPrefix, Printed, Refused, refusalStatus, Said } from "../oracle/request.ts";
import { Undecided } from "../oracle/values.ts";
import { sizeOf, type Vector } from "../oracle/vector.ts";
import type { Outcome } from "./run.ts";

/**
 * Options may take more than their memory only when there is that much of them.
 * A long value takes up to twelve times its size, and a word two hundred bytes.
 */
const LARGE = { bytes: 100_000, words: 3500 };
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in a message
const CONTROL = /[\x00-\x1f\x7f]/;
/** How many elements of a list are shown. */
const MOST_SHOWN = 100;

export interface Failure {
  /** What kind it is: a vector is shrunk as long as that stays. */
  readonly kind: string;
  readonly text: string;
}

/** The process ended before it had a payload. */
type Ended = Refused | Printed | Said;

/** How a vector ended, for the statistics. */
export type Ending = "runs" | "refused" | "printed" | "undecided" | "short of memory";

export class Wrong extends Error {
  readonly kind: string;
  constructor(kind: string, text: string) {
    super(text);
    this.kind = kind;
  }
}

export function assertSame(kind: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Wrong(kind, `is       ${shownValue(actual)}\nexpected ${shownValue(expected)}`);
}

/** A value's beginning: thousands of attempts to execute, each with thousands of arguments, are more than one string holds. */
function shownValue(value: unknown): string {
  const shorter = (_key: string, part: unknown): unknown => {
    if (typeof part === "string") return abridged(part);
    return Array.isArray(part) && part.length > MOST_SHOWN ? part.slice(0, MOST_SHOWN) : part;
  };
  return abridged(JSON.stringify(value, shorter) ?? "nothing");
}

export function assertThat(kind: string, condition: boolean, text: string): void {
  if (!condition) throw new Wrong(kind, abridged(text));
}

function abridged(text: string): string {
  return text.length > 1500 ? `${text.slice(0, 1500)}...` : text;
}

/** Judges an outcome. */
export function check(vector: Vector, outcome: Outcome): Ending | Failure {
  try {
    if (outcome.thrown !== undefined) return checkMemory(vector, outcome);
    let expected: Run | Ended | undefined;
    try {
      expected = expect(vector);
    } catch (reason) {
      if (reason instanceof Refused || reason instanceof Printed || reason instanceof Said) expected = reason;
      else if (!(reason instanceof Undecided)) throw reason;
    }
    checkFormat(vector, outcome);
    if (expected === undefined) return "undecided";
    if (expected instanceof Refused) return checkRefused(expected, vector, outcome);
    if (expected instanceof Printed) return checkPrinted(expected, outcome);
    if (expected instanceof Said) return checkSaid(expected, outcome);
    return checkRun(expected, vector, outcome);
  } catch (reason) {
    if (reason instanceof Wrong) return { kind: reason.kind, text: reason.message };
    throw reason;
  }
}

export function isLarge(vector: Vector): boolean {
  const { bytes, words } = sizeOf(vector);
  return bytes >= LARGE.bytes || words >= LARGE.words;
}

/** A trap is the host's to explain only when it is the memory's end, and the options are that many; it is said so. */
function checkMemory(vector: Vector, outcome: Outcome): Ending {
  const { thrown, status, stderr } = outcome;
  if (!outcome.ranOut) throw new Wrong(`thrown: ${thrown?.message}`, thrown?.stack ?? "");
  assertThat("out of memory", isLarge(vector), `${JSON.stringify(sizeOf(vector))} take more than the memory`);
  assertThat("memory ran out after the start", !outcome.kernel.hasCloned, "the allocator was asked behind clone");
  const dialect = dialectOf(vector.argv[0] ?? "");
  const line = `${fatalPrefix(dialect, vector.scenario.pid)}the options take more memory than the kernel gives\n`;
  // The memory may be used up as late as behind tini's warning that it is no reaper.
  const said = stderr.replace(/^\[WARN {2}tini \([0-9]+\)\] Tini is not running as PID 1 (?:.*\n){3}/, "");
  assertSame("a refusal without memory", [status, said], [refusalStatus(dialect), line]);
  return "short of memory";
}

/** Every message is lines that nothing from outside can break or colour. */
export function checkFormat(vector: Vector, { stderr, kernel }: Outcome): void {
  // A status line may have a DEL: JSON has it as it is.
  const isSpoilt = (line: string): boolean => CONTROL.test(line.startsWith("{") ? line.replaceAll("\x7f", "") : line);
  assertThat("control character", !stderr.split("\n").some(isSpoilt), JSON.stringify(stderr));
  assertThat("no line's end", stderr === "" || stderr.endsWith("\n"), JSON.stringify(stderr));
  assertThat("broken bytes", isUtf8(Buffer.from(stderr, "latin1")), JSON.stringify(stderr));
  for (const { file, text } of kernel.written) {
    assertThat("long line", text.length <= LONGEST_LINE, `${text.length} bytes`);
    if (file !== 3) continue;
    assertThat("broken bytes", isUtf8(Buffer.from(text, "latin1")), JSON.stringify(text));
    assertThat("no line's end", text.endsWith("\n") && text.indexOf("\n") === text.length - 1, JSON.stringify(text));
    try {
      JSON.parse(text);
    } catch {
      throw new Wrong("status line", `no JSON: ${abridged(text)} in ${JSON.stringify(vector.argv)}`);
    }
  }
}

function checkRefused({ begins, usage }: Refused, vector: Vector, outcome: Outcome): Ending {
  const { kernel, status, stdout } = outcome;
  // dumb-init says with -v which variables it has read.
  const stderr = outcome.stderr.replace(/^(\[dumb-init\] (Running in debug|Not running in setsid) mode\.\n)+/, "");
  const dialect = dialectOf(vector.argv[0] ?? "");
  assertThat("accepted", !kernel.hasCloned, `clone was called; expected ${JSON.stringify(begins)}`);
  const cut = begins.slice(0, SURE);
  assertThat("message", stderr.startsWith(cut), `is       ${JSON.stringify(stderr)}\nexpected ${JSON.stringify(cut)}`);
  assertSame("status of a refusal", status, refusalStatus(dialect));
  assertSame("stdout of a refusal", stdout, "");
  if (usage) {
    assertThat("usage", stderr.includes("\nUsage: ") && stderr.endsWith("rein --help).\n\n"), JSON.stringify(stderr));
    return "refused";
  }
  assertSame("lines of a refusal", stderr.split("\n").length, 2);
  assertThat("prefix", stderr.startsWith(fatalPrefix(dialect, vector.scenario.pid)), stderr);
  return "refused";
}

function checkPrinted({ holds }: Printed, { kernel, status, stderr, stdout }: Outcome): Ending {
  assertThat("accepted", !kernel.hasCloned, `clone was called; expected ${JSON.stringify(holds)}`);
  assertSame("a text that was asked for", [status, stderr, stdout.includes(holds)], [0, "", true]);
  return "printed";
}

function checkSaid(said: Said, { kernel, status, stderr, stdout }: Outcome): Ending {
  assertThat("accepted", !kernel.hasCloned, `clone was called; expected ${said.stderr}`);
  assertSame("status of what is said", status, said.status);
  assertThat("what is said", said.stderr.test(stderr), `is       ${JSON.stringify(stderr)}\nexpected ${said.stderr}`);
  assertThat("stdout", said.stdout.test(stdout), `is       ${JSON.stringify(stdout)}\nexpected ${said.stdout}`);
  return said.status === 0 ? "printed" : "refused";
}

function checkRun(run: Run, vector: Vector, outcome: Outcome): Ending {
  const { kernel, status, stderr } = outcome;
  const { payload, pauses } = run.request;
  assertThat("refused", kernel.hasCloned !== pauses, `status ${status}: ${JSON.stringify(stderr)}`);
  const lines = stderr.split("\n");
  if (run.failure !== undefined) {
    const begins = run.failure.slice(0, SURE);
    const isSaid = lines.some((line) => line.startsWith(begins));
    assertThat(
      "message of a failed start",
      isSaid,
      `is       ${JSON.stringify(stderr)}\nexpected ${JSON.stringify(begins)}`,
    );
  }
  assertSame("what is executed", kernel.executions, run.executions);
  if (kernel.executions.length > 0) assertSame("environment", kernel.environment, run.environment);
  assertSame("what is done", kernel.trace, run.trace);
  assertSame("exit status", status, run.status);
  const { statusFile } = run.request;
  const told = kernel.written.filter(({ text }) => text.startsWith('{"event":"')).map(({ file }) => file);
  // Of a pause that nothing comes to there is nothing to tell.
  if (!pauses) assertSame("where events are told", [...new Set(told)], statusFile === undefined ? [] : [statusFile]);
  for (const [text, expected] of run.says)
    assertThat(
      "what is said",
      stderr.includes(text) === expected,
      `${expected ? "no" : "there is"} ${text} in ${JSON.stringify(stderr)}`,
    );
  assertThat("payload index", pauses || (payload > 0 && payload < vector.argv.length), `${payload}`);
  return "runs";
}
