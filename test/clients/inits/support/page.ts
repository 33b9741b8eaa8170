// Prints docs/other-inits.md: node page.ts

import { spawnSync } from "node:child_process";
import { bugs, describeTests } from "../bugs.ts";
import { differences } from "../differences.ts";
import { forms } from "../forms.ts";
import { describeForm } from "./form.ts";

function version(name: string): string {
  return spawnSync("dpkg-query", ["--show", name], { encoding: "utf8" }).stdout.trim().replace("\t", " ");
}

const cell = (text: string): string => text.replaceAll("|", "\\|");
const row = (...cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;

/** A name alone where it is the same program's by another. */
const inits = (names: readonly string[]): string =>
  names.filter((name) => !/static|-init$/.test(name) || name === "dumb-init").join(", ");

console.log(`# In the place of tini, dumb-init and catatonit

\`scripts/test-clients\` runs the executable under their names beside Debian's ${["tini", "dumb-init", "catatonit"].map(version).join(", ")}: in the forms below, as PID 1 and not, on a terminal, and with npm, yarn, pnpm, gunicorn, Celery, PHP-FPM, supervisord, cron, an agent's background task and puppeteer with Chromium as the command. Exit statuses, output, who got which signal, and who is left afterwards are the same but for the following. Last looked at on ${new Date().toISOString().slice(0, 10)}.

${row("under the name", "what is different", "why")}
${row("---", "---", "---")}
${differences.map(({ what, reason, inits: names }) => row(inits(names), what, reason)).join("\n")}

## How images start their init

${row("form", "for example in")}
${row("---", "---")}
${forms.map((form) => row(`\`${describeForm(form)}\``, form.usedBy)).join("\n")}

## What other inits get wrong

Those of tini (0.19 and its later commits), dumb-init (1.2.5) and catatonit (0.2.1 and later commits) were seen when running these; those of s6-overlay and pid1-rs are from reading their source, and those with a number from that report. The tests are files in \`test\`, and run as PID 1 and as a subreaper where both make sense.

${row("what a user sees", "in", "test")}
${row("---", "---", "---")}
${bugs.map(({ what, where, tests }) => row(what, where, tests.map(describeTests).join("; "))).join("\n")}`);
