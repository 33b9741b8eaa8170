// A single executable application starts itself again.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { build } from "esbuild";
import { executablePath } from "rein";
import { runCommand } from "../support/rein.ts";
import { nodes } from "./support/nodes.ts";

// 26 makes one by itself; before that it takes another tool, which is nobody's dependency here.
const node = nodes.find(({ version }) => version === 26);

suite("a single executable application", { skip: node?.unavailable }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "rein-application-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "application");
  const main = join(folder, "main.cjs");
  const configuration = join(folder, "sea.json");

  test("is made", async () => {
    const entry = join(import.meta.dirname, "programs/application.ts");
    await build({
      entryPoints: [entry],
      outfile: main,
      bundle: true,
      platform: "node",
      format: "cjs",
      // Of import.meta nothing is left, which rein is prepared for.
      logOverride: { "empty-import-meta": "silent" },
    });
    const ofNode = { disableExperimentalSEAWarning: true, execArgv: ["--stack-trace-limit=33"] };
    writeFileSync(configuration, JSON.stringify({ main, output: path, ...ofNode }));
    execFileSync(node?.path ?? "", ["--build-sea", configuration], { stdio: "ignore" });
  });

  for (const [where, environment, warning] of [
    ["below the executable, whose path it is told", { REIN_EXECUTABLE: executablePath() }, /^$/],
    [
      "without, and says so",
      {},
      /^\(node:\d+\) \[REIN_NO_EXECUTABLE\] ReinWarning: .+: this library is part of a bundle/,
    ],
  ] as const) {
    test(`starts its functions ${where}`, async (t) => {
      const { stdout, stderr, status } = await runCommand(t, [path, "argument"], { environment });
      const refusal = "OptionError: nodeOptions: those of a single executable application are in its file";
      assert.deepEqual([stdout, status], [`child first -x\nchild second\n${refusal}\nmain argument\n`, 0]);
      assert.match(stderr, warning);
    });
  }
});
