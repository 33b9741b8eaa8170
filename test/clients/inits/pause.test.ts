// `catatonit -P`, with which Podman holds a pod's namespaces: it runs nothing.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pid1 } from "../../support/modes.ts";
import { Signal } from "../../support/signals.ts";
import { unexplained } from "./support/compare.ts";
import { describeForm, entrypoint, script } from "./support/form.ts";
import { Life, places } from "./support/life.ts";
import { missing, sides } from "./support/side.ts";

const forms = [
  entrypoint("catatonit -P", "containers/podman"),
  entrypoint("catatonit -P ignored", "containers/podman"),
  script("catatonit", "exec catatonit -P", "images of firewalls"),
];

describe("pause", { skip: pid1.unavailable || missing("catatonit") }, () => {
  for (const form of forms) {
    for (const [name, numbers] of [
      ["TERM", [Signal.TERM]],
      ["INT", [Signal.INT]],
      ["others before TERM", [Signal.HUP, Signal.USR1, Signal.WINCH, Signal.CONT, Signal.TERM]],
    ] as const) {
      test(`${describeForm(form)} (${form.usedBy}), ended with ${name}`, async (t) => {
        for (const place of places) {
          const observe = async (side: "real" | "ours") => {
            const life = await Life.start(t, side, form, place, [], ["zombies=4"]);
            await life.quiet();
            life.note("it pauses");
            for (const number of numbers) await life.signal(number);
            return await life.end();
          };
          const [real, ours] = await Promise.all(sides.map(observe));
          assert.ok(real !== undefined && ours !== undefined);
          assert.equal(unexplained(form, "has children from before the init", place, real, ours).join("\n"), "", place);
          assert.equal(ours.status, "0");
        }
      });
    }
  }
});
