/** What can be measured, by the names that `--only` takes; the page has them in this order. */
import { counts } from "./counts.ts";
import type { Bench, Figure } from "./figure.ts";
import { growth } from "./growth.ts";
import { crowd, memory } from "./memory.ts";
import { node } from "./node-pid1.ts";
import { orphans, shutdown } from "./orphans.ts";
import { sandbox } from "./sandboxes.ts";
import { signal } from "./signals.ts";
import { size, start } from "./starts.ts";

export const FIGURES: Readonly<Record<string, (bench: Bench) => Promise<Figure[]>>> = {
  start,
  counts,
  memory,
  crowd,
  size,
  signal,
  orphans,
  shutdown,
  sandbox,
  growth,
  node,
};
