// One run of a caller on the machine, which ends in time whatever the command does.

import { spawn } from "node:child_process";
import type { Readable } from "node:stream";

/** In milliseconds; by then the caller itself has killed the sandbox. */
const LONGEST = 6000;
/** What is written once its writer has ended. */
const DRAIN = 1000;
const LARGEST = 4_000_000;

export interface Launched {
  readonly output: string;
  readonly errors: string;
  /** What the caller said. */
  readonly report: string;
  readonly status: number | null;
  /** It did not end by itself. */
  readonly isLate: boolean;
  /** `cut` ended it before it could be late. */
  readonly isCut: boolean;
}

/** Starts the words; when `cut` is aborted they are killed. */
export async function launch(
  words: readonly string[],
  environment: Record<string, string>,
  cut: AbortSignal,
): Promise<Launched> {
  const child = spawn(words[0] ?? "", words.slice(1), {
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    env: { PATH: process.env.PATH, ...environment },
    detached: true,
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let isLate = false;
  const kill = (): void => {
    isLate = true;
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  };
  const timer = setTimeout(kill, LONGEST);
  cut.addEventListener("abort", kill);
  if (cut.aborted) kill();
  child.stdin.on("error", () => {});
  const texts = [child.stdout, child.stderr, child.stdio[3] as Readable].map(readSome);
  const status = await ended;
  clearTimeout(timer);
  cut.removeEventListener("abort", kill);
  // Who was left behind may hold them open.
  const limit = setTimeout(() => {
    for (const stream of child.stdio) stream?.destroy();
  }, DRAIN);
  const [output = "", errors = "", report = ""] = await Promise.all(texts);
  clearTimeout(limit);
  return { output, errors, report, status, isLate, isCut: cut.aborted };
}

async function readSome(stream: Readable): Promise<string> {
  let text = "";
  try {
    for await (const piece of stream.setEncoding("latin1")) if (text.length < LARGEST) text += piece;
  } catch {
    // Destroyed: what was said in time counts.
  }
  return text;
}
