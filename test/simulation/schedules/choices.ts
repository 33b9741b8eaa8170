// What a schedule is made of: the values that the generator chooses from.

import { NOFILE } from "../kernel/attributes.ts";
import type { CallName } from "../kernel/calls.ts";
import { Signal } from "../kernel/signal-set.ts";
import type { Dialect, Option } from "../oracle/options.ts";
import { refusedPrograms } from "./refused-programs.ts";

const { HUP, INT, QUIT, USR1, USR2, TERM, CHLD, CONT, TSTP, TTIN, TTOU, WINCH } = Signal;
export const COMMON: readonly number[] = [
  TERM,
  TERM,
  TERM,
  INT,
  HUP,
  QUIT,
  USR1,
  USR2,
  CONT,
  TSTP,
  TTIN,
  TTOU,
  WINCH,
  CHLD,
];
export const TIMES: readonly number[] = [0, 1, 3, 10, 100, 999, 1000, 5000];
export const DELAYS: readonly number[] = [0, 0, 0, 1, 2, 10, 50, 500, 3000];
export const REFUSED: readonly string[] = [
  ...["/bin/nothing", "nothing", "/srv", "/bin/locked", "", `/bin/${"x".repeat(1200)}`, "x".repeat(5000)],
  // Bytes that are no UTF-8, and ones that are no text.
  ...["/bin/\xfc", "/bin/\xe2\x82\xac\xe2\x82", "/bin/\xf0\x9f\x98\x80\xed\xa0\x80", '/bin/\x1b[31m"\\\x7f'],
  ...["/bin/\xe0\x80\x80\xf4\x90\x80\x80", "/bin/\xc0\x80\xf0\x80\x80\x80\xf5\xc3"],
  ...refusedPrograms.keys(),
];
export const USERS: readonly string[] = [
  "app",
  "app",
  "app",
  "root",
  "1000",
  "1000",
  "4242",
  "app:video",
  "1000:7",
  "nobody",
  "app:none",
];
export const DIRECTORIES: readonly string[] = ["/srv", "/srv", "/srv", "/work", "/root", "/", "/nowhere", "/bin/app"];
export const NAMES: readonly string[] = ["HOME", "PATH", "SECRET", "SECRET_FILE", "LISTEN_PID", "OTHER"];
export const LIMITS: readonly (readonly [number | "unlimited", number | "unlimited"])[] = [
  [64, 64],
  [1024, 4096],
  [0, 100_000],
  [2_000_000, 2_000_000],
  [7, "unlimited"],
  ["unlimited", "unlimited"],
];
export const VARIABLES: readonly (readonly string[])[] = [
  [],
  [],
  ["SECRET_FILE=/run/secret"],
  ["SECRET_FILE=/run/plain", "OTHER=1"],
  ["SECRET_FILE=/run/nothing"],
  ...["fifo", "slow", "late", "silent", "unwritten"].map((name) => [`SECRET_FILE=/run/${name}`]),
  ["SECRET_FILE=/run/secret", "SECRET=known"],
];
export const NAMES_OF_IT: Readonly<Record<Dialect, readonly string[]>> = {
  rein: ["rein", "rein-init", "/sbin/rein", "whatever"],
  tini: ["tini", "tini-static", "docker-init", "/sbin/docker-init"],
};
/** More text than there is memory; and so much that it reaches into the large buffers at the memory's end (static-buffers.ts). */
const TOO_MUCH = 3_000_000;
const INTO_THE_ROOMS = 1_700_000;
export const WORDS: Readonly<Record<Dialect, readonly (readonly [words: readonly string[], status: number])[]>> = {
  rein: [
    [["--help"], 0],
    [["--version"], 0],
    [["--nonsense"], 125],
    [["--grace", "soon"], 125],
    [["--drain=5d"], 125],
    [["--clearenv=1"], 125],
    [["--rewrite", "TERM"], 125],
    [["--rewrite", "CHLD:TERM"], 125],
    [["--map-exit", "1:256"], 125],
    [["--rlimit", "files=3"], 125],
    [["--rlimit", "nofile=9:3"], 125],
    [["--cap-drop", "EVERYTHING"], 125],
    [["--umask", "0888"], 125],
    [["--expand", "${x}"], 125],
    [["--user-from-env", "NOT_SET:NEITHER"], 125],
    [["--oom-score-adj", "1001"], 125],
    [["--setenv", "A=B", "C"], 125],
    [["--stop-signal", "SIGNOTHING"], 125],
    [["--json-status-fd", "55"], 125],
    [["--setenv", "A", "x".repeat(TOO_MUCH)], 125],
    [["--setenv", "A", "x".repeat(INTO_THE_ROOMS), "--nonsense"], 125],
  ],
  tini: [
    [["-h"], 0],
    [["-l"], 0],
    [["-x"], 1],
    [["-e", "256"], 1],
    [["-p", "NOTHING"], 1],
    [["-e", "x".repeat(TOO_MUCH)], 1],
  ],
};
export const COMMANDS: readonly string[] = [
  ...["/bin/app", "/bin/app", "/bin/app", "app", "/bin/script", "/bin/gr\xc3\xbc\xc3\x9fe"],
];

/** Without which a call is hardly ever made. */
export const NEEDED: Partial<Record<CallName, readonly Option[]>> = {
  fchown: [{ kind: "user" }],
  setgroups: [{ kind: "user" }],
  setresgid: [{ kind: "user" }],
  setresuid: [{ kind: "user" }],
  statx: [{ kind: "user" }],
  keyctl: [{ kind: "user" }],
  prctl: [{ kind: "parent-death", signal: TERM }],
  capget: [{ kind: "cap-drop", capability: "NET_RAW" }],
  capset: [{ kind: "cap-drop", capability: "NET_RAW" }],
  prlimit64: [{ kind: "rlimit", resource: NOFILE, soft: 64, hard: 64 }],
  signalfd4: [{ kind: "file-env", name: "SECRET" }],
};
