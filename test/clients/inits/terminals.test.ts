// Inits on a terminal, as `docker run -t` and a shell have them, on the other init and on ours side by side.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { pid1 } from "../../support/modes.ts";
import { payload } from "../../support/payload.ts";
import { bash, CTRL_BACKSLASH, CTRL_C, CTRL_Z, openTerminal, terminalUnavailable } from "../../support/terminal.ts";
import { unexplained } from "./support/compare.ts";
import { describeForm, entrypoint, type Form, type InitName } from "./support/form.ts";
import type { Observation } from "./support/life.ts";
import { assertListed } from "./support/listed.ts";
import { Screen } from "./support/screen.ts";
import { environmentOf, missing, type Side, sides, withoutSide } from "./support/side.ts";

interface Situation {
  readonly name: string;
  readonly command: readonly string[];
  /** The init is a job of an interactive shell; else PID 1, which leads the terminal's session. */
  readonly underShell?: boolean;
  /** It blocks the stop signals in all that is below it: nobody is woken by Ctrl-Z. */
  readonly notUnder?: InitName;
  act(screen: Screen): Promise<void>;
}

const type =
  (...texts: readonly string[]): Situation["act"] =>
  async (screen) => {
    for (const text of texts) await screen.type(text);
  };

/** Stays until a line, or a signal that it does not survive. */
const waiting = [payload, "wait", "7"];

const situations: readonly Situation[] = [
  { name: "gets what is typed", command: [payload, "signals"], act: type(CTRL_C, CTRL_BACKSLASH, CTRL_Z, "\n") },
  { name: "has a group that gets what is typed", command: [payload, "family", "2"], act: type(CTRL_C, "\n") },
  { name: "has no handler for Ctrl-C", command: waiting, act: type(CTRL_C) },
  { name: "tells its world on a terminal", command: [payload, "status"], act: async () => {} },
  {
    name: "is in the foreground",
    command: waiting,
    act: async (screen) => {
      await screen.noteForeground();
      await screen.type("\n");
    },
  },
  {
    name: "is told of another size",
    command: [payload, "family", "1"],
    act: async (screen) => {
      await screen.resize();
      await screen.type("\n");
    },
  },
  { name: "loses the terminal", command: waiting, act: (screen) => screen.hangUp() },
  {
    name: "is a shell with jobs",
    command: bash,
    act: type("echo flags=$-\n", `${payload} wait\n`, CTRL_C, "echo status=$?\n", "exit 9\n"),
  },
  {
    name: "is a shell whose job Ctrl-Z stops",
    command: bash,
    notUnder: "catatonit",
    act: type(
      `${payload} wait 5\n`,
      CTRL_Z,
      "jobs -s | wc -l\n",
      "fg >/dev/null\n",
      "\n",
      "echo status=$?\n",
      "exit 9\n",
    ),
  },
  {
    name: "is a shell's job, and Ctrl-C ends it",
    command: waiting,
    underShell: true,
    act: type(CTRL_C, "echo status=$?\n", "exit 9\n"),
  },
  {
    name: "is a shell's job, and ends",
    command: waiting,
    underShell: true,
    act: type("\n", "echo status=$?\n", "exit 9\n"),
  },
  {
    name: "is a shell's job, and Ctrl-Z stops it",
    command: waiting,
    underShell: true,
    notUnder: "catatonit",
    act: type(CTRL_Z, "jobs -s | wc -l\n", "fg >/dev/null\n", "\n", "echo status=$?\n", "exit 9\n"),
  },
];

async function play(t: TestContext, side: Side, form: Form, situation: Situation): Promise<Observation> {
  const words = [...form.words, ...situation.command];
  const inside = situation.underShell ? bash : words;
  const terminal = openTerminal(t, [...pid1.prefix, "setsid", "--ctty", ...inside], {
    environment: environmentOf(side, form),
  });
  const screen = new Screen(terminal);
  await screen.quiet();
  if (situation.underShell) await screen.type(`${words.join(" ")}\n`);
  await situation.act(screen);
  const { status, signal, ended } = await screen.end();
  const shown = withoutSide(screen.text);
  return {
    status: ended ? (signal ?? `${status}`) : "goes on",
    // Several processes write in no order; a shell waits for the last one.
    stdout: /shell/.test(situation.name) ? shown : shown.split("\n").toSorted().join("\n"),
    stderr: "",
    processes: screen.notes.join("\n"),
  };
}

const forms = [
  ...["tini --", "tini -g --", "tini -s -g --", "dumb-init --", "dumb-init -c --", "dumb-init --rewrite 2:3 --"],
  ...["catatonit --"],
].map((line) => entrypoint(line, "docker run -t"));

describe("on a terminal", { skip: terminalUnavailable || pid1.unavailable }, () => {
  for (const form of forms) {
    test(describeForm(form), { skip: missing(form.init) }, async (t) => {
      const found: string[] = [];
      for (const situation of situations) {
        if (situation.notUnder === form.init) continue;
        const [real, ours] = await Promise.all(sides.map((side) => play(t, side, form, situation)));
        assert.ok(real !== undefined && ours !== undefined);
        const place = situation.underShell ? "not PID 1" : "PID 1";
        found.push(...unexplained(form, situation.name, place, real, ours).map((line) => `${situation.name}: ${line}`));
      }
      assert.equal(found.join("\n"), "");
    });
  }

  test("every meant difference on a terminal still occurs", () => assertListed("terminal"));
});
