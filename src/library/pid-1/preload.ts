// How rein/auto was loaded. It is for the first process alone: any other node would look for `rein/auto` where it is, and
// not start where nothing of that name can be found.

import { realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PRELOAD = /^(?:--import|--require|-r)(?:=(.*))?$/;

/** Node.js's own options without those that load rein/auto. */
export function withoutAuto(options: readonly string[]): string[] {
  return options.filter((_, index) => !isOurs(options, index));
}

/** The same of NODE_OPTIONS, in which all else stays as it is written; undefined where nothing is left. */
export function variableWithoutAuto(variable: string): string | undefined {
  const words = wordsOf(variable);
  const texts = words.map(({ text }) => text);
  const kept = words.filter((_, index) => !isOurs(texts, index));
  if (kept.length === words.length) return variable;
  return kept.map(({ written }) => written).join(" ") || undefined;
}

/** Whether a word, or two, load rein/auto. */
function isOurs(words: readonly string[], index: number): boolean {
  const [word = "", before = "", next] = [words[index], words[index - 1], words[index + 1]];
  if (PRELOAD.exec(before)?.[1] === undefined && PRELOAD.test(before)) return isAuto(word);
  const [isPreload, specifier = next] = PRELOAD.exec(word) ?? [];
  return isPreload !== undefined && specifier !== undefined && isAuto(specifier);
}

function isAuto(specifier: string): boolean {
  if (specifier === "rein/auto") return true;
  // What is bundled with an application's own preload stays.
  const own = ownFile();
  if (own?.endsWith(join("/dist/library/auto.js")) !== true) return false;
  try {
    const { createRequire } = process.getBuiltinModule("node:module");
    const path = specifier.startsWith("file:")
      ? fileURLToPath(specifier)
      : createRequire(join(process.cwd(), "preload")).resolve(specifier);
    return realpathSync(path) === own;
  } catch {
    return false;
  }
}

/** A bundler that makes CommonJS leaves nothing of import.meta. */
function ownFile(): string | undefined {
  const { url }: Partial<ImportMeta> = import.meta;
  return url?.startsWith("file:") ? fileURLToPath(url) : undefined;
}

interface Word {
  readonly text: string;
  /** With its quotes and backslashes. */
  readonly written: string;
}

/** As Node.js reads them (src/node_options.cc, ParseNodeOptionsEnvVar): spaces part words, but not in double quotes. */
function wordsOf(variable: string): Word[] {
  const written = variable.match(/(?:"(?:\\[\s\S]|[^"\\])*(?:"|$)|[^ "])+/g) ?? [];
  return written.map((one) => ({
    written: one,
    text: one.replace(/"((?:\\[\s\S]|[^"\\])*)(?:"|$)/g, (_, quoted: string) => quoted.replace(/\\([\s\S])/g, "$1")),
  }));
}
