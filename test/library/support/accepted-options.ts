import type { RunOptions } from "rein";
import type { AddContent } from "../../../src/library/options/mounts.ts";

/** Options of the library, and the executable's arguments that they become. */
export const accepted: readonly (readonly [what: string, options: RunOptions, args: string[]])[] = [
  ["grace in milliseconds", { grace: 1500 }, ["--grace", "1500ms"]],
  ["grace with a unit", { grace: "2m" }, ["--grace", "2m"]],
  ["no grace", { grace: false, drain: false }, []],
  ["drain", { drain: "1h" }, ["--drain", "1h"]],
  ["wait for all", { waitForAll: true }, ["--wait-all"]],
  [
    "stop delay and signals",
    { stopDelay: 5, stopSignals: ["SIGQUIT", 40] },
    words("--stop-delay 5ms --stop-signal SIGQUIT --stop-signal 40"),
  ],
  [
    "rewrite",
    { rewriteSignals: { SIGTERM: "SIGQUIT", SIGHUP: 0 } },
    words("--rewrite SIGTERM:SIGQUIT --rewrite SIGHUP:0"),
  ],
  [
    "signals without SIG",
    { stopSignals: ["QUIT", "RTMIN+3"], rewriteSignals: { TERM: "QUIT" }, parentDeathSignal: "KILL" },
    words("--stop-signal SIGQUIT --stop-signal SIGRTMIN+3 --rewrite SIGTERM:SIGQUIT --parent-death SIGKILL"),
  ],
  ["group", { signalGroup: true }, ["--group"]],
  ["not the group", { signalGroup: false }, []],
  ["parent death", { parentDeathSignal: "SIGKILL" }, ["--parent-death", "SIGKILL"]],
  ["map exit", { mapExit: { 143: 0 } }, ["--map-exit", "143:0"]],
  ["user", { user: "app:www" }, ["--user", "app:www"]],
  ["user of root's", { userIfRoot: "app" }, ["--user-if-root", "app"]],
  ["groups", { groups: "none" }, ["--groups", "none"]],
  ["directory", { directory: "/srv" }, ["--chdir", "/srv"]],
  ["file env", { fileEnv: ["A", "B"] }, words("--file-env A --file-env B")],
  [
    "rlimits",
    { rlimits: { nofile: { soft: 1, hard: "unlimited" }, core: 0 } },
    words("--rlimit nofile=1:unlimited --rlimit core=0:0"),
  ],
  ["umask", { umask: 0o27 }, ["--umask", "0027"]],
  ["log denied", { logDenied: true, seccompProfile: "default" }, words("--log-denied --seccomp-profile default")],
  ["memory", { memory: 67108864 }, ["--cgroup-memory", "67108864"]],
  ["memory with a unit", { memory: "512M" }, ["--cgroup-memory", "512M"]],
  ["processes", { processes: 100 }, ["--cgroup-pids", "100"]],
  ["cpu", { cpu: "150%" }, ["--cgroup-cpu", "150%"]],
  ["no limits", { memory: "max", processes: "max" }, words("--cgroup-memory max --cgroup-pids max")],
  ["oom score", { oomScoreAdjustment: -5 }, ["--oom-score-adj", "-5"]],
  ["no new privileges", { noNewPrivileges: true }, ["--no-new-privs"]],
  ["capabilities", { capabilities: { add: ["NET_RAW"], drop: ["ALL"] } }, words("--cap-drop ALL --cap-add NET_RAW")],
  ["namespaces", { namespaces: ["user", "network", "ipc"] }, words("--unshare-user --unshare-net --unshare-ipc")],
  [
    "all namespaces",
    { namespaces: "all" },
    words(
      "--unshare-user --unshare-pid --unshare-net --unshare-ipc --unshare-uts --unshare-cgroup --dev-bind / / --proc /proc",
    ),
  ],
  ["a time namespace", { namespaces: ["time"] }, ["--unshare-time"]],
  ["no init", { namespaces: ["pid"], init: false }, words("--as-pid-1 --new-session --unshare-pid")],
  [
    "namespaces by their files' names",
    { namespaces: ["user", "net", "mnt"], mounts: [] },
    words("--unshare-user --unshare-net"),
  ],
  ["a namespace by both names", { namespaces: ["net", "network"] }, ["--unshare-net"]],
  [
    "join",
    {
      join: {
        ...{ user: "/ns/user", pid: "/ns/pid", mount: "/ns/mnt", network: "/ns/net" },
        ...{ ipc: "/ns/ipc", uts: "/ns/uts", cgroup: "/ns/cgroup", time: "/ns/time" },
      },
    },
    words(
      "--join user:/ns/user --join pid:/ns/pid --join mount:/ns/mnt --join net:/ns/net --join ipc:/ns/ipc --join uts:/ns/uts --join cgroup:/ns/cgroup --join time:/ns/time",
    ),
  ],
  [
    "join by their files' names",
    { join: { mnt: "/ns/mnt", net: "/ns/net" } },
    words("--join mount:/ns/mnt --join net:/ns/net"),
  ],
  ["identity", { identity: { uid: 0, gid: 5 } }, words("--uid 0 --gid 5")],
  [
    "id maps",
    { identity: { uidMap: [{ inside: 0, outside: 100000, count: 65536 }], gidMap: [{ inside: 1, outside: 2 }] } },
    words("--uid-map 0:100000:65536 --gid-map 1:2:1"),
  ],
  ["names", { hostName: "box", domainName: "example" }, words("--hostname box --domainname example")],
  ["clocks", { clockOffsets: { monotonic: 10, boottime: -3 } }, words("--monotonic-offset 10 --boottime-offset -3")],
  ["a preset", { preset: "untrusted", shareNetwork: true }, words("--confine --share-net")],
  [
    "a preset, which is added to",
    {
      preset: "untrusted",
      init: false,
      namespaces: ["time", "mount"],
      mounts: [
        { type: "bind", source: "/a", target: "/a" },
        { type: "bind", source: "/", target: "/", readOnly: true },
      ],
    },
    words("--ro-bind / / --confine --as-pid-1 --new-session --unshare-time --bind /a /a"),
  ],
  ["flags", { newSession: true, disableUserNamespaces: true }, words("--new-session --disable-userns")],
  ["lock files", { lockFiles: ["/a"] }, ["--lock-file", "/a"]],
  [
    "landlock",
    { landlock: { read: ["/"], write: ["/tmp"], execute: ["/usr"], connectTcp: [443], bindTcp: [80] } },
    words("--landlock-ro / --landlock-rw /tmp --landlock-exec /usr --landlock-connect-tcp 443 --landlock-bind-tcp 80"),
  ],
  [
    "landlock, what there is of these, and logged",
    { landlock: { read: ["/"], write: ["/tmp"], execute: ["/usr"], optional: true, log: true } },
    words("--landlock-ro-try / --landlock-rw-try /tmp --landlock-exec-try /usr --landlock-log"),
  ],
  [
    "landlock, nothing over TCP, nobody else's processes",
    { landlock: { connectTcp: [], scopes: ["abstract-unix", "signal"], strict: true } },
    words("--landlock-connect-tcp none --landlock-scope abstract-unix --landlock-scope signal --landlock-strict"),
  ],
  ["propagation", { propagation: "slave" }, ["--propagation", "slave"]],
  ["seccomp", { seccompProfile: "strict" }, ["--seccomp-profile", "strict"]],
  ["bind", { mounts: [{ type: "bind", source: "/a", target: "/b" }] }, words("--bind /a /b")],
  [
    "bind, optional and read-only",
    { mounts: [{ type: "bind", source: "a", target: "/b", readOnly: true, optional: true }] },
    words("--ro-bind-try a /b"),
  ],
  [
    "bind with devices",
    { mounts: [{ type: "bind", source: "/", target: "/", devices: true }] },
    words("--dev-bind / /"),
  ],
  [
    "bind, read-only and with devices, optional",
    {
      mounts: [
        { type: "bind", source: "/a", target: "/b", readOnly: true },
        { type: "bind", source: "/c", target: "/d", optional: true },
        { type: "bind", source: "/e", target: "/f", devices: true, optional: true },
      ],
    },
    words("--ro-bind /a /b --bind-try /c /d --dev-bind-try /e /f"),
  ],
  [
    "kernel's",
    {
      mounts: [
        { type: "proc", target: "/proc" },
        { type: "dev", target: "/dev" },
        { type: "mqueue", target: "/q" },
      ],
    },
    words("--proc /proc --dev /dev --mqueue /q"),
  ],
  [
    "sysfs and cgroup",
    {
      mounts: [
        { type: "sysfs", target: "/sys" },
        { type: "cgroup", target: "/c" },
      ],
    },
    words("--sysfs /sys --cgroup /c"),
  ],
  [
    "tmpfs",
    { mounts: [{ type: "tmpfs", target: "/t", mode: 0o1777, size: 4096 }] },
    words("--perms 1777 --size 4096 --tmpfs /t"),
  ],
  [
    "files",
    {
      mounts: [
        { type: "file", target: "/a", content: "text" },
        { type: "file", target: "/b", content: "text", readOnly: true },
      ],
    },
    words("--file 11 /a --ro-bind-data 12 /b"),
  ],
  ["directory", { mounts: [{ type: "directory", target: "/d", mode: 0o7 }] }, words("--perms 0007 --dir /d")],
  [
    "link and mode",
    {
      mounts: [
        { type: "symlink", source: "usr/bin", target: "/bin" },
        { type: "chmod", target: "/x", mode: 0o700 },
      ],
    },
    words("--symlink usr/bin /bin --chmod 0700 /x"),
  ],
  [
    "overlays",
    { mounts: [{ type: "overlay", sources: ["/a", "/b"], changes: { upper: "/u", work: "/w" }, target: "/o" }] },
    words("--overlay-src /a --overlay-src /b --overlay /u /w /o"),
  ],
  [
    "overlays without changes",
    {
      mounts: [
        { type: "overlay", sources: ["/a", "/b"], changes: "none", target: "/o" },
        { type: "overlay", sources: ["/a"], changes: "temporary", target: "/p" },
      ],
    },
    words("--overlay-src /a --overlay-src /b --ro-overlay /o --overlay-src /a --tmp-overlay /p"),
  ],
  [
    "restrictions",
    {
      mounts: [
        { type: "mask", target: "/a" },
        { type: "read-only-path", target: "/b" },
        { type: "remount-read-only", target: "/c" },
        { type: "noexec", target: "/d" },
      ],
    },
    words("--mask /a --read-only-path /b --remount-ro /c --noexec /d"),
  ],
];

/** Words that stand with spaces between them. */
export function words(text: string): string[] {
  return text.split(" ");
}

/** Takes the contents of files, which get descriptors from 11 on. */
export function contents(): { readonly add: AddContent; readonly added: string[] } {
  const added: string[] = [];
  return { add: (content) => added.push(Buffer.from(content).toString()) + 10, added };
}
