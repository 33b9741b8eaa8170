// What every server under rein/auto answers, by path.

import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const code = "JSON.stringify({ execArgv: process.execArgv, options: process.env.NODE_OPTIONS ?? null })";
const first = () => readFileSync("/proc/1/comm", "utf8").trim();

export const answers = {
  /** What this process is. */
  "/": () => {
    const { pid, ppid, execArgv, env } = process;
    return JSON.stringify({ pid, ppid, first: first(), execArgv, options: env.NODE_OPTIONS ?? null });
  },
  /** What a child of it is, where no package can be found. */
  "/child": () => execFileSync(process.execPath, ["-p", code], { cwd: "/", encoding: "utf8" }),
  "/word": () => process.env.WORD ?? "",
  /** Three orphans, which end soon. */
  "/orphans": () => String(spawnSync("sh", ["-c", "for i in 1 2 3; do sleep 0.01 & done"]).status),
};
