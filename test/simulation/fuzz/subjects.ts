// What is fuzzed: the dialects of the inits against their whole oracle, and the
// options of a sandbox and of filters up to where a namespace would be made.

import { Program } from "../kernel/module.ts";
import { dialectOf } from "../oracle/request.ts";
import { needsSandboxOracle, readSandbox } from "../oracle/sandbox-reading.ts";
import type { Vector } from "../oracle/vector.ts";
import { check, type Ending, type Failure } from "./check.ts";
import { vectorOf } from "./generate.ts";
import { FuzzKernel } from "./kernel.ts";
import { Runner } from "./run.ts";
import { checkSandbox } from "./sandbox-check.ts";
import { sandboxVectorOf } from "./sandbox-generate.ts";
import { SandboxKernel } from "./sandbox-kernel.ts";

export interface Subject {
  /** The vector of that number in the campaign of that seed. */
  readonly vectorOf: (seed: number, index: number) => Vector;
  /** Runs the executable on a vector, and judges what came of it. */
  readonly judge: (vector: Vector) => Ending | Failure;
}

function sandboxJudge(): Subject["judge"] {
  const runner = new Runner(Program.product(), (vector, instance) => new SandboxKernel(vector, instance));
  return (vector) => checkSandbox(vector, runner.run(vector));
}

/** A change to an init's options can make a sandbox's out of them, as of `--file-env` comes `--file`. */
function isForSandbox(vector: Vector): boolean {
  return dialectOf(vector.argv[0] ?? "") === "rein" && needsSandboxOracle(vector, readSandbox(vector));
}

export const subjects = {
  inits: (): Subject => {
    const runner = new Runner(Program.product(), (vector, instance) => new FuzzKernel(vector, instance));
    const sandbox = sandboxJudge();
    const judge = (vector: Vector): Ending | Failure =>
      isForSandbox(vector) ? sandbox(vector) : check(vector, runner.run(vector));
    return { vectorOf, judge };
  },
  sandbox: (): Subject => ({ vectorOf: sandboxVectorOf, judge: sandboxJudge() }),
} as const;
