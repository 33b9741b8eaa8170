// The executable's command line, as far as it can be carried out without the executable.

import { constants } from "node:os";
import { MILLISECONDS } from "../options/values.ts";
import { type DoneOption, OPTIONS, SHORT_NAMES } from "./option-table.ts";

/** What is to be done. */
export interface PortablePlan {
  readonly command: readonly string[];
  /** The options that are left out. */
  readonly leftOut: ReadonlySet<string>;
  toGroup: boolean;
  verbosity: number;
  /** In milliseconds; undefined never kills. */
  grace: number | undefined;
  stopDelay: number;
  directory: string | undefined;
  /** Undefined for this process's own. */
  umask: number | undefined;
  readonly stopSignals: Set<NodeJS.Signals>;
  /** What is sent in a signal's place; undefined drops it. */
  readonly rewrite: Map<NodeJS.Signals, NodeJS.Signals | undefined>;
  readonly exitStatus: Map<number, number>;
  readonly environment: NodeJS.ProcessEnv;
}

/** Reads a command line, REIN_OPTIONS before it. Throws an error that says what cannot be done here. */
export function readPlan(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  read: (file: string) => string,
): PortablePlan {
  const { REIN_OPTIONS = "", ...rest } = environment;
  const leftOut = new Set<string>();
  const plan = {
    ...{ command: [] as string[], leftOut, toGroup: false, verbosity: 0, grace: undefined },
    ...{ stopDelay: 0, directory: undefined, stopSignals: new Set<NodeJS.Signals>(["SIGTERM", "SIGINT"]) },
    ...{ umask: undefined, rewrite: new Map(), exitStatus: new Map(), environment: rest },
  } satisfies PortablePlan;
  const fromVariable = REIN_OPTIONS.split(/\s+/).filter(Boolean);
  if (readOptions(fromVariable, plan, leftOut, read) < fromVariable.length) {
    throw new Error("REIN_OPTIONS: only options can stand there");
  }
  plan.command.push(...args.slice(readOptions(args, plan, leftOut, read)));
  if (plan.command.length === 0) throw new Error("no command to run; give one, as in: rein node server.js");
  return plan;
}

/** Returns where the command begins. */
function readOptions(
  args: readonly string[],
  plan: PortablePlan,
  leftOut: Set<string>,
  read: (file: string) => string,
): number {
  let next = 0;
  while (next < args.length) {
    const argument = args[next] as string;
    if (argument.length < 2 || !argument.startsWith("-")) break;
    next++;
    if (argument === "--") break;
    for (const { name, attached } of split(argument)) {
      const { values: count, treatment } = own(OPTIONS, name) ?? unknown(argument);
      const values = attached === undefined ? args.slice(next, next + count) : [attached];
      if (attached === undefined) next += count;
      if (values.length < count) throw new Error(`${argument}: needs a value`);
      if (treatment === "refused")
        throw new Error(`--${name}: not possible without the executable, which is for Linux`);
      if (treatment === "left out") leftOut.add(`--${name}`);
      else take(name as DoneOption, values, plan, read);
    }
  }
  return next;
}

/** Without what every object inherits: `--constructor` is no option. */
function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function unknown(argument: string): never {
  throw new Error(`${argument}: no such option`);
}

/** `--name`, `--name=value`, `-gv`, `-e5` */
function split(argument: string): { name: string; attached: string | undefined }[] {
  if (argument.startsWith("--")) {
    const [name = "", ...value] = argument.slice(2).split("=");
    return [{ name, attached: value.length > 0 ? value.join("=") : undefined }];
  }
  const options: { name: string; attached: string | undefined }[] = [];
  for (let index = 1; index < argument.length; index++) {
    const name = own(SHORT_NAMES, argument[index] as string) ?? unknown(argument);
    const rest = argument.slice(index + 1);
    const takesRest = own(OPTIONS, name)?.values === 1 && rest !== "";
    options.push({ name, attached: takesRest ? rest : undefined });
    if (takesRest) break;
  }
  return options;
}

function take(name: DoneOption, values: readonly string[], plan: PortablePlan, read: (file: string) => string): void {
  const [value = "", second = ""] = values;
  const { environment } = plan;
  switch (name) {
    case "group":
    case "single-child":
      plan.toGroup = name === "group";
      break;
    case "verbose":
      plan.verbosity++;
      break;
    case "grace":
      plan.grace = milliseconds(name, value);
      break;
    case "stop-delay":
      plan.stopDelay = milliseconds(name, value);
      break;
    case "chdir":
      plan.directory = value;
      break;
    case "stop-signal":
      plan.stopSignals.add(signal(name, value));
      break;
    case "rewrite": {
      const [from, to] = pair(name, value);
      plan.rewrite.set(signal(name, from), to === "0" ? undefined : signal(name, to));
      break;
    }
    case "expect":
      plan.exitStatus.set(status(name, value), 0);
      break;
    case "map-exit": {
      const [from, to] = pair(name, value);
      plan.exitStatus.set(status(name, from), status(name, to));
      break;
    }
    case "umask":
      plan.umask = mask(name, value);
      break;
    case "setenv":
      environment[value] = second;
      break;
    case "unsetenv":
      delete environment[value];
      break;
    case "clearenv":
      for (const key of Object.keys(environment)) delete environment[key];
      break;
    case "file-env": {
      const file = environment[`${value}_FILE`];
      if (file !== undefined) environment[value] = read(file).replace(/\r?\n$/, "");
      delete environment[`${value}_FILE`];
      break;
    }
    default:
      // An option that the table says is done, and that is not done here, does not compile.
      name satisfies never;
  }
}

function refuse(name: string, value: string, accepted: string): never {
  throw new Error(`--${name}: "${value}" is not ${accepted}`);
}

function pair(name: string, value: string): [string, string] {
  const [from, to] = value.split(":");
  return from !== undefined && to !== undefined ? [from, to] : refuse(name, value, "a pair; give FROM:TO");
}

function status(name: string, value: string): number {
  const number = Number(value);
  return /^\d+$/.test(value) && number <= 255 ? number : refuse(name, value, "a number from 0 to 255");
}

function mask(name: string, value: string): number {
  const number = Number.parseInt(value, 8);
  return /^[0-7]+$/.test(value) && number <= 0o777
    ? number
    : refuse(name, value, "a mask; give octal digits up to 0777");
}

function milliseconds(name: string, value: string): number {
  const [, number, unit = "s"] =
    /^(\d+)(ms|s|m|h)?$/.exec(value) ?? refuse(name, value, "a time; give 500ms, 10s, 2m or 1h");
  return Number(number) * (MILLISECONDS[unit] ?? 1);
}

/** Only those that Node.js has a name for: it can pass on no other. */
function signal(name: string, value: string): NodeJS.Signals {
  const known = Object.entries(constants.signals);
  const wanted = value.toUpperCase().replace(/^(SIG)?/, "SIG");
  const found = known.find(([key, number]) => key === wanted || String(number) === value);
  return found === undefined ? refuse(name, value, "a signal that Node.js can send") : (found[0] as NodeJS.Signals);
}
