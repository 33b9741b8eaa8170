// What an init is asked to do: options as words, and what they mean, read apart from the executable.

import { Signal, signalName } from "../kernel/signal-set.ts";
import type { Setup } from "../schedules/schedule.ts";

interface Form {
  /** In REIN_OPTIONS; where the dialect has no such option itself, it is there anyway. */
  readonly inVariable?: boolean;
  /** The option's other spelling: its long name, its value attached, a signal by name. */
  readonly otherwise?: boolean;
}

export type EnvironmentChange =
  | { readonly kind: "setenv"; readonly name: string; readonly value: string }
  | { readonly kind: "unsetenv" | "file-env"; readonly name: string }
  | { readonly kind: "clearenv" };

export type LimitOption = {
  readonly kind: "rlimit";
  /** Its place among `resources`. */
  readonly resource: number;
  readonly soft: number | "unlimited";
  readonly hard: number | "unlimited";
};

export type Option = Form &
  (
    | { readonly kind: "group" | "share-group" | "verbose" | "warn-reap" | "subreaper" | "status" | "no-new-privs" }
    | { readonly kind: "user"; readonly user?: string }
    | { readonly kind: "chdir"; readonly directory?: string }
    | { readonly kind: "rewrite"; readonly from: number; readonly to: number }
    | { readonly kind: "stop-signal" | "parent-death"; readonly signal: number }
    | { readonly kind: "stop-delay" | "grace" | "drain"; readonly milliseconds: number }
    | { readonly kind: "map-exit"; readonly from: number; readonly to: number }
    | { readonly kind: "expect"; readonly status: number }
    | EnvironmentChange
    | LimitOption
    | { readonly kind: "oom-score-adj"; readonly score: number }
    | { readonly kind: "cap-drop"; readonly capability: string }
    /** One of tini's own variables, which takes the place of an option. */
    | { readonly kind: "tini-variable"; readonly name: "SUBREAPER" | "KILL_PROCESS_GROUP" | "VERBOSITY" }
    /** What cannot be read, or asks for a text: the init does no more than say so. */
    | { readonly kind: "words"; readonly words: readonly string[]; readonly status: number }
  );

export const STATUS_DESCRIPTOR = 3;

export interface Plan {
  readonly dialect: "rein" | "tini";
  toGroup: boolean;
  sharesGroup: boolean;
  readonly rewrite: Map<number, number>;
  readonly stopSignals: Set<number>;
  stopDelay: number | undefined;
  grace: number | undefined;
  drain: number | undefined;
  readonly exitStatus: Map<number, number>;
  parentDeathSignal: number;
  /** The descriptor of the status lines. */
  statusFile: number | undefined;
  user: string | undefined;
  directory: string | undefined;
  readonly environment: EnvironmentChange[];
  readonly limits: LimitOption[];
  oomScore: number | undefined;
  noNewPrivileges: boolean;
  /** The capabilities to give up, a bit each. */
  dropped: bigint;
  /** The exit status where the init does nothing but say something. */
  endsAtOnce: number | undefined;
}

/** In the order of the kernel's numbers (asm-generic/resource.h). */
const resources: readonly string[] =
  "cpu fsize data stack core rss nproc nofile memlock as locks sigpending msgqueue nice rtprio rttime".split(" ");
/** Some capabilities by name, with the kernel's numbers (linux/capability.h). */
const capabilities: ReadonlyMap<string, number> = new Map([
  ["CHOWN", 0],
  ["SETGID", 6],
  ["SETUID", 7],
  ["SETPCAP", 8],
  ["NET_RAW", 13],
  ["SYS_ADMIN", 21],
  ["SYSLOG", 34],
  ["CHECKPOINT_RESTORE", 40],
]);

export const capabilityNames: readonly string[] = [...capabilities.keys()];

/** An option as words; those that tini does not know go to REIN_OPTIONS. */
function words(option: Option): { words: string[]; isTinis: boolean } {
  const { otherwise = false } = option;
  const flag = (short: string, name: string) => ({ words: [otherwise ? `--${name}` : short], isTinis: !otherwise });
  const short = (letter: string, value: string) => ({
    words: otherwise ? [letter + value] : [letter, value],
    isTinis: true,
  });
  const long = (name: string, value?: string) => {
    const attached = value !== undefined && otherwise ? [`--${name}=${value}`] : [`--${name}`, value ?? ""];
    return { words: value === undefined ? [`--${name}`] : attached, isTinis: false };
  };
  const signal = (number: number): string => signalText(number, otherwise);
  switch (option.kind) {
    case "group":
      return flag("-g", "group");
    case "share-group":
      return { words: [otherwise ? "--single-child" : "-c"], isTinis: false };
    case "verbose":
      return flag("-v", "verbose");
    case "warn-reap":
      return flag("-w", "warn-reap");
    case "subreaper":
      return flag("-s", "subreaper");
    case "parent-death":
      return short("-p", signal(option.signal));
    case "expect":
      return short("-e", String(option.status));
    case "status":
      return long("json-status-fd", String(STATUS_DESCRIPTOR));
    case "user":
      return long("user", option.user ?? "app");
    case "chdir":
      return long("chdir", option.directory ?? "/srv");
    case "rewrite":
      return long("rewrite", `${signal(option.from)}:${option.to === 0 ? "0" : signal(option.to)}`);
    case "stop-signal":
      return long("stop-signal", signal(option.signal));
    case "map-exit":
      return long("map-exit", `${option.from}:${option.to}`);
    case "setenv": {
      const { words, isTinis } = long("setenv", option.name);
      return { words: [...words, option.value], isTinis };
    }
    case "unsetenv":
    case "file-env":
      return long(option.kind, option.name);
    case "clearenv":
    case "no-new-privs":
      return long(option.kind);
    case "rlimit": {
      const { resource, soft, hard } = option;
      return long("rlimit", `${resources[resource]}=${soft === hard ? soft : `${soft}:${hard}`}`);
    }
    case "oom-score-adj":
      return long("oom-score-adj", String(option.score));
    case "cap-drop":
      return long("cap-drop", otherwise ? capabilityWord(option.capability) : option.capability);
    case "tini-variable":
      return { words: [], isTinis: true };
    case "words":
      return { words: [...option.words], isTinis: true };
    default:
      return long(option.kind, duration(option.milliseconds, otherwise));
  }
}

function capabilityWord(name: string): string {
  return name === "ALL" ? "all" : `cap_${name.toLowerCase()}`;
}

function signalText(signal: number, byName: boolean): string {
  const name = byName ? signalName(signal) : "";
  return name.startsWith("SIG") ? name : String(signal);
}

function duration(milliseconds: number, isLargest: boolean): string {
  if (!isLargest || milliseconds === 0 || milliseconds % 1000 !== 0) return `${milliseconds}ms`;
  if (milliseconds % 60_000 !== 0) return `${milliseconds / 1000}s`;
  return milliseconds % 3_600_000 === 0 ? `${milliseconds / 3_600_000}h` : `${milliseconds / 60_000}m`;
}

/** What the init is started with. */
export interface Start {
  readonly argv: string[];
  /** The value of REIN_OPTIONS. */
  readonly variable: string;
  /** tini's own variables. */
  readonly variables: string[];
}

export function commandLine({ dialect, options, command, name, dashes = "before" }: Setup): Start {
  const argv: string[] = [name ?? dialect];
  const variable: string[] = [];
  const variables: string[] = [];
  for (const option of options) {
    if (option.kind === "tini-variable") {
      if (dialect === "tini") variables.push(`TINI_${option.name}=2`);
    } else (rank(dialect, option) === 1 ? variable : argv).push(...words(option).words);
  }
  // tini takes dashes behind the program for its own.
  const isBehind = dashes === "behind" && dialect === "tini";
  const operands = [command, ...(isBehind ? ["--"] : []), "argument"];
  return {
    argv: [...argv, ...(dashes === "before" ? ["--"] : []), ...operands],
    variable: variable.join(" "),
    variables,
  };
}

export function planOf(dialect: Plan["dialect"], options: readonly Option[]): Plan {
  const plan: Plan = {
    dialect,
    toGroup: false,
    sharesGroup: false,
    rewrite: new Map(),
    stopSignals: new Set([Signal.TERM, Signal.INT]),
    stopDelay: undefined,
    grace: undefined,
    drain: undefined,
    exitStatus: new Map(),
    parentDeathSignal: 0,
    statusFile: undefined,
    user: undefined,
    directory: undefined,
    environment: [],
    limits: [],
    oomScore: undefined,
    noNewPrivileges: false,
    dropped: 0n,
    endsAtOnce: undefined,
  };
  const ordered = [...options].sort((a, b) => rank(dialect, a) - rank(dialect, b));
  for (const option of ordered) apply(plan, option);
  return plan;
}

/** What is read first: tini's variables, then REIN_OPTIONS, then the command line. */
function rank(dialect: Plan["dialect"], option: Option): number {
  if (option.kind === "tini-variable") return 0;
  if (option.kind === "words") return option.inVariable === true ? 1 : 2;
  const isForTini = words(option).isTinis && option.inVariable !== true;
  return dialect === "tini" ? (isForTini ? 2 : 1) : option.inVariable === true ? 1 : 2;
}
function apply(plan: Plan, option: Option): void {
  switch (option.kind) {
    case "group":
      plan.toGroup = true;
      plan.sharesGroup = false;
      break;
    case "share-group":
      plan.sharesGroup = true;
      plan.toGroup = false;
      break;
    case "rewrite":
      plan.rewrite.set(option.from, option.to);
      break;
    case "stop-signal":
      plan.stopSignals.add(option.signal);
      break;
    case "parent-death":
      plan.parentDeathSignal = option.signal;
      break;
    case "stop-delay":
      plan.stopDelay = option.milliseconds;
      break;
    case "grace":
      plan.grace = option.milliseconds;
      break;
    case "drain":
      plan.drain = option.milliseconds;
      break;
    case "map-exit":
      plan.exitStatus.set(option.from, option.to);
      break;
    case "expect":
      plan.exitStatus.set(option.status, 0);
      break;
    case "status":
      plan.statusFile = STATUS_DESCRIPTOR;
      break;
    case "user":
      plan.user = option.user ?? "app";
      break;
    case "chdir":
      plan.directory = option.directory ?? "/srv";
      break;
    case "setenv":
    case "unsetenv":
    case "clearenv":
    case "file-env":
      plan.environment.push(option);
      break;
    case "rlimit":
      plan.limits.push(option);
      break;
    case "oom-score-adj":
      plan.oomScore = option.score;
      break;
    case "no-new-privs":
      plan.noNewPrivileges = true;
      break;
    case "cap-drop":
      plan.dropped |= option.capability === "ALL" ? ~0n : 1n << BigInt(capabilities.get(option.capability) ?? 0);
      break;
    case "tini-variable":
      if (plan.dialect === "tini" && option.name === "KILL_PROCESS_GROUP") plan.toGroup = true;
      break;
    case "words":
      plan.endsAtOnce ??= option.status;
      break;
    default:
      break;
  }
}
