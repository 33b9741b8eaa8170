// The executable's command line, as far as it can be carried out without the executable.

import { constants } from "node:os";
import { LONGEST_DURATION, MILLISECONDS } from "../options/values.ts";
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
  if (readOptions(fromVariable, plan, leftOut, read, true) < fromVariable.length) {
    throw new Error("REIN_OPTIONS: only options can stand there");
  }
  plan.command.push(...args.slice(readOptions(args, plan, leftOut, read, false)));
  if (plan.command.length === 0) throw new Error("no command to run; give one, as in: rein node server.js");
  return plan;
}

/** Returns where the command begins. */
function readOptions(
  args: readonly string[],
  plan: PortablePlan,
  leftOut: Set<string>,
  read: (file: string) => string,
  isVariable: boolean,
): number {
  let next = 0;
  while (next < args.length) {
    const argument = args[next] as string;
    if (argument.length < 2 || !argument.startsWith("-")) break;
    next++;
    if (argument === "--") break;
    for (const { name, attached } of split(argument)) {
      const { values: count, treatment, variable } = own(OPTIONS, name) ?? unknown(argument);
      if (isVariable && variable !== true) unknown(argument);
      if (attached !== undefined && count === 0) throw new Error(`--${name}: takes no value`);
      const first = attached === undefined ? [] : [attached];
      const values = [...first, ...args.slice(next, next + count - first.length)];
      next += count - first.length;
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
      // execa takes none for the one that we are in.
      plan.directory = value === "" ? refuse(name, value, "a directory") : value;
      break;
    case "stop-signal":
      plan.stopSignals.add(incomingSignal(name, value));
      break;
    case "rewrite": {
      const [from, to] = pair(name, value);
      plan.rewrite.set(incomingSignal(name, from), to === "0" ? undefined : signal(name, to));
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
      environment[variable(name, value)] = second;
      break;
    case "unsetenv":
      delete environment[variable(name, value)];
      break;
    case "clearenv":
      for (const key of Object.keys(environment)) delete environment[key];
      break;
    case "file-env": {
      const file = environment[`${variable(name, value)}_FILE`];
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
  const colon = value.indexOf(":");
  return colon >= 0 ? [value.slice(0, colon), value.slice(colon + 1)] : refuse(name, value, "a pair; give FROM:TO");
}

function variable(name: string, value: string): string {
  return /^[^=]+$/.test(value) ? value : refuse(name, value, "a variable's name; give one without =");
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
  const time = Number(number) * (MILLISECONDS[unit] ?? 1);
  return time <= LONGEST_DURATION ? time : refuse(name, value, "a time of up to 366 days");
}

/** Only those that Node.js has a name for: it can pass on no other. */
function signal(name: string, value: string): NodeJS.Signals {
  const known = Object.entries(constants.signals);
  const wanted = value.toUpperCase().replace(/^(SIG)?/, "SIG");
  const found = known.find(([key, number]) => key === wanted || (/^\d+$/.test(value) && number === Number(value)));
  return found === undefined ? refuse(name, value, "a signal that Node.js can send") : (found[0] as NodeJS.Signals);
}

/** One that can come in and be passed on. */
function incomingSignal(name: string, value: string): NodeJS.Signals {
  const found = signal(name, value);
  return ["SIGKILL", "SIGSTOP", "SIGCHLD"].includes(found)
    ? refuse(name, value, "a signal that can be passed on")
    : found;
}
