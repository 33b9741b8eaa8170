// Values that options are given: right ones, wrong ones, and those at the limits.

import type { ValueKind } from "../../../src/options/option.ts";
import { capabilityNames, resourceNames, signalNames } from "../oracle/names.ts";
import { namespaceKinds, profiles, propagations, scopes } from "../oracle/sandbox-values.ts";
import type { Random } from "./random.ts";

const numbers = [
  ...["0", "1", "2", "3", "5", "9", "15", "64", "65", "143", "254", "255", "256", "999", "1000", "1001", "65535"],
  ...["65536", "2147483647", "2147483648", "4294967294", "4294967295", "9223372036", "9223372037"],
  ...["9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616"],
  ...["9".repeat(40), "9".repeat(60), "0".repeat(40), `${"0".repeat(40)}7`, "00", "007", "08", "010"],
  ...["+1", "-1", "-0", "-1000", "-1001", "", "-", "--", "none", "1e3", "0x10", " 5", "5 ", "3\n", "1_0", "1.5"],
  ...["\u00b2", "\u00d9\u00a1", "\x1b[1m"],
];
const paths = [
  ...["/", "/usr", "/a/b", ".", "..", "a", "", "//", "/proc", "/dev/null", "-", "--", "--bind", "\u00c3\u00bc", "\xff"],
  ...["/a b", "\x1b]0;x\x07", "/run/secrets/one"],
];
const modes = ["0755", "755", "0", "7777", "10000", "08", "-1", "0o755", "000000644", "u+x", "0644"];
const ports = ["0", "80", "443", "65535", "65536", "none", "NONE", "http", "80-90", "80,443"];
const offsets = ["0", "86400", "-3600", "--1", "9223372036", "-9223372036", "-9223372037"];
/** CLONE_NEW* (linux/sched.h) */
const namespaceSets = ["0", "131072", "268435456", "536870912", "805437440", "2114060288"];
const plainSignals = signalNames.filter((name) => !name.includes("+") && !name.includes("-"));
const plainNumbers = ["0", "1", "3", "42", "128", "143", "255"];
const users = [
  ...[
    "root",
    "app",
    "1000",
    "0",
    "4242",
    "nobody",
    "app:staff",
    "app:20",
    "1000:",
    ":20",
    "",
    ":",
    "app:app",
    "app:nogroup",
  ],
  ...["4294967294", "4294967295", "odd", "nohome", "7:7", "00", "app:staff:more", "staff", "twin"],
];
export const variableNames = [
  "A",
  "B",
  "AB",
  "PATH",
  "HOME",
  "SECRET",
  "LISTEN_PID",
  "LISTEN_PIDFDID",
  "REIN_OPTIONS",
  "PUID",
];
const oddNames = [
  "",
  "=",
  "A=",
  "=A",
  "A=B",
  "a b",
  "_",
  "TINI_VERBOSITY",
  "SECRET_FILE",
  "LISTEN_FDS",
  "\u00c3\u00a4",
  "\x01",
];
const texts = [
  "",
  "x",
  "old",
  "a=b",
  "a b",
  "-v",
  "--",
  "-",
  "/run/secrets/one",
  "/nowhere",
  "\u00c3\u00bc",
  "\x1b[31m",
  "a\nb",
];

/** A byte that a text may hold, the odd ones more often than they are. */
export function anyByte(random: Random): string {
  switch (random.below(6)) {
    case 0:
      return String.fromCharCode(1 + random.below(31));
    case 1:
      return String.fromCharCode(0x80 + random.below(128));
    case 2:
      return random.pick(["\x7f", "=", "-", ":", ",", "/", "+", " ", "\t", "\n", "%", "\\", '"', "'", "0"]);
    default:
      return String.fromCharCode(0x20 + random.below(95));
  }
}

export function anyText(random: Random, longest: number): string {
  let text = "";
  for (let size = random.below(longest + 1); size > 0; size--) text += anyByte(random);
  return text;
}

/** A length for a text that is to be long; the longest are rare, for they are slow. */
export function anyLength(random: Random): number {
  if (random.onceIn(40)) return random.pick([32_767, 32_768, 32_769, 65_536, 131_071]) - random.below(20);
  return random.pick([255, 998, 999, 1000, 1001, 1002, 2048, 4090, 4095, 4096, 4097, 5000]) + random.below(3);
}

function signal(random: Random): string {
  let name = random.onceIn(3) ? random.pick(signalNames) : random.pick(plainSignals);
  if (random.onceIn(4)) return `${random.below(67)}`;
  if (random.onceIn(12))
    name = random.pick(["RTMIN+31", "RTMAX-31", "RTMIN+", "RTMIN-1", "RTMAX+1", "RTMIN+03", "SIG", "SIGSIGTERM"]);
  if (random.onceIn(20)) name = `${name},${random.pick(plainSignals)}`;
  if (random.onceIn(3)) name = `SIG${name}`;
  return random.onceIn(4) ? name.toLowerCase() : name;
}

function number(random: Random): string {
  return random.onceIn(3) ? random.pick(numbers) : random.pick(plainNumbers);
}

function time(random: Random): string {
  const digits = random.onceIn(5)
    ? random.pick([...numbers, "31622400", "527040", "8784", "31622400000"])
    : `${random.below(40)}`;
  return (
    digits +
    random.pick(["", "s", "ms", "ms", "ms", "m", "h", "d", "S", "us", " s"].slice(0, random.onceIn(8) ? 11 : 7))
  );
}

function pair(random: Random, part: (random: Random) => string): string {
  if (random.onceIn(25)) return part(random);
  return `${part(random)}:${random.onceIn(6) ? "0" : part(random)}${random.onceIn(30) ? ":1" : ""}`;
}

function limit(random: Random): string {
  const name = random.onceIn(15)
    ? random.pick(["NOFILE", "", "stack,core", "nofile,memlock", "no"])
    : random.pick(resourceNames);
  const amount = (): string =>
    random.onceIn(4) ? "unlimited" : random.onceIn(4) ? random.pick(numbers) : `${random.below(5000)}`;
  return `${name}${random.onceIn(20) ? "" : "="}${amount()}${random.onceIn(2) ? `:${amount()}` : ""}`;
}

function capability(random: Random): string {
  let name = random.onceIn(8)
    ? random.pick(["ALL", "all", "", "CAP_", "CAP_ALL", "NOTHING", "NET_RAW,KILL", "13", "0x40", "017+", "63", "kill_"])
    : random.pick(capabilityNames);
  if (random.onceIn(25)) name = random.pick(["CHOWN,DAC_OVERRIDE", "NET_ADMIN,NET_RAW", "NET_RAW,NET_ADMIN"]);
  if (random.onceIn(3)) name = `CAP_${name}`;
  return random.onceIn(3) ? name.toLowerCase() : name;
}

function variable(random: Random): string {
  return random.onceIn(15) ? random.pick(oddNames) : random.pick(variableNames);
}

function text(random: Random): string {
  return random.onceIn(10) ? anyText(random, 12) : random.pick(texts);
}

function score(random: Random): string {
  return random.onceIn(2) ? `${random.below(2003) - 1001}` : random.pick(numbers);
}

/** What a stage of a sandbox is started with: descriptors, a pid, a mask in two halves, ids, namespaces, whether there is a terminal, capabilities. */
export function stageNumbers(random: Random): string[] {
  const any = (): string => (random.onceIn(20) ? random.pick(numbers) : `${random.below(12)}`);
  return [any(), any(), any(), any(), any(), any(), any(), random.pick(namespaceSets), any(), any()];
}

/** One of those that are meant, or another, or an odd one. */
function mostly(meant: (random: Random) => string): (random: Random) => string {
  return (random) => {
    if (random.onceIn(80)) return random.pick(["x", "0", "7", "\xff", ":"]).repeat(anyLength(random));
    if (random.onceIn(12)) return random.pick(numbers);
    return random.onceIn(40) ? anyText(random, 12) : meant(random);
  };
}

/** A word of a list, or one that is nearly in it. */
function word(words: readonly string[]): (random: Random) => string {
  const odd = [words.join(","), words[0]?.toUpperCase() ?? "", words[0]?.slice(0, -1) ?? "", `${words[0]},`];
  return mostly((random) => random.pick([...words, ...words, ...odd]));
}

const path = mostly((random) => random.pick(paths));

/** Of the open ones those above 3 are files that a sandbox can be told of. */
const descriptor = mostly((random) => (random.onceIn(3) ? random.pick(["1", "2", "3"]) : `${random.below(12)}`));

const range = mostly((random) => {
  const part = (): string => (random.onceIn(10) ? random.pick(numbers) : `${random.below(3000)}`);
  const parts = Array.from({ length: random.onceIn(12) ? random.below(6) : 3 }, part);
  return parts.join(random.onceIn(20) ? random.pick([" ", "::", ",", "-"]) : ":");
});

const namespace = mostly((random) => {
  const kind = random.onceIn(10) ? random.pick(["", "NET", "user,mount", "nets"]) : random.pick(namespaceKinds);
  return `${kind}${random.onceIn(15) ? "" : ":"}${random.onceIn(3) ? random.pick(paths) : "/proc/self/ns/x"}`;
});

/** A value of each kind. */
export const anyValue: Readonly<Record<ValueKind, (random: Random) => string>> = {
  signal,
  "incoming-signal": signal,
  "signal-pair": (random) => pair(random, signal),
  time,
  status: number,
  "status-pair": (random) => pair(random, number),
  user: (random) => random.pick(users),
  groups: mostly((random) => random.pick(["none", "none", "none", "NONE", "0"])),
  directory: (random) => (random.onceIn(2) ? text(random) : path(random)),
  variable,
  "variable-pair": (random) => (random.onceIn(3) ? variable(random) : pair(random, variable)),
  text: (random) => (random.onceIn(2) ? text(random) : path(random)),
  mode: mostly((random) => random.pick(modes)),
  mask: mostly((random) => random.pick(["0022", "27", "0", "777", "1000", ...modes])),
  limit,
  score,
  "memory-size": (random) => random.pick([...numbers, "max"]) + random.pick(["", "K", "M", "G", "T", "k", "%"]),
  "process-count": (random) => random.pick([...numbers, "max"]),
  "cpu-share": (random) => random.pick([...numbers, "max"]) + random.pick(["%", "%", "", "M"]),
  capability,
  descriptor,
  profile: word(profiles),
  propagation: word(propagations),
  port: mostly((random) => random.pick(ports)),
  scope: word(scopes),
  id: mostly((random) => random.pick(["0", "1000", "65534", "4294967294"])),
  "id-range": range,
  "namespace-path": namespace,
  seconds: mostly((random) => random.pick(offsets)),
  "host-name": path,
  label: path,
  path,
  place: path,
  size: mostly((random) => random.pick(["1", "4096", "1048576", "0", "00", "1k", "9223372036854775807"])),
};
