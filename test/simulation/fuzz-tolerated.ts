// What the executable is known to do otherwise than its own help has it. Each
// entry goes when the executable is mended; `--strict` does without them all.

export interface Tolerated {
  /** Messages show bytes from 0x80 on as they came, also where they are no UTF-8 or are control characters of it. */
  rawBytes: boolean;
}

export const tolerated: Tolerated = {
  rawBytes: true,
};

/** Tolerates nothing from here on. */
export function beStrict(): void {
  for (const key of Object.keys(tolerated) as (keyof Tolerated)[]) tolerated[key] = false;
}
