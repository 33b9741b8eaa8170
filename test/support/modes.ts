// The two lives of an init: PID 1 of a PID namespace, and an ordinary process.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { payloadUnavailable } from "./payload.ts";

export interface Mode {
  readonly name: "PID 1" | "subreaper";
  /** Words that stand before the init's own, to start it in this mode. */
  readonly prefix: readonly string[];
  /** Why this mode cannot be tried here, or false: what node:test takes as `skip`. */
  readonly unavailable: string | false;
}

/** A tool's path, so that tests may change PATH; its bare name when there is none. */
function tool(name: string): string {
  const folders = (process.env.PATH ?? "/usr/bin:/bin").split(":");
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? name;
}

// The namespace ends with the unshare process, whatever happens in it.
const unshare = [tool("unshare"), "--pid", "--fork", "--kill-child", "--mount-proc"];
const asUser = ["--user", "--map-root-user"];

function pidNamespace(): Mode {
  let reason = "";
  for (const words of process.getuid?.() === 0 ? [unshare] : [[...unshare, ...asUser]]) {
    const probe = spawnSync(words[0] ?? "", [...words.slice(1), "--", "true"], { encoding: "utf8" });
    if (probe.status === 0) return { name: "PID 1", prefix: [...words, "--"], unavailable: payloadUnavailable };
    reason = probe.error?.message ?? probe.stderr.trim();
  }
  return { name: "PID 1", prefix: [], unavailable: `no PID namespace can be made here: ${reason}` };
}

export const pid1: Mode = pidNamespace();
export const subreaper: Mode = { name: "subreaper", prefix: [], unavailable: payloadUnavailable };

/** Both, for tests of what holds in each. */
export const modes: readonly Mode[] = [pid1, subreaper];
