// The oracle's first half: what a command line and its variables ask for, read
// once more in plain TypeScript, from the help's words and getopt_long(3)'s rules.

import { constants } from "node:os";
import { readCatatonit, readDumbInit, takeCatatonitVariable } from "./getopt.ts";
import { shown } from "./message.ts";
import { planOf } from "./plan.ts";
import { dialectOf, fatalPrefix, lookUp, Printed, Refused, Said, type Wish } from "./request.ts";
import { capabilityOf, limitOf, signalOf, timeOf, Undecided, whole } from "./values.ts";

/** What an option does: it asks for each of its values in turn. */
type Taker = (wish: Wish, value: () => string) => void;
type Table = ReadonlyMap<string, Taker>;

/** Thrown for a value that is none. */
export class Unfit {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
}

function fit<T>(value: string, read: (value: string) => T | undefined): T {
  const result = read(value);
  if (result === undefined) throw new Unfit(value);
  return result;
}

const status = (text: string): number => Number(fit(text, (word) => whole(word, 255n)));
const signal = (text: string): number => fit(text, signalOf);
const variable = (text: string): string => fit(text, (name) => (/^[^=]+$/.test(name) ? name : undefined));
const { SIGCHLD, SIGKILL, SIGSTOP } = constants.signals;

function incoming(text: string): number {
  const number = signal(text);
  if ([SIGKILL, SIGSTOP, SIGCHLD].some((other) => other === number)) throw new Unfit(text);
  return number;
}

/** `FROM:TO` */
function pair(text: string): [string, string] {
  const colon = text.indexOf(":");
  if (colon < 0) throw new Unfit(text);
  return [text.slice(0, colon), text.slice(colon + 1)];
}

function score(text: string): string {
  const digits = /^-?([0-9]+)$/.exec(text)?.[1];
  if (digits === undefined || whole(digits, 1000n) === undefined) throw new Unfit(text);
  return text.replace(/^(-?)0+(?=[0-9])/, "$1");
}

/** Takes what is read of the option's values. */
function put<Key extends keyof Wish>(key: Key, read: (value: () => string) => Wish[Key]): Taker {
  return (wish, value) => {
    wish[key] = read(value);
  };
}

const reinTakers: Readonly<Record<string, Taker>> = {
  "-g --group": (wish) => Object.assign(wish, { toGroup: true, sharesGroup: false }),
  "-c --single-child": (wish) => Object.assign(wish, { toGroup: false, sharesGroup: true }),
  "-r --rewrite": (wish, value) => {
    const [from, to] = pair(value());
    wish.rewrite.set(incoming(from), to === "0" ? 0 : signal(to));
  },
  "--stop-delay": put("stopDelay", (value) => fit(value(), timeOf)),
  "--stop-signal": (wish, value) => wish.stopSignals.add(incoming(value())),
  "-p --parent-death": put("parentDeathSignal", (value) => signal(value())),
  "-s --subreaper": put("subreaper", () => true),
  "--grace": put("grace", (value) => fit(value(), timeOf)),
  "--drain": put("drain", (value) => fit(value(), timeOf)),
  "-e --expect": (wish, value) => wish.exitStatus.set(status(value()), 0),
  "--map-exit": (wish, value) => {
    const [from, to] = pair(value());
    wish.exitStatus.set(status(from), status(to));
  },
  "--user": put("user", (value) => value()),
  "--chdir": put("directory", (value) => value()),
  "--setenv": (wish, value) => wish.changes.push({ kind: "set", name: variable(value()), value: value() }),
  "--unsetenv": (wish, value) => wish.changes.push({ kind: "unset", name: variable(value()) }),
  "--clearenv": (wish) => wish.changes.push({ kind: "clear" }),
  "--file-env": (wish, value) => wish.changes.push({ kind: "file", name: variable(value()) }),
  "--rlimit": (wish, value) => {
    const text = value();
    wish.limits.push({ limit: fit(text, limitOf), text });
  },
  "--oom-score-adj": put("oomScore", (value) => score(value())),
  "--no-new-privs": put("noNewPrivileges", () => true),
  "--cap-drop": (wish, value) => {
    wish.dropped |= fit(value(), capabilityOf);
  },
  "-v --verbose": (wish) => void wish.verbosity++,
  "-w --warn-reap": put("warnsOfReaping", () => true),
  "--json-status-fd": put("statusFile", (value) => Number(fit(value(), (word) => whole(word, 2n ** 31n - 1n)))),
};

const tiniTakers: Readonly<Record<string, Taker>> = {
  "-s": put("subreaper", () => true),
  "-g": (wish) => Object.assign(wish, { toGroup: true, sharesGroup: false }),
  "-v": (wish) => void wish.verbosity++,
  "-w": put("warnsOfReaping", () => true),
  "-p": put("parentDeathSignal", (value) => signal(value())),
  "-e": (wish, value) => wish.exitStatus.set(status(value()), 0),
  "-h": () => {
    throw new Printed("Usage: ");
  },
  "-l": () => {
    throw new Printed("MIT License");
  },
};

function table(takers: Readonly<Record<string, Taker>>): Table {
  return new Map(Object.entries(takers).flatMap(([names, taker]) => names.split(" ").map((name) => [name, taker])));
}

export const reinTable: Table = table(reinTakers);
const tiniTable = table(tiniTakers);
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
export const optionNames: readonly string[] = [...commandLineTable.keys()];

/** The words for what can be wrong with an option. */
interface Complaints {
  unknown(option: string): Refused;
  lacking(option: string): Refused;
  surplus(option: string): Refused;
  unfit(option: string, value: string): Refused;
}

function reinComplaints(prefix: string): Complaints {
  const say = (option: string, what: string): Refused => new Refused(`${prefix}${shown(option)}: ${what}`);
  return {
    unknown: (option) => say(option, "no such option"),
    lacking: (option) => say(option, "needs a value"),
    surplus: (option) => say(option, "takes no value"),
    unfit: (option, value) => say(option, `"${shown(value)}" is not `),
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
  };
}

/** Takes the options at the front of `words` into the wish; returns the index of the first operand. */
function takeOptions(words: readonly string[], wish: Wish, takers: Table, complaints: Complaints): number {
  let at = 0;
  const take = (option: string, attached: string[]): void => {
    const taker = takers.get(option);
    if (taker === undefined) {
      throw complaints.unknown(option);
    }
    const value = (): string => {
      const word = attached.pop() ?? words[at++];
      if (word === undefined) throw complaints.lacking(option);
      return word;
    };
    try {
      taker(wish, value);
    } catch (problem) {
      if (problem instanceof Unfit) throw complaints.unfit(option, problem.value);
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
export function read(argv: readonly string[], envp: readonly string[], pid: number): Wish {
  const name = (argv[0] ?? "").replace(/^[\s\S]*\//, "");
  const dialect = dialectOf(argv[0] ?? "");
  const wish: Wish = {
    ...planOf("rein", []),
    dialect,
    pauses: dialect === "pause",
    newSession: false,
    stopsOnSignal: dialect === "dumb-init",
    toGroup: dialect === "dumb-init",
    subreaper: dialect === "rein" || dialect === "catatonit",
    warnsOfReaping: false,
    verbosity: 1,
    ownVariables: ["REIN_OPTIONS"],
    changes: [],
    limits: [],
    oomScore: undefined,
    payload: 0,
    dropsDashes: false,
  };
  if (dialect === "tini") takeTiniVariables(envp, wish);
  if (dialect === "catatonit") takeCatatonitVariable(envp, wish);
  const prefix = fatalPrefix(dialect, pid);
  takeOptionsVariable(envp, wish, prefix);
  const words = argv.slice(1);
  if (dialect === "dumb-init") readDumbInit(argv, envp, wish);
  if (dialect === "catatonit") readCatatonit(argv, wish, prefix);
  if (dialect === "pause" && words.some((word) => /^-v$/i.test(word))) throw new Said(0, /^$/, /^pause\.c \S+\n$/);
  if (dialect !== "rein" && dialect !== "tini") return wish;
  if (dialect === "rein") {
    wish.payload = takeOptions(words, wish, commandLineTable, reinComplaints(prefix)) + 1;
    if (wish.payload >= argv.length) throw new Refused(`${prefix}no command to run`);
    return wish;
  }
  if (words.length === 1 && words[0] === "--version") throw new Printed("tini version ");
  wish.payload = takeOptions(words, wish, tiniTable, tiniComplaints(argv[0] ?? "", prefix)) + 1;
  if (wish.payload >= argv.length) throw new Refused(`${name} (tini version `, true);
  takeTiniVerbosity(envp, wish);
  wish.dropsDashes = argv[wish.payload - 1] !== "--" && argv[wish.payload + 1] === "--";
  return wish;
}

function takeTiniVariables(envp: readonly string[], wish: Wish): void {
  wish.ownVariables.push("TINI_SUBREAPER", "TINI_KILL_PROCESS_GROUP", "TINI_VERBOSITY");
  wish.subreaper = lookUp(envp, "TINI_SUBREAPER") !== undefined;
  wish.toGroup = lookUp(envp, "TINI_KILL_PROCESS_GROUP") !== undefined;
}

/** As tini does: atoi(3), into a number without a sign, whatever -v said. */
function takeTiniVerbosity(envp: readonly string[], wish: Wish): void {
  const text = lookUp(envp, "TINI_VERBOSITY");
  if (text === undefined) return;
  const digits = /^[ \t\n\v\f\r]*([-+]?[0-9]+)/.exec(text)?.[1] ?? "0";
  // What C leaves open.
  if (digits.length > 10) throw new Undecided("a number that is too large for atoi(3)");
  wish.verbosity = Number(digits) >>> 0;
}

function takeOptionsVariable(envp: readonly string[], wish: Wish, prefix: string): void {
  const value = lookUp(envp, "REIN_OPTIONS");
  if (value === undefined) return;
  const source = `${prefix}REIN_OPTIONS: `;
  if (value.length > 32_768) throw new Refused(`${source}it is longer than 32 kB`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of them part words, as white space does
  const words = value.split(/[\x00-\x20]+/).filter((word) => word !== "");
  const operand = words[takeOptions(words, wish, reinTable, reinComplaints(source))];
  if (operand !== undefined) throw new Refused(`${source}"${shown(operand)}" is not an option`);
}
