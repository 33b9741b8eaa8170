// The executable's command line, as far as it can be carried out without the executable.

import { constants } from "node:os";

/** How an option is carried out here. */
type Kind =
  /** It is. */
  | "done"
  /** It is left out, and this is said: nobody is less safe without. */
  | "left out"
  /** Without it the program would not be confined as it was meant to be: refused. */
  | "refused";

/** Name, how many values it takes, and what becomes of it. */
const OPTIONS: Readonly<Record<string, readonly [values: 0 | 1 | 2 | 3, Kind]>> = {
  ...table("done", 0, "group single-child verbose clearenv"),
  ...table("done", 1, "rewrite expect map-exit grace stop-delay stop-signal chdir unsetenv file-env"),
  ...table("done", 2, "setenv"),
  ...table("left out", 0, "subreaper warn-reap die-with-parent"),
  ...table("left out", 1, "drain parent-death oom-score-adj json-status-fd argv0 keep-fd"),
  ...table("refused", 0, "no-new-privs unshare-all share-net unshare-user unshare-user-try unshare-ipc unshare-pid"),
  ...table("refused", 0, "unshare-net unshare-uts unshare-cgroup unshare-cgroup-try unshare-time disable-userns"),
  ...table("refused", 0, "assert-userns-disabled new-session as-pid-1 landlock-strict"),
  ...table(
    "refused",
    1,
    "user rlimit cap-add cap-drop exec-label file-label args userns userns2 pidns uid gid uid-map gid-map join",
  ),
  ...table("refused", 1, "hostname domainname lock-file sync-fd block-fd userns-block-fd info-fd seccomp"),
  ...table("refused", 1, "add-seccomp-fd seccomp-profile landlock-ro landlock-rw landlock-exec"),
  ...table("refused", 1, "landlock-connect-tcp landlock-bind-tcp landlock-scope monotonic-offset boottime-offset"),
  ...table("refused", 1, "remount-ro overlay-src tmp-overlay ro-overlay proc dev tmpfs mqueue dir perms size"),
  ...table("refused", 1, "mask read-only-path sysfs cgroup"),
  ...table("refused", 2, "bind bind-try dev-bind dev-bind-try ro-bind ro-bind-try bind-fd ro-bind-fd"),
  ...table("refused", 2, "file bind-data ro-bind-data symlink chmod"),
  ...table("refused", 3, "overlay"),
};

const SHORT: Readonly<Record<string, string>> = {
  ...{ g: "group", c: "single-child", r: "rewrite", p: "parent-death", s: "subreaper", e: "expect", v: "verbose" },
  w: "warn-reap",
};

function table(kind: Kind, values: 0 | 1 | 2 | 3, names: string): Record<string, readonly [0 | 1 | 2 | 3, Kind]> {
  return Object.fromEntries(names.split(" ").map((name) => [name, [values, kind]]));
}

/** @internal The names of all options, without dashes. */
export const PORTABLE_NAMES: ReadonlySet<string> = new Set(Object.keys(OPTIONS));

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
  readonly stopSignals: Set<NodeJS.Signals>;
  /** What is sent in a signal's place; undefined drops it. */
  readonly rewrite: Map<NodeJS.Signals, NodeJS.Signals | undefined>;
  readonly exitStatus: Map<number, number>;
  readonly environment: NodeJS.ProcessEnv;
}

/** Reads a command line, REIN_OPTIONS before it. Throws an error that says what cannot be done here. */
export function readPlan(
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
  read: (file: string) => string,
): PortablePlan {
  const { REIN_OPTIONS = "", ...rest } = environment;
  const leftOut = new Set<string>();
  const plan = {
    ...{ command: [] as string[], leftOut, toGroup: false, verbosity: 0, grace: undefined },
    ...{ stopDelay: 0, directory: undefined, stopSignals: new Set<NodeJS.Signals>(["SIGTERM", "SIGINT"]) },
    ...{ rewrite: new Map(), exitStatus: new Map(), environment: rest },
  } satisfies PortablePlan;
  const fromVariable = REIN_OPTIONS.split(/\s+/).filter(Boolean);
  if (readOptions(fromVariable, plan, leftOut, read) < fromVariable.length) {
    throw new Error("REIN_OPTIONS: only options can stand there");
  }
  plan.command.push(...words.slice(readOptions(words, plan, leftOut, read)));
  if (plan.command.length === 0) throw new Error("no command to run; give one, as in: rein node server.js");
  return plan;
}

/** Returns where the command begins. */
function readOptions(
  words: readonly string[],
  plan: PortablePlan,
  leftOut: Set<string>,
  read: (file: string) => string,
): number {
  let next = 0;
  while (next < words.length) {
    const word = words[next] as string;
    if (word.length < 2 || !word.startsWith("-")) break;
    next++;
    if (word === "--") break;
    for (const { name, attached } of split(word)) {
      const [count, kind] = OPTIONS[name] ?? unknown(word);
      const values = attached === undefined ? words.slice(next, next + count) : [attached];
      if (attached === undefined) next += count;
      if (values.length < count) throw new Error(`${word}: needs a value`);
      if (kind === "refused") throw new Error(`--${name}: not possible without the executable, which is for Linux`);
      if (kind === "left out") leftOut.add(`--${name}`);
      else take(name, values, plan, read);
    }
  }
  return next;
}

function unknown(word: string): never {
  throw new Error(`${word}: no such option`);
}

/** `--name`, `--name=value`, `-gv`, `-e5` */
function split(word: string): { name: string; attached: string | undefined }[] {
  if (word.startsWith("--")) {
    const [name = "", ...value] = word.slice(2).split("=");
    return [{ name, attached: value.length > 0 ? value.join("=") : undefined }];
  }
  const options: { name: string; attached: string | undefined }[] = [];
  for (let index = 1; index < word.length; index++) {
    const name = SHORT[word[index] as string] ?? unknown(word);
    const rest = word.slice(index + 1);
    const takesRest = OPTIONS[name]?.[0] === 1 && rest !== "";
    options.push({ name, attached: takesRest ? rest : undefined });
    if (takesRest) break;
  }
  return options;
}

function take(name: string, values: readonly string[], plan: PortablePlan, read: (file: string) => string): void {
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

function milliseconds(name: string, value: string): number {
  const [, number, unit = "s"] =
    /^(\d+)(ms|s|m|h)?$/.exec(value) ?? refuse(name, value, "a time; give 500ms, 10s, 2m or 1h");
  return Number(number) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit] ?? 1);
}

/** Only those that Node.js has a name for: it can pass on no other. */
function signal(name: string, value: string): NodeJS.Signals {
  const known = Object.entries(constants.signals);
  const wanted = value.toUpperCase().replace(/^(SIG)?/, "SIG");
  const found = known.find(([key, number]) => key === wanted || String(number) === value);
  return found === undefined ? refuse(name, value, "a signal that Node.js can send") : (found[0] as NodeJS.Signals);
}
