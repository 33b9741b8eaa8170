// The two that are compared: bubblewrap, and the executable under its name.

import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { asUser } from "../../support/accounts.ts";
import { compile } from "../../support/payload.ts";
import { executable } from "../../support/rein.ts";

export type Which = "bubblewrap" | "rein";

/** Where clients expect it; the file is covered by the one that is tried. */
export const usual = "/usr/bin/bwrap";

/** The files; another bubblewrap than Debian's can be given. */
export const files: Readonly<Record<Which, string>> = {
  bubblewrap: process.env.REIN_CLIENTS_BUBBLEWRAP ?? usual,
  rein: executable,
};

const said = spawnSync(files.bubblewrap, ["--version"], { encoding: "utf8" }).stdout ?? "";
/** What it says of its version, such as "0.8.0"; codex's own tells whose it is. */
export const bubblewrapVersion: string = /\d+(\.\d+)+/.exec(said)?.[0] ?? said.trim();

const folder = join(import.meta.dirname, "program");

let path = "";
let reason: string | false = false;
try {
  const sources = readdirSync(folder).map((name) => join(folder, name));
  path = compile("inspect", sources.sort());
} catch (error) {
  reason = error instanceof Error ? error.message : String(error);
}

/** The program that looks around inside, and is PID 1 outside. */
export const program: string = path;

/**
 * Where the program is found inside and outside: in /usr/bin, as every sandbox has that, under the name of a file that is
 * always there and that nobody uses.
 */
export const inspector = "/usr/bin/link";

function whyNot(): string | false {
  if (process.getuid?.() !== 0) return "only root can put another file in the place of /usr/bin/bwrap";
  if (!existsSync(usual) || bubblewrapVersion === "") return "bubblewrap is not installed: apt-get install bubblewrap";
  if (!existsSync(inspector)) return `there is no ${inspector}`;
  const words = ["--mount", "--uts", "--pid", "--fork", "--mount-proc", "true"];
  const probe = spawnSync("unshare", words, { encoding: "utf8" });
  if (probe.status !== 0) return `no namespaces can be made here: ${probe.error?.message ?? probe.stderr.trim()}`;
  return reason;
}

/** Why nothing can be compared here, or false. */
export const unavailable: string | false = whyNot();

/** Why an ordinary user cannot have a sandbox of either here, or false. */
export function unavailableTo(uid: number): string | false {
  for (const name of ["bubblewrap", "rein"] as const) {
    // Both by the same name, where everybody can reach them.
    const folder = mkdtempSync("/var/tmp/rein-clients-");
    const file = join(folder, "bwrap");
    copyFileSync(files[name], file);
    for (const path of [folder, file]) chmodSync(path, 0o755);
    const words = [...asUser(uid), file, "--unshare-user", "--ro-bind", "/", "/", "true"];
    const { status, stderr } = spawnSync(words[0] ?? "", words.slice(1), { encoding: "utf8" });
    rmSync(folder, { recursive: true });
    if (status !== 0) return `${name} makes no sandbox for an ordinary user here: ${stderr?.trim()}`;
  }
  return false;
}
