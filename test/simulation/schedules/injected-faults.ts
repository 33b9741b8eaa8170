// Which calls were made to fail, with which errors, and how often.

import { errnoName } from "../kernel/errno.ts";
import { everyPair, possible } from "../kernel/faults.ts";
import type { Tally } from "./campaign.ts";

/** Those of the table that never came about, as `call errno`. */
export function neverInjected(tally: Tally): string[] {
  return everyPair
    .map(([call, errno]) => `${call} ${errnoName(errno)}`)
    .filter((name) => (tally.injected[name] ?? 0) === 0);
}

/** A line for each call: `write: EIO 120, EINTR 112`. */
export function describeInjected(tally: Tally): string {
  const lines: string[] = [];
  for (const [call, errnos] of Object.entries(possible)) {
    const counts = errnos.map((errno) => {
      const name = errnoName(errno);
      return `${name} ${tally.injected[`${call} ${name}`] ?? 0}`;
    });
    lines.push(`  ${call}: ${counts.length === 0 ? "cannot fail" : counts.join(", ")}`);
  }
  const injected = everyPair.length - neverInjected(tally).length;
  return [`failures brought about, ${injected} of ${everyPair.length} kinds:`, ...lines].join("\n");
}
