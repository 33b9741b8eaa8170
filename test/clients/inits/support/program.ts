// A program that images run under an init: started as PID 1's child, used, stopped; on both sides, which are compared.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { Contained, temporaryFolder } from "../../../payloads/support/contained.ts";
import { pid1 } from "../../../support/modes.ts";
import { unexplained } from "./compare.ts";
import { describeForm, entrypoint, type Form } from "./form.ts";
import type { Observation } from "./life.ts";
import { long } from "./listed.ts";
import { environmentOf, missing, type Side, sides, withoutSide } from "./side.ts";

export interface Program {
  readonly name: string;
  /** A file that has to be there, and what installs it. */
  readonly needs: readonly [file: string, installer: string];
  /** What images stop it with; the first one in the short form. */
  readonly stops: readonly NodeJS.Signals[];
  /** The init under which the short form tries it. */
  readonly usual: string;
  /** The inits under which it is tried; all, if nothing is said. */
  readonly under?: readonly string[];
  /** What it says that tells how it was used, and how it ended; the rest of what it says is not compared. */
  readonly tells: RegExp;
  environment?(folder: string): Readonly<Record<string, string>>;
  mounts?(folder: string): readonly (readonly [source: string, target: string])[];
  /** The command, once the folder holds what it needs. */
  command(folder: string): readonly string[];
  /** Uses it; returns what came of that. */
  use(contained: Contained): Promise<string>;
  /** A file in the folder, to which it says some of that. */
  readonly log?: string;
}

const lines = ["tini --", "tini -g --", "dumb-init --", "dumb-init -c --", "catatonit --"];

async function play(
  t: TestContext,
  side: Side,
  form: Form,
  program: Program,
  stop: NodeJS.Signals,
): Promise<Observation> {
  const folder = temporaryFolder(t);
  const mounts = program.mounts?.(folder);
  const command = program.command(folder);
  const environment = { ...program.environment?.(folder), ...environmentOf(side, form), HOME: folder };
  // Another init's patience: a stop that nothing comes of is ended as `docker stop` ends it.
  const containment = { init: "tini", options: [], words: form.words, mounts } as const;
  const contained = await Contained.start(t, folder, command, containment, { environment });
  const used = await program.use(contained);
  await contained.look();
  process.kill(contained.running.pid, stop);
  const { status, signal } = await contained.ending();
  const { stdout, stderr } = contained.running;
  const logged = program.log === undefined ? "" : readFileSync(join(folder, program.log), "utf8");
  const said = withoutSide(`${stdout.text}${stderr.text}${logged}`).replaceAll(folder, "HOME").split("\n");
  const told = said.flatMap((line) => program.tells.exec(line)?.[0] ?? []);
  return {
    status: `${status ?? 128 + (signal === null ? 0 : constants.signals[signal])}`,
    stdout: [used, ...told.toSorted()].join("\n"),
    stderr: "",
    processes: `zombies: ${contained.zombies}, left: ${contained.members().length}`,
  };
}

/** The tests of a program. */
export function tryProgram(program: Program): void {
  const [file, installer] = program.needs;
  const absent = !existsSync(file) && `${program.name} wants ${file}: ${installer}`;
  describe(program.name, {
    skip: pid1.unavailable || absent || (process.getuid?.() !== 0 && "only root can mount"),
  }, () => {
    for (const form of (program.under ?? lines).map((line) => entrypoint(line, ""))) {
      for (const stop of program.stops) {
        const isUsual = describeForm(form) === program.usual && stop === program.stops[0];
        const skip = missing(form.init) || (!isUsual && !long && "only with --long");
        test(`${describeForm(form)} ${program.name}, stopped with ${stop}`, { skip }, async (t) => {
          const [real, ours] = await Promise.all(sides.map((side) => play(t, side, form, program, stop)));
          assert.ok(real !== undefined && ours !== undefined);
          assert.equal(
            unexplained(form, program.name, "PID 1", real, ours).join("\n"),
            "",
            JSON.stringify({ real, ours }),
          );
          t.diagnostic(`status ${ours.status}; ${ours.stdout.split("\n").join(" | ")}`);
        });
      }
    }
  });
}
