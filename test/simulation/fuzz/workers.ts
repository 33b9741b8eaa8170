// Runs a campaign on several threads.

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Finding, Share, Tally } from "./campaign.ts";

/** Vectors in a share: few enough for a progress line a second. */
export const SHARE = 2000;
const THREADS = Math.min(2, availableParallelism());

export interface Summary {
  vectors: number;
  readonly endings: Map<string, number>;
  readonly found: Finding[];
}

export interface Order {
  readonly subject: Share["subject"];
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly onProgress?: (summary: Summary) => void;
}

/** Runs the vectors of a seed from one number to another, on two threads. */
export async function fuzz({ subject, seed, from, to, onProgress }: Order): Promise<Summary> {
  const summary: Summary = { vectors: 0, endings: new Map(), found: [] };
  let next = from;
  const nextShare = (): Share | undefined => {
    if (next >= to) return undefined;
    const share = { subject, seed, from: next, to: Math.min(next + SHARE, to) };
    next = share.to;
    return share;
  };
  const add = ({ vectors, endings, found }: Tally): void => {
    summary.vectors += vectors;
    for (const [ending, count] of Object.entries(endings))
      summary.endings.set(ending, (summary.endings.get(ending) ?? 0) + count);
    summary.found.push(...found);
    onProgress?.(summary);
  };
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL("./campaign.ts", import.meta.url));
      const give = (): void => {
        const share = nextShare();
        if (share !== undefined) worker.postMessage(share);
        else worker.terminate().then(() => resolve(), reject);
      };
      worker.on("error", reject);
      worker.on("message", (tally: Tally) => {
        add(tally);
        give();
      });
      give();
    });
  await Promise.all(Array.from({ length: THREADS }, work));
  return summary;
}

/** What was found, with what repeats it. */
export function describeFinding(subject: Share["subject"], seed: number, found: Finding): string {
  return `node test/simulation/fuzz.ts --subject ${subject} --seed ${seed} --only ${found.index}\n${found.text}\n`;
}
