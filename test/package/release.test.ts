// A release's files: the same bytes wherever they are made, with checksums and notes; and a workflow that makes them.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { parse } from "yaml";
import { notBuilt, root } from "./support/tarball.ts";

const version = (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }).version;

/** The files of this checkout, at another place. */
function checkout(t: TestContext, name: string): string {
  const parent = mkdtempSync(join(tmpdir(), "rein-release-"));
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  const folder = join(parent, name);
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  for (const path of listed.toString().split("\0").filter(Boolean)) {
    if (existsSync(join(root, path))) cpSync(join(root, path), join(folder, path));
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

interface Released {
  readonly status: number | null;
  readonly stderr: string;
  readonly folder: string;
}

function release(checkout: string, environment: Record<string, string> = {}): Released {
  const folder = join(checkout, "released");
  const env = { ...process.env, ...environment };
  const { status, stderr } = spawnSync(join(checkout, "scripts", "release"), [folder], {
    cwd: checkout,
    env,
    encoding: "utf8",
  });
  return { status, stderr, folder };
}

suite("a release", () => {
  test("made at two places is the same bytes", { skip: notBuilt("x64") || notBuilt("arm64") }, (t) => {
    const sums = ["short", "of/another/and/longer/place"].map((name) => {
      const { status, stderr, folder } = release(checkout(t, name));
      assert.equal(status, 0, stderr);
      execFileSync("sha256sum", ["--check", "--quiet", "SHA256SUMS"], { cwd: folder });
      assert.match(readFileSync(join(folder, "notes.md"), "utf8"), /\w/);
      return readFileSync(join(folder, "SHA256SUMS"), "utf8");
    });
    assert.equal(sums[0], sums[1]);
    const names = sums[0]
      ?.trim()
      .split("\n")
      .map((line) => line.split("  ")[1]);
    assert.deepEqual(names, ["rein-linux-arm64", "rein-linux-x64", `rein-${version}.tgz`]);
  });

  test("of another version than the tag's, or of one without notes, is refused", (t) => {
    const folder = checkout(t, "refused");
    const tagged = release(folder, { GITHUB_REF_TYPE: "tag", GITHUB_REF_NAME: "v9.9.9" });
    assert.equal(tagged.status, 1);
    assert.match(tagged.stderr, new RegExp(`^rein: the tag is v9\\.9\\.9, and package\\.json says ${version}$`, "m"));
    writeFileSync(join(folder, "CHANGELOG.md"), "# Changelog\n\n## 9.9.9\n\nAll is new.\n");
    const untold = release(folder);
    assert.equal(untold.status, 1);
    assert.match(untold.stderr, new RegExp(`^rein: CHANGELOG\\.md says nothing of ${version}$`, "m"));
  });
});

interface Step {
  readonly run?: string;
  readonly uses?: string;
}
interface Workflow {
  readonly permissions: object;
  readonly jobs: Readonly<
    Record<string, { readonly needs?: string[]; readonly permissions: object; readonly steps: Step[] }>
  >;
}

suite("the release workflow", () => {
  const { permissions, jobs } = parse(readFileSync(join(root, ".github/workflows/release.yml"), "utf8")) as Workflow;

  test("runs scripts that are there", () => {
    const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    const scripts = commands.flatMap((command) => command.match(/(?:\.ci|\.?\/?scripts)\/[\w-]+/g) ?? []);
    assert.deepEqual(scripts, [".ci/run", "./scripts/release"]);
    for (const script of scripts) assert.ok(existsSync(join(root, script)), script);
    for (const command of commands) execFileSync("sh", ["-n", "-c", command.replace(/\$\{\{.*?\}\}/g, "x")]);
  });

  test("publishes after tests and both builds, with a right to npm that no other job has", () => {
    assert.deepEqual(jobs.publish?.needs, ["test", "build"]);
    assert.deepEqual(permissions, {});
    assert.deepEqual(jobs.publish?.permissions, { contents: "write", "id-token": "write" });
    for (const name of ["test", "build"]) assert.deepEqual(jobs[name]?.permissions, { contents: "read" });
  });
});
