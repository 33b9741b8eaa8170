// One thing that people combine with the package, tried on several versions of Node.js; a row of docs/ecosystem.md.

import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { type Node, nodes } from "../../library/support/nodes.ts";
import { type Collection, packages, pinned } from "./packages.ts";

export interface Combination {
  /** A package of test/ecosystem's, whose version is shown, or anything else's name. */
  readonly tool: string;
  /** Shown in the place of the pinned version. */
  readonly version?: string;
  /** What is done with it. */
  readonly what: string;
  /** Where its tool is; nothing for what takes no package. */
  readonly collection?: Collection | "none";
  /** The short form has it on all versions of Node.js, and not only on the current one; or it has not got it at all. */
  readonly short?: "everywhere" | "never";
  /** The versions of Node.js that it is for. */
  readonly on?: readonly number[];
  /** Why it cannot be tried here. */
  readonly skip?: string | false;
  /**
   * What is not right yet, for a reader of the page: the test then has to fail, and this goes when it does not. A function
   * where it depends on the version of Node.js.
   */
  readonly known?: string | ((version: number) => string | undefined);
  /** Throws where it does not work. A text that it returns is shown in the page. */
  run(t: TestContext, node: Node): Promise<string | undefined> | Promise<void>;
}

/** One cell of the page. */
export interface Row {
  readonly area: string;
  readonly tool: string;
  readonly version: string;
  readonly what: string;
  readonly node: number;
  /** Failed ones are in no page. */
  readonly result: "works" | "known" | "skipped" | "failed";
  /** What is known, or why it was skipped, or what the test has to say. */
  readonly note?: string;
}

/** Where the rows are written to. */
const rows = process.env.REIN_ECOSYSTEM_ROWS;
const all = process.env.REIN_ECOSYSTEM_ALL !== undefined;
const current = 24;

/** What registers the combinations of an area. */
export function area(name: string): (combination: Combination) => void {
  return (combination) => {
    const { tool, what, short, skip = false, collection = "npm" } = combination;
    const version = combination.version ?? (collection === "none" ? "" : pinned(tool));
    for (const node of nodes.filter((one) => combination.on?.includes(one.version) ?? true)) {
      const isShort = short !== "never" && (short === "everywhere" || node.version === current);
      const known = typeof combination.known === "function" ? combination.known(node.version) : combination.known;
      const record = (result: Row["result"], note?: string): void => {
        const row: Row = { area: name, tool, version, what, node: node.version, result, ...(note && { note }) };
        if (rows !== undefined) appendFileSync(rows, `${JSON.stringify(row)}\n`);
      };
      if (!all && !isShort) {
        record("skipped");
        continue;
      }
      // Only now: what the short form has not got is not fetched for it.
      const reason = node.unavailable || skip || (collection !== "none" && packages(collection).unavailable);
      if (reason !== false) record("skipped", reason);
      test(`${tool}, Node.js ${node.version}: ${what}`, { skip: reason }, async (t) => {
        let note: string | undefined;
        try {
          note = (await combination.run(t, node)) ?? undefined;
        } catch (error) {
          const isLate = error instanceof Error && error.message.startsWith("waited");
          const isKnown = known !== undefined && !isLate;
          record(isKnown ? "known" : "failed", known);
          if (!isKnown) throw error;
          t.diagnostic(`known: ${known}`);
          return;
        }
        record(known === undefined ? "works" : "failed", note);
        assert.equal(known, undefined, "it works now: take `known` away");
      });
    }
  };
}
