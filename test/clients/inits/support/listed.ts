import assert from "node:assert/strict";
import { differences } from "../differences.ts";
import { seen } from "./compare.ts";
import { missing } from "./side.ts";

export const long = process.env.REIN_CLIENTS_LONG !== undefined;

/** Fails for the listed differences of one kind of test that were not seen in it: they are to be taken from the list. */
export function assertListed(kind: "entry point" | "terminal" | "program"): void {
  const gone = differences.filter((difference) => {
    const isTried = (long || !difference.long) && difference.inits.every((init) => !missing(init));
    return isTried && (difference.kind ?? "entry point") === kind && !seen.has(difference.what);
  });
  assert.deepEqual(
    gone.map(({ what }) => what),
    [],
  );
}
