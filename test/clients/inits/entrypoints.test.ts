// How public images start their init, on the other init and on the executable under its name, side by side.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pid1 } from "../../support/modes.ts";
import { forms } from "./forms.ts";
import { type Situation, situations } from "./situations.ts";
import { compare } from "./support/compare.ts";
import { describeForm, keepsShell } from "./support/form.ts";
import { type Place, places } from "./support/life.ts";
import { assertListed, long } from "./support/listed.ts";
import { missing } from "./support/side.ts";

/** So many lives at a time, each on both sides. */
const AT_ONCE = 2;

describe("entry points", { concurrency: 1 }, () => {
  for (const form of forms) {
    const wanted = situations.filter(({ always }) => always || long || form.full);
    const name = `${describeForm(form)} (${form.usedBy})`;
    test(name, { skip: pid1.unavailable || missing(form.init) }, async (t) => {
      const found: string[] = [];
      const canBe = (situation: Situation, place: Place): boolean =>
        (situation.place ?? place) === place &&
        !situation.endless?.test(describeForm(form)) &&
        !(place === "PID 1" && situation.signalled && keepsShell(form));
      const queue = wanted.flatMap((situation) =>
        places.filter((place) => canBe(situation, place)).map((place) => ({ situation, place })),
      );
      const work = async (): Promise<void> => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          found.push(...(await compare(t, form, next.situation, next.place)));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      assert.equal(found.join("\n"), "");
    });
  }

  test("every meant difference still occurs", { skip: pid1.unavailable }, () => assertListed("entry point"));
});
