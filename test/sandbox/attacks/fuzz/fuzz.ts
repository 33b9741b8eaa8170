// Attacks by the dice: random operations of a hostile payload in random sandboxes, on a machine of their own, which is
// looked at from outside. As root, as the machine is made of namespaces.
//
//   node test/sandbox/attacks/fuzz/fuzz.ts --minutes 60 --seed S     as many programs as there is time for
//   node test/sandbox/attacks/fuzz/fuzz.ts --programs N --seed S     so many, from number 0 (or --from) on
//   node test/sandbox/attacks/fuzz/fuzz.ts --seed S --only I         program I of that seed again
//   ... --broken                                                     gives everything, to see that all is found
//   ... --without keyring --without terminal                         leaves out what is known: file, mounts, process,
//                                                                    control group, setting, keyring, terminal, secret,
//                                                                    late mount, caller

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compile } from "../../../support/payload.ts";
import { executable } from "../../../support/rein.ts";
import { Campaign, describeFinding } from "./campaign.ts";

const OWN_MOUNTS = "REIN_ATTACKS_HAVE_MOUNTS";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string" },
      programs: { type: "string", default: "1000" },
      seed: { type: "string", default: `${Date.now() % 2 ** 31}` },
      from: { type: "string", default: "0" },
      only: { type: "string" },
      broken: { type: "boolean", default: false },
      without: { type: "string", multiple: true, default: [] },
    },
  });
  if (process.getuid?.() !== 0) throw new Error("only root can make a machine to be attacked");
  const folder = join(import.meta.dirname, "program");
  const sources = readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
  const seed = Number(values.seed);
  const campaign = new Campaign({ fuzz: compile("fuzz", sources), rein: executable }, seed, {
    without: values.without,
    isBroken: values.broken,
  });
  const from = Number(values.only ?? values.from);
  const to =
    values.only !== undefined ? from + 1 : values.minutes !== undefined ? Infinity : from + Number(values.programs);
  const end = performance.now() + Number(values.minutes ?? Infinity) * 60_000;
  console.log(`seed ${seed}`);
  let index = from;
  let found = 0;
  let isStopped = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      isStopped = true;
    });
  }
  try {
    for (; index < to && performance.now() < end && !isStopped; index++) {
      const finding = await campaign.try(index);
      if (finding === undefined) continue;
      found++;
      console.log(`\n${describeFinding(seed, finding)}`);
    }
  } finally {
    await campaign.end();
  }
  console.log(`\n${index - from} programs, ${found} findings`);
  for (const [ending, count] of campaign.endings) console.log(`${count} ${ending}`);
  if (found > 0) process.exitCode = 1;
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
