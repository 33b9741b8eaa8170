// A share of a campaign: the vectors from one number to another. As a worker's
// program it does one share after the other and tells its parent.

import { isMainThread, parentPort } from "node:worker_threads";
import { describe, sizeOf, type Vector } from "../oracle/vector.ts";
import type { Ending, Failure } from "./check.ts";
import { shrink } from "./shrink.ts";
import { type Subject, subjects } from "./subjects.ts";

export interface Share {
  readonly subject: keyof typeof subjects;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

export interface Finding {
  readonly index: number;
  readonly kind: string;
  /** The failure, the shrunk vector, and how it fails. */
  readonly text: string;
}

export interface Tally {
  readonly vectors: number;
  readonly endings: Readonly<Record<string, number>>;
  readonly found: readonly Finding[];
}

/** Of one kind of failure, how many are shrunk and told. */
const MOST_OF_A_KIND = 2;

export class Campaign {
  readonly #kinds = new Map<string, number>();
  #subject: Subject | undefined;
  #name: Share["subject"] | undefined;

  run({ subject: name, seed, from, to }: Share): Tally {
    if (this.#subject === undefined || this.#name !== name) this.#subject = subjects[name]();
    this.#name = name;
    const subject = this.#subject;
    const endings: Record<string, number> = {};
    const found: Finding[] = [];
    for (let index = from; index < to; index++) {
      const vector = subject.vectorOf(seed, index);
      const result: Ending | Failure = subject.judge(vector);
      const ending = typeof result === "string" ? result : `failed: ${result.kind}`;
      endings[ending] = (endings[ending] ?? 0) + 1;
      if (typeof result === "string") continue;
      const count = (this.#kinds.get(result.kind) ?? 0) + 1;
      this.#kinds.set(result.kind, count);
      if (count <= MOST_OF_A_KIND)
        found.push({ index, kind: result.kind, text: describeFailure(subject, vector, result) });
    }
    return { vectors: to - from, endings, found };
  }
}

function describeFailure(subject: Subject, vector: Vector, failure: Failure): string {
  const again = (candidate: Vector): Failure | undefined => {
    const result = subject.judge(candidate);
    return typeof result === "string" ? undefined : result;
  };
  const small = shrink(vector, (candidate) => again(candidate)?.kind === failure.kind);
  const text = again(small)?.text ?? failure.text;
  const { bytes, words } = sizeOf(small);
  return `${failure.kind}\n${text}\n${describe(small)}\n(${words} words, ${bytes} bytes)`;
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  // Every end of a process is an exception here; of a trap the place at the top is enough.
  Error.stackTraceLimit = 2;
  const campaign = new Campaign();
  port.on("message", (share: Share) => port.postMessage(campaign.run(share)));
}
