// Runs a share of a campaign's schedules, a batch at a time.

import { parentPort, workerData } from "node:worker_threads";
import { Instance, Program } from "../kernel/module.ts";
import { campaign } from "./campaign.ts";

export interface Share {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

const BATCH = 2000;
const { seed, from, to } = workerData as Share;
const instance = new Instance(Program.product());
for (let index = from; index < to; index += BATCH) {
  const tally = campaign(instance, seed, index, Math.min(index + BATCH, to));
  parentPort?.postMessage(tally);
  if (tally.failures.length > 0) break;
}
