// The simulated kernel is worth as much as it is like the real one: the same
// scenes on both, and the init has to tell the same story of them.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { modes } from "../support/modes.ts";
import { initOnRealKernel, initOnSimulatedKernel } from "./model/init.ts";
import { initScenes } from "./model/init-scenes.ts";

for (const mode of modes) {
  describe(`${mode.name}: the same on both kernels`, { skip: mode.unavailable, concurrency: 2 }, () => {
    for (const scene of initScenes) {
      test(scene.name, async (t) => {
        const simulated = initOnSimulatedKernel(mode, scene);
        assert.deepEqual(await initOnRealKernel(t, mode, scene), simulated);
      });
    }
  });
}
