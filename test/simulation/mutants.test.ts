// A test that cannot fail proves nothing: each of these mutants is found, and soon.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Instance, Program, productPath } from "./kernel/module.ts";
import { campaign } from "./schedules/campaign.ts";
import { build, mutants } from "./schedules/mutants.ts";

const SEED = 11;
/** asc's optimiser takes fifteen times as long as all else, and what a mutant does wrong it does wrong without it. */
const UNOPTIMISED = ["-O0"];
/** As many as the most that a mutant may take. */
const MOST = Math.max(...mutants.map(({ within }) => within));

describe("the simulation finds", () => {
  for (const mutant of mutants) {
    test(`${mutant.name}, within ${mutant.within} schedules`, async (t) => {
      const instance = new Instance(new Program(await build(mutant, UNOPTIMISED)));
      const { failures, schedules } = campaign(instance, SEED, 0, mutant.within, 1);
      const [failure] = failures;
      assert.ok(failure !== undefined, "nothing was found");
      t.diagnostic(`after ${schedules} schedules: ${failure.message}`);
      assert.ok(mutant.kinds.includes(failure.kind), failure.message);
    });
  }

  test("nothing in a module that is not optimised either, where nothing is broken", async () => {
    const instance = new Instance(new Program(await build(undefined, UNOPTIMISED)));
    assert.deepEqual(campaign(instance, SEED, 0, MOST, 1).failures, []);
  });

  test("nothing where nothing is broken: the same sources make the same module", async () => {
    const same = Buffer.from(await build()).equals(readFileSync(productPath));
    assert.ok(same, "the build for these tests differs from the product's; or the product is not built anew");
  });
});
