/** What completions know of options: the words that they are, what they take, and what a kind of value offers. */
import type { Dialect, Option, ValueKind } from "../../../src/options/option.ts";
import { options } from "../../../src/options/options.ts";
import { type Completion, VALUE_FORMS } from "../../../src/options/values.ts";

export const DIALECTS: readonly Dialect[] = ["rein", "bwrap"];

export function optionsOf(dialect: Dialect): Option[] {
  return options.filter(({ dialects }) => dialects.includes(dialect));
}

/** `-g` and `--group`; bwrap has no letters. */
export function wordsOf({ name, short }: Option, dialect: Dialect = "rein"): string[] {
  return [...(short !== undefined && dialect === "rein" ? [`-${short}`] : []), `--${name}`];
}

function kindsOf({ values }: Option): ValueKind[] {
  return values.map(({ kind }) => kind);
}

/** The options that take values, those together that take the same. */
export function byKinds(): (readonly [kinds: string, words: readonly string[]])[] {
  const taking = options.filter(({ values }) => values.length > 0);
  const groups = Map.groupBy(taking, (option) => kindsOf(option).join(" "));
  return [...groups].map(([kinds, group]) => [kinds, group.flatMap((option) => wordsOf(option))]);
}

/** The kinds that offer something, those together that offer the same. */
export function byCompletion(): (readonly [kinds: readonly string[], completion: Completion])[] {
  const groups = new Map<string, { kinds: string[]; completion: Completion }>();
  for (const [kind, { completion }] of Object.entries(VALUE_FORMS)) {
    if (completion === "nothing") continue;
    const key = JSON.stringify(completion);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { kinds: [kind], completion });
    else group.kinds.push(kind);
  }
  return [...groups.values()].map(({ kinds, completion }) => [kinds, completion]);
}
