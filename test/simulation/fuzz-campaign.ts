// A share of a campaign: the vectors from one number to another. As a worker's
// program it does one share after the other and tells its parent.

import { isMainThread, parentPort } from "node:worker_threads";
import { check, type Ending, type Failure } from "./fuzz-check.ts";
import { vectorOf } from "./fuzz-generate.ts";
import { Runner } from "./fuzz-run.ts";
import { shrink } from "./fuzz-shrink.ts";
import { describe, sizeOf, type Vector } from "./fuzz-vector.ts";
import { Program } from "./module.ts";

export interface Share {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

export interface Found {
  readonly index: number;
  readonly kind: string;
  /** The failure, the shrunk vector, and how it fails. */
  readonly text: string;
}

export interface Tally {
  readonly vectors: number;
  readonly endings: Readonly<Record<string, number>>;
  readonly found: readonly Found[];
}

/** Of one kind of failure, how many are shrunk and told. */
const MOST_OF_A_KIND = 2;

/** Tells how a vector fails; undefined when it does not. */
function failureOf(runner: Runner, vector: Vector): Failure | undefined {
  const result = check(vector, runner.run(vector));
  return typeof result === "string" ? undefined : result;
}

export class Campaign {
  readonly #runner: Runner;
  readonly #kinds = new Map<string, number>();

  constructor() {
    this.#runner = new Runner(Program.product());
  }

  run({ seed, from, to }: Share): Tally {
    const endings: Record<string, number> = {};
    const found: Found[] = [];
    for (let index = from; index < to; index++) {
      const vector = vectorOf(seed, index);
      const result: Ending | Failure = check(vector, this.#runner.run(vector));
      const ending = typeof result === "string" ? result : `failed: ${result.kind}`;
      endings[ending] = (endings[ending] ?? 0) + 1;
      if (typeof result === "string") continue;
      const count = (this.#kinds.get(result.kind) ?? 0) + 1;
      this.#kinds.set(result.kind, count);
      if (count <= MOST_OF_A_KIND) found.push({ index, kind: result.kind, text: this.#told(vector, result) });
    }
    return { vectors: to - from, endings, found };
  }

  #told(vector: Vector, failure: Failure): string {
    const small = shrink(vector, (candidate) => failureOf(this.#runner, candidate)?.kind === failure.kind);
    const text = failureOf(this.#runner, small)?.text ?? failure.text;
    const { bytes, words } = sizeOf(small);
    return `${failure.kind}\n${text}\n${describe(small)}\n(${words} words, ${bytes} bytes)`;
  }
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  // Every end of a process is an exception here; of a trap the place at the top is enough.
  Error.stackTraceLimit = 2;
  const campaign = new Campaign();
  port.on("message", (share: Share) => port.postMessage(campaign.run(share)));
}
