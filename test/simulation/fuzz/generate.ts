// Vectors: command lines and environments that mean something, and others that do not.

import { constants } from "node:os";
import { LAST_SIGNAL } from "../oracle/names.ts";
import { dialectOf, type Request } from "../oracle/request.ts";
import { stages } from "../oracle/sandbox-reading.ts";
import { type Arrival, quietScenario, type Scenario, steps, type Vector } from "../oracle/vector.ts";
import { clean, mutate } from "./mutate.ts";
import { initOptions, optionWords, tiniOptions } from "./options.ts";
import { Random } from "./random.ts";
import { anyText, stageNumbers, variableNames } from "./values.ts";

const { EACCES, EIO, EISDIR, ENOENT, ENOEXEC, ENOTDIR } = constants.errno;
const { SIGCHLD, SIGHUP, SIGINT, SIGKILL, SIGSTOP, SIGTERM } = constants.signals;
/** What argv[0] may be. */
export const names: readonly string[] = [
  ...["rein", "/usr/local/bin/rein", ...stages, "tini", "/sbin/tini", "tini-static", "docker-init", "./docker-init"],
  ...["dumb-init", "/usr/bin/dumb-init", "./dumb-init", "catatonit", "/catatonit", "podman-init", "/dev/podman-init"],
  ...["pause", "/pause", "", "/", "dumb-init/", "rein/", "tini/rein", "Tini", "\x1b[31m", "\u00c3\u00a4"],
];
const commands = ["node", "/bin/true", "./x", "a b", "\x1b]0;x\x07", "\u00c3\u00bc", "program", "sh", "${A}", "$"];
const operands = [
  "",
  "-",
  "--",
  "-v",
  "--help",
  "server.js",
  "a\nb",
  "--grace",
  "-e5",
  "${A}/${B:-x}",
  "$$A",
  "${C:-}",
  "${A:=x}",
];
const dumbInitWords = ["-c", "-v", "-r", "--single-child", "--verbose", "--rewrite", "-cv", "--rew", "--si", "--ver"];
const catatonitWords = ["-g", "-g", "-P", "-gP"];
/** Printed and done, so they are rare. */
const endings = ["-V", "-L", "-h", "--help", "--version", "-l", "--version=1", "--help="];

const passwd = [
  "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:\nnobody:x:65534:65534:nobody:/:\n",
  "# a comment\n\nroot:x:0:0\nodd:x:abc:1:::\nodd:x:12:4294967295:::\nnohome:x:13:13\ntwin:x:1:1::/1:\ntwin:x:2:2::/2:",
  "app:x:0001000:20:::\u00e4\n::0:0:::",
  "1000:x:0:0::/:\n0:x:7:7:::\napp:x:1000:1000::/home/app:\n4294967295:x:0:0:::\n",
  "",
];
const group = [
  "root:x:0:\nstaff:x:20:app,root\nnogroup:x:65534:nobody\nmore:x:30:root,app,twin\napp:x:1000:\n",
  "staff:x:20:app,\nbad:x:-1:app\nstaff:x:21:,app,\nshort\nodd:x:12:nohome,odd\n:x:0:\n",
  "1000:x:0:\n20:x:0:app,1000\n4294967295:x:0:\n",
  "",
];

/** The vector of that number in the campaign of that seed. */
export function vectorOf(seed: number, index: number): Vector {
  const random = new Random(seed, index);
  let argv = argumentsFor(random);
  let envp = environmentFor(random);
  if (random.onceIn(300)) argv = filled(random, argv);
  const kind = random.below(20);
  for (let count = kind < 9 ? 0 : kind < 18 ? 1 + random.below(3) : 4 + random.below(12); count > 0; count--)
    ({ argv, envp } = mutate(random, argv, envp));
  return { argv: argv.map(clean), envp: envp.map(clean), scenario: scenarioFor(random) };
}

function argumentsFor(random: Random): string[] {
  const name = random.pick(names);
  const dialect = dialectOf(name);
  const words = stages.some((stage) => stage === name) && random.onceIn(2) ? [name, ...stageNumbers(random)] : [name];
  if (words.length > 1 && !random.onceIn(20)) words.push(random.pick(names));
  for (let count = random.below(5); count > 0; count--) {
    if (random.onceIn(60)) words.push(random.pick(endings));
    else if (random.onceIn(15)) words.push(...optionWords(random.pick(initOptions), random));
    else words.push(...ownWords(random, dialect));
  }
  if (random.onceIn(4)) words.push("--");
  if (!random.onceIn(20)) words.push(random.pick(commands));
  for (let count = random.below(3); count > 0; count--) words.push(random.pick(operands));
  return words;
}

/** An option of the dialect's, with its values. */
function ownWords(random: Random, dialect: Request["dialect"]): string[] {
  switch (dialect) {
    case "tini":
      return optionWords(random.pick(tiniOptions), random);
    case "dumb-init":
      return dumbInitOption(random, random.pick(dumbInitWords));
    case "catatonit":
      return [random.pick(catatonitWords)];
    default:
      return optionWords(random.pick(initOptions), random);
  }
}

/** dumb-init's own -r takes less than rein's. */
function dumbInitOption(random: Random, option: string): string[] {
  if (!/^(-r|--rew.*)$/.test(option)) return [option];
  const signal = (): string => `${random.onceIn(12) ? random.pick(["", "TERM", "-1", "32", "x"]) : random.below(32)}`;
  const value = random.onceIn(15) ? signal() : `${signal()}:${signal()}`;
  return random.onceIn(2) ? [option + (option.startsWith("--") ? "=" : "") + value] : [option, value];
}

/** So many long values that little or no memory is left for what comes after them. */
function filled(random: Random, argv: readonly string[]): string[] {
  const value = "x".repeat(20_000 + random.below(90_000));
  const fillers = Array.from({ length: 2 + random.below(8) }, () => ["--setenv", random.pick(variableNames), value]);
  return [random.pick(["rein", "rein", argv[0] ?? ""]), ...fillers.flat(), ...argv.slice(1)];
}

function optionsVariable(random: Random): string {
  const words: string[] = [];
  for (let count = random.below(5); count > 0; count--) words.push(...optionWords(random.pick(initOptions), random));
  // Words with spaces, or empty ones, come out as others: the oracle splits as well.
  return words.join(random.pick([" ", " ", "  ", "\n", "\t"]));
}

function environmentFor(random: Random): string[] {
  const entries: string[] = [];
  for (let count = random.below(6); count > 0; count--)
    entries.push(`${random.pick(variableNames)}=${anyText(random, 6)}`);
  if (random.onceIn(8))
    entries.push(`${random.pick(variableNames)}=${random.pick(["1000", "0", "007", "4294967295", ""])}`);
  if (random.onceIn(2)) entries.push(random.pick(["PATH=/bin:/usr/bin", "PATH=", "PATH=:/a::b:", "PATH=/bin"]));
  if (random.onceIn(4)) entries.push(`REIN_OPTIONS=${optionsVariable(random)}`);
  if (random.onceIn(6))
    entries.push(
      `TINI_VERBOSITY=${random.pick(["0", "1", "2", "3", "", "256", "x", "-1", "3x", " +2", "4294967296"])}`,
    );
  if (random.onceIn(10)) entries.push(`TINI_SUBREAPER=${random.pick(["", "1"])}`);
  if (random.onceIn(10)) entries.push(`TINI_KILL_PROCESS_GROUP=${random.pick(["", "1"])}`);
  if (random.onceIn(8)) entries.push(`DUMB_INIT_SETSID=${random.pick(["0", "0", "1", "", "00"])}`);
  if (random.onceIn(8)) entries.push(`DUMB_INIT_DEBUG=${random.pick(["0", "1", "1", "", "2"])}`);
  if (random.onceIn(10)) entries.push(`CATATONIT_DEBUG=${random.pick(["", "1"])}`);
  if (random.onceIn(6)) entries.push(`LISTEN_PID=${random.pick(["1", "7", "01", "2", "1 ", "", "4294967297"])}`);
  if (random.onceIn(12)) entries.push(random.pick(["LISTEN_PIDFDID=5", "LISTEN_FDS=1"]));
  if (random.onceIn(3))
    entries.push(`${random.pick(["SECRET", "A", "PATH"])}_FILE=${random.pick(Object.keys(secrets))}`);
  if (random.onceIn(20)) entries.push(random.pick(["A", "=", "=x", "", "PATH", "REIN_OPTIONS", "A_FILE"]));
  for (let i = entries.length - 1; i > 0; i--) {
    const other = random.below(i + 1);
    [entries[i], entries[other]] = [entries[other] ?? "", entries[i] ?? ""];
  }
  return entries;
}

const secrets: Readonly<Record<string, string | number>> = {
  "/run/secrets/one": "hunter2\n",
  "/run/secrets/empty": "",
  "/run/secrets/newline": "\n",
  "/run/secrets/lines": "a\nb\n\n",
  "/run/secrets/nul": "a\0b",
  "/run/secrets/bytes": "\xff\x80\x01=",
  "/run/secrets/fits": "x".repeat(131_072 - 8),
  "/run/secrets/long": "x".repeat(131_072),
  "/run/secrets/huge": "x".repeat(524_289),
  "/run/secrets/forbidden": EACCES,
  "/run/secrets/broken": EIO,
  "/run/secrets": EISDIR,
  "/nowhere": ENOENT,
  "": ENOENT,
};

export function scenarioFor(random: Random): Scenario {
  const endsAt = random.below(3) * random.below(40_000);
  return {
    ...quietScenario,
    pid: random.pick([1, 1, 7, 4_194_303]),
    files: {
      ...secrets,
      "/etc/passwd": random.onceIn(12) ? random.pick([ENOENT, EACCES, ENOTDIR, EIO]) : random.pick(passwd),
      "/etc/group": random.onceIn(12) ? random.pick([ENOENT, EACCES, EIO]) : random.pick(group),
      ...(random.onceIn(2) ? { "/bin/node": "text", "/usr/bin/sh": "\x7fELF\x02", "./x": "#!/no" } : {}),
    },
    executions: Array.from({ length: random.onceIn(3) ? random.below(7) : 0 }, () =>
      random.pick([ENOENT, ENOENT, ENOENT, EACCES, ENOTDIR, ENOEXEC, 7, 26, 40, 36, 80, 1]),
    ),
    failing: random.onceIn(12) ? random.pick(steps) : undefined,
    arrivals: arrivalsFor(random, endsAt),
    endsAt,
    waitStatus: random.onceIn(3) ? 1 + random.below(31) : random.pick([0, 1, 3, 42, 128, 143, 255]) << 8,
    orphan: random.pick(["none", "none", "ended", "stubborn"]),
  };
}

function arrivalsFor(random: Random, endsAt: number): Arrival[] {
  const arrivals: Arrival[] = [];
  for (let count = random.below(4); count > 0; count--) {
    const signal = random.onceIn(3) ? 1 + random.below(LAST_SIGNAL) : random.pick([SIGTERM, SIGINT, SIGHUP]);
    if (signal === SIGCHLD || signal === SIGKILL || signal === SIGSTOP) continue;
    arrivals.push({ at: random.below(endsAt + 10), signal, code: random.onceIn(8) ? 0x80 : 0 });
  }
  return arrivals.sort((a, b) => a.at - b.at);
}
