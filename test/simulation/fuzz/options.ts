// The options that vectors are made of: those of the table of all options (src/options).

import type { Dialect, Option, ValueKind } from "../../../src/options/option.ts";
import { options } from "../../../src/options/options.ts";
import { reinTable } from "../oracle/reading.ts";
import type { Random } from "./random.ts";
import { anyValue } from "./values.ts";

/** An option in one of its spellings. */
export interface SpelledOption {
  /** With its dashes. */
  readonly word: string;
  /** The kinds of values that it takes, one after the other. */
  readonly kinds: readonly ValueKind[];
}

function spelled(option: Option, word = `--${option.name}`): SpelledOption {
  return { word, kinds: option.values.map(({ kind }) => kind) };
}

/** Whether the inits' oracle knows all that an option does; of the others it is only known how they are read. */
function isOfInits({ name }: Option): boolean {
  return reinTable.has(`--${name}`);
}

/** Printed and done: they are the end of a vector. */
const printed: readonly string[] = ["help", "help-sandbox", "version"];

/** Options of rein as an init, by their letters too. */
export const initOptions: readonly SpelledOption[] = options
  .filter(isOfInits)
  .flatMap((option) => [...(option.short === undefined ? [] : [spelled(option, `-${option.short}`)]), spelled(option)]);

export const tiniOptions: readonly SpelledOption[] = options
  .filter(isOfInits)
  .flatMap((option) => (option.elsewhere?.tini === undefined ? [] : [spelled(option, option.elsewhere.tini)]));

/** All that is taken under a name. */
export function optionsOf(dialect: Dialect): readonly SpelledOption[] {
  return options
    .filter(({ dialects, name }) => dialects.includes(dialect) && !printed.includes(name))
    .map((option) => spelled(option));
}

/** What REIN_OPTIONS may hold beside the inits' options: filters. */
export const filterOptions: readonly SpelledOption[] = options
  .filter((option) => option.variable === true && !isOfInits(option))
  .map((option) => spelled(option));

/** An option with its values, the first one attached or apart. */
export function optionWords({ word, kinds }: SpelledOption, random: Random): string[] {
  const [first, ...rest] = kinds.map((kind) => anyValue[kind](random));
  if (first === undefined) return [word];
  const separator = word.startsWith("--") ? "=" : "";
  const isAttached = random.onceIn(2) && separator + first !== "";
  return isAttached ? [word + separator + first, ...rest] : [word, first, ...rest];
}
