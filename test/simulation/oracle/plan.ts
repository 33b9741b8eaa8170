// What the options of a schedule mean, said apart from the executable.

import { Signal } from "../kernel/signal-set.ts";
import { capabilities } from "./names.ts";
import {
  type Dialect,
  type EnvironmentChange,
  type LimitOption,
  type Option,
  rank,
  STATUS_DESCRIPTOR,
} from "./options.ts";

export interface Plan {
  readonly dialect: Dialect;
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

/** `isRoot`: who starts it. */
export function planOf(dialect: Dialect, options: readonly Option[], isRoot = true): Plan {
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
  for (const option of ordered) apply(plan, option, isRoot);
  return plan;
}

function apply(plan: Plan, option: Option, isRoot: boolean): void {
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
    case "user-if-root":
      plan.user = option.kind === "user-if-root" && !isRoot ? undefined : (option.user ?? "app");
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
