// The differences that are meant, each with its reason: the only ones that the tests of clients let pass. The page
// docs/bubblewrap-clients.md has them, in these words.

import type { Difference } from "./observations.ts";

export interface Meant {
  /** What is different. */
  readonly what: string;
  /** Why it is, in a sentence or two for a reader who uses the client. */
  readonly reason: string;
  /** The clients with which it occurs, by name: with each of them it has to, or it is no longer true and goes. */
  readonly clients: readonly string[];
  /** Only beside such versions of bubblewrap. */
  readonly versions?: RegExp;
  /** Whether it is this one. */
  matches(difference: Difference): boolean;
}

/** A difference of that name, whose values are such; undefined stands for what is not there. */
export function differs(
  key: RegExp,
  bubblewrap: RegExp | undefined,
  rein: RegExp | undefined,
): (difference: Difference) => boolean {
  const is = (value: string | undefined, pattern: RegExp | undefined): boolean =>
    pattern === undefined ? value === undefined : value !== undefined && pattern.test(value);
  return (difference) => key.test(difference.key) && is(difference.bubblewrap, bubblewrap) && is(difference.rein, rein);
}

/** Meant for good. */
export const meant: readonly Meant[] = [];

/** Not meant: they go as soon as what they are about is mended. */
export const pending: readonly Meant[] = [];
