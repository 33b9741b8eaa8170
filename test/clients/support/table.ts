// Prints docs/bubblewrap-clients.md: node table.ts FILE, where FILE holds a Row as JSON a line.

import { readFileSync } from "node:fs";
import os from "node:os";
import type { Row } from "./compare.ts";
import { meant } from "./differences.ts";

const rows = readFileSync(process.argv[2] ?? "/dev/stdin", "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Row);

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const cells = (line: readonly string[]): string =>
    `| ${line.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [cells(head), cells(head.map(() => "---")), ...lines.map(cells)].join("\n");
}

/** The differences have numbers, which are those of the list. */
const number = (what: string): string => {
  const index = meant.findIndex((entry) => entry.what === what);
  return index < 0 ? what : `${index + 1}`;
};

function result({ skipped, differences }: Row): string {
  if (skipped !== undefined) return `not run: ${skipped}`;
  if (differences.length === 0) return "the same";
  return `but for ${differences
    .map(number)
    .sort((a, b) => Number(a) - Number(b))
    .join(", ")}`;
}

const name = ({ client, version }: Row): string => `${client} ${version}`.trim();
const tried = new Map<string, Map<string, string>>();
for (const row of rows.toSorted((a, b) => a.client.localeCompare(b.client) || a.place - b.place)) {
  const key = JSON.stringify([name(row), row.scenario]);
  const persons = tried.get(key) ?? new Map<string, string>();
  persons.set(row.person, result(row));
  tried.set(key, persons);
}
const lines = [...tried].map(([key, persons]) => [
  ...(JSON.parse(key) as string[]),
  persons.get("root") ?? "",
  persons.get("an ordinary user") ?? "",
]);
const differences = table(
  ["", "difference", "reason", "seen with"],
  meant.map(({ what, reason, clients, versions }, index) => [
    `${index + 1}`,
    what,
    reason,
    (clients === "all" ? "all" : clients.join(", ")) +
      (versions === undefined ? "" : ` (beside bubblewrap ${versions.source.replaceAll(/[\^\\]/g, "")})`),
  ]),
);

process.stdout.write(
  `# Programs that use bubblewrap, on rein

Made by \`scripts/test-clients --table >docs/bubblewrap-clients.md\` on ${new Date().toISOString().slice(0, 10)}, beside bubblewrap ${rows[0]?.bubblewrap ?? ""}, on ${os.arch()} with ${os.type()} ${os.release().replace(/-.*/, "")}. \`scripts/test-clients --long\` runs what is not in the short form.

Each program is run twice, on bubblewrap and on rein under the name \`bwrap\`, and all this is compared: the exit status or the signal that ended it, its output and error output; what a program inside sees: user, groups and id maps, capability sets, \`no_new_privs\`, seccomp, securebits, namespaces, mounts, open descriptors, environment, devices and their modes, the files that had to be made, processes with their names, states and parents, working directory, umask, signals, session and process group, host name, limits, keyring, network interfaces, and what it may do; and the processes, mounts and files that are left afterwards.

"The same" is: no difference at all. A number is a difference of the list below. A difference that is not in the list fails the test, and so does one of the list that does not occur any more.

${table(["client", "what is run", "as root", "as an ordinary user"], lines)}

## Differences that are meant

${differences}
`,
);
