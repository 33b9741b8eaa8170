import { Worker } from "node:worker_threads";
import { add, emptyTally, type Tally } from "./campaign.ts";
import type { Share } from "./worker.ts";

/** Runs the first `schedules` of those that `seed` stands for, on several threads. */
export async function runCampaign(
  seed: number,
  schedules: number,
  threads: number,
  progress: (tally: Tally) => void = () => {},
): Promise<Tally> {
  const total = emptyTally();
  const share = Math.ceil(schedules / threads);
  const runShare = (thread: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const workerData: Share = { seed, from: thread * share, to: Math.min((thread + 1) * share, schedules) };
      const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData });
      worker.on("message", (tally: Tally) => {
        add(total, tally);
        progress(total);
      });
      worker.on("error", reject);
      worker.on("exit", () => resolve());
    });
  await Promise.all(Array.from({ length: threads }, (_, thread) => runShare(thread)));
  return total;
}
