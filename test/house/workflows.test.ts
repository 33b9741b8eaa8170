// The workflow that runs the tests. (The one that makes a release is in test/package/release.test.ts.)

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";

const root = join(import.meta.dirname, "../..");

interface Workflow {
  readonly on: object;
  readonly permissions: object;
  readonly jobs: {
    readonly test: {
      readonly permissions: object;
      readonly strategy: { readonly matrix: { readonly include: readonly { node: number; scripts: string }[] } };
      readonly steps: readonly { readonly run?: string; readonly uses?: string }[];
    };
  };
}

function workflow(name: string): Workflow {
  return parse(readFileSync(join(root, `.github/workflows/${name}.yml`), "utf8")) as Workflow;
}

const { on, permissions, jobs } = workflow("test");
const runs = jobs.test.strategy.matrix.include;

test("every push and pull request is tested, by a job that may only read", () => {
  assert.deepEqual(Object.keys(on), ["push", "pull_request"]);
  assert.deepEqual(permissions, {});
  assert.deepEqual(jobs.test.permissions, { contents: "read" });
});

test("one run is of every script that .ci/run has, and all are there", () => {
  const all = /set -- (test .*)$/m.exec(readFileSync(join(root, ".ci/run"), "utf8"))?.[1];
  assert.ok(runs.some(({ scripts }) => scripts === all));
  for (const { scripts } of runs)
    for (const script of scripts.split(" ")) assert.ok(existsSync(join(root, "scripts", script)), script);
});

test("it runs on every version of Node.js that does, the oldest included", () => {
  const { devEngines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    devEngines: { runtime: { version: string } };
  };
  const majors = [...devEngines.runtime.version.matchAll(/[\^=](\d+)/g)].map(([, major]) => Number(major));
  assert.deepEqual(
    runs.map(({ node }) => node),
    majors,
  );
});

test("its commands are commands, and its actions are those of the release's versions", () => {
  const release = readFileSync(join(root, ".github/workflows/release.yml"), "utf8");
  for (const { run, uses } of jobs.test.steps) {
    if (run !== undefined) execFileSync("sh", ["-n", "-c", run.replace(/\$\{\{.*?\}\}/g, "x")]);
    if (uses !== undefined) assert.ok(release.includes(`uses: ${uses}\n`), uses);
  }
});
