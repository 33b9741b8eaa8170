// Waiting with an end to it: a hang becomes a failure that shows what was seen.

import { setTimeout as pause } from "node:timers/promises";

/** How long anything may take, in milliseconds; far more than it needs, for machines under load. */
export const deadline: number = Number(process.env.REIN_TEST_DEADLINE ?? 20_000);

/** Resolves as `promise` does; when that takes too long, rejects and shows `seen()`. */
export async function within<T>(what: string, promise: Promise<T>, seen: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${deadline} ms for ${what}\n${seen()}`)), deadline);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Asks again and again until `probe` gives something other than undefined or
 * false. Only for what announces itself by no event at all, such as the state of
 * a process in /proc.
 */
export async function eventually<T>(what: string, probe: () => T | undefined | false): Promise<T> {
  const end = performance.now() + deadline;
  for (let turn = 0; ; turn++) {
    const found = probe();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`waited ${deadline} ms until ${what}`);
    // At first without a rest: what is asked for is mostly there already, or due.
    await pause(turn < 20 ? 0 : 5);
  }
}
