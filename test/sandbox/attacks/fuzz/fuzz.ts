// Attacks by the dice: random operations of a hostile command in random sandboxes, on a machine of their own, which is
// looked at from outside: files, processes, mounts, namespaces, control groups, keyrings, terminal, settings. As root, as
// the machine is made of namespaces.
//
//   node test/sandbox/attacks/fuzz/fuzz.ts --minutes 60              as many programs as there is time for, of a new seed
//   node test/sandbox/attacks/fuzz/fuzz.ts --programs N --seed S     so many, from number 0 (or --from) on
//   node test/sandbox/attacks/fuzz/fuzz.ts --seed S --only I         program I of that seed again
//   ... --broken                  gives the command everything, to see that what it does is found
//   ... --shrink SECONDS          looks so long for the operations that a finding needs (60)
//   ... --without KIND            leaves a kind of change out, as often as given: file, mounts, process, control group,
//                                 setting, keyring, terminal, secret, late mount, caller
//
// It ends with 1 where something was found. What docs/sandbox-limits.md says that a sandbox does not keep is expected only
// with the options of which it says so (limits.ts), and counted. Every program, every search for fewer operations and the
// whole have an end of their own; SIGTERM, SIGINT and SIGHUP end all at once, and nothing stays behind: the machine is in
// a mount namespace of this process's, and ends with it, by SIGKILL too.

import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cache, compile } from "../../../support/payload.ts";
import { executable } from "../../../support/rein.ts";
import { Campaign, describeFinding } from "./campaign.ts";

const OWN_MOUNTS = "REIN_ATTACKS_HAVE_MOUNTS";

interface Range {
  readonly from: number;
  readonly to: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string" },
      programs: { type: "string" },
      seed: { type: "string", default: `${Date.now() % 2 ** 31}` },
      from: { type: "string", default: "0" },
      only: { type: "string" },
      broken: { type: "boolean", default: false },
      shrink: { type: "string", default: "60" },
      without: { type: "string", multiple: true, default: [] },
    },
  });
  if (process.getuid?.() !== 0) throw new Error("only root can make a machine to be attacked");
  const from = Number(values.only ?? values.from);
  const programs = values.minutes === undefined ? 1000 : Infinity;
  const to = values.only === undefined ? from + Number(values.programs ?? programs) : from + 1;
  const cut = cutAfter(values.minutes === undefined ? undefined : Number(values.minutes) * 60_000);
  const folder = join(cache, "attacked-machine");
  mkdirSync(folder, { recursive: true });
  const seed = Number(values.seed);
  const campaign = new Campaign({
    folder,
    programs: { fuzz: compile("fuzz", sources()), rein: executable },
    seed,
    without: values.without,
    isBroken: values.broken,
    shrinking: Number(values.shrink) * 1000,
    cut,
  });
  console.log(`seed ${seed}; to have program I again: node test/sandbox/attacks/fuzz/fuzz.ts --seed ${seed} --only I`);
  const found = await run(campaign, seed, { from, to }, cut);
  if (found > 0) process.exitCode = 1;
}

/** Aborted by the time, if there is one, and by a signal. */
function cutAfter(milliseconds: number | undefined): AbortSignal {
  const controller = new AbortController();
  if (milliseconds !== undefined) setTimeout(() => controller.abort(), milliseconds).unref();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      console.log(`stopped by ${signal}`);
      process.exitCode = 3;
      controller.abort();
    });
  }
  return controller.signal;
}

/** Returns how many programs did what they should not. */
async function run(campaign: Campaign, seed: number, { from, to }: Range, cut: AbortSignal): Promise<number> {
  const begin = performance.now();
  let found = 0;
  let index = from;
  try {
    for (; index < to && !cut.aborted; index++) {
      const finding = await campaign.try(index);
      if (finding === undefined) continue;
      found++;
      console.log(`\n${describeFinding(seed, finding)}`);
    }
  } finally {
    await campaign.end();
  }
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`\n${index - from} programs with ${campaign.calls} calls in ${seconds} s: ${found} findings`);
  console.log(`endings: ${listed(campaign.endings)}`);
  console.log(`documented limits that were met: ${listed(campaign.limits)}`);
  return found;
}

function listed(counts: ReadonlyMap<string, number>): string {
  const words = [...counts].sort().map(([name, count]) => `${count} ${name}`);
  return words.length === 0 ? "none" : words.join(", ");
}

function sources(): string[] {
  const folder = join(import.meta.dirname, "program");
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}

/** Again, in a mount namespace of its own: what is mounted for the machine is seen nowhere else, and goes with it. */
function again(): never {
  const own = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const words = ["unshare", "--mount", "--propagation", "private", "--", ...own];
  // The same process, so that who ends this one ends that one.
  process.execve?.("/usr/bin/env", ["env", ...words], { ...process.env, [OWN_MOUNTS]: "1" });
  throw new Error("this Node.js has no process.execve");
}

if (process.env[OWN_MOUNTS] === undefined) again();
await main();
