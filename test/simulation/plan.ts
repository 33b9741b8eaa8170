// What an init is asked to do: options as words, and what they mean, read apart from the executable.

import { Signal } from "./signal-set.ts";

export type Option =
  | { readonly kind: "group" | "share-group" | "verbose" | "warn-reap" | "subreaper" | "status" | "user" | "chdir" }
  | { readonly kind: "rewrite"; readonly from: number; readonly to: number }
  | { readonly kind: "stop-signal" | "parent-death"; readonly signal: number }
  | { readonly kind: "stop-delay" | "grace" | "drain"; readonly milliseconds: number }
  | { readonly kind: "map-exit"; readonly from: number; readonly to: number };

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
}

/** An option as the dialect's words; those that tini does not know go to REIN_OPTIONS. */
function words(option: Option): { words: string[]; isShort: boolean } {
  const short = (...words: string[]) => ({ words, isShort: true });
  const long = (...words: string[]) => ({ words, isShort: false });
  switch (option.kind) {
    case "group":
      return short("-g");
    case "share-group":
      return long("-c");
    case "verbose":
      return short("-v");
    case "warn-reap":
      return short("-w");
    case "subreaper":
      return short("-s");
    case "parent-death":
      return short("-p", String(option.signal));
    case "status":
      return long("--json-status-fd", String(STATUS_DESCRIPTOR));
    case "user":
      return long("--user", "app");
    case "chdir":
      return long("--chdir", "/srv");
    case "rewrite":
      return long("--rewrite", `${option.from}:${option.to}`);
    case "stop-signal":
      return long("--stop-signal", String(option.signal));
    case "map-exit":
      return long("--map-exit", `${option.from}:${option.to}`);
    default:
      return long(`--${option.kind}`, `${option.milliseconds}ms`);
  }
}

export function commandLine(
  dialect: Plan["dialect"],
  options: readonly Option[],
  command: string,
): { argv: string[]; variable: string } {
  const argv: string[] = [dialect];
  const variable: string[] = [];
  for (const option of options) {
    const { words: text, isShort } = words(option);
    (dialect === "rein" || isShort ? argv : variable).push(...text);
  }
  return { argv: [...argv, "--", command, "argument"], variable: variable.join(" ") };
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
  };
  // What REIN_OPTIONS says is read before the command line.
  const ordered = dialect === "rein" ? options : [...options].sort((a, b) => rank(a) - rank(b));
  for (const option of ordered) apply(plan, option);
  return plan;
}

function rank(option: Option): number {
  return words(option).isShort ? 1 : 0;
}

function apply(plan: Plan, option: Option): void {
  switch (option.kind) {
    case "group":
      plan.toGroup = true;
      // tini's own -g knows nothing of a group that is shared.
      if (plan.dialect === "rein") plan.sharesGroup = false;
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
    default:
      break;
  }
}
