// The workflow that runs the tests, and what others must not be able to change in any. (The one that makes a release is in
// test/package/release.test.ts.)

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
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
    if (uses !== undefined) assert.ok(release.includes(`uses: ${uses} #`), uses);
  }
});

const folder = join(root, ".github/workflows");
const all = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")] as const);

test("actions are commits, which stay what they are, and the version is beside them for people", () => {
  for (const [name, text] of all) {
    const used = text.split("\n").filter((line) => /\buses\s*:/.test(line));
    assert.ok(used.length > 0, name);
    // A tag is moved by whoever may push there: CVE-2025-30066 (tj-actions/changed-files) came by all tags at once.
    for (const line of used) assert.match(line, /^ +- uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, name);
  }
});

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly run?: string; readonly uses?: string; readonly with?: Record<string, unknown> }[];
}

test("a job that may change anything outside runs nothing but what the tests saw, and what its machine has", () => {
  const mighty: string[] = [];
  for (const [name, text] of all) {
    const { jobs } = parse(text) as { jobs: Record<string, Job> };
    for (const [job, { permissions = {}, steps }] of Object.entries(jobs)) {
      for (const one of steps) {
        if (!one.uses?.startsWith("actions/setup-node@")) continue;
        // Who can write to the cache of a branch could leave something there for the release.
        assert.equal(one.with?.["package-manager-cache"], false, `${name}, ${job}`);
      }
      if (!Object.values(permissions).includes("write")) continue;
      mighty.push(`${name}: ${job}`);
      const commands = steps.flatMap(({ run = [] }) => run).join("\n");
      assert.doesNotMatch(commands, /\b(npx|pnpx|yarn|corepack|pip|curl|wget|apt-get|apt)\b/);
      for (const [, verb] of commands.matchAll(/\bnpm\s+(?:-\S+\s+)*(\w+)/g)) assert.equal(verb, "publish");
      if (commands.includes("npm publish")) assert.match(commands, /npm publish .*--ignore-scripts/);
      assert.ok(!steps.some(({ uses }) => uses?.startsWith("actions/checkout@")), "no code but the artifacts'");
    }
  }
  assert.deepEqual(mighty, ["release.yml: publish"]);
});
