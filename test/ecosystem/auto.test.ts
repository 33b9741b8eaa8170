// rein/auto as the first process of a container, with what runs there: PID 1 becomes the executable, the server answers,
// SIGTERM ends it with its own status, orphans are reaped, and what loaded rein/auto is not handed on.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { cached } from "../library/support/cache.ts";
import type { Node } from "../library/support/nodes.ts";
import { noPid1 } from "../library/support/pid-1.ts";
import { tarball } from "../package/support/tarball.ts";
import { area, type Combination } from "./support/combination.ts";
import { autoFile, Server } from "./support/first-process.ts";
import { type Files, output, project } from "./support/project.ts";

const add = area("`rein/auto` as PID 1");
const combine = (combination: Combination): void =>
  add({ ...combination, skip: noPid1 || (combination.skip ?? false) });

const programs = join(import.meta.dirname, "programs/auto");
const sources: Files = Object.fromEntries(
  readdirSync(programs).map((name) => [name, readFileSync(join(programs, name), "utf8")]),
);

const auto = ["--import", "rein/auto"];

/** A server of programs/auto, started with these words of Node.js's, checked and ended. */
async function serve(t: TestContext, node: Node, words: readonly string[], status: number): Promise<void> {
  const server = await Server.start(t, node, project(t, sources), ["node", ...auto, ...words]);
  await server.check();
  await server.stop(status);
}

const serves: readonly (readonly [tool: string, what: string, words: string, status: number])[] = [
  ["Node.js", "`node:http`, SIGTERM closes it", "plain.mjs graceful", 5],
  ["Node.js", "`node:http` without a handler for SIGTERM", "plain.mjs", 143],
  ["Node.js", "`node:cluster`, SIGTERM disconnects the workers", "cluster.mjs", 5],
  ["Node.js", "`node:cluster` without a handler for SIGTERM", "cluster.mjs default", 143],
  ["Node.js", "worker threads, one within another", "workers.mjs", 5],
  ["express", "`server.close()` at SIGTERM", "express.mjs", 5],
  ["fastify", "`fastify.close()` at SIGTERM", "fastify.mjs", 5],
];
for (const [tool, what, words, status] of serves) {
  const isPackage = tool !== "Node.js";
  combine({
    tool,
    what,
    ...(isPackage ? {} : { collection: "none" }),
    run: (t, node) => serve(t, node, words.split(" "), status),
  });
}

// Behind these it can only be in NODE_OPTIONS, as docs/reap-zombies.md has it.
const byVariable = (auto: string): Readonly<Record<string, string>> => ({
  NODE_OPTIONS: `--import ${auto}`,
  npm_config_update_notifier: "false",
});

/** How it ends at SIGTERM: with which status, and whether the server had the time to close. */
type Ends = readonly [status: number, isClosed: boolean];

interface Manager {
  readonly tool: string;
  readonly version: string;
  /** What is PID 1 at first. */
  readonly words: readonly string[];
  /** The script is `node plain.mjs graceful`. SIGTERM ends the shell, and what is given then is the manager's, also without rein. */
  readonly plain: Ends;
  /** The same, and package.json has `"rein": ["--drain", "10s"]`. */
  readonly drained?: Ends;
  /** The script begins with `exec`. */
  readonly exec?: Ends;
  readonly environment?: Readonly<Record<string, string>>;
  readonly unavailable?: string | false;
  /** Installs the tarball in a way of its own; returns where rein/auto is then. */
  install?(t: TestContext, node: Node, folder: string): Promise<string>;
}

/** A package manager that npm installs, by the script that is its command. */
function manager(
  tool: string,
  specifier: string,
  script: string,
  rest: Pick<Manager, "plain" | "drained" | "exec" | "environment" | "install">,
): Manager {
  const { folder, unavailable } = cached(specifier);
  const version = specifier.slice(specifier.lastIndexOf("@") + 1);
  return { tool, version, words: ["node", join(folder, "node_modules", script)], unavailable, ...rest };
}

const yarn4: Manager = manager("Yarn", "@yarnpkg/cli-dist@4.18.1", "@yarnpkg/cli-dist/bin/yarn.js", {
  // Its shell is its own.
  plain: [5, true],
  environment: {
    YARN_NODE_LINKER: "pnp",
    YARN_ENABLE_GLOBAL_CACHE: "false",
    YARN_ENABLE_TELEMETRY: "false",
    YARN_ENABLE_SCRIPTS: "false",
  },
  async install(t, node, folder) {
    rmSync(join(folder, "node_modules"), { recursive: true });
    writeFileSync(join(folder, "yarn.lock"), "");
    const { words, environment = {} } = yarn4;
    await output(t, node, folder, [...words, "add", `rein@file:${tarball}`], { environment });
    const resolve = ["node", "-p", 'require.resolve("rein/auto")'];
    return output(t, node, folder, [...words, ...resolve], { environment });
  },
});
const managers: readonly Manager[] = [
  { tool: "npm", version: "", words: ["npm"], plain: [143, false], drained: [143, true], exec: [5, true] },
  manager("Yarn", "yarn@1.22.22", "yarn/bin/yarn.js", { plain: [1, false], drained: [1, true], exec: [1, true] }),
  yarn4,
  manager("pnpm", "pnpm@10.34.8", "pnpm/bin/pnpm.cjs", { plain: [143, false], drained: [143, true], exec: [5, true] }),
  // Its command in JavaScript, which corepack takes, starts an executable, and has no handler for SIGTERM.
  manager("pnpm", "pnpm@12.21.0", "pnpm/bin/pnpm.mjs", {
    plain: [143, false],
    drained: [143, true],
    exec: [143, false],
  }),
];
const script = "node plain.mjs graceful";
for (const manager of managers) {
  for (const [what, ends, application] of [
    ["", manager.plain, { scripts: { start: script } }],
    [' with `"rein": ["--drain", "10s"]`', manager.drained, { scripts: { start: script }, rein: ["--drain", "10s"] }],
    [" of a script that begins with `exec`", manager.exec, { scripts: { start: `exec ${script}` } }],
  ] as const) {
    if (ends === undefined) continue;
    const { tool, version, words, environment = {}, unavailable = false } = manager;
    const [status, isClosed] = ends;
    combine({
      tool,
      version,
      collection: "none",
      what: `\`${tool.toLowerCase()} start\`${what}: ${isClosed ? "the server closes" : "the server is cut off"}, status ${status}`,
      ...(tool !== "npm" && what !== "" && { short: "never" }),
      skip: unavailable,
      async run(t, node) {
        const folder = project(t, {
          ...sources,
          "package.json": { name: "application", private: true, ...application },
        });
        const auto = (await manager.install?.(t, node, folder)) ?? autoFile(folder);
        const server = await Server.start(t, node, folder, [...words, "start"], {
          environment: { ...environment, ...byVariable(auto) },
        });
        await server.check();
        await server.stop(status);
        assert.equal(/^closed$/m.test(server.running.stdout.text), isClosed, server.running.seen());
      },
    });
  }
}
