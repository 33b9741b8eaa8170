// Makes a failing vector as small as it can be and still fail.

import { quietWorld, type Vector, type World } from "./fuzz-vector.ts";

/** How many smaller vectors are tried: fewer where they are long, or one of 16 000 words would be minutes at it. */
const MOST_EFFORT = 4000;
const WORDS_OF_AN_EFFORT = 100;

/** `fails` tells whether a vector still fails in the same way. */
export function shrink(vector: Vector, fails: (vector: Vector) => boolean): Vector {
  let smallest = vector;
  let effort = 0;
  const adopt = (candidate: Vector): boolean => {
    if (effort >= MOST_EFFORT) return false;
    effort += 1 + (candidate.argv.length + candidate.envp.length) / WORDS_OF_AN_EFFORT;
    if (!fails(candidate)) return false;
    smallest = candidate;
    return true;
  };
  for (let isSmaller = true; isSmaller && effort < MOST_EFFORT; ) {
    isSmaller = false;
    for (const key of Object.keys(quietWorld) as (keyof World)[]) {
      if (JSON.stringify(smallest.world[key]) === JSON.stringify(quietWorld[key])) continue;
      if (adopt({ ...smallest, world: { ...smallest.world, [key]: quietWorld[key] } })) isSmaller = true;
    }
    for (const list of ["argv", "envp"] as const) {
      if (withoutRuns(smallest[list], (words) => adopt({ ...smallest, [list]: words }))) isSmaller = true;
      for (let at = 0; at < smallest[list].length; at++) {
        const tryWord = (characters: readonly string[]): boolean =>
          adopt({ ...smallest, [list]: smallest[list].with(at, characters.join("")) });
        if (withoutRuns([...(smallest[list][at] ?? "")], tryWord)) isSmaller = true;
      }
    }
  }
  return smallest;
}

/** Leaves out runs of items, long ones first. Returns whether anything could be left out. */
function withoutRuns<T>(items: readonly T[], adopt: (items: readonly T[]) => boolean): boolean {
  let rest = items;
  for (let size = Math.ceil(items.length / 2); size > 0; size = size > 1 ? Math.ceil(size / 2) : 0) {
    for (let at = 0; at < rest.length; ) {
      const candidate = [...rest.slice(0, at), ...rest.slice(at + size)];
      if (adopt(candidate)) rest = candidate;
      else at += size;
    }
  }
  return rest.length < items.length;
}
