/** What is told of a series of samples: the middle one, and between which values the middle half lies. */
export interface Spread {
  median: number;
  lowerQuartile: number;
  upperQuartile: number;
}

/** The value below which the `share` (0 to 1) of all samples lies, interpolated between its neighbours. */
export function quantile(samples: readonly number[], share: number): number {
  if (samples.length === 0) throw new Error("no samples");
  const sorted = samples.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below + (above - below) * (place - Math.floor(place));
}

export function spread(samples: readonly number[]): Spread {
  return {
    median: quantile(samples, 0.5),
    lowerQuartile: quantile(samples, 0.25),
    upperQuartile: quantile(samples, 0.75),
  };
}

/**
 * The ratios of two series round by round: what disturbed the machine in a
 * round disturbed both. Undefined when a ratio to nothing would be needed.
 */
export function ratio(samples: readonly number[], reference: readonly number[]): Spread | undefined {
  if (samples.length !== reference.length || reference.includes(0)) return undefined;
  return spread(samples.map((sample, round) => sample / reference[round]!));
}
