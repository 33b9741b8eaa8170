// What the options are in the executable's own words. Nothing is started before all of them are checked.

import { OptionError } from "../shared/errors.ts";
import { landlockWords } from "./landlock.ts";
import { type AddContent, mountWords } from "./mounts.ts";
import type { Duration, Identity, IdRange, Limit, LimitName, Namespace, ReinOptions } from "./options.ts";
import {
  absolutePath,
  boolean,
  capability,
  duration,
  id,
  list,
  name,
  oneOf,
  passableSignal,
  path,
  record,
  signal,
  user,
  whole,
} from "./values.ts";

/** What the executable calls a kind of namespace: to make one, and to join one. */
const NAMESPACES: Readonly<Record<Namespace, { unshare: string; join: string }>> = {
  user: { unshare: "--unshare-user", join: "user" },
  pid: { unshare: "--unshare-pid", join: "pid" },
  // Every mount needs one, and so it is made with the first.
  mount: { unshare: "", join: "mnt" },
  network: { unshare: "--unshare-net", join: "net" },
  ipc: { unshare: "--unshare-ipc", join: "ipc" },
  uts: { unshare: "--unshare-uts", join: "uts" },
  cgroup: { unshare: "--unshare-cgroup", join: "cgroup" },
  time: { unshare: "--unshare-time", join: "time" },
};
const KINDS = Object.keys(NAMESPACES) as Namespace[];

const LIMITS: readonly LimitName[] = [
  ...(["cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile"] as const),
  ...(["memlock", "as", "locks", "sigpending", "msgqueue", "nice", "rtprio", "rttime"] as const),
];

/** An option's words; `value` is never undefined. */
type Translation<Key extends keyof ReinOptions> = (
  value: Exclude<ReinOptions[Key], undefined>,
  option: Key,
  options: ReinOptions,
  addContent: AddContent,
) => string[];

/** In the order of the words: what is dropped or changed first must be so before what builds on it. */
const TRANSLATIONS: { readonly [Key in keyof ReinOptions]-?: Translation<Key> } = {
  init: (value, option, { namespaces }) =>
    !boolean(option, value) && kinds(namespaces ?? []).includes("pid") ? ["--as-pid-1"] : [],
  grace: (value, option) => time("--grace", option, value),
  drain: (value, option) => time("--drain", option, value),
  stopDelay: (value, option) => ["--stop-delay", duration(option, value)],
  stopSignals: (value, option) => list(option, value, passableSignal).flatMap((one) => ["--stop-signal", one]),
  rewriteSignals: (value, option) =>
    Object.entries(record(option, value)).flatMap(([from, to]) => {
      const place = `${option}.${from}`;
      return ["--rewrite", `${passableSignal(place, from as NodeJS.Signals)}:${to === 0 ? 0 : signal(place, to)}`];
    }),
  signalGroup: (value, option) => flag("--group", option, value),
  parentDeathSignal: (value, option) => (value === false ? [] : ["--parent-death", signal(option, value)]),
  mapExit: (value, option) =>
    Object.entries(record(option, value)).flatMap(([from, to]) => {
      const place = `${option}.${from}`;
      return ["--map-exit", `${whole(place, Number(from), 0, 255)}:${whole(place, to, 0, 255)}`];
    }),
  // Its descriptor is known only later.
  events: (value, option) => (boolean(option, value) ? [] : []),

  user: (value, option) => ["--user", user(option, value)],
  directory: (value, option) => ["--chdir", path(option, value)],
  fileEnv: (value, option) => list(option, value, name).flatMap((one) => ["--file-env", one]),
  rlimits: (value, option) => limitWords(option, value),
  oomScoreAdjustment: (value, option) => ["--oom-score-adj", whole(option, value, -1000, 1000)],
  noNewPrivileges: (value, option) => flag("--no-new-privs", option, value),
  capabilities: (value, option) => {
    const { add = [], drop = [] } = record(option, value, ["add", "drop"]);
    const dropped = list(`${option}.drop`, drop, capability).flatMap((one) => ["--cap-drop", one]);
    return [...dropped, ...list(`${option}.add`, add, capability).flatMap((one) => ["--cap-add", one])];
  },

  namespaces: (value, _option, { mounts }) => {
    const wanted = kinds(value);
    const words = wanted.map((kind) => NAMESPACES[kind].unshare).filter(Boolean);
    if (!wanted.includes("mount") || mounts !== undefined) return words;
    words.push("--dev-bind", "/", "/");
    if (wanted.includes("pid")) words.push("--proc", "/proc");
    return words;
  },
  join: (value, option) =>
    Object.entries(record(option, value, KINDS)).flatMap(([kind, place]) => [
      "--join",
      `${NAMESPACES[kind as Namespace].join}:${path(`${option}.${kind}`, place)}`,
    ]),
  identity: (value, option) => identityWords(option, value),
  mounts: (value, option, _options, addContent) =>
    list(option, value, (place, mount: (typeof value)[number]) => mountWords(place, mount, addContent)).flat(),
  hostName: (value, option) => ["--hostname", name(option, value)],
  domainName: (value, option) => ["--domainname", name(option, value)],
  clockOffsets: (value, option) => {
    const { monotonic, boottime } = record(option, value, ["monotonic", "boottime"]);
    return [
      ...clockOffset("--monotonic-offset", `${option}.monotonic`, monotonic),
      ...clockOffset("--boottime-offset", `${option}.boottime`, boottime),
    ];
  },
  newSession: (value, option) => flag("--new-session", option, value),
  disableUserNamespaces: (value, option) => flag("--disable-userns", option, value),
  lockFiles: (value, option) => list(option, value, absolutePath).flatMap((file) => ["--lock-file", file]),
  landlock: (value, option) => landlockWords(option, value),
  seccompProfile: (value, option) => ["--seccomp-profile", oneOf(option, value, ["default", "strict"])],
};

/** The names of this package's own options. */
export const OWN_OPTIONS: ReadonlySet<string> = new Set(Object.keys(TRANSLATIONS));

/** Options that a program without the executable can do without: the others promise what it could not keep. */
const CONVENIENCES: ReadonlySet<string> = new Set([
  ...["init", "grace", "drain", "parentDeathSignal", "events", "signalGroup", "stopDelay", "stopSignals"],
]);

/** The options that nobody but the executable can carry out, of those that were given. */
export function needingExecutable(options: ReinOptions): string[] {
  const given = Object.entries(options).filter(([key, value]) => OWN_OPTIONS.has(key) && value !== undefined);
  return given.map(([key]) => key).filter((key) => !CONVENIENCES.has(key));
}

/** The executable's words for all options; throws an `OptionError` for the first that is wrong. */
export function optionWords(options: ReinOptions, addContent: AddContent): string[] {
  const words: string[] = [];
  for (const key of Object.keys(TRANSLATIONS) as (keyof ReinOptions)[]) {
    const value = options[key];
    if (value !== undefined) words.push(...translate(key, value, options, addContent));
  }
  return words;
}

function translate(key: keyof ReinOptions, value: unknown, options: ReinOptions, addContent: AddContent): string[] {
  // The table's type ties every key to its value's; a key that is only known when it runs loses that.
  const translation = TRANSLATIONS[key] as Translation<keyof ReinOptions>;
  return translation(value as never, key, options, addContent);
}

function kinds(value: readonly Namespace[] | "all"): Namespace[] {
  if (value === "all") return KINDS.filter((kind) => kind !== "time");
  return list("namespaces", value, (option, kind) => oneOf(option, kind, KINDS));
}

function flag(word: string, option: string, value: boolean): string[] {
  return boolean(option, value) ? [word] : [];
}

function time(word: string, option: string, value: Duration | false): string[] {
  return value === false ? [] : [word, duration(option, value)];
}

function clockOffset(word: string, option: string, value: number | undefined): string[] {
  return value === undefined ? [] : [word, whole(option, value, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)];
}

function limitWords(option: string, limits: NonNullable<ReinOptions["rlimits"]>): string[] {
  return Object.entries(record(option, limits, LIMITS)).flatMap(([resource, limit]) => {
    const place = `${option}.${resource}`;
    const { soft, hard } = typeof limit === "object" ? record(place, limit, ["soft", "hard"]) : both(limit);
    return ["--rlimit", `${resource}=${limitValue(`${place}.soft`, soft)}:${limitValue(`${place}.hard`, hard)}`];
  });
}

function both<T>(value: T): { soft: T; hard: T } {
  return { soft: value, hard: value };
}

function limitValue(option: string, value: Limit | undefined): string {
  return value === "unlimited" ? value : whole(option, value, 0, Number.MAX_SAFE_INTEGER);
}

function identityWords(option: string, identity: Identity): string[] {
  const { uid, gid, uidMap = [], gidMap = [] } = record(option, identity, ["uid", "gid", "uidMap", "gidMap"]);
  if ((uidMap.length === 0) !== (gidMap.length === 0)) {
    const missing = uidMap.length === 0 ? "uidMap" : "gidMap";
    throw new OptionError(`${option}.${missing}`, "is missing: both are mapped, or neither");
  }
  const words: string[] = [];
  if (uid !== undefined) words.push("--uid", id(`${option}.uid`, uid));
  if (gid !== undefined) words.push("--gid", id(`${option}.gid`, gid));
  for (const range of list(`${option}.uidMap`, uidMap, rangeWord)) words.push("--uid-map", range);
  for (const range of list(`${option}.gidMap`, gidMap, rangeWord)) words.push("--gid-map", range);
  return words;
}

function rangeWord(option: string, range: IdRange): string {
  const { inside, outside, count = 1 } = record(option, range, ["inside", "outside", "count"]);
  const words = [id(`${option}.inside`, inside), id(`${option}.outside`, outside)];
  return [...words, whole(`${option}.count`, count, 1, 0xffff_ffff)].join(":");
}
