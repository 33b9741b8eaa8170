import { OptionError } from "../shared/errors.ts";
import { integer, list, oneOf, path, record } from "./values.ts";

/** The kinds of namespaces(7). */
export type Namespace = "user" | "pid" | "mount" | "network" | "ipc" | "uts" | "cgroup" | "time";

/** A kind of namespace; two also by their files in `/proc/PID/ns`: `mnt` is `mount`, `net` is `network`. */
export type NamespaceName = Namespace | "mnt" | "net";

/** Kinds by the names of their files in `/proc/PID/ns`, where those are others. */
const BY_FILE: Readonly<Record<string, Namespace>> = { mnt: "mount", net: "network" };

/** What the executable calls a kind of namespace: to make one, and to join one. */
const NAMESPACES: Readonly<Record<Namespace, { unshare: string; join: string }>> = {
  user: { unshare: "--unshare-user", join: "user" },
  pid: { unshare: "--unshare-pid", join: "pid" },
  // Every mount needs one, and so it is made with the first.
  mount: { unshare: "", join: "mount" },
  network: { unshare: "--unshare-net", join: "net" },
  ipc: { unshare: "--unshare-ipc", join: "ipc" },
  uts: { unshare: "--unshare-uts", join: "uts" },
  cgroup: { unshare: "--unshare-cgroup", join: "cgroup" },
  time: { unshare: "--unshare-time", join: "time" },
};
const KINDS = Object.keys(NAMESPACES) as Namespace[];
const NAMES = [...KINDS, ...Object.keys(BY_FILE)] as NamespaceName[];

/** A kind by the name that this package uses, whichever of its names is given. */
export function namespaceKind(name: NamespaceName): Namespace {
  return BY_FILE[name] ?? (name as Namespace);
}

/** The kinds of namespaces that are asked for, each once; checks them. */
export function namespaceKinds(option: string, value: readonly NamespaceName[] | "all"): ReadonlySet<Namespace> {
  if (value === "all") return new Set(KINDS.filter((kind) => kind !== "time"));
  return new Set(list(option, value, (place, name) => namespaceKind(oneOf(place, name, NAMES))));
}

/** The executable's arguments for namespaces to be made; checks them. Without a root of its own it gets what is here. */
export function namespaceArguments(
  option: string,
  value: readonly NamespaceName[] | "all",
  hasRoot: boolean,
): string[] {
  const wanted = namespaceKinds(option, value);
  const args = [...wanted].map((kind) => NAMESPACES[kind].unshare).filter(Boolean);
  if (!wanted.has("mount") || hasRoot) return args;
  return [...args, "--dev-bind", "/", "/", ...(wanted.has("pid") ? ["--proc", "/proc"] : [])];
}

/** The executable's arguments for namespaces to be joined; checks them. */
export function joinArguments(option: string, value: Readonly<Partial<Record<NamespaceName, string>>>): string[] {
  const joined = new Set<Namespace>();
  return Object.entries(record(option, value, NAMES)).flatMap(([name, file]) => {
    const place = `${option}.${name}`;
    const kind = namespaceKind(name as NamespaceName);
    if (joined.has(kind)) throw new OptionError(place, `the ${kind} namespace is given twice`);
    joined.add(kind);
    return ["--join", `${NAMESPACES[kind].join}:${path(place, file)}`];
  });
}

/** The executable's arguments for the clocks of a time namespace; checks them. */
export function clockArguments(
  option: string,
  value: { readonly monotonic?: number; readonly boottime?: number },
): string[] {
  const { monotonic, boottime } = record(option, value, ["monotonic", "boottime"]);
  return [
    ...clockOffset("--monotonic-offset", `${option}.monotonic`, monotonic),
    ...clockOffset("--boottime-offset", `${option}.boottime`, boottime),
  ];
}

/** As many seconds as the executable takes: nanoseconds in 63 bits. */
const LONGEST_OFFSET = 9_223_372_036;

function clockOffset(name: string, option: string, value: number | undefined): string[] {
  return value === undefined ? [] : [name, integer(option, value, -LONGEST_OFFSET, LONGEST_OFFSET)];
}
