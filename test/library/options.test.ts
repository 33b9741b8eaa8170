// Options become the executable's arguments; wrong ones are refused by name, before anything starts.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { type CommandOptions, OptionError, type RunOptions, run } from "rein";
import { needingExecutable, optionArguments } from "../../src/library/options/arguments.ts";
import { OPTIONS } from "../../src/library/portable/option-table.ts";

const none = (): never => {
  throw new Error("no content is expected");
};

const accepted: [string, RunOptions, string[]][] = [
  ["grace in milliseconds", { grace: 1500 }, ["--grace", "1500ms"]],
  ["grace with a unit", { grace: "2m" }, ["--grace", "2m"]],
  ["no grace", { grace: false, drain: false }, []],
  ["drain", { drain: "1h" }, ["--drain", "1h"]],
  [
    "stop delay and signals",
    { stopDelay: 5, stopSignals: ["SIGQUIT", 40] },
    s("--stop-delay 5ms --stop-signal SIGQUIT --stop-signal 40"),
  ],
  ["rewrite", { rewriteSignals: { SIGTERM: "SIGQUIT", SIGHUP: 0 } }, s("--rewrite SIGTERM:SIGQUIT --rewrite SIGHUP:0")],
  ["group", { signalGroup: true }, ["--group"]],
  ["not the group", { signalGroup: false }, []],
  ["parent death", { parentDeathSignal: "SIGKILL" }, ["--parent-death", "SIGKILL"]],
  ["map exit", { mapExit: { 143: 0 } }, ["--map-exit", "143:0"]],
  ["user", { user: "app:www" }, ["--user", "app:www"]],
  ["directory", { directory: "/srv" }, ["--chdir", "/srv"]],
  ["file env", { fileEnv: ["A", "B"] }, s("--file-env A --file-env B")],
  [
    "rlimits",
    { rlimits: { nofile: { soft: 1, hard: "unlimited" }, core: 0 } },
    s("--rlimit nofile=1:unlimited --rlimit core=0:0"),
  ],
  ["oom score", { oomScoreAdjustment: -5 }, ["--oom-score-adj", "-5"]],
  ["no new privileges", { noNewPrivileges: true }, ["--no-new-privs"]],
  ["capabilities", { capabilities: { add: ["NET_RAW"], drop: ["ALL"] } }, s("--cap-drop ALL --cap-add NET_RAW")],
  ["namespaces", { namespaces: ["user", "network", "ipc"] }, s("--unshare-user --unshare-net --unshare-ipc")],
  [
    "all namespaces",
    { namespaces: "all" },
    s(
      "--unshare-user --unshare-pid --unshare-net --unshare-ipc --unshare-uts --unshare-cgroup --dev-bind / / --proc /proc",
    ),
  ],
  ["no init", { namespaces: ["pid"], init: false }, s("--as-pid-1 --unshare-pid")],
  [
    "namespaces by their files' names",
    { namespaces: ["user", "net", "mnt"], mounts: [] },
    s("--unshare-user --unshare-net"),
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
    s(
      "--join user:/ns/user --join pid:/ns/pid --join mount:/ns/mnt --join net:/ns/net --join ipc:/ns/ipc --join uts:/ns/uts --join cgroup:/ns/cgroup --join time:/ns/time",
    ),
  ],
  [
    "join by their files' names",
    { join: { mnt: "/ns/mnt", net: "/ns/net" } },
    s("--join mount:/ns/mnt --join net:/ns/net"),
  ],
  ["identity", { identity: { uid: 0, gid: 5 } }, s("--uid 0 --gid 5")],
  [
    "id maps",
    { identity: { uidMap: [{ inside: 0, outside: 100000, count: 65536 }], gidMap: [{ inside: 1, outside: 2 }] } },
    s("--uid-map 0:100000:65536 --gid-map 1:2:1"),
  ],
  ["names", { hostName: "box", domainName: "example" }, s("--hostname box --domainname example")],
  ["clocks", { clockOffsets: { monotonic: 10, boottime: -3 } }, s("--monotonic-offset 10 --boottime-offset -3")],
  ["flags", { newSession: true, disableUserNamespaces: true }, s("--new-session --disable-userns")],
  ["lock files", { lockFiles: ["/a"] }, ["--lock-file", "/a"]],
  [
    "landlock",
    { landlock: { read: ["/"], write: ["/tmp"], execute: ["/usr"], connectTcp: [443], bindTcp: [80] } },
    s("--landlock-ro / --landlock-rw /tmp --landlock-exec /usr --landlock-connect-tcp 443 --landlock-bind-tcp 80"),
  ],
  [
    "landlock, nothing over TCP, nobody else's processes",
    { landlock: { connectTcp: [], scopes: ["abstract-unix", "signal"], strict: true } },
    s("--landlock-connect-tcp none --landlock-scope abstract-unix --landlock-scope signal --landlock-strict"),
  ],
  ["seccomp", { seccompProfile: "strict" }, ["--seccomp-profile", "strict"]],
  ["bind", { mounts: [{ type: "bind", source: "/a", target: "/b" }] }, s("--bind /a /b")],
  [
    "bind, optional and read-only",
    { mounts: [{ type: "bind", source: "a", target: "/b", readOnly: true, optional: true }] },
    s("--ro-bind-try a /b"),
  ],
  ["bind with devices", { mounts: [{ type: "bind", source: "/", target: "/", devices: true }] }, s("--dev-bind / /")],
  [
    "kernel's",
    {
      mounts: [
        { type: "proc", target: "/proc" },
        { type: "dev", target: "/dev" },
        { type: "mqueue", target: "/q" },
      ],
    },
    s("--proc /proc --dev /dev --mqueue /q"),
  ],
  [
    "sysfs and cgroup",
    {
      mounts: [
        { type: "sysfs", target: "/sys" },
        { type: "cgroup", target: "/c" },
      ],
    },
    s("--sysfs /sys --cgroup /c"),
  ],
  [
    "tmpfs",
    { mounts: [{ type: "tmpfs", target: "/t", mode: 0o1777, size: 4096 }] },
    s("--perms 1777 --size 4096 --tmpfs /t"),
  ],
  ["directory", { mounts: [{ type: "directory", target: "/d", mode: 0o7 }] }, s("--perms 0007 --dir /d")],
  [
    "link and mode",
    {
      mounts: [
        { type: "symlink", source: "usr/bin", target: "/bin" },
        { type: "chmod", target: "/x", mode: 0o700 },
      ],
    },
    s("--symlink usr/bin /bin --chmod 0700 /x"),
  ],
  [
    "overlays",
    { mounts: [{ type: "overlay", sources: ["/a", "/b"], changes: { upper: "/u", work: "/w" }, target: "/o" }] },
    s("--overlay-src /a --overlay-src /b --overlay /u /w /o"),
  ],
  [
    "overlays without changes",
    {
      mounts: [
        { type: "overlay", sources: ["/a", "/b"], changes: "none", target: "/o" },
        { type: "overlay", sources: ["/a"], changes: "temporary", target: "/p" },
      ],
    },
    s("--overlay-src /a --overlay-src /b --ro-overlay /o --overlay-src /a --tmp-overlay /p"),
  ],
  [
    "restrictions",
    {
      mounts: [
        { type: "mask", target: "/a" },
        { type: "read-only-path", target: "/b" },
        { type: "remount-read-only", target: "/c" },
      ],
    },
    s("--mask /a --read-only-path /b --remount-ro /c"),
  ],
];

function s(text: string): string[] {
  return text.split(" ");
}

suite("the executable's arguments", () => {
  for (const [name, options, expected] of accepted) {
    test(name, () => assert.deepEqual(optionArguments(options, none), expected));
  }

  test("a file's content gets a descriptor", () => {
    const contents: string[] = [];
    const add = (content: Uint8Array): number => contents.push(Buffer.from(content).toString()) + 10;
    const mounts = [
      { type: "file", target: "/a", content: "text", mode: 0o600 },
      { type: "file", target: "/b", content: new Uint8Array([66]), readOnly: true },
    ] as const;
    assert.deepEqual(optionArguments({ mounts }, add), s("--perms 0600 --file 11 /a --ro-bind-data 12 /b"));
    assert.deepEqual(contents, ["text", "B"]);
  });

  test("what confines needs the executable, what is convenient does not", () => {
    assert.deepEqual(needingExecutable({ grace: 5, drain: false, init: true, parentDeathSignal: 9, events: true }), []);
    assert.deepEqual(needingExecutable({ user: "a", landlock: { read: [] }, hostName: undefined } as object), [
      "user",
      "landlock",
    ]);
  });
});

// As a program in JavaScript could write them.
const wrong: [string, object, string, RegExp][] = [
  ["an unknown option", { namespace: ["pid"] }, "namespace", /there is no such option/],
  ["a shell", { shell: true }, "shell", /cannot be given/],
  ["a detached program", { detached: true }, "detached", /nothing is to outlive/],
  ["an unknown namespace", { namespaces: ["pid", "netns"] }, "namespaces[1]", /'netns' is not one of user, pid, mount/],
  ["an unknown namespace to join", { join: { ns: "/ns/net" } }, "join.ns", /there is no such option/],
  [
    "a namespace that is joined twice",
    { join: { mount: "/a", mnt: "/b" } },
    "join.mnt",
    /mount namespace is given twice/,
  ],
  ["namespaces as a text", { namespaces: "pid" }, "namespaces", /is not an array/],
  ["a time that is none", { grace: "5 s" }, "grace", /is not a time/],
  ["a negative time", { drain: -1 }, "drain", /is not a whole number/],
  ["a signal that is none", { parentDeathSignal: "TERMINATE" }, "parentDeathSignal", /is not a signal/],
  ["a signal to rewrite that is none", { rewriteSignals: { TERMX: 9 } }, "rewriteSignals.TERMX", /is not a signal/],
  ["an exit code that is none", { mapExit: { 256: 0 } }, "mapExit.256", /256 is not a whole number from 0 to 255/],
  ["an unknown limit", { rlimits: { files: 1 } }, "rlimits.files", /there is no such option/],
  ["a limit that is none", { rlimits: { nofile: "many" } }, "rlimits.nofile.soft", /is not a whole number/],
  ["a mount without a type", { mounts: [{ target: "/" }] }, "mounts[0].type", /undefined is not one of bind/],
  ["a mount that is a text", { mounts: ["/"] }, "mounts[0]", /is not an object/],
  ["a relative target", { mounts: [{ type: "proc", target: "proc" }] }, "mounts[0].target", /is not an absolute path/],
  ["a mount's unknown option", { mounts: [{ type: "proc", target: "/", mode: 1 }] }, "mounts[0].mode", /no such/],
  [
    "a source without a name",
    { mounts: [{ type: "bind", source: "", target: "/" }] },
    "mounts[0].source",
    /'' is not a path/,
  ],
  [
    "an overlay of one",
    { mounts: [{ type: "overlay", sources: ["/"], changes: "none", target: "/" }] },
    "mounts[0].sources",
    /2 or more/,
  ],
  ["a content that is none", { mounts: [{ type: "file", content: 5, target: "/" }] }, "mounts[0].content", /neither/],
  ["an id that is none", { identity: { uid: 2 ** 32 } }, "identity.uid", /is not a whole number/],
  [
    "a range that is none",
    { identity: { uidMap: [{ inside: 0 }], gidMap: [{}] } },
    "identity.uidMap[0].outside",
    /undefined is not/,
  ],
  [
    "a map for users only",
    { identity: { uidMap: [{ inside: 0, outside: 1 }] } },
    "identity.gidMap",
    /is missing: both/,
  ],
  ["a port that is none", { landlock: { bindTcp: [65536] } }, "landlock.bindTcp[0]", /is not a whole number/],
  ["landlock for nothing", { landlock: {} }, "landlock", /names nothing/],
  ["landlock for no file", { landlock: { read: [], bindTcp: [] } }, "landlock.read", /names nothing/],
  ["a signal that nobody can pass on", { stopSignals: ["SIGKILL"] }, "stopSignals[0]", /that can be passed on/],
  ["a signal above the last", { stopSignals: ["SIGRTMIN+31"] }, "stopSignals[0]", /is not a signal/],
  ["a capability that is none", { capabilities: { add: ["NET"] } }, "capabilities.add[0]", /is not a capability/],
  ["a user that is none", { user: ":www" }, "user", /is not USER or USER:GROUP/],
  ["a profile that is none", { seccompProfile: "loose" }, "seccompProfile", /is not one of default, strict/],
  ["a NUL byte", { hostName: "a\0b" }, "hostName", /without NUL bytes/],
  ["a flag that is a text", { newSession: "no" }, "newSession", /'no' is not true or false/],
];

suite("refused before anything starts", () => {
  for (const [name, options, option, message] of wrong) {
    test(name, () => {
      assert.throws(
        () => run("/bin/true", [], options as RunOptions),
        (error) => error instanceof OptionError && error.option === option && message.test(error.message),
      );
    });
  }

  test("arguments that are none", () => {
    assert.throws(() => run("/bin/true", [5 as unknown as string]), { option: "args[0]" });
    assert.throws(() => run("", []), { option: "file" });
  });
});

test("the types refuse what execa takes and this package does not", () => {
  // @ts-expect-error there is no shell in between
  const shell: RunOptions = { shell: true };
  // @ts-expect-error the function's name is there
  const argv0: CommandOptions = { argv0: "x" };
  // @ts-expect-error a time has a unit
  const grace: RunOptions = { grace: "5" };
  assert.ok(shell && argv0 && grace);
});

const dialects = join(import.meta.dirname, "../../src/executable/dialects");

for (const file of readdirSync(dialects).filter((name) => /^(rein|sandbox|filter)-options.*\.ts$/.test(name))) {
  test(`without the executable every option of its ${file} is known by name`, () => {
    const lists = readFileSync(join(dialects, file), "utf8").matchAll(/wordList\(\s*"([a-z0-9,-]{60,})",?\s*\)/g);
    const names = [...lists].flatMap(([, list]) => list?.split(",") ?? []);
    assert.ok(names.length >= 10);
    assert.deepEqual(
      names.filter((name) => !Object.hasOwn(OPTIONS, name)),
      [],
    );
  });
}
