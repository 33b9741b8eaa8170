/** docs/options.md: the reference of all options. */
import type { Option, OptionGroup, Portable } from "../../src/options/option.ts";
import { groups } from "../../src/options/options.ts";
import { VALUE_FORMS } from "../../src/options/values.ts";
import { type GeneratedFile, NOTICE } from "./file.ts";
import { withValues } from "./help-lines.ts";
import { aboutRepeating, takers } from "./option-facts.ts";

const PORTABLE: Readonly<Record<Portable, string>> = {
  done: "done",
  "left out": "left out, which is said",
  refused: "refused",
};

export function reference(): GeneratedFile {
  const content = `# Options

<!-- ${NOTICE} -->

Every option of the executable. \`rein --help\` and \`rein --help-sandbox\` list them in a line each; \`man rein\` has exit statuses, variables and status lines, too.

- Options end at the first word that is none, or at \`--\`; what follows is the command.
- \`--grace 5s\` and \`--grace=5s\` are the same, and so are \`-e 143\` and \`-e143\`. Letters can stand together, as \`-gvv\`.
- The variable \`REIN_OPTIONS\` holds options with white space between the words, under every name of the executable; there is no quoting. The command line comes after it, and wins where the last one counts. Which options it may hold is said of each.
- Under the name \`bwrap\` the executable takes bubblewrap's options, and no letters.
- Of each option is said who takes it; the option of the library that leads to it; and what the command \`rein\` of the npm package does with it on platforms without the executable.

${groups.map((group) => `- [${group.heading}](#${anchor(group.heading)})`).join("\n")}
- [Values](#values)

${groups.map(section).join("\n\n")}

## Values

${Object.values(VALUE_FORMS)
  .map(({ accepted }) => `- ${accepted}`)
  .join("\n")}
`;
  return { path: "docs/options.md", content };
}

/** The anchor that GitHub gives a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");
}

function section({ heading, manual, options }: OptionGroup): string {
  const introduction = manual === undefined ? [] : [manual];
  return [`## ${heading}`, ...introduction, ...options.map(entry)].join("\n\n");
}

function entry(option: Option): string {
  const short = option.short === undefined ? "" : `-${option.short}, `;
  return `### \`${short}${withValues(option)}\`\n\n${option.manual}${aboutRepeating(option)}\n\n${facts(option).join(" · ")}`;
}

function facts(option: Option): string[] {
  const elsewhere = Object.entries(option.elsewhere ?? {}).map(([name, word]) => `${name} \`${word}\``);
  const names = takers(option).map((taker) => `\`${taker}\``);
  return [
    `Taken by ${names.join(", ")}`,
    ...(elsewhere.length > 0 ? [`as ${elsewhere.join(", ")}`] : []),
    ...(option.library === undefined ? [] : [`in the library \`${option.library}\``]),
    ...(option.portable === undefined ? [] : [`without the executable ${PORTABLE[option.portable]}`]),
  ];
}
