// Prints docs/payloads.md: node table.ts FILE, where FILE holds a Row as JSON a line.

import { readFileSync } from "node:fs";
import os from "node:os";
import type { Init } from "./contained.ts";
import type { Row } from "./scenario.ts";

const rows = readFileSync(process.argv[2] ?? "/dev/stdin", "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Row);

const key = ({ program, scenario }: Row): string => `${program} ${scenario}`;
const mine = rows.filter(({ init }) => init === "rein").sort((a, b) => key(a).localeCompare(key(b)));

const time = ({ milliseconds }: Row): string =>
  milliseconds < 1000 ? `${Math.ceil(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
const code = (text: string): string => (text === "" ? "" : `\`${text}\``);

function table(head: readonly string[], lines: readonly (readonly (string | number)[])[]): string {
  const cells = (line: readonly (string | number)[]): string =>
    `| ${line.map((cell) => `${cell}`.replaceAll("|", "\\|")).join(" | ")} |`;
  return [cells(head), cells(head.map(() => "---")), ...lines.map(cells)].join("\n");
}

/** What another did with the same: in one cell. */
function compared(row: Row, init: Init): string {
  const other = rows.find((candidate) => candidate.init === init && key(candidate) === key(row));
  if (other === undefined) return "not tried";
  const zombies = other.zombies === 0 ? "" : `, ${other.zombies} ${other.zombies === 1 ? "zombie" : "zombies"}`;
  return `${time(other)}, status ${other.status}${zombies}, ${other.outcome}`;
}

const under = table(
  ["program", "what is tried", "options", "stopped by", "time to stop", "status", "zombies", "left", "outcome"],
  mine.map((row) => [
    ...[row.program, row.scenario, code(row.options), row.signal, time(row)],
    ...[row.status, row.zombies, row.left, row.outcome],
  ]),
);
const comparison = table(
  ["program", "what is tried", "rein", "no init", "tini"],
  mine.map((row) => [row.program, row.scenario, compared(row, "rein"), compared(row, "none"), compared(row, "tini")]),
);
const cpus = os.cpus();

console.log(
  `# Real programs under rein

Made by \`scripts/test-payloads --table >docs/payloads.md\`, which installs Debian's packages when run as root. One run on ${os.arch()} with ${cpus.length} cores and ${os.type()} ${os.release()}, at a load average of ${os.loadavg()[0]?.toFixed(1)}. Each program is PID 1's child in a PID namespace of its own, is used, and is stopped in the middle of something. A single run's times tell seconds from milliseconds, nothing finer; they include what the program itself still had to do.

${under}

- zombies: children of PID 1 that it did not reap. Below, others than rein get 200 ms for it, which may be part of the time to stop; under rein the test fails unless all are reaped.
- left: processes in the namespace after PID 1's end. There the kernel kills who is left, so whether they ended in order is under "outcome".

## The same without an init, and under tini

Everything but the init is the same, and the signal too; of rein's options tini has ${code("-g")}, and gets it where rein does. Whoever does not stop within ten seconds is killed, as \`docker stop\` does; that is status 137.

${comparison}`,
);
