/** Options as --help shows them: who is asked for on the left, what happens on the right. */
import type { Dialect, Option } from "../../src/options/option.ts";

const COLUMN = 29;
const WIDTH = 80;

/** `--rewrite FROM:TO` */
export function withValues(option: Option): string {
  return [`--${option.name}`, ...option.values.map(({ name }) => name)].join(" ");
}

/** The lines of the options, which are all in one group, in their order; those that share a line are on one. */
export function helpLines(options: readonly Option[], dialect: Dialect): string[] {
  const lines: string[] = [];
  const shown = new Set<Option>();
  for (const option of options) {
    if (shown.has(option)) continue;
    const others = (option.together?.others ?? []).map((name) => options.find((other) => other.name === name));
    const together = others.filter((other) => other !== undefined);
    for (const other of together) shown.add(other);
    const help = together.length > 0 && option.together !== undefined ? option.together.help : option.help;
    // No letters under another name: bubblewrap has none.
    const letter = dialect === "rein" && option.short !== undefined ? `-${option.short}, ` : "    ";
    lines.push(...line(`  ${letter}${[option, ...together].map(withValues).join(", ")}`, help));
  }
  return lines;
}

function line(left: string, help: string): string[] {
  const isNarrow = left.length + 2 <= COLUMN;
  const whole = isNarrow ? left.padEnd(COLUMN) + help : `${left}  ${help}`;
  return whole.length <= WIDTH ? [whole] : [left, " ".repeat(COLUMN) + help];
}
