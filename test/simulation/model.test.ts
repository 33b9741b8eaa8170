// The simulated kernel is worth as much as it is like the real one: the same
// scenes on both, and both have to show the same.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { modes, pid1 } from "../support/modes.ts";
import { initOnRealKernel, initOnSimulatedKernel } from "./model/init.ts";
import { initScenes } from "./model/init-scenes.ts";
import { parentScenes } from "./model/parent-scenes.ts";
import { pipeScenes } from "./model/pipe-scenes.ts";
import { onRealKernel } from "./model/real.ts";
import { places, unavailable } from "./model/scene.ts";
import { signalScenes } from "./model/signal-scenes.ts";
import { onSimulatedKernel } from "./model/simulated.ts";
import { terminalScenes } from "./model/terminal-scenes.ts";
import { waitScenes } from "./model/wait-scenes.ts";

/** What was compared, for the summary. */
const compared = { initScenes: 0, events: 0, callScenes: 0, results: 0 };

for (const mode of modes) {
  describe(`an init tells the same as ${mode.name}`, { skip: mode.unavailable, concurrency: 2 }, () => {
    for (const scene of initScenes) {
      test(scene.name, async (t) => {
        const simulated = initOnSimulatedKernel(mode, scene);
        assert.deepEqual(await initOnRealKernel(t, mode, scene), simulated);
        compared.initScenes++;
        compared.events += simulated.story.length;
      });
    }
  });
}

const subjects = {
  signals: signalScenes,
  "wait4, kill, setpgid, execve": waitScenes,
  parents: parentScenes,
  pipes: pipeScenes,
  "a terminal": terminalScenes,
};

for (const [subject, scenes] of Object.entries(subjects)) {
  for (const place of places) {
    const name = `calls give the same and do the same, ${place}: ${subject}`;
    describe(name, { skip: pid1.unavailable, concurrency: 2 }, () => {
      for (const scene of scenes.filter(({ only }) => only === undefined || only === place)) {
        test(scene.name, { skip: unavailable(scene) }, async (t) => {
          const simulated = onSimulatedKernel(scene, place);
          const real = await onRealKernel(t, scene, place);
          assert.deepEqual(real.lines, simulated.lines);
          compared.callScenes++;
          compared.results += real.results;
        });
      }
    });
  }
}

test("summary", (t) => {
  const { initScenes, events, callScenes, results } = compared;
  t.diagnostic(`an init: ${initScenes} scenes, ${events} events compared`);
  t.diagnostic(`calls: ${callScenes} scenes, ${results} results compared`);
});
