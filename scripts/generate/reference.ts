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

/** What installs the completions and the manual, from within the repository. */
const INSTALLATION: readonly (readonly [what: string, forAll: string, forYourself: string])[] = [
  [
    "bash",
    "install -Dm644 completions/rein.bash /usr/share/bash-completion/completions/rein",
    "install -Dm644 completions/rein.bash ~/.local/share/bash-completion/completions/rein",
  ],
  [
    "zsh",
    "install -Dm644 completions/_rein /usr/local/share/zsh/site-functions/_rein",
    "install -Dm644 completions/_rein ~/.zsh/completions/_rein",
  ],
  [
    "fish",
    "install -Dm644 completions/rein.fish /etc/fish/completions/rein.fish",
    "install -Dm644 completions/rein.fish ~/.config/fish/completions/rein.fish",
  ],
  [
    "manual",
    "install -Dm644 -t /usr/local/share/man/man1 docs/man/*.1",
    "install -Dm644 -t ~/.local/share/man/man1 docs/man/*.1",
  ],
];

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
- [Completions and the manual](#completions-and-the-manual)

${groups.map(section).join("\n\n")}

## Values

${Object.values(VALUE_FORMS)
  .map(({ accepted }) => `- ${accepted}`)
  .join("\n")}

## Completions and the manual

They are in the repository, in \`completions\` and \`docs/man\`. To install them, for all users as root, or for yourself:

| | for all users | for yourself |
| --- | --- | --- |
${INSTALLATION.map(([what, ...commands]) => `| ${[what, ...commands.map((command) => `\`${command}\``)].join(" | ")} |`).join("\n")}

- bash reads these folders by its package bash-completion. Without that, put a line into \`.bashrc\`: \`source FOLDER/completions/rein.bash\`.
- zsh reads a folder of yours that is on \`fpath\`: a line in \`.zshrc\`, in front of \`compinit\`: \`fpath=(~/.zsh/completions $fpath)\`.
- \`man\` looks into \`~/.local/share/man\` where \`~/.local/bin\` is on \`PATH\`.
- They are for the name \`bwrap\`, too. bash-completion looks for a file of that name, which can be a link to the other, and fish likewise.
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
