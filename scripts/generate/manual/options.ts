/** The options in a manual page. */
import type { Dialect, Option, OptionGroup } from "../../../src/options/option.ts";
import { aboutRepeating } from "../option-facts.ts";
import { bold, entry, italic, paragraph } from "./roff.ts";

/** What stands for values, without the signs in between: FROM:TO are two. */
function variables({ values }: Option): string[] {
  return values.flatMap(({ name }) => name.split(/[^A-Za-z]+/)).filter((word) => word !== "");
}

export function optionEntry(option: Option): string {
  const short = option.short === undefined ? [] : [bold(`-${option.short}`)];
  const values = option.values.map(({ name }) => ` ${italic(name)}`).join("");
  const term = [...short, `${bold(`--${option.name}`)}${values}`].join(", ");
  return entry(term, paragraph(option.manual + aboutRepeating(option), variables(option)));
}

/** A subsection with those that `dialect` takes. */
export function optionSection(group: OptionGroup, dialect: Dialect): string {
  const options = group.options.filter(({ dialects }) => dialects.includes(dialect));
  const introduction = group.manual === undefined ? [] : [paragraph(group.manual)];
  return [`.SS "${group.heading}"`, ...introduction, ...options.map(optionEntry)].join("\n");
}
