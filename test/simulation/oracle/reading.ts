// The oracle's first half: what a command line and its variables ask for, read
// once more in plain TypeScript, from the help's words and getopt_long(3)'s rules.

import { constants } from "node:os";
import { readCatatonit, readDumbInit, takeCatatonitVariable } from "./getopt.ts";
import { shown } from "./message.ts";
import { planOf } from "./plan.ts";
import { type ChildStep, dialectOf, fatalPrefix, lookUp, Printed, Refused, type Request, Said } from "./request.ts";
import { capabilityOf, limitOf, signalOf, timeOf, Undecided, whole } from "./values.ts";
import { isRoot } from "./vector.ts";

/** What an option does: it asks for each of its values in turn. */
type Handler = (request: Request, value: () => string) => void;
type Table = ReadonlyMap<string, Handler>;

/** Thrown for a value that is none. */
export class InvalidValue {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
}

/** Thrown for a value that is one, and asks for what is not there. */
export class Misfit {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

function fit<T>(value: string, read: (value: string) => T | undefined): T {
  const result = read(value);
  if (result === undefined) throw new InvalidValue(value);
  return result;
}

const status = (text: string): number => Number(fit(text, (word) => whole(word, 255n)));
const signal = (text: string): number => fit(text, signalOf);
const variable = (text: string): string => fit(text, (name) => (/^[^=]+$/.test(name) ? name : undefined));
const { SIGCHLD, SIGKILL, SIGSTOP } = constants.signals;

function incoming(text: string): number {
  const number = signal(text);
  if ([SIGKILL, SIGSTOP, SIGCHLD].some((other) => other === number)) throw new InvalidValue(text);
  return number;
}

/** `FROM:TO` */
function pair(text: string): [string, string] {
  const colon = text.indexOf(":");
  if (colon < 0) throw new InvalidValue(text);
  return [text.slice(0, colon), text.slice(colon + 1)];
}

function score(text: string): string {
  const digits = /^-?([0-9]+)$/.exec(text)?.[1];
  if (digits === undefined || whole(digits, 1000n) === undefined) throw new InvalidValue(text);
  return text.replace(/^(-?)0+(?=[0-9])/, "$1");
}

/** Takes what is read of the option's values. */
function put<Key extends keyof Request>(key: Key, read: (value: () => string) => Request[Key]): Handler {
  return (request, value) => {
    request[key] = read(value);
  };
}

/**
 * What options have done between clone and execve, in its order. "identity" is what their user and the dropped capabilities
 * take together, and "typing" what keeps a confined command from its caller's terminal and keyring (see expectations.ts).
 */
export const moments = ["mask", "score", "limits", "privileges", "typing", "identity", "directory"] as const;
type Moment = (typeof moments)[number];

const LARGEST_ID = 0xffff_fffen;

/** `--user-from-env`: the part that a variable has replaces that part of the user before. */
function takeUserFromVariables(request: Request, names: string): void {
  if (!/^[^=]+$/.test(names)) throw new InvalidValue(names);
  const halves = (text: string): (string | undefined)[] => /^([^:]*)(?::([\s\S]*))?$/.exec(text)?.slice(1) ?? [];
  const parts = halves(names);
  if (request.staysUser) return;
  if (parts[0] === "" || parts[1] === "") throw new Misfit(`"${shown(names)}" is not one or two names`);
  const given = halves(request.user ?? "");
  const found = parts.map((name) => {
    const text = name === undefined ? "" : (lookUp(request.variables, name) ?? "");
    if (text !== "" && whole(text, LARGEST_ID) === undefined)
      throw new Misfit(`${shown(name ?? "")}: "${shown(text)}" is no id`);
    return text === "" ? undefined : text;
  });
  if (request.user !== undefined && found.every((text) => text === undefined)) return;
  const wanted = found.map((text, i) => text ?? (request.user === undefined ? undefined : given[i]));
  const missing = parts.find((name, i) => name !== undefined && wanted[i] === undefined);
  if (missing !== undefined) throw new Misfit(`${shown(missing)} is not set`);
  request.user = wanted.filter((text) => text !== undefined).join(":");
}

/** Has a step done in the command's process; of an option that is given again the last one counts. */
function step(moment: Moment, read: (value: () => string) => ChildStep): Handler {
  return (request, value) => void request.steps.set(moment, [read(value)]);
}

const reinHandlers: Readonly<Record<string, Handler>> = {
  "-g --group": (request) => Object.assign(request, { toGroup: true, sharesGroup: false }),
  "-c --single-child": (request) => Object.assign(request, { toGroup: false, sharesGroup: true }),
  "-r --rewrite": (request, value) => {
    const [from, to] = pair(value());
    request.rewrite.set(incoming(from), to === "0" ? 0 : signal(to));
  },
  "--stop-delay": put("stopDelay", (value) => fit(value(), timeOf)),
  "--stop-signal": (request, value) => request.stopSignals.add(incoming(value())),
  "-p --parent-death": put("parentDeathSignal", (value) => signal(value())),
  "-s --subreaper": put("subreaper", () => true),
  "--grace": put("grace", (value) => fit(value(), timeOf)),
  "--drain": put("drain", (value) => fit(value(), timeOf)),
  "--wait-all": (request) => Object.assign(request, { waitsForAll: true, subreaper: true }),
  "-e --expect": (request, value) => request.exitStatus.set(status(value()), 0),
  "--map-exit": (request, value) => {
    const [from, to] = pair(value());
    request.exitStatus.set(status(from), status(to));
  },
  "--user": (request, value) => Object.assign(request, { user: value(), staysUser: false }),
  "--user-if-root": (request, value) => {
    const user = value();
    Object.assign(request, request.isRoot ? { user, staysUser: false } : { user: undefined, staysUser: true });
  },
  "--user-from-env": (request, value) => takeUserFromVariables(request, value()),
  "--groups": (request, value) => {
    request.dropsGroups = fit(value(), (text) => (text === "none" ? true : undefined));
  },
  "--expand": put("expands", () => true),
  "--chdir": step("directory", (value) => {
    const path = value();
    return { step: "chdir", trace: `chdir ${path}`, message: `--chdir ${shown(path)}` };
  }),
  "--setenv": (request, value) => request.changes.push({ kind: "set", name: variable(value()), value: value() }),
  "--unsetenv": (request, value) => request.changes.push({ kind: "unset", name: variable(value()) }),
  "--clearenv": (request) => request.changes.push({ kind: "clear" }),
  "--file-env": (request, value) => request.changes.push({ kind: "file", name: variable(value()) }),
  "--umask": step("mask", (value) => {
    const text = value();
    if (!/^[0-7]+$/.test(text) || BigInt(`0o${text}`) > 0o777n) throw new InvalidValue(text);
    return { trace: `umask ${Number.parseInt(text, 8)}` };
  }),
  "--rlimit": (request, value) => {
    const text = value();
    const { resource, soft, hard } = fit(text, limitOf);
    const call = `prlimit ${resource} `;
    const limit = { step: "prlimit", trace: `${call}${soft} ${hard}`, message: `--rlimit ${shown(text)}` } as const;
    // Of several for one resource the last counts alone.
    const others = (request.steps.get("limits") ?? []).filter(({ trace }) => !trace.startsWith(call));
    request.steps.set("limits", [...others, limit]);
  },
  "--oom-score-adj": step("score", (value) => {
    const text = score(value());
    return { step: "oom", trace: `oom ${Number(text) + 0}`, message: `--oom-score-adj ${shown(text)}` };
  }),
  "--no-new-privs": step("privileges", () => ({ trace: "no-new-privs" })),
  "--cap-drop": (request, value) => {
    request.dropped |= fit(value(), capabilityOf);
  },
  "-v --verbose": (request) => void request.verbosity++,
  "-w --warn-reap": put("warnsOfReaping", () => true),
  "--json-status-fd": put("statusFile", (value) => Number(fit(value(), (word) => whole(word, 2n ** 31n - 1n)))),
};

const tiniHandlers: Readonly<Record<string, Handler>> = {
  "-s": put("subreaper", () => true),
  "-g": (request) => Object.assign(request, { toGroup: true, sharesGroup: false }),
  "-v": (request) => void request.verbosity++,
  "-w": put("warnsOfReaping", () => true),
  "-p": put("parentDeathSignal", (value) => signal(value())),
  "-e": (request, value) => request.exitStatus.set(status(value()), 0),
  "-h": () => {
    throw new Printed("Usage: ");
  },
  "-l": () => {
    throw new Printed("MIT License");
  },
};

function table(handlers: Readonly<Record<string, Handler>>): Table {
  return new Map(
    Object.entries(handlers).flatMap(([names, handler]) => names.split(" ").map((name) => [name, handler])),
  );
}

export const reinTable: Table = table(reinHandlers);
const tiniTable = table(tiniHandlers);
/** The options that rein has on its command line alone. */
const commandLineTable = new Map([
  ...reinTable,
  ...table({
    "-h --help": () => {
      throw new Printed("Usage: rein ");
    },
    "--version": () => {
      throw new Printed("rein ");
    },
  }),
]);

/** The words for what can be wrong with an option. */
interface Complaints {
  unknown(option: string): Refused;
  lacking(option: string): Refused;
  surplus(option: string): Refused;
  unfit(option: string, value: string): Refused;
  misfit(option: string, reason: string): Refused;
}

function reinComplaints(prefix: string): Complaints {
  const say = (option: string, what: string): Refused => new Refused(`${prefix}${shown(option)}: ${what}`);
  return {
    unknown: (option) => say(option, "no such option"),
    lacking: (option) => say(option, "needs a value"),
    surplus: (option) => say(option, "takes no value"),
    unfit: (option, value) => say(option, `"${shown(value)}" is not `),
    misfit: say,
  };
}

function tiniComplaints(path: string, prefix: string): Complaints {
  // As getopt(3) says it, which takes `--foo` for the option `-`.
  const misuse = (what: string, option: string): Refused =>
    new Refused(`${shown(path)}: ${what} -- '${shown(option[1] ?? "")}'\n`, true);
  return {
    unknown: (option) => misuse("invalid option", option),
    lacking: (option) => misuse("option requires an argument", option),
    surplus: (option) => misuse("invalid option", option),
    unfit: (option, value) => new Refused(`${prefix}Not a valid option for ${option}: ${shown(value)}`),
    misfit: (option) => misuse("invalid option", option),
  };
}

/** Takes the options at the front of `words` into the request; returns the index of the first operand. */
function takeOptions(words: readonly string[], request: Request, handlers: Table, complaints: Complaints): number {
  let at = 0;
  const take = (option: string, attached: string[]): void => {
    const handler = handlers.get(option);
    if (handler === undefined) {
      throw complaints.unknown(option);
    }
    const value = (): string => {
      const word = attached.pop() ?? words[at++];
      if (word === undefined) throw complaints.lacking(option);
      return word;
    };
    try {
      handler(request, value);
    } catch (problem) {
      if (problem instanceof InvalidValue) throw complaints.unfit(option, problem.value);
      if (problem instanceof Misfit) throw complaints.misfit(option, problem.reason);
      if (problem instanceof Printed && attached.length > 0 && option.startsWith("--"))
        throw complaints.surplus(option);
      throw problem;
    }
  };
  for (;;) {
    const word = words[at];
    if (word === undefined || word === "-" || !word.startsWith("-")) return at;
    at++;
    if (word === "--") return at;
    if (word.startsWith("--")) {
      const equals = word.indexOf("=");
      const attached = equals < 0 ? [] : [word.slice(equals + 1)];
      const option = equals < 0 ? word : word.slice(0, equals);
      take(option, attached);
      if (attached.length > 0) throw complaints.surplus(option);
      continue;
    }
    let rest = word.slice(1);
    while (rest !== "") {
      const option = `-${rest[0]}`;
      const attached = rest.length > 1 ? [rest.slice(1)] : [];
      take(option, attached);
      rest = attached[0] ?? "";
    }
  }
}

/** Reads everything. Throws `Refused`, `Printed` or `Undecided`. */
export function read(argv: readonly string[], envp: readonly string[], pid: number): Request {
  const name = (argv[0] ?? "").replace(/^[\s\S]*\//, "");
  const dialect = dialectOf(argv[0] ?? "");
  const request: Request = {
    ...planOf("rein", []),
    dialect,
    pauses: dialect === "pause",
    newSession: false,
    waitsForAll: false,
    stopsOnSignal: dialect === "dumb-init",
    toGroup: dialect === "dumb-init",
    subreaper: dialect === "rein" || dialect === "catatonit",
    warnsOfReaping: false,
    verbosity: 1,
    isRoot: isRoot(pid),
    staysUser: false,
    dropsGroups: false,
    expands: false,
    variables: envp,
    ownVariables: ["REIN_OPTIONS"],
    changes: [],
    steps: new Map(),
    payload: 0,
    dropsDashes: false,
  };
  if (dialect === "tini") takeTiniVariables(envp, request);
  if (dialect === "catatonit") takeCatatonitVariable(envp, request);
  const prefix = fatalPrefix(dialect, pid);
  takeOptionsVariable(envp, request, prefix);
  const words = argv.slice(1);
  if (dialect === "dumb-init") readDumbInit(argv, envp, request);
  if (dialect === "catatonit") readCatatonit(argv, request, prefix);
  if (dialect === "pause" && words.some((word) => /^-v$/i.test(word))) throw new Said(0, /^$/, /^pause\.c \S+\n$/);
  if (dialect !== "rein" && dialect !== "tini") return request;
  if (dialect === "rein") {
    request.payload = takeOptions(words, request, commandLineTable, reinComplaints(prefix)) + 1;
    if (request.payload >= argv.length) throw new Refused(`${prefix}no command to run`);
    return request;
  }
  if (words.length === 1 && words[0] === "--version") throw new Printed("tini version ");
  request.payload = takeOptions(words, request, tiniTable, tiniComplaints(argv[0] ?? "", prefix)) + 1;
  if (request.payload >= argv.length) throw new Refused(`${name} (tini version `, true);
  takeTiniVerbosity(envp, request);
  request.dropsDashes = argv[request.payload - 1] !== "--" && argv[request.payload + 1] === "--";
  return request;
}

function takeTiniVariables(envp: readonly string[], request: Request): void {
  request.ownVariables.push("TINI_SUBREAPER", "TINI_KILL_PROCESS_GROUP", "TINI_VERBOSITY");
  request.subreaper = lookUp(envp, "TINI_SUBREAPER") !== undefined;
  request.toGroup = lookUp(envp, "TINI_KILL_PROCESS_GROUP") !== undefined;
}

/** As tini does: atoi(3), into a number without a sign, whatever -v said. */
function takeTiniVerbosity(envp: readonly string[], request: Request): void {
  const text = lookUp(envp, "TINI_VERBOSITY");
  if (text === undefined) return;
  const digits = /^[ \t\n\v\f\r]*([-+]?[0-9]+)/.exec(text)?.[1] ?? "0";
  // What C leaves open.
  if (digits.length > 10) throw new Undecided("a number that is too large for atoi(3)");
  request.verbosity = Number(digits) >>> 0;
}

function takeOptionsVariable(envp: readonly string[], request: Request, prefix: string): void {
  const value = lookUp(envp, "REIN_OPTIONS");
  if (value === undefined) return;
  const source = `${prefix}REIN_OPTIONS: `;
  if (value.length > 32_768) throw new Refused(`${source}it is longer than 32 kB`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of them part words, as white space does
  const words = value.split(/[\x00-\x20]+/).filter((word) => word !== "");
  const operand = words[takeOptions(words, request, reinTable, reinComplaints(source))];
  if (operand !== undefined) throw new Refused(`${source}"${shown(operand)}" is not an option`);
}
