// Makes a failing vector as small as it can be and still fail.

import { quietScenario, type Scenario, type Vector } from "../oracle/vector.ts";

/** How many smaller vectors are tried: fewer where they are long, or one of 16 000 words or a megabyte would be minutes at it. */
const MOST_EFFORT = 4000;
const WORDS_OF_AN_EFFORT = 100;
const BYTES_OF_AN_EFFORT = 10_000;

/** `fails` tells whether a vector still fails in the same way. */
export function shrink(vector: Vector, fails: (vector: Vector) => boolean): Vector {
  let smallest = vector;
  let effort = 0;
  const isOver = (): boolean => effort >= MOST_EFFORT;
  const adopt = (candidate: Vector): boolean => {
    effort += effortOf(candidate);
    if (!fails(candidate)) return false;
    smallest = candidate;
    return true;
  };
  for (let isSmaller = true; isSmaller && !isOver(); ) {
    isSmaller = false;
    for (const key of Object.keys(quietScenario) as (keyof Scenario)[]) {
      if (JSON.stringify(smallest.scenario[key]) === JSON.stringify(quietScenario[key])) continue;
      if (adopt({ ...smallest, scenario: { ...smallest.scenario, [key]: quietScenario[key] } })) isSmaller = true;
    }
    for (const list of ["argv", "envp"] as const) {
      if (withoutRuns(smallest[list], (words) => adopt({ ...smallest, [list]: words }), isOver)) isSmaller = true;
      for (let at = 0; at < smallest[list].length; at++) {
        const tryWord = (characters: readonly string[]): boolean =>
          adopt({ ...smallest, [list]: smallest[list].with(at, characters.join("")) });
        if (withoutRuns([...(smallest[list][at] ?? "")], tryWord, isOver)) isSmaller = true;
      }
    }
  }
  return smallest;
}

function effortOf({ argv, envp }: Vector): number {
  let bytes = 0;
  for (const word of [...argv, ...envp]) bytes += word.length;
  return 1 + (argv.length + envp.length) / WORDS_OF_AN_EFFORT + bytes / BYTES_OF_AN_EFFORT;
}

/** Leaves out runs of items, long ones first. Returns whether anything could be left out. */
function withoutRuns<T>(items: readonly T[], adopt: (items: readonly T[]) => boolean, isOver: () => boolean): boolean {
  let rest = items;
  for (let size = Math.ceil(items.length / 2); size > 0; size = size > 1 ? Math.ceil(size / 2) : 0) {
    // To make the candidates is the most of the work already: of a word of 131 000 characters there are as many.
    for (let at = 0; at < rest.length && !isOver(); ) {
      const candidate = [...rest.slice(0, at), ...rest.slice(at + size)];
      if (adopt(candidate)) rest = candidate;
      else at += size;
    }
  }
  return rest.length < items.length;
}
