// The options of an init in a schedule, and the words that they are written with.

import { signalName } from "../kernel/signal-set.ts";
import { resources as resourceNumbers } from "./names.ts";

export type Dialect = "rein" | "tini";

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
    | { readonly kind: "user" | "user-if-root"; readonly user?: string }
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

/** In the order of the kernel's numbers. */
const resources: readonly string[] = [...resourceNumbers].sort((a, b) => a[1] - b[1]).map(([name]) => name);
/** Some of all capabilities: one of each word of the sets, and those that changing user needs. */
export const sampleCapabilities: readonly string[] = [
  ...["CHOWN", "SETGID", "SETUID", "SETPCAP", "NET_RAW", "SYS_ADMIN", "SYSLOG", "CHECKPOINT_RESTORE"],
];

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
    case "user-if-root":
      return long(option.kind, option.user ?? "app");
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

/** What the init is asked for. */
export interface Invocation {
  readonly dialect: Dialect;
  readonly options: readonly Option[];
  readonly command: string;
  /** argv[0], where it is not the dialect's own name. */
  readonly name?: string;
  /** Where the `--` stands; before the command where nothing is said. */
  readonly dashes?: "before" | "none" | "behind";
}

/** What the init is started with. */
export interface Start {
  readonly argv: string[];
  /** The value of REIN_OPTIONS. */
  readonly variable: string;
  /** tini's own variables. */
  readonly variables: string[];
}

export function commandLine({ dialect, options, command, name, dashes = "before" }: Invocation): Start {
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

/** What is read first: tini's variables, then REIN_OPTIONS, then the command line. */
export function rank(dialect: Dialect, option: Option): number {
  if (option.kind === "tini-variable") return 0;
  if (option.kind === "words") return option.inVariable === true ? 1 : 2;
  const isForTini = words(option).isTinis && option.inVariable !== true;
  return dialect === "tini" ? (isForTini ? 2 : 1) : option.inVariable === true ? 1 : 2;
}
