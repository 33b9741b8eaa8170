// The Kubernetes manifests: they can be read, and their containers do what the manifests say of them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { subreaper } from "../support/modes.ts";
import { assertSortsAndStops, examples, get, portOf, secondsOf, startContainer } from "./support/example.ts";
import { pythonPrograms, pythonUnavailable } from "./support/programs.ts";

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly lifecycle?: unknown;
}

interface PodSpecification {
  readonly terminationGracePeriodSeconds: number;
  readonly shareProcessNamespace?: boolean;
  readonly containers: readonly Container[];
}

interface Pod {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: PodSpecification;
}

interface Deployment {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: PodSpecification;
    };
  };
}

const read = (name: string): unknown => parse(readFileSync(join(examples, "kubernetes", name), "utf8"));
const image = { directory: join(examples, "python-app"), programs: pythonPrograms };

/** The command of a pod's container that runs the Python example. */
function commandIn({ containers }: PodSpecification): string[] {
  const container = containers.find(({ name }) => name === "sorter");
  assert.equal(container?.image, "python-app");
  return [...(container.command ?? []), ...(container.args ?? [])];
}

/** Kubernetes kills only whom rein has not killed before. */
function assertInTime({ terminationGracePeriodSeconds, containers }: PodSpecification): void {
  for (const { command = [], lifecycle } of containers) {
    assert.equal(lifecycle, undefined);
    // --drain is part of --grace; rein waits two seconds more for those whom SIGKILL does not end at once.
    assert.ok(secondsOf(command, "--drain") <= secondsOf(command, "--grace"));
    assert.ok(secondsOf(command, "--stop-delay") + secondsOf(command, "--grace") + 2 < terminationGracePeriodSeconds);
  }
}

describe("deployment.yaml", () => {
  const { apiVersion, kind, spec } = read("deployment.yaml") as Deployment;
  const pod = spec.template.spec;

  test("has what a Deployment needs, and stays within its time", () => {
    assert.deepEqual([apiVersion, kind], ["apps/v1", "Deployment"]);
    assert.deepEqual(spec.selector.matchLabels, spec.template.metadata.labels);
    assertInTime(pod);
  });

  test("answers during the delay, and stops after it", { skip: pythonUnavailable }, async (t) => {
    const [rein = "", ...words] = commandIn(pod);
    assert.equal(secondsOf(words, "--stop-delay"), 10);
    // The same but for the time.
    words[words.indexOf("--stop-delay") + 1] = "3s";
    const running = await startContainer(t, [rein, "--json-status-fd", "3", ...words], { ...image, extraPipes: 1 });
    const port = await portOf(running);
    const begin = performance.now();
    running.signal(15);
    await running.extra.get(3)?.matching(/^{"event":"held"/);
    assert.equal(await get(port), "200 post some lines\n");
    assert.deepEqual(await running.exit(), { status: 0, signal: null });
    assert.ok(performance.now() - begin >= 3000);
    assert.deepEqual(await running.stdout.rest(), ["closing", "closed"]);
  });
});

describe("shared-process-namespace.yaml", () => {
  const { apiVersion, kind, spec } = read("shared-process-namespace.yaml") as Pod;

  test("has what a Pod needs, and stays within its time", () => {
    assert.deepEqual([apiVersion, kind, spec.shareProcessNamespace], ["v1", "Pod", true]);
    assertInTime(spec);
  });

  test("rein is not PID 1 there, and stops its server all the same", { skip: pythonUnavailable }, async (t) => {
    const running = await startContainer(t, commandIn(spec), { ...image, mode: subreaper });
    await assertSortsAndStops(running, await portOf(running));
  });
});
