/** The options as the library knows them where there is no executable; without texts, which the package has no use for. */
import type { Option } from "../../src/options/option.ts";
import { options } from "../../src/options/options.ts";
import { type GeneratedFile, NOTICE } from "./file.ts";

export function portableOptions(): GeneratedFile {
  const known = options.filter(({ portable }) => portable !== undefined);
  const done = known.filter(({ portable }) => portable === "done");
  const letters = known.filter(({ short }) => short !== undefined);
  const content = `// ${NOTICE}

interface PortableOption {
  /** How many values it takes. */
  readonly values: number;
  /** What becomes of it without the executable: it is left out, and that is said, only where nobody is less safe so. */
  readonly treatment: "done" | "left out" | "refused";
  /** Whether REIN_OPTIONS may hold it. */
  readonly variable?: true;
}

/** The options that are done. */
export type DoneOption =
${done.map(({ name }) => `  | ${quoted(name)}`).join("\n")};

/** All options, by their names without dashes. */
export const OPTIONS: Readonly<Record<string, PortableOption>> = {
${known.map(entry).join("\n")}
};

/** The names of the options that have a short one, by that letter. */
export const SHORT_NAMES: Readonly<Record<string, string>> = {
${letters.map(({ name, short }) => `  ${short}: ${quoted(name)},`).join("\n")}
};
`;
  return { path: "src/library/portable/option-table.ts", content };
}

function entry({ name, values, portable = "refused", variable = false }: Option): string {
  const place = variable ? ", variable: true" : "";
  return `  ${key(name)}: { values: ${values.length}, treatment: ${quoted(portable)}${place} },`;
}

/** A name as the formatter writes it before a colon. */
function key(name: string): string {
  return /^[a-z]\w*$/.test(name) ? name : quoted(name);
}

function quoted(text: string): string {
  return `"${text}"`;
}
