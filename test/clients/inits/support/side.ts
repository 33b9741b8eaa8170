// The two that are compared: another init where Debian's package has it, and the executable under its name.

import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { executable } from "../../../support/rein.ts";
import type { Form, InitName } from "./form.ts";

export type Side = "real" | "ours";
export const sides: readonly Side[] = ["real", "ours"];

/** Debian's file, and its package. docker-init is tini that Docker builds, podman-init a copy of catatonit. */
const debian: Readonly<Record<InitName, readonly [file: string, package_: string]>> = {
  tini: ["/usr/bin/tini", "tini"],
  "tini-static": ["/usr/bin/tini-static", "tini"],
  "docker-init": ["/usr/bin/tini-static", "tini"],
  "dumb-init": ["/usr/bin/dumb-init", "dumb-init"],
  catatonit: ["/usr/bin/catatonit", "catatonit"],
  "podman-init": ["/usr/bin/catatonit", "catatonit"],
};

/** Both sides' files; each side's are in a folder that its name ends with. */
export const folder: string = mkdtempSync(join(tmpdir(), "rein-inits-"));
chmodSync(folder, 0o755);
after(() => rmSync(folder, { recursive: true }));
for (const side of sides) {
  mkdirSync(join(folder, side));
  for (const [name, [file]] of Object.entries(debian)) {
    symlinkSync(side === "real" ? file : executable, join(folder, side, name));
  }
}
writeFileSync(join(folder, "not-executable"), "#!/bin/sh\n", { mode: 0o644 });
writeFileSync(join(folder, "no-interpreter-named"), "echo by a shell\nexit 3\n", { mode: 0o755 });

/** Why an init cannot be compared here, or false. */
export function missing(init: InitName): string | false {
  const [file, package_] = debian[init];
  return !existsSync(file) && `${file} is not there: apt-get install ${package_}`;
}

/** One side's variables: its folder is the first in PATH. */
export function environmentOf(side: Side, form: Form): Record<string, string> {
  return { ...form.environment, LC_ALL: "C", PATH: `${join(folder, side)}:/usr/sbin:/usr/bin:/sbin:/bin` };
}

/** What stands before the command, on one side. */
export function wordsOf(side: Side, form: Form): readonly string[] {
  if (form.shebang === undefined) return form.words;
  const path = join(folder, side, `${form.init}${form.shebang.replaceAll("/", "-")}.sh`);
  // Once: nobody may be executing it.
  if (!existsSync(path)) {
    writeFileSync(path, `#!${join(folder, side, form.init)} ${form.shebang}\nexec "$@"\n`);
    chmodSync(path, 0o755);
  }
  return [path];
}

/** How many signals wait in all, which sockets there are, a hash of all variables, one of which tells the side. */
const OTHERS_DOING = /^SigQ:.*\n|(?<=socket:)\[\d+\]|(?<=^variables \d+ \d+) \w+/gm;

/** What was said, without what tells the side, or what else is done on the machine. */
export function withoutSide(text: string): string {
  const sideless = text.replaceAll(new RegExp(`${folder}/(${sides.join("|")})\\b`, "g"), "FOLDER");
  return sideless.replaceAll(OTHERS_DOING, "");
}
