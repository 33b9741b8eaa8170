// The image `rein` that the Dockerfile makes.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { ask, client, engineUnavailable, folder } from "../support/engine.ts";
import { tooFewProcesses } from "../support/process-limit.ts";
import type { Result } from "../support/rein.ts";

const run = (t: TestContext, ...words: string[]): Promise<Result> =>
  client(t, "run", "--rm", "--network", "none", ...words);

const root = join(import.meta.dirname, "../..");

const id = (t: TestContext, image: string): Promise<string> => ask(t, "image", "inspect", "--format", "{{.Id}}", image);

describe("the image rein", { skip: engineUnavailable }, () => {
  // The script has built them once already, and the layers are there: only the answers are looked at.
  for (const target of ["rein", "example"]) {
    test(`docker build --target ${target}`, async (t) => {
      await ask(t, "build", "--network", "host", "--tag", `again-${target}`, "--target", target, root);
      assert.equal(await id(t, `again-${target}`), await id(t, target));
    });
  }

  test("docker build without a target makes the image rein", async (t) => {
    await ask(t, "build", "--network", "host", "--tag", "plain", root);
    assert.equal(await id(t, "plain"), await id(t, "rein"));
  });

  test("it has two files", async (t) => {
    const saved = join(folder, "saved");
    mkdirSync(saved);
    await ask(t, "save", "--output", `${saved}.tar`, "rein");
    execFileSync("tar", ["--extract", "--directory", saved, "--file", `${saved}.tar`]);
    const [image] = JSON.parse(readFileSync(join(saved, "manifest.json"), "utf8")) as { Layers: string[] }[];
    const files = (image?.Layers ?? []).flatMap((layer) =>
      execFileSync("tar", ["--list", "--file", join(saved, layer)], { encoding: "utf8" })
        .trim()
        .split("\n"),
    );
    assert.deepEqual(files.toSorted(), ["LICENSE", "rein"]);
  });

  test("rein --version runs in it", async (t) => {
    assert.match((await run(t, "rein", "--version")).stdout, /^rein \d/);
  });

  test("rein --help runs in it", async (t) => {
    assert.match((await run(t, "rein", "--help")).stdout, /^Usage: rein /);
  });

  for (const [what, words, status] of [
    ["a command that is not there: 127", ["/nothing"], 127],
    ["a file that is no program: 126", ["/LICENSE"], 126],
    ["an option that is not there: 125", ["--nothing"], 125],
    ["its own executable is a payload that works", ["/rein", "--version"], 0],
  ] as const) {
    test(what, async (t) => {
      assert.equal((await run(t, "rein", ...words)).status, status);
    });
  }

  test("read-only, no capabilities, an ordinary user", { skip: tooFewProcesses }, async (t) => {
    const denied = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", "1000:1000"];
    assert.equal((await run(t, ...denied, "rein", "/rein", "--version")).status, 0);
  });
});
