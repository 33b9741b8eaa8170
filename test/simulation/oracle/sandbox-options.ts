// The options of a sandbox and of filters, from the manuals: what values they take, and which of those fit.

import type { Random } from "../fuzz/random.ts";
import { anyLength, anyText, variableNames } from "../fuzz/values.ts";
import { capabilityNames, capabilityOf, whole } from "./values.ts";

const LARGEST_DESCRIPTOR = 2n ** 31n - 1n;
const LARGEST_ID = 2n ** 32n - 2n;
/** KTIME_SEC_MAX (linux/ktime.h) */
const LONGEST_OFFSET = 9_223_372_036n;
export const namespaceKinds: readonly string[] = ["user", "mount", "pid", "net", "ipc", "uts", "cgroup", "time"];
const numbers = [
  ...["0", "1", "2", "3", "5", "07", "1000", "65535", "65536", "2147483647", "2147483648", "4294967294", "4294967295"],
  ...["9223372036", "9223372037", "9223372036854775807", "9223372036854775808", "18446744073709551616", "9".repeat(60)],
  ...[
    "",
    "-",
    "-0",
    "-1",
    "+1",
    " 1",
    "1 ",
    "1e3",
    "0x10",
    "none",
    "\u00b2",
    "\u00d9\u00a1",
    "1.5",
    "--",
    "\x1b[1m",
    "3\n",
  ],
];
const paths = [
  ...["/", "/usr", "/a/b", ".", "..", "a", "", "//", "/proc", "/dev/null", "-", "--", "--bind", "\u00c3\u00bc", "\xff"],
  ...["/a b", "\x1b]0;x\x07", "/run/secrets/one"],
];

/** A kind of value: what fits, and one to be tried. */
interface Kind {
  fits(value: string): boolean;
  any(random: Random): string;
}

function isWhole(text: string, maximum: bigint): boolean {
  return whole(text, maximum) !== undefined;
}

/** One of those that are meant, or another, or an odd one. */
function mostly(meant: (random: Random) => string): (random: Random) => string {
  return (random) => {
    if (random.onceIn(80)) return random.pick(["x", "0", "7", "\xff", ":"]).repeat(anyLength(random));
    if (random.onceIn(12)) return random.pick(numbers);
    return random.onceIn(40) ? anyText(random, 12) : meant(random);
  };
}

/** A range's ids, inside and outside, and their count; undefined when it is none. */
export function rangeOf(text: string): readonly [bigint, bigint, bigint] | undefined {
  const [, ...words] = /^([0-9]+):([0-9]+):([0-9]+)$/.exec(text) ?? [];
  const [inside, outside, count] = words.map((word) => whole(word, LARGEST_ID + 1n));
  if (inside === undefined || outside === undefined || count === undefined || count === 0n) return undefined;
  const last = (inside > outside ? inside : outside) + count - 1n;
  return last <= LARGEST_ID ? [inside, outside, count] : undefined;
}

const text: Kind = { fits: () => true, any: mostly((random) => random.pick(paths)) };
const descriptor: Kind = {
  fits: (value) => isWhole(value, LARGEST_DESCRIPTOR),
  any: mostly((random) => `${random.below(12)}`),
};
const id: Kind = {
  fits: (value) => isWhole(value, LARGEST_ID),
  any: mostly((random) => random.pick(["0", "1000", "65534", "4294967294"])),
};
const range: Kind = {
  fits: (value) => rangeOf(value) !== undefined,
  any: mostly((random) => {
    const part = (): string => (random.onceIn(10) ? random.pick(numbers) : `${random.below(3000)}`);
    const parts = Array.from({ length: random.onceIn(12) ? random.below(6) : 3 }, part);
    return parts.join(random.onceIn(20) ? random.pick([" ", "::", ",", "-"]) : ":");
  }),
};
const join: Kind = {
  fits: (value) => {
    const colon = value.indexOf(":");
    return namespaceKinds.includes(value.slice(0, Math.max(colon, 0))) && colon < value.length - 1;
  },
  any: mostly((random) => {
    const kind = random.onceIn(10)
      ? random.pick(["", "mnt", "NET", "user,mount", "network"])
      : random.pick(namespaceKinds);
    return `${kind}${random.onceIn(15) ? "" : ":"}${random.onceIn(3) ? random.pick(paths) : "/proc/self/ns/x"}`;
  }),
};
const mode: Kind = {
  fits: (value) => /^0*[0-7]{1,4}$/.test(value),
  any: mostly((random) =>
    random.pick(["0755", "755", "0", "7777", "10000", "08", "-1", "0o755", "000000644", "u+x", "0644"]),
  ),
};
const size: Kind = {
  fits: (value) => /[1-9]/.test(value) && isWhole(value, 2n ** 63n - 1n),
  any: mostly((random) => random.pick(["1", "4096", "1048576", "0", "00", "1k", "9223372036854775807"])),
};
const offset: Kind = {
  fits: (value) => isWhole(value.replace(/^-/, ""), LONGEST_OFFSET),
  any: mostly((random) => random.pick(["0", "86400", "-3600", "--1", "9223372036", "-9223372036", "-9223372037"])),
};
const port: Kind = {
  fits: (value) => value === "none" || isWhole(value, 65_535n),
  any: mostly((random) => random.pick(["0", "80", "443", "65535", "65536", "none", "NONE", "http", "80-90", "80,443"])),
};
const capability: Kind = {
  fits: (value) => capabilityOf(value) !== undefined,
  any: mostly((random) => random.pick(["ALL", "cap_net_raw", "NET_RAW,KILL", ...capabilityNames])),
};
const variable: Kind = {
  fits: (value) => /^[^=]+$/.test(value),
  any: mostly((random) => random.pick([...variableNames, "A=", "=A"])),
};

/** A word of a list. */
function word(...words: readonly string[]): Kind {
  const odd = [words.join(","), words[0]?.toUpperCase() ?? "", words[0]?.slice(0, -1) ?? "", `${words[0]},`];
  return { fits: (value) => words.includes(value), any: mostly((random) => random.pick([...words, ...words, ...odd])) };
}

type Options = Readonly<Record<string, readonly Kind[]>>;

/** The same values for several options. */
function each(names: string, ...kinds: readonly Kind[]): Options {
  return Object.fromEntries(names.split(" ").map((name) => [`--${name}`, kinds]));
}

export const overlays = ["--overlay", "--tmp-overlay", "--ro-overlay"];

/** bubblewrap's operations on files, and what goes before one of them. */
export const fileOptions: Options = {
  ...each("bind bind-try dev-bind dev-bind-try ro-bind ro-bind-try symlink", text, text),
  ...each("bind-fd ro-bind-fd file bind-data ro-bind-data", descriptor, text),
  ...each("remount-ro overlay-src proc dev tmpfs mqueue dir tmp-overlay ro-overlay", text),
  ...each("overlay", text, text, text),
  ...each("chmod", mode, text),
  ...each("perms", mode),
  ...each("size", size),
};

/** Of these a sandbox is none. */
export const plainOptions: Options = {
  ...each("args keep-fd", descriptor),
  ...each("argv0", text),
  ...each("cap-add", capability),
  ...each("die-with-parent"),
};

const settings: Options = {
  ...each("unshare-all share-net unshare-user unshare-user-try unshare-ipc unshare-pid unshare-net unshare-uts"),
  ...each("unshare-cgroup unshare-cgroup-try disable-userns assert-userns-disabled new-session as-pid-1"),
  ...each("userns userns2 pidns sync-fd block-fd userns-block-fd info-fd", descriptor),
  ...each("uid gid", id),
  ...each("hostname domainname exec-label file-label lock-file", text),
};

/** Rein's own operations on files. */
export const operationsBeyond: readonly string[] = ["--mask", "--read-only-path", "--sysfs", "--cgroup"];

export const beyondOptions: Options = {
  ...each("uid-map gid-map", range),
  ...each("join", join),
  ...each("unshare-time"),
  ...each("monotonic-offset boottime-offset", offset),
  ...each("mask read-only-path sysfs cgroup", text),
};

export const filterOptions: Options = {
  ...each("seccomp add-seccomp-fd", descriptor),
  ...each("seccomp-profile", word("default", "strict")),
  ...each("landlock-ro landlock-rw landlock-exec", text),
  ...each("landlock-connect-tcp landlock-bind-tcp", port),
  ...each("landlock-scope", word("abstract-unix", "signal")),
  ...each("landlock-strict"),
};

/** What bubblewrap has besides; rein reads these by other rules. */
export const bwrapOptions: Options = {
  ...each("level-prefix clearenv"),
  ...each("chdir unsetenv", text),
  ...each("setenv", text, text),
  ...each("cap-drop", capability),
  ...each("json-status-fd", descriptor),
};

/** Of rein's own some that go with a sandbox. */
export const reinOptions: Options = {
  ...each("verbose clearenv group"),
  ...each("chdir user", text),
  ...each("unsetenv", variable),
  ...each("cap-drop", capability),
  ...each("json-status-fd", descriptor),
};

export const sandboxOptions: Options = { ...plainOptions, ...settings, ...fileOptions, ...filterOptions };

/** Those that bubblewrap warns of when they come again. */
export const lastCounts: readonly string[] = [
  ...["--userns", "--userns2", "--pidns", "--uid", "--gid", "--hostname", "--exec-label", "--file-label", "--sync-fd"],
  ...["--block-fd", "--userns-block-fd", "--info-fd", "--chdir", "--json-status-fd"],
];
