// docs/ecosystem.md: `node table.ts ROWS` prints it, where ROWS holds a Row as JSON a line; `node table.ts ROWS PAGE` compares
// what was run with the page, and says what the page has not got or has got wrong.

import { readFileSync } from "node:fs";
import type { Row } from "./combination.ts";

const areas = [
  "Package managers",
  "What the documentation shows",
  "Types",
  "`rein/auto` as PID 1",
  "Where functions are registered",
  "execa's options and methods",
  "Nobody is left when the program ends",
  "Load",
  "Public reports",
];

const rows = readFileSync(process.argv[2] ?? "/dev/stdin", "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Row);
const page = process.argv[3];
const versions = [22, 24, 26];

/** What is known not to be right, in the order of the page; a cell has its number. */
const known: string[] = [];

interface Line {
  readonly area: string;
  readonly tool: string;
  readonly what: string;
  readonly cells: Map<number, Row>;
}

function cell(row: Row | undefined): string {
  if (row === undefined) return "";
  if (row.result === "works") return row.note ?? "works";
  if (row.result !== "known" || row.note === undefined) return "not run";
  if (!known.includes(row.note)) known.push(row.note);
  return `not yet (${known.indexOf(row.note) + 1})`;
}

const lines = new Map<string, Line>();
for (const row of rows) {
  const tool = `${row.tool} ${row.version}`.trim();
  const key = JSON.stringify([row.area, tool, row.what]);
  const line = lines.get(key) ?? { area: row.area, tool, what: row.what, cells: new Map() };
  line.cells.set(row.node, row);
  lines.set(key, line);
}

const escaped = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
const printed = (words: readonly string[]): string => `| ${words.map(escaped).join(" | ")} |`;

function render(): string {
  const sections = areas.map((area) => {
    const mine = [...lines.values()].filter((line) => line.area === area);
    const body = mine.map(({ tool, what, cells }) => printed([tool, what, ...versions.map((v) => cell(cells.get(v)))]));
    const head = ["", "what is tried", ...versions.map((version) => `Node.js ${version}`)];
    return `## ${area}\n\n${[printed(head), printed(head.map(() => "---")), ...body].join("\n")}\n`;
  });
  const list = known.map((reason, index) => `${index + 1}. ${reason}`).join("\n");
  return `# What the package was combined with

Made by \`scripts/test-ecosystem --table >docs/ecosystem.md\`. Each tool is npm's package in the version that \`test/ecosystem\` pins, used as its own documentation says, with the tarball that would be published, installed without scripts. \`scripts/test-ecosystem\` runs a part of it, \`--all\` the whole; both fail when a line here is not what they see.

${sections.join("\n")}
## Not yet

A test fails as soon as one of these works.

${list}
`;
}

/** The cells of a page, by area, tool and what is tried; a number in it is put back into words. */
function read(text: string): Map<string, string> {
  const reasons = new Map([...text.matchAll(/^(\d+)\. (.*)$/gm)].map(([, number, reason]) => [number, reason]));
  const found = new Map<string, string>();
  let area = "";
  for (const line of text.split("\n")) {
    if (line.startsWith("## ")) area = line.slice(3);
    const [tool, what, ...cells] = line.slice(2, -2).split(/(?<!\\) \| /);
    if (!line.startsWith("| ") || cells.length !== versions.length) continue;
    for (const [index, value] of cells.entries()) {
      const inWords = value.replace(/\((\d+)\)$/, (_, number) => `(${reasons.get(number)})`);
      found.set(JSON.stringify([area, tool, what, versions[index]]), inWords);
    }
  }
  return found;
}

const rendered = render();
if (page === undefined) {
  process.stdout.write(rendered);
} else {
  const [seen, told] = [read(rendered), read(readFileSync(page, "utf8"))];
  const isAll = process.env.REIN_ECOSYSTEM_ALL !== undefined;
  const wrong: string[] = [];
  for (const [key, value] of seen) {
    // What was not run tells nothing of what the page says, but its line has to be there.
    if (value === "not run" ? told.has(key) : told.get(key) === value) continue;
    wrong.push(`${key}: seen "${value}", and the page has ${told.has(key) ? `"${told.get(key)}"` : "no such line"}`);
  }
  if (isAll) for (const key of told.keys()) if (!seen.has(key)) wrong.push(`${key}: is in the page, and was not seen`);
  for (const line of wrong) process.stdout.write(`${line}\n`);
  if (wrong.length > 0) {
    process.stdout.write("docs/ecosystem.md is not what was seen; scripts/test-ecosystem --table makes it\n");
    process.exitCode = 1;
  }
}
