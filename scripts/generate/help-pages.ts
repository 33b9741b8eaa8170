/** The pages of --help, in parts: those that both names of the executable show are there once. */
import type { Dialect, OptionGroup } from "../../src/options/option.ts";
import { groups } from "../../src/options/options.ts";
import { helpLines } from "./help-lines.ts";

export interface HelpPart {
  /** The constant's name in the executable. */
  readonly name: string;
  readonly text: string;
}

export interface HelpPage {
  /** The function's name in the executable. */
  readonly name: string;
  readonly comment: string;
  readonly parts: readonly HelpPart[];
}

const USAGE = `Usage: rein [OPTION...] [--] COMMAND [ARGUMENT...]
Runs COMMAND, forwards signals to it, reaps zombies, and exits as it does.
`;

const NOTES = `
TIME is 500ms, 10s, 2m or 1h; SIGNAL is TERM, SIGTERM, 15 or RTMIN+3.
The variable REIN_OPTIONS holds more options, with spaces between them.
For a command that nobody trusts: rein --confine; see --help-sandbox.
Exit status: COMMAND's own; 128+n when signal n killed it; 127 not found,
126 found but cannot be executed, 125 refused by rein itself.`;

/** Whoever reads of single options is to find which ones hold together. */
const NOTES_OF_SANDBOX = `
For a command that nobody trusts, with a folder that it may write to:
rein --confine --bind FOLDER FOLDER -- COMMAND
What that keeps: rein(1) under SECURITY, and docs/sandbox-limits.md.`;

const NOTES_OF_BWRAP = "The variable REIN_OPTIONS holds options of rein, with spaces between them.";

const before = ["signals", "end", "command"];
const after = ["messages"];

/** A group's heading and the lines of what all these take; nothing for none. */
function block(name: string, ...dialects: readonly [Dialect, ...Dialect[]]): string[] {
  const group = groupOf(name);
  const options = group.options.filter((option) => dialects.every((dialect) => option.dialects.includes(dialect)));
  return options.length === 0 ? [] : [group.heading, ...helpLines(options, dialects[0])];
}

function groupOf(name: string): OptionGroup {
  const group = groups.find((one) => one.name === name);
  if (group === undefined) throw new Error(`there is no group of options ${name}`);
  return group;
}

function part(name: string, ...lines: readonly string[]): HelpPart {
  return { name: `HELP_${name.toUpperCase()}`, text: lines.join("\n") };
}

/** What both take of a group, and without a heading what rein takes besides. */
function sandboxParts({ name, options }: OptionGroup): readonly [both: HelpPart, ofRein: readonly HelpPart[]] {
  const ofRein = helpLines(
    options.filter(({ dialects }) => !dialects.includes("bwrap")),
    "rein",
  );
  return [part(name, ...block(name, "rein", "bwrap")), ofRein.length === 0 ? [] : [part(`${name}_of_rein`, ...ofRein)]];
}

const sandbox = groups.filter(({ page }) => page === "sandbox").map(sandboxParts);

export const helpPages: readonly HelpPage[] = [
  {
    name: "helpOfRein",
    comment: "`rein --help`",
    parts: [
      part("first", USAGE, ...before.flatMap((name) => block(name, "rein"))),
      part("last", ...after.flatMap((name) => block(name, "rein")), NOTES),
    ],
  },
  {
    name: "helpOfSandbox",
    comment: "`rein --help-sandbox`",
    parts: [...sandbox.flatMap(([both, ofRein]) => [both, ...ofRein]), part("sandbox_last", NOTES_OF_SANDBOX)],
  },
  {
    name: "helpOfBwrap",
    comment: "`bwrap --help`, behind its usage",
    parts: [
      ...sandbox.map(([both]) => both),
      part("bwrap", ...[...before, ...after].flatMap((name) => block(name, "bwrap")), NOTES_OF_BWRAP),
    ],
  },
];
