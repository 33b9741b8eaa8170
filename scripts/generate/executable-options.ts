/** The names of the options as the executable knows them: AssemblyScript. */
import type { Option } from "../../src/options/option.ts";
import { options } from "../../src/options/options.ts";
import { type GeneratedFile, NOTICE } from "./file.ts";

const WIDTH = 120;

/** A bit for each who takes options, in the order of the enumeration. */
const takers: readonly (readonly [name: string, comment: string, takes: (option: Option) => boolean])[] = [
  ["REIN", "rein's command line.", ({ dialects }) => dialects.includes("rein")],
  ["VARIABLE", "REIN_OPTIONS, under every name.", ({ variable }) => variable === true],
  ["BWRAP", "bwrap's command line, which knows no letters.", ({ dialects }) => dialects.includes("bwrap")],
];

export function executableOptions(): GeneratedFile {
  const flags = options.map((option) =>
    takers.reduce(
      (sum, [, , takes], index) => sum + (takes(option) ? 1 << index : 0),
      option.values.length << takers.length,
    ),
  );
  const letters = options.filter(({ short }) => short !== undefined);
  const content = `// ${NOTICE}

/** Every option, in the order of the table. */
export enum Option {
${options.map((option) => `  ${member(option)},`).join("\n")}
}

/** The long names, in the order of \`Option\`. */
export const optionNames: usize = wordList(
  "${options.map(({ name }) => name).join(",")}",
);

/** Who reads options, a bit each. */
export enum Taker {
${takers.map(([name, comment], index) => `  /** ${comment} */\n  ${name} = ${1 << index},`).join("\n")}
}

/** A byte for each option: the \`Taker\` bits of those who take it; in those above, how many values it takes. */
const takers: usize = memory.data<u8>([
${wrapped(flags)}
]);

/** Whether an \`Option\` is one of theirs. */
export function isTaken(option: i32, by: i32): bool {
  return (<i32>load<u8>(takers + option) & by) != 0;
}

/** How many values an \`Option\` takes. */
export function countOfValues(option: i32): i32 {
  return load<u8>(takers + option) >> ${takers.length};
}

/** The \`Option\` that a letter stands for; -1 for none. */
export function optionOfLetter(letter: i32): i32 {
  switch (letter) {
${letters.map((option) => `    case 0x${code(option)}: // ${option.short}\n      return Option.${member(option)};`).join("\n")}
    default:
      return -1;
  }
}
`;
  return { path: "src/executable/options/option.ts", content };
}

function member({ name }: Option): string {
  return name.toUpperCase().replaceAll("-", "_");
}

function code({ short = "" }: Option): string {
  return short.charCodeAt(0).toString(16);
}

/** Numbers, as many on a line as the formatter puts there. */
function wrapped(numbers: readonly number[]): string {
  const lines: string[] = [];
  let line = " ";
  for (const number of numbers) {
    const next = ` ${number},`;
    if (line.length + next.length > WIDTH) {
      lines.push(line);
      line = " ";
    }
    line += next;
  }
  return [...lines, line].join("\n");
}
