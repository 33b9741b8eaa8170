import type { Mount } from "./mounts.ts";
import { integer, list, oneOf, path, record } from "./values.ts";

/** The kinds of namespaces(7). */
export type Namespace = "user" | "pid" | "mount" | "network" | "ipc" | "uts" | "cgroup" | "time";

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

/** The kinds of namespaces that are asked for, each once; checks them. */
export function namespaceKinds(option: string, value: readonly Namespace[] | "all"): ReadonlySet<Namespace> {
  if (value === "all") return new Set(KINDS.filter((kind) => kind !== "time"));
  return new Set(list(option, value, (place, kind) => oneOf(place, kind, KINDS)));
}

/** The executable's arguments for namespaces to be made; checks them. */
export function namespaceArguments(
  option: string,
  value: readonly Namespace[] | "all",
  mounts: readonly Mount[] | undefined,
): string[] {
  const wanted = namespaceKinds(option, value);
  const args = [...wanted].map((kind) => NAMESPACES[kind].unshare).filter(Boolean);
  if (!wanted.has("mount") || mounts !== undefined) return args;
  return [...args, "--dev-bind", "/", "/", ...(wanted.has("pid") ? ["--proc", "/proc"] : [])];
}

/** The executable's arguments for namespaces to be joined; checks them. */
export function joinArguments(option: string, value: Readonly<Partial<Record<Namespace, string>>>): string[] {
  return Object.entries(record(option, value, KINDS)).flatMap(([kind, file]) => [
    "--join",
    `${NAMESPACES[kind as Namespace].join}:${path(`${option}.${kind}`, file)}`,
  ]);
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

function clockOffset(name: string, option: string, value: number | undefined): string[] {
  return value === undefined ? [] : [name, integer(option, value, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)];
}
