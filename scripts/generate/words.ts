/** The words that values are made of, as the executable and the library know them. */
import { CAPABILITIES, LIMITS, NAMESPACES, PROFILES, PROPAGATIONS, SCOPES, SIGNALS } from "../../src/options/names.ts";
import { type GeneratedFile, NOTICE } from "./file.ts";

const WIDTH = 120;

interface List {
  readonly name: string;
  readonly comment: string;
  readonly words: readonly string[];
}

const capabilities = CAPABILITIES.filter((name) => name !== "ALL");
const shared: readonly List[] = [
  { name: "capability", comment: "capabilities(7), in the order of their numbers.", words: capabilities },
  { name: "limit", comment: "The resources of getrlimit(2), in the order of their numbers.", words: LIMITS },
  { name: "profile", comment: "The seccomp profiles that are built in.", words: PROFILES },
  { name: "propagation", comment: "What becomes of later mounts.", words: PROPAGATIONS },
  { name: "scope", comment: "What Landlock keeps to the command's own.", words: SCOPES },
];
const signals = SIGNALS.filter((name) => !name.startsWith("RT"));
const executables: readonly List[] = [
  { name: "signal", comment: "signal(7), from HUP, 1, to SYS, 31.", words: signals },
  ...shared,
  { name: "namespace", comment: "The kinds of namespaces(7), two of them by two names.", words: NAMESPACES },
];

/** AssemblyScript, for options/ at the bottom of the executable's rooms. */
export function executableWords(): GeneratedFile {
  const lists = executables.map(
    ({ name, comment, words }) => `/** ${comment} */\n${call(`export const ${name}Names: usize = wordList`, words)}`,
  );
  return { path: "src/executable/options/words.ts", content: `// ${NOTICE}\n\n${lists.join("\n\n")}\n` };
}

function call(start: string, words: readonly string[]): string {
  const text = `"${words.join(",")}"`;
  const line = `${start}(${text});`;
  return line.length <= WIDTH ? line : `${start}(\n  ${text},\n);`;
}

/** For the checks of the library, and its types. */
export function libraryWords(): GeneratedFile {
  const lists = shared.map(({ name, comment, words }) => {
    const quoted = words.map((word) => `"${word}"`);
    const start = `export const ${name.toUpperCase()}_NAMES = [`;
    const line = `${start}${quoted.join(", ")}] as const;`;
    const text =
      line.length <= WIDTH ? line : `${start}\n${quoted.map((word) => `  ${word},`).join("\n")}\n] as const;`;
    return `/** ${comment} */\n${text}`;
  });
  return { path: "src/library/options/words.ts", content: `// ${NOTICE}\n\n${lists.join("\n\n")}\n` };
}
