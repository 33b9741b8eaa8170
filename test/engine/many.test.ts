// Many containers at once: each is alive, each ends in time and with its own status, nothing is left of them.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { type Container, startContainer } from "../support/container.ts";
import { ask, engine, engineUnavailable, type Manner, manners, zombies } from "../support/engine.ts";
import { children, isAlive } from "../support/processes.ts";
import { eventually } from "../support/waiting.ts";

/** Both manners together make a hundred. */
const AMOUNT = 50;
/** More clients at once would only wait for a processor. */
const AT_ONCE = 4;

const statusOf = (index: number): number => (index * 5) % 200;

async function startMany(t: TestContext, manner: Manner): Promise<Container[]> {
  const containers: Container[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < AMOUNT; index = next++) {
      containers[index] = await startContainer(t, manner, ["/payload", "delay", "15", "0", String(statusOf(index))]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return containers;
}

describe(`${engine}: ${AMOUNT * manners.length} containers at once`, { skip: engineUnavailable }, () => {
  test("all live, all stop in time with their own status, and no zombie is left", async (t) => {
    const containers = (await Promise.all(manners.map((manner) => startMany(t, manner)))).flat();
    const names = containers.map((container) => container.name);
    const inspect = async (format: string): Promise<string[]> =>
      (await ask(t, "container", "inspect", "--format", format, ...names)).split("\n");

    const inits = (await inspect("{{.State.Pid}}")).map(Number);
    for (const init of inits) {
      const payload = await eventually("the payload is there", () => children(init)[0]);
      assert.ok(isAlive(init) && isAlive(payload));
    }
    for (const container of containers) await container.ready();

    await ask(t, "stop", ...names);
    const wanted = manners.flatMap(() => Array.from({ length: AMOUNT }, (_, index) => String(statusOf(index))));
    assert.deepEqual(await inspect("{{.State.ExitCode}}"), wanted);
    for (const init of inits) await eventually(`process ${init} is gone`, () => !isAlive(init));
    await eventually("no zombie is left", () => zombies().length === 0);
    await ask(t, "rm", "--volumes", ...names);
  });
});
