// What the executable is known to do otherwise than its own help has it. Each
// entry goes when the executable is mended; `--strict` does without them all.

export interface Tolerated {
  /** Messages show bytes from 0x80 on as they came, also where they are no UTF-8 or are control characters of it. */
  rawBytes: boolean;
  /** A path of exactly 4095 bytes, made of PATH and the name, is taken for one that is too long. */
  longestCandidate: boolean;
}

export const tolerated: Tolerated = {
  rawBytes: true,
  longestCandidate: true,
};

/** Tolerates nothing from here on. */
export function beStrict(): void {
  for (const key of Object.keys(tolerated) as (keyof Tolerated)[]) tolerated[key] = false;
}
