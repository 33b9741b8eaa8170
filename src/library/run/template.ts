// Template strings, whose words execa takes apart.

import type { TemplateExpression } from "execa";

/** A command as a template: `run`echo ${word}``. */
export interface Template {
  readonly strings: TemplateStringsArray;
  readonly values: readonly TemplateExpression[];
}

/** The template that a tag was called with; undefined for any other call. */
export function asTemplate([strings, ...values]: readonly unknown[]): Template | undefined {
  if (!Array.isArray(strings) || !Array.isArray((strings as Partial<TemplateStringsArray>).raw)) return undefined;
  return { strings: strings as unknown as TemplateStringsArray, values: values as TemplateExpression[] };
}

/** The same behind these words. */
export function behind(words: readonly string[], { strings, values }: Template): Template {
  const before = (parts: readonly string[]): readonly string[] => ["", asNext(parts[0]), ...parts.slice(1)];
  return {
    strings: Object.assign(before(strings), { raw: before(strings.raw) }),
    values: [words, ...values],
  };
}

/** Of a wrong backslash there is no text, and execa says so. */
function asNext(part: string | undefined): string {
  return part === undefined ? (part as unknown as string) : ` ${part}`;
}
