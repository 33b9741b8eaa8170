import { readFileSync } from "node:fs";

/** What the tests take. Node.js alone has a dozen threads, each of which counts. */
const FEWEST_PROCESSES = 100;
const most = Number(/^Max processes +\S+ +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? Infinity);

/** Why nobody but root, whom the kernel does not count, can have as many processes here, or false. */
export const tooFewProcesses: string | false =
  most < FEWEST_PROCESSES && `nobody but root may have more than ${most} processes here (ulimit -Hu)`;
