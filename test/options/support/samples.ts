// A value for each kind, and one for each of the library's options that leads to the executable's.

import type { ReinOptions } from "../../../src/library/options/options.ts";
import type { ValueKind } from "../../../src/options/option.ts";

export const values: Readonly<Record<ValueKind, string>> = {
  ...{ signal: "TERM", "incoming-signal": "QUIT", "signal-pair": "TERM:QUIT", time: "5s" },
  ...{ status: "5", "status-pair": "5:6", user: "app", directory: "/srv", variable: "NAME", text: "text" },
  ...{ mode: "0755", limit: "core=0", score: "5", capability: "NET_RAW", descriptor: "3", profile: "default" },
  ...{ port: "443", scope: "signal", id: "7", "id-range": "0:7:1", "namespace-path": "net:/run/netns/blue" },
  ...{ seconds: "60", "host-name": "box", label: "label", path: "/usr", place: "/usr", size: "4096" },
};

const target = "/place";

/** Several for a key whose arguments depend on the value. */
export const libraryOptions: readonly ReinOptions[] = [
  { init: false, namespaces: ["pid"] },
  { grace: "5s", drain: "5s", stopDelay: "5s", stopSignals: ["SIGQUIT"], rewriteSignals: { SIGTERM: "SIGQUIT" } },
  { signalGroup: true, parentDeathSignal: "SIGTERM", mapExit: { 5: 6 } },
  { user: "app", directory: "/srv", fileEnv: ["NAME"], rlimits: { core: 0 }, oomScoreAdjustment: 5 },
  { noNewPrivileges: true, capabilities: { add: ["NET_RAW"], drop: ["ALL"] }, seccompProfile: "default" },
  { namespaces: ["user", "pid", "mount", "network", "ipc", "uts", "cgroup", "time"], mounts: [] },
  { join: { network: "/run/netns/blue" }, hostName: "box", domainName: "example" },
  {
    identity: {
      ...{ uid: 0, gid: 0 },
      ...{ uidMap: [{ inside: 0, outside: 7 }], gidMap: [{ inside: 0, outside: 7 }] },
    },
  },
  { clockOffsets: { monotonic: 1, boottime: 1 }, newSession: true, disableUserNamespaces: true, lockFiles: ["/file"] },
  {
    landlock: {
      ...{ read: ["/etc"], write: ["/tmp"], execute: ["/usr"], connectTcp: [443], bindTcp: [80] },
      ...{ scopes: ["signal"], strict: true },
    },
  },
  {
    mounts: [
      ...[{}, { readOnly: true }, { devices: true }].flatMap((kind) =>
        [true, false].map((optional) => ({ type: "bind" as const, source: "/usr", target, optional, ...kind })),
      ),
      ...(["proc", "dev", "mqueue", "sysfs", "cgroup"] as const).map((type) => ({ type, target })),
      ...(["remount-read-only", "read-only-path", "mask"] as const).map((type) => ({ type, target })),
      ...([{ upper: "/upper", work: "/work" }, "temporary", "none"] as const).map((changes) => ({
        ...{ type: "overlay" as const, sources: ["/usr", "/opt"], target, changes },
      })),
      { type: "tmpfs", target, mode: 0o700, size: 4096 },
      { type: "directory", target },
      { type: "file", content: "text", target },
      { type: "file", content: "text", target, readOnly: true },
      { type: "symlink", source: "/usr", target },
      { type: "chmod", mode: 0o700, target },
    ],
  },
];
