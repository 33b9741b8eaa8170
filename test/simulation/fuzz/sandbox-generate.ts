// Vectors with the options of a sandbox and of filters.

import { constants } from "node:os";
import { descriptorPath, stages } from "../oracle/sandbox-reading.ts";
import { quietScenario, type Scenario, type Vector } from "../oracle/vector.ts";
import { clean, mutate } from "./mutate.ts";
import { filterOptions, initOptions, optionsOf, optionWords, type SpelledOption } from "./options.ts";
import { Random } from "./random.ts";
import { anyText, stageNumbers } from "./values.ts";

const { EACCES, EINVAL, EMFILE, ENOMEM, ENOSPC, ENOSYS, EOPNOTSUPP, EPERM } = constants.errno;
/** What argv[0] may be. */
export const names: readonly string[] = [
  "bwrap",
  "bwrap",
  "/usr/bin/bwrap",
  "rein",
  "rein",
  "rein",
  "/sbin/rein",
  "",
  "bwrap/rein",
  "rein-setup",
];
const calls = [
  ...["clone", "open_tree", "mount_setattr", "memfd_create", "execveat", "socketpair", "setns"],
  ...["landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", "fcntl_lock"],
];
const bwrapOptions = optionsOf("bwrap");
const reinOptions = optionsOf("rein");
const endings = ["--help", "--version", "--help-sandbox", "-h", "--help=", "--version=1"];
const strays = [
  "-",
  "--",
  "-v",
  "-vg",
  "--nothing",
  "--=",
  "--,",
  "--bind,dir",
  "--unshare",
  "-e",
  "--ARGS",
  "\x01",
  "",
];

/** The vector of that number in the campaign of that seed. */
export function sandboxVectorOf(seed: number, index: number): Vector {
  const random = new Random(seed, index);
  const name = random.pick(names);
  const own = name.endsWith("bwrap") ? bwrapOptions : reinOptions;
  let argv = [name, ...anyOptions(random, own, random.below(7))];
  if (random.onceIn(30))
    argv.splice(1 + random.below(argv.length), 0, random.pick(random.onceIn(3) ? endings : strays));
  if (random.onceIn(500)) argv.push(...filling(random, own));
  if (random.onceIn(4)) argv.push("--");
  if (!random.onceIn(25)) argv.push(random.pick(["node", "/bin/true", "sh"]));
  if (random.onceIn(3)) argv.push(random.pick(["-", "--bind", "", "a\nb"]));
  let envp: string[] = [];
  if (random.onceIn(3)) {
    const table = random.onceIn(8) ? own : random.onceIn(3) ? initOptions : filterOptions;
    envp = [`REIN_OPTIONS=${anyOptions(random, table, random.below(4)).join(random.pick([" ", "\n", "  "]))}`];
  }
  if (random.onceIn(8)) argv = [random.pick(stages), ...stageNumbers(random), ...argv];
  for (let count = random.onceIn(3) ? 1 + random.below(4) : 0; count > 0; count--)
    ({ argv, envp } = mutate(random, argv, envp));
  return { argv: argv.map(clean), envp: envp.map(clean), scenario: scenarioFor(random, own) };
}

function anyOptions(random: Random, table: readonly SpelledOption[], count: number): string[] {
  const words: string[] = [];
  for (; count > 0; count--) {
    const option = random.pick(table);
    const { word } = option;
    words.push(...optionWords(option, random));
    // What has to be followed by something of its kind.
    if (word === "--overlay-src") words.push(random.pick(["--tmp-overlay", "--ro-overlay", "--overlay-src"]), "/a");
    if (word === "--perms" && !random.onceIn(5)) words.push("--dir", "/a");
    if (word === "--size" && !random.onceIn(5)) words.push("--tmpfs", "/a");
  }
  return words;
}

/** So many options, or so long ones, that little or no memory is left for what comes after them. */
function filling(random: Random, table: readonly SpelledOption[]): string[] {
  const once = random.onceIn(2) ? ["--bind", "/a", "/b"] : anyOptions(random, table, 1);
  if (random.onceIn(2)) return Array.from({ length: 1 + random.below(6000) }, () => once).flat();
  return Array.from({ length: 2 + random.below(8) }, () => `--hostname=${"x".repeat(20_000 + random.below(90_000))}`);
}

function scenarioFor(random: Random, table: readonly SpelledOption[]): Scenario {
  const files: Record<string, string> = { "/bin/node": "text", "/usr": "directory", "/run/secrets/one": "secret" };
  if (!random.onceIn(10)) files["/proc/self/exe"] = "program";
  if (!random.onceIn(3)) files["/proc/self/ns/x"] = "namespace";
  for (let file = 4; file < 10; file++) if (!random.onceIn(6)) files[descriptorPath(file)] = contents(random, table);
  const refused: Record<string, number> = {};
  if (random.onceIn(2))
    refused[random.pick(calls)] = random.pick([EPERM, EACCES, ENOSPC, EINVAL, ENOSYS, ENOMEM, EMFILE, EOPNOTSUPP]);
  return { ...quietScenario, pid: random.pick([1, 7]), files, refused };
}

/** What a descriptor brings: arguments, a filter, or anything. */
function contents(random: Random, table: readonly SpelledOption[]): string {
  if (random.onceIn(3)) return "\x06\0\0\0\0\0\xff\x7f".repeat(random.below(3));
  if (random.onceIn(800))
    return random.pick(["--unshare-pid\0", "\0", "--dir\0/a\0"]).repeat(4000 + random.below(40_000));
  if (random.onceIn(10)) return anyText(random, 30);
  const words = anyOptions(random, table, random.below(4));
  if (random.onceIn(15)) words.splice(random.below(words.length + 1), 0, random.pick(strays));
  return words
    .map((word) => `${clean(word)}\0`)
    .join("")
    .slice(0, random.onceIn(8) ? -1 : undefined);
}
