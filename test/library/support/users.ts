// Who the tests of the library run programs as: the caller, and as root somebody without any privilege too.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { tooFewProcesses } from "../../support/process-limit.ts";

export interface User {
  readonly name: "root" | "an ordinary user";
  /** Words that stand before a command's own. */
  readonly prefix: readonly string[];
  /** Why nothing can be run as this user here, or false. */
  readonly unavailable: string | false;
}

const NOBODY = "65534";
const become = ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--"];

function ordinary(): User {
  const name = "an ordinary user";
  if (tooFewProcesses !== false) return { name, prefix: [], unavailable: tooFewProcesses };
  if (process.getuid?.() !== 0) return { name, prefix: [], unavailable: false };
  const program = join(import.meta.dirname, "../programs/nothing.ts");
  const probe = spawnSync(become[0] as string, [...become.slice(1), process.execPath, program], { encoding: "utf8" });
  if (probe.status === 0) return { name, prefix: become, unavailable: false };
  const reason = probe.error?.message ?? probe.stderr.trim();
  return { name, prefix: become, unavailable: `this checkout cannot be read by others: ${reason}` };
}

const root: User = { name: "root", prefix: [], unavailable: false };

const ordinaryUser: User = ordinary();
export const users: readonly User[] = process.getuid?.() === 0 ? [root, ordinaryUser] : [ordinaryUser];
