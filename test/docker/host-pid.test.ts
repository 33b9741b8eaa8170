// In the machine's PID namespace rein is not PID 1, and the orphans come to it all the same.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startContainer } from "../support/container.ts";
import { asEntrypoint, engineUnavailable } from "../support/engine.ts";
import { children } from "../support/processes.ts";
import { eventually } from "../support/waiting.ts";

describe("--pid host", { skip: engineUnavailable }, () => {
  test("orphans are reaped, and the payload is the only child", async (t) => {
    const container = await startContainer(t, asEntrypoint, ["/payload", "orphans", "50", "0"], {
      engine: ["--pid", "host"],
    });
    await container.lineMatching(/^ended$/);
    const init = await container.pid();
    await eventually("one child is left", () => children(init).length === 1);
  });

  test("stop works, and the exit status passes", async (t) => {
    const container = await startContainer(t, asEntrypoint, ["/payload", "delay", "15", "0", "6"], {
      engine: ["--pid", "host"],
    });
    await container.ready();
    assert.equal(await container.stop(), 6);
  });
});
