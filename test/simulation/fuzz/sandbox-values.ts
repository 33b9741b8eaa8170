// Values for the options of a sandbox and of filters: right ones, wrong ones, and those at the limits.

import { capabilityNames } from "../oracle/names.ts";
import type { ValueKind } from "../oracle/sandbox-options.ts";
import { namespaceKinds, profiles, scopes } from "../oracle/sandbox-values.ts";
import type { Random } from "./random.ts";
import { anyLength, anyText, variableNames } from "./values.ts";

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

/** A value of each kind. */
export const anySandboxValue: Readonly<Record<ValueKind, (random: Random) => string>> = {
  text: mostly((random) => random.pick(paths)),
  descriptor: mostly((random) => `${random.below(12)}`),
  id: mostly((random) => random.pick(["0", "1000", "65534", "4294967294"])),
  range: mostly((random) => {
    const part = (): string => (random.onceIn(10) ? random.pick(numbers) : `${random.below(3000)}`);
    const parts = Array.from({ length: random.onceIn(12) ? random.below(6) : 3 }, part);
    return parts.join(random.onceIn(20) ? random.pick([" ", "::", ",", "-"]) : ":");
  }),
  join: mostly((random) => {
    const kind = random.onceIn(10)
      ? random.pick(["", "mnt", "NET", "user,mount", "network"])
      : random.pick(namespaceKinds);
    return `${kind}${random.onceIn(15) ? "" : ":"}${random.onceIn(3) ? random.pick(paths) : "/proc/self/ns/x"}`;
  }),
  mode: mostly((random) =>
    random.pick(["0755", "755", "0", "7777", "10000", "08", "-1", "0o755", "000000644", "u+x", "0644"]),
  ),
  size: mostly((random) => random.pick(["1", "4096", "1048576", "0", "00", "1k", "9223372036854775807"])),
  offset: mostly((random) => random.pick(["0", "86400", "-3600", "--1", "9223372036", "-9223372036", "-9223372037"])),
  port: mostly((random) =>
    random.pick(["0", "80", "443", "65535", "65536", "none", "NONE", "http", "80-90", "80,443"]),
  ),
  capability: mostly((random) => random.pick(["ALL", "cap_net_raw", "NET_RAW,KILL", ...capabilityNames])),
  variable: mostly((random) => random.pick([...variableNames, "A=", "=A"])),
  profile: word(profiles),
  scope: word(scopes),
};
