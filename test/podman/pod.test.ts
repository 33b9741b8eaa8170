// rein under the name `pause`, as the first container of a pod: it holds the pod's namespaces.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { Container, newName } from "../support/container.ts";
import { ask, cgroupOptions, engineUnavailable, folder } from "../support/engine.ts";
import { children } from "../support/processes.ts";
import { eventually } from "../support/waiting.ts";

/** Why a pod cannot be tried, or false. */
function unavailable(): string | false {
  if (engineUnavailable !== false) return engineUnavailable;
  const { status } = spawnSync(join(folder, "pause", "pause"), ["-v"]);
  return status !== 0 && `the executable does not know the name pause: pause -v ended with ${status}`;
}

/** A pod, and its first container. */
async function createPod(t: TestContext, ...options: string[]): Promise<[pod: string, infra: Container]> {
  const pod = newName();
  t.after(() => execFileSync("podman", ["pod", "rm", "--force", "--time", "0", pod]));
  const infra = ["--infra-image", "pause", "--infra-command", "/pause", "--infra-name", `${pod}-infra`];
  await ask(t, "pod", "create", "--name", pod, ...cgroupOptions, "--network", "none", ...infra, ...options);
  await ask(t, "pod", "start", pod);
  return [pod, new Container(t, `${pod}-infra`)];
}

const skip = unavailable();

describe("podman: a pod with rein as pause", () => {
  // Each test by itself: of a suite that is skipped only the suite would be named, and nothing counted.
  test("it runs, and is stopped at once", { skip }, async (t) => {
    const [pod, infra] = await createPod(t);
    assert.ok(await infra.isRein());
    await ask(t, "pod", "stop", "--time", "600", pod);
    assert.equal(await infra.inspect("{{.State.Status}}"), "exited");
    assert.notEqual(await infra.status(), 137);
  });

  test("with a shared PID namespace it reaps the orphans of the other containers", { skip }, async (t) => {
    const [pod, infra] = await createPod(t, "--share", "pid,net,ipc,uts");
    const member = new Container(t, newName());
    const words = ["run", "--detach", "--interactive", "--pod", pod, "--name", member.name];
    await ask(t, ...words, "busybox", "/payload", "orphans", "100", "5");
    await member.lineMatching(/^ended$/);
    const pause = await infra.pid();
    await eventually("all are reaped", () => children(pause).length === 0);
    await member.reaped();
    await ask(t, "stop", "--time", "0", member.name);
    await ask(t, "pod", "stop", "--time", "600", pod);
    assert.notEqual(await infra.status(), 137);
  });
});
