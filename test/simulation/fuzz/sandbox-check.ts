// What has to hold of a run with the options of a sandbox or of filters. No
// namespace can be made in the simulation: a plan that could be carried out ends
// with a message about that.

import { constants } from "node:os";
import { SURE } from "../oracle/message.ts";
import {
  descriptorPath,
  needsSandboxOracle,
  type Reading,
  readSandbox,
  sandboxDialectOf,
  stageOf,
} from "../oracle/sandbox-reading.ts";
import type { Vector } from "../oracle/vector.ts";
import { assertSame, assertThat, check, checkFormat, type Ending, type Failure, isLarge, Wrong } from "./check.ts";
import type { Outcome } from "./run.ts";
import type { SandboxKernel } from "./sandbox-kernel.ts";

const { SIGKILL } = constants.signals;
/** More of them may not fit: each is a filter of some five kilobytes. */
const MOST_PROFILES = 200;
const STATUS = { bwrap: 1, rein: 125 } as const;
/** bubblewrap's words for a descriptor that is not open, and for labels, name no option. */
const NAMES_NONE =
  /^bwrap: (Write to info_fd: |labeling not supported on|Setting (pidns|userns2) failed: |Joining specified user |Can't (write data to file |find source path \/proc\/self\/fd\/))/;
const ONLY_LAST = /^bwrap: Only the last (\S+) option will take effect$/;

/** Judges an outcome. */
export function checkSandbox(vector: Vector, outcome: Outcome<SandboxKernel>): Ending | Failure {
  const reading = readSandbox(vector);
  if (!needsSandboxOracle(vector, reading)) return check(vector, outcome);
  try {
    if (outcome.thrown !== undefined && !outcome.ranOut)
      throw new Wrong(`thrown: ${outcome.thrown.message}`, outcome.thrown.stack ?? "");
    checkFormat(vector, outcome);
    return checkOutcome(vector, reading, outcome);
  } catch (reason) {
    if (reason instanceof Wrong) return { kind: reason.kind, text: reason.message };
    throw reason;
  }
}

function checkOutcome(vector: Vector, reading: Reading, outcome: Outcome<SandboxKernel>): Ending {
  const { kernel, status, stdout } = outcome;
  const dialect = sandboxDialectOf(vector);
  const stage = stageOf(vector);
  // Before anything else is looked at, the memory too.
  if (reading.end === "taken" && stage === "rein-setup" && !kernel.hasSupervisor && status === 128 + SIGKILL) {
    assertSame("what is said without a supervisor", outcome.stderr, "");
    return "refused";
  }
  if (outcome.ranOut) return checkShort(vector, outcome);
  if (reading.end === "printed") {
    assertSame("a text that was asked for", [status, stdout.length > 0], [0, true]);
    return "printed";
  }
  if (reading.end === "taken" && (!reading.wantsSandbox || stage === "rein-init"))
    return checkInside(vector, reading, outcome);
  assertThat("accepted", !kernel.hasCloned, "the command was started");
  assertSame("status of a refusal", status, STATUS[dialect]);
  const line = checkLines(vector, reading, outcome);
  if (reading.end === "refused") {
    const begins = reading.begins.slice(0, SURE);
    assertThat(
      "message",
      line.startsWith(begins),
      `is       ${JSON.stringify(line)}\nexpected ${JSON.stringify(begins)}`,
    );
    return "refused";
  }
  // What cannot be had together names an option; what failed was refused by the kernel.
  const namesOption =
    reading.options.some((option) => option.length > 2 && line.includes(option)) || NAMES_NONE.test(line);
  assertThat("neither an option nor a call", namesOption || kernel.hasRefused, line);
  return kernel.hasRefused ? "runs" : "refused";
}

/** The one message, behind bubblewrap's warnings. */
function checkLines(vector: Vector, { again, begins }: Reading, { stderr }: Outcome): string {
  const dialect = sandboxDialectOf(vector);
  const hasLevels =
    vector.argv.some((word) => word.includes("--level-prefix")) ||
    JSON.stringify(vector.scenario.files).includes("--level-prefix");
  const lines = stderr
    .split("\n")
    .slice(0, -1)
    .filter((line) => !line.startsWith("{"));
  const plain = lines.map((line) => (hasLevels ? line.replace(/^<[34]>/, "") : line));
  const isUsage = begins.startsWith("usage: ");
  const last = isUsage ? plain.findIndex((line) => line.startsWith("usage: ")) : plain.length - 1 - advised(plain);
  const warned = plain.slice(0, last).map((line) => ONLY_LAST.exec(line)?.[1] ?? line);
  assertSame("lines before the message", warned, again);
  const line = plain[last] ?? "";
  const prefix = isUsage ? "usage: " : `${dialect}: `;
  assertThat("prefix", line.startsWith(prefix), JSON.stringify(stderr));
  return line;
}

/** How many lines there are behind bubblewrap's: what is known beyond it. */
function advised(lines: readonly string[]): number {
  const message = lines.findIndex((line) => line.startsWith("bwrap: ") && !ONLY_LAST.test(line));
  return message >= 0 && message === lines.length - 2 ? 1 : 0;
}

/** There is no namespace to make: the command runs, with its filters, or the kernel has refused something. */
function checkInside(vector: Vector, reading: Reading, { kernel, status, stderr }: Outcome<SandboxKernel>): Ending {
  const [execution] = kernel.executions;
  if (execution !== undefined) {
    const isPrivate = kernel.trace.includes("child no-new-privs");
    assertThat("a filter or a sandbox without no-new-privs", isPrivate || isBare(reading), stderr);
    const isLoaded = kernel.filters > 0 || !reading.options.some((option) => option.includes("seccomp"));
    assertThat("no filter was loaded", isLoaded, JSON.stringify(vector.argv));
    assertSame("what the command gets", execution.argv.slice(1), reading.operands);
    return "runs";
  }
  const dialect = sandboxDialectOf(vector);
  // The two last: a command that was not found, before its filters were loaded.
  const statuses: readonly number[] = kernel.hasCloned ? [STATUS[dialect], 126, 127] : [STATUS[dialect]];
  assertThat("status of a refusal", statuses.includes(status ?? -1), `${status}`);
  const lines = stderr.split("\n").slice(0, -1);
  const begins = (line: string): boolean =>
    line.startsWith("{") || line.replace(/^<[34]>/, "").startsWith(`${dialect}: `);
  assertThat("prefix", lines.length > 0 && lines.every(begins), JSON.stringify(stderr));
  return "refused";
}

function isBare({ wantsFilter, wantsSandbox }: Reading): boolean {
  return !wantsFilter && !wantsSandbox;
}

function checkShort(vector: Vector, { kernel, status, stderr }: Outcome<SandboxKernel>): Ending {
  const dialect = sandboxDialectOf(vector);
  let brought = 0;
  for (const [path, held] of Object.entries(vector.scenario.files))
    if (path.startsWith(descriptorPath(0).slice(0, -1))) brought += String(held).length;
  const profiles = vector.argv.filter((word) => word.startsWith("--seccomp-profile")).length;
  assertThat(
    "short of memory",
    isLarge(vector) || brought > 50_000 || profiles > MOST_PROFILES,
    `${JSON.stringify(vector.argv)} take more than the memory`,
  );
  assertThat("memory ran out after the start", !kernel.hasCloned, stderr);
  const line = stderr.split("\n").at(-2)?.replace(/^<3>/, "");
  const expected = `${dialect}: the options take more memory than the kernel gives`;
  assertSame("a refusal without memory", [status, line], [STATUS[dialect], expected]);
  return "short of memory";
}
