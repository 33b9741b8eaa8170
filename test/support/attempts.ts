// What a restricted payload may still do: the program attempts.c, which tries it and says the errno of each attempt.

import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { openFolder } from "./accounts.ts";
import { compile } from "./payload.ts";
import { executable, type Result } from "./rein.ts";

function built(): string {
  try {
    return compile("attempts", [join(import.meta.dirname, "attempts.c")]);
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
    return "";
  }
}

let reason: string | false = false;
/** The program's path; empty when it cannot be built. */
export const attempts: string = built();
/** Why there is none, or false. */
export const attemptsUnavailable: string | false = reason;

/** The program and the executable in a folder that every user can enter. */
export function openAttempts(t: TestContext): { folder: string; rein: string; attempts: string } {
  const folder = openFolder(t);
  const programs = { folder, rein: join(folder, "rein"), attempts: join(folder, "attempts") };
  copyFileSync(executable, programs.rein);
  copyFileSync(attempts, programs.attempts);
  for (const file of [programs.rein, programs.attempts]) chmodSync(file, 0o755);
  return programs;
}

const names = new Map(Object.entries(constants.errno).map(([name, number]) => [number as number, name]));

/** What came of each attempt: the name of its errno, or "done". */
export function outcomes(output: string | Result): Record<string, string> {
  const text = typeof output === "string" ? output : output.stdout;
  const lines = text.split("\n").filter((line) => line !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const [word = "", number] = line.split(" ");
      return [word, number === "0" ? "done" : (names.get(Number(number)) ?? `${number}`)];
    }),
  );
}

/** What comes of the attempts when nothing restricts them, for tests that show that something else does. */
export function unrestricted(words: readonly string[]): Record<string, string> {
  return outcomes(spawnSync(attempts, words, { encoding: "utf8" }).stdout);
}

/** The version of the kernel's Landlock; 0 without. */
export const landlockVersion: number =
  attempts === ""
    ? 0
    : Math.max(0, Number(spawnSync(attempts, ["landlock-version"], { encoding: "utf8" }).stdout.split(" ")[1]));
