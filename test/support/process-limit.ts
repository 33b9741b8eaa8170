import { readFileSync } from "node:fs";

/** Node.js alone has a dozen threads, each of which counts, and a test runs several. */
const FEWEST_PROCESSES = 100;
const most = Number(/^Max processes +\S+ +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? Infinity);

/** Why nobody but root, whom the kernel does not count, can run Node.js here, or false. */
export const nodeUnavailableToUsers: string | false =
  most < FEWEST_PROCESSES && `nobody but root may have more than ${most} processes here (ulimit -Hu)`;
