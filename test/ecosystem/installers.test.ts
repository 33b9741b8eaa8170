// The tarball under package managers, each used as its own documentation says; scripts are off everywhere.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type Cached, cached } from "../library/support/cache.ts";
import type { Node } from "../library/support/nodes.ts";
import { tarball } from "../package/support/tarball.ts";
import { area } from "./support/combination.ts";
import { packages, pinned } from "./support/packages.ts";
import { type Files, output, write } from "./support/project.ts";

const combine = area("Package managers");
const programs = join(import.meta.dirname, "../package/programs");

/** A folder far from any node_modules, with the programs that use the package. */
function application(t: TestContext, files: Files = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "rein-installed-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  write(folder, { "package.json": { name: "application", private: true }, ...files });
  for (const program of ["use.mjs", "use.cjs"]) cpSync(join(programs, program), join(folder, program));
  return folder;
}

/** Uses what is installed by import, by require and as a command. */
async function use(
  t: TestContext,
  node: Node,
  folder: string,
  {
    run = ["node"],
    command,
    environment = {},
  }: { run?: string[]; command: string[]; environment?: Record<string, string> },
): Promise<void> {
  const path = await output(t, node, folder, [...run, "use.mjs"], { environment });
  assert.ok(path.endsWith(`dist/linux-${process.arch}/rein`), path);
  assert.equal(await output(t, node, folder, [...run, "use.cjs"], { environment }), `required ${path}`);
  assert.equal(await output(t, node, folder, [...command, "echo", "hello"], { environment }), "hello");
}

const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];

for (const strategy of ["hoisted", "linked"]) {
  combine({
    tool: "npm",
    version: "",
    collection: "none",
    ...(strategy === "hoisted" ? {} : { short: "never" as const }),
    what: `a workspace, \`--install-strategy=${strategy}\`, \`npx\`, without optional dependencies`,
    async run(t, node) {
      const folder = application(t, {
        "package.json": { name: "root", private: true, workspaces: ["service"] },
        "service/package.json": { name: "service", version: "1.0.0", private: true },
      });
      const strategyOption = `--install-strategy=${strategy}`;
      const words = ["install", "--workspace", "service", strategyOption, "--omit=optional", ...quiet, tarball];
      await output(t, node, folder, ["npm", ...words]);
      for (const program of ["use.mjs", "use.cjs"]) cpSync(join(programs, program), join(folder, "service", program));
      await use(t, node, join(folder, "service"), { command: ["npx", "--no-install", "rein"] });
    },
  });
}

const pnpm: Cached = cached("pnpm@12.21.0");
combine({
  tool: "pnpm",
  version: "12.21.0",
  collection: "none",
  what: "`pnpm add`, `pnpm exec`; nothing is hoisted",
  skip: pnpm.unavailable,
  async run(t, node) {
    const folder = application(t);
    const pnpmWords = ["node", join(pnpm.folder, "node_modules/pnpm/bin/pnpm.mjs")];
    await output(t, node, folder, [...pnpmWords, "add", "--store-dir", join(folder, ".store"), tarball]);
    await use(t, node, folder, { command: [join(folder, "node_modules/.bin/rein")] });
    await use(t, node, folder, { command: [...pnpmWords, "exec", "rein"] });
  },
});

const yarn1: Cached = cached("yarn@1.22.22");
combine({
  tool: "Yarn",
  version: "1.22.22",
  collection: "none",
  what: "`yarn add`, `yarn run`",
  skip: yarn1.unavailable,
  async run(t, node) {
    const folder = application(t);
    const yarn = ["node", join(yarn1.folder, "node_modules/yarn/bin/yarn.js"), "--silent"];
    await output(t, node, folder, [
      ...yarn,
      "add",
      "--ignore-scripts",
      "--cache-folder",
      join(folder, ".cache"),
      `file:${tarball}`,
    ]);
    await use(t, node, folder, { command: [...yarn, "run", "rein"] });
  },
});

const yarn4: Cached = cached("@yarnpkg/cli-dist@4.18.1");
for (const linker of ["pnp", "pnpm", "node-modules"]) {
  combine({
    tool: "Yarn",
    version: "4.18.1",
    collection: "none",
    what: `\`yarn add\`, \`yarn node\`, \`yarn rein\`; \`nodeLinker: ${linker}\``,
    ...(linker === "pnp" ? {} : { short: "never" as const }),
    skip: yarn4.unavailable,
    async run(t, node) {
      const folder = application(t);
      writeFileSync(join(folder, "yarn.lock"), "");
      const yarn = ["node", join(yarn4.folder, "node_modules/@yarnpkg/cli-dist/bin/yarn.js")];
      const environment = {
        YARN_NODE_LINKER: linker,
        YARN_ENABLE_GLOBAL_CACHE: "false",
        YARN_ENABLE_TELEMETRY: "false",
        YARN_ENABLE_SCRIPTS: "false",
        YARN_GLOBAL_FOLDER: join(folder, ".yarn-global"),
      };
      await output(t, node, folder, [...yarn, "add", `rein@file:${tarball}`], { environment });
      await use(t, node, folder, { run: [...yarn, "node"], command: [...yarn, "rein"], environment });
    },
  });
}

const bun = (): string =>
  join(
    packages("npm-long").folder,
    `node_modules/@oven/bun-linux-${process.arch === "arm64" ? "aarch64" : "x64"}/bin/bun`,
  );
combine({
  tool: "bun",
  version: pinned("bun"),
  collection: "npm-long",
  what: "`bun add`, then used by Node.js",
  short: "never",
  async run(t, node) {
    const folder = application(t);
    await output(t, node, folder, [bun(), "add", tarball], {
      environment: { BUN_INSTALL_CACHE_DIR: join(folder, ".cache") },
    });
    await use(t, node, folder, { command: [join(folder, "node_modules/.bin/rein")] });
  },
});
