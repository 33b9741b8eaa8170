// Programs that a machine may not have.

import { spawnSync } from "node:child_process";

/** For a test's `skip`: false where the program is there, else what is missing. */
export function missing(program: string, ...words: readonly string[]): string | false {
  const { error } = spawnSync(program, words.length === 0 ? ["--version"] : words, { stdio: "ignore" });
  return error === undefined ? false : `there is no ${program} here`;
}
