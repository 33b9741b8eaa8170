// Under the name bwrap the first line about a failure is bubblewrap's, to the letter, and so is the exit status. Each
// situation of the table is tried on the executable and on bubblewrap; on another than the installed one with
// REIN_TEST_BUBBLEWRAP=PATH.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { runCommand } from "../support/rein.ts";
import { type Maker, testSandbox } from "../support/sandbox.ts";
import { filters } from "./support/bwrap-messages/filters.ts";
import { folderScript, type Situation } from "./support/bwrap-messages/situation.ts";
import { situations } from "./support/bwrap-messages/situations.ts";
import { untried } from "./support/bwrap-messages/untried.ts";

const STATUS = 1;
/** None that an ordinary user may not enter. */
const PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

const bubblewrap = process.env.REIN_TEST_BUBBLEWRAP ?? "bwrap";
const said = spawnSync(bubblewrap, ["--version"], { encoding: "utf8" }).stdout ?? "";
const version = /^bubblewrap 0\.(\d+)/.exec(said)?.[1];

const persons = {
  root: "root",
  user: "an ordinary user",
  anyone: process.getuid?.() === 0 ? "root" : "an ordinary user",
} as const;

/** Why there is no comparing with bubblewrap itself, or false. */
function incomparable({ leavesChild, since }: Situation): string | false {
  if (version === undefined) return "there is no bubblewrap";
  if (leavesChild === true) return "it leaves a child that waits for ever";
  return since !== undefined && Number(version) < 11 && `bubblewrap 0.${version} has other words, or not the option`;
}

/** Brings the situation about for `program`, and compares with the table. */
async function compare(t: TestContext, make: Maker, situation: Situation, program: string | undefined): Promise<void> {
  const { around, says, script, words } = situation;
  if (around !== undefined && process.getuid?.() !== 0) return t.skip("only root can bring it about");
  const folder = make.folder();
  const made = spawnSync("bash", ["-c", folderScript, "bash", folder], { encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr);
  for (const [name, filter] of Object.entries(filters)) writeFileSync(join(folder, name), filter);
  const own = make.words([]);
  const tried = program ?? own.at(-1) ?? "";
  const filled = (text: string): string =>
    text
      .replaceAll("FOLDER", folder)
      .replaceAll("PROGRAM", tried)
      .replaceAll("REIN", join(dirname(own.at(-1) ?? ""), "rein"));
  const shell = (text: string | undefined): string[] =>
    text === undefined ? [] : ["bash", "-c", filled(text), "bash"];
  const command = [...shell(around), ...own.slice(0, -1), ...shell(script), tried, ...words.map(filled)];
  const result = await runCommand(t, command, { directory: "/", environment: { PATH } });
  assert.equal(result.stderr.split("\n")[0], filled(says), result.stderr);
  assert.equal(result.status, STATUS, result.stderr);
}

for (const situation of situations) {
  const { person, says, words } = situation;
  const only = { dialect: "bwrap", ...(person === undefined ? {} : { person: persons[person] }) } as const;
  const name = `${words.join(" ")}: ${says}`.slice(0, 150);
  testSandbox(name, (make, t) => compare(t, make, situation, undefined), only);
  testSandbox(
    `bubblewrap itself: ${name}`,
    async (make, t) => {
      const skipped = incomparable(situation);
      if (skipped !== false) return t.skip(skipped);
      await compare(t, make, situation, bubblewrap);
    },
    only,
  );
}

const source = process.env.REIN_TEST_BUBBLEWRAP_SOURCE;
const noSource = source === undefined && "no REIN_TEST_BUBBLEWRAP_SOURCE=CLONE";

test("every message of bubblewrap's sources has a situation, or the reason why not", { skip: noSource }, () => {
  const excused = new Set(Object.values(untried).flat());
  const missing = ["bubblewrap.c", "bind-mount.c", "network.c", "utils.c"]
    .flatMap((file) => messagesOf(readFileSync(join(source ?? "", file), "utf8")))
    .filter((format) => !excused.has(format) && !situations.some(({ says }) => patternOf(format).test(says)));
  assert.deepEqual(missing, []);
});

/** The formats of what ends the program. */
function messagesOf(code: string): string[] {
  const calls = code.matchAll(/\bdie(?:_with_error|_with_mount_error)? *\(((?:\s*"(?:[^"\\]|\\.)*")+)/g);
  return [...calls].map(([, literals = ""]) =>
    [...literals.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text).join(""),
  );
}

function patternOf(format: string): RegExp {
  const parts = format.split(/%#?z?[a-z]+/).map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
  return new RegExp(`^bwrap: ${parts.join(".+")}(: [A-Z][^:]*)?$`);
}
