// What a command does below an init, and what happens to both meanwhile.

import { join } from "node:path";
import { payload } from "../../support/payload.ts";
import { Signal } from "../../support/signals.ts";
import type { Life, Place } from "./support/life.ts";
import { folder } from "./support/side.ts";

export interface Situation {
  readonly name: string;
  readonly command: readonly string[];
  /** What the caller leaves the entry point: words of support/payload/launch.c. */
  readonly launch?: readonly string[];
  /** Where alone it says anything; both by default. */
  readonly place?: Place;
  /** Signals come in the middle: what the kernel ends with PID 1 may have said something, or not. */
  readonly signalled?: boolean;
  /** The forms, as lines, with which another init never comes to an end. */
  readonly endless?: RegExp;
  /** Lines come from several processes, in no order. */
  readonly unordered?: boolean;
  /** Tried with each form, however short the time is. */
  readonly always?: boolean;
  /** What is done once it is ready, before stdin is closed. */
  act?(life: Life): Promise<void>;
}

const { HUP, INT, QUIT, ABRT, USR1, USR2, PIPE, ALRM, TERM, CONT, TSTP, TTIN, TTOU, WINCH, RTMIN } = Signal;

const ends: readonly Situation[] = [
  { name: "exits with 0", command: [payload, "exit", "0"], always: true },
  { name: "exits with 3", command: [payload, "exit", "3"], always: true },
  { name: "exits with 255", command: [payload, "exit", "255"] },
  ...[TERM, Signal.KILL, Signal.SEGV, RTMIN].map((signal) => ({
    name: `is killed by signal ${signal}`,
    command: [payload, "kill-self", `${signal}`],
    always: signal === TERM,
  })),
  { name: "is not there", command: ["/nowhere/at-all", "argument"], always: true },
  { name: "is not in PATH", command: ["not-a-command-at-all"] },
  { name: "may not be executed", command: [join(folder, "not-executable")] },
  { name: "is a folder", command: ["/etc"] },
  { name: "is below a file", command: ["/etc/passwd/x"] },
  { name: "is a script without a first line", command: [join(folder, "no-interpreter-named")] },
  { name: "is empty", command: [""] },
  { name: "is left out", command: [] },
  {
    name: "has options of its own",
    command: ["sh", "-c", 'echo "$@"; exit 4', "sh", "-e", "4", "--", "-g", "-v", "--x"],
  },
  { name: "has dashes first", command: ["--", "echo", "there"] },
  { name: "has an option in its place", command: ["--serve"] },
];

const world: readonly Situation[] = [
  { name: "tells its world", command: [payload, "status"], always: true },
  {
    name: "tells its variables",
    command: [
      ...[payload, "environment", "TINI_SUBREAPER", "TINI_KILL_PROCESS_GROUP", "TINI_VERBOSITY"],
      ...["DUMB_INIT_SETSID", "DUMB_INIT_DEBUG", "CATATONIT_DEBUG", "PATH"],
    ],
  },
  { name: "tells its descriptors", command: [payload, "descriptors"] },
  { name: "tells its arguments", command: [payload, "arguments", "a", "", "--", "-x", "ä b"] },
  {
    name: "inherits blocked and ignored signals",
    command: [payload, "status"],
    launch: ["block=2,15,40", "ignore=1,3,13"],
  },
  ...[[0], [1], [2], [0, 1, 2]].map((closed) => ({
    name: `has ${closed.join(", ")} closed`,
    command: [payload, "exit", "5"],
    launch: closed.map((descriptor) => `close=${descriptor}`),
  })),
  {
    name: "has nobody who reads stderr",
    command: [payload, "orphans", "3", "6"],
    launch: ["broken=2"],
    endless: /^(dumb-init .*-v|DUMB_INIT_DEBUG)/,
  },
  { name: "inherits an ignored SIGCHLD", command: [payload, "exit", "5"], launch: ["ignore=17"] },
  {
    name: "has children from before the init",
    command: [payload, "wait", "4"],
    launch: ["zombies=3"],
    act: async (life) => life.note("ready"),
  },
];

/** Sends these one after the other. */
function signals(...numbers: readonly number[]): (life: Life) => Promise<void> {
  return async (life) => {
    for (const number of numbers) await life.signal(number);
  };
}

const told: readonly Situation[] = [
  {
    name: "gets signals",
    command: [payload, "signals"],
    signalled: true,
    act: signals(TERM, INT, QUIT, HUP, USR1, USR2, ALRM, WINCH, CONT, PIPE, RTMIN + 3, Signal.RTMAX),
    always: true,
  },
  { name: "gets a signal of its own doing", command: [payload, "signals"], act: signals(ABRT), signalled: true },
  ...[TERM, INT, QUIT, HUP, USR1, WINCH].map((signal) => ({
    name: `has no handler for signal ${signal}`,
    command: [payload, "wait"],
    act: signals(signal),
    always: signal === TERM,
  })),
  { name: "works a little on TERM", command: [payload, "delay", "15", "0", "7"], act: signals(TERM) },
  { name: "ends on QUIT", command: [payload, "delay", "3", "0", "0"], act: signals(QUIT) },
  { name: "ignores TERM", command: [payload, "ignore", "15", "6"], act: signals(TERM, TERM) },
  {
    name: "is stopped and goes on",
    command: [payload, "wait", "2"],
    async act(life) {
      for (const signal of [TSTP, TTIN, TTOU]) {
        await life.signal(signal);
        life.note(`after signal ${signal}`);
        await life.signal(CONT);
        life.note("after SIGCONT");
      }
    },
  },
];

const families: readonly Situation[] = [
  {
    name: "has a group that gets signals",
    command: [payload, "family", "2"],
    unordered: true,
    signalled: true,
    act: signals(USR1, TERM),
    always: true,
  },
  {
    name: "leaves orphans",
    command: [payload, "orphans", "3", "0"],
    async act(life) {
      life.note("after the orphans' end");
    },
    always: true,
  },
  {
    name: "leaves orphans behind a shell",
    command: ["sh", "-c", `"$1" orphans 3 0; exit 8`, "sh", payload],
    act: async (life) => life.note("after the orphans' end"),
  },
  ...["group", "session", "orphan"].map((kind) => ({
    name: `leaves a ${kind} when it ends`,
    command: [payload, "tree", kind, "2", "0", "4"],
    place: "not PID 1" as const,
    unordered: true,
    act: (life: Life) => life.type("\n"),
    always: kind === "group",
  })),
  {
    name: "has a group that is asked to end",
    command: [payload, "tree", "group", "2", "0", "4"],
    place: "not PID 1",
    unordered: true,
    act: signals(TERM),
  },
];

export const situations: readonly Situation[] = [...ends, ...world, ...told, ...families];
