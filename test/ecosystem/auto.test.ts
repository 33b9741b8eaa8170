// rein/auto as the first process of a container, with what runs there: PID 1 becomes the executable, the server answers,
// SIGTERM ends it with its own status, orphans are reaped, and what loaded rein/auto is not handed on.

import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { basename, join } from "node:path";
import type { TestContext } from "node:test";
import { cached } from "../library/support/cache.ts";
import type { Node } from "../library/support/nodes.ts";
import { noPid1 } from "../library/support/pid-1.ts";
import { tarball } from "../package/support/tarball.ts";
import { area, type Combination } from "./support/combination.ts";
import { autoFile, Server } from "./support/first-process.ts";
import { type Collection, packages } from "./support/packages.ts";
import { type Files, output, project } from "./support/project.ts";

const add = area("`rein/auto` as PID 1");
const combine = (combination: Combination): void =>
  add({ ...combination, skip: noPid1 || (combination.skip ?? false) });

const programs = join(import.meta.dirname, "programs/auto");
const sources: Files = Object.fromEntries(
  readdirSync(programs).map((name) => [name, readFileSync(join(programs, name), "utf8")]),
);

const auto = ["--import", "rein/auto"];

/** A package's command. */
const tool = (name: string, collection: Collection = "npm"): string =>
  join(packages(collection).folder, "node_modules/.bin", name);

const start = (t: TestContext, node: Node, words: readonly string[], environment = {}): Promise<Server> =>
  Server.start(t, node, project(t, sources), words, { environment });

/** A server of programs/auto, started with these words of Node.js's, checked and ended. */
async function serve(t: TestContext, node: Node, words: readonly string[], status: number): Promise<void> {
  const server = await start(t, node, ["node", ...auto, ...words]);
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
for (const [name, what, words, status] of serves) {
  const isPackage = name !== "Node.js";
  combine({
    tool: name,
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

// Preloads beside it: each may come first, and is loaded by the first process then, and again by the one below.
const typed: Files = {
  ...sources,
  "server.ts": `${sources["plain.mjs"]}\nexport enum Kind { One }\n`,
  ".env": "WORD=hello\n",
};
const preloads: readonly (readonly [tool: string, what: string, words: string])[] = [
  ["tsx", "", "--import rein/auto --import tsx server.ts"],
  ["tsx", "", "--import tsx --import rein/auto server.ts"],
  ["dotenv", "", "--import rein/auto --import dotenv/config plain.mjs"],
  ["dotenv", "", "-r dotenv/config -r rein/auto plain.mjs"],
  ["tsx", " with dotenv", "--import=tsx --import=rein/auto --import=dotenv/config --no-warnings server.ts"],
];
for (const [tool, beside, words] of preloads) {
  combine({
    tool,
    what: `\`node ${words}\`${beside}`,
    async run(t, node) {
      const folder = project(t, typed);
      const server = await Server.start(t, node, folder, ["node", ...words.split(" "), "graceful"]);
      const rest = words
        .replaceAll(/(--import|-r)[ =]rein\/auto /g, "")
        .split(" ")
        .slice(0, -1);
      assert.deepEqual((await server.told("/")).execArgv, rest);
      if (words.includes("dotenv")) assert.equal(await server.get("/word"), "hello");
      await server.check();
      await server.stop(5);
    },
  });
}

combine({
  tool: "tsx",
  what: "`tsx server.ts`, by NODE_OPTIONS",
  async run(t, node) {
    const folder = project(t, typed);
    const environment = byVariable(autoFile(folder));
    const server = await Server.start(t, node, folder, [tool("tsx"), "server.ts", "graceful"], { environment });
    await server.check();
    await server.stop(5);
  },
});

combine({
  tool: "Node.js",
  collection: "none",
  what: "NODE_OPTIONS with other options: a server and its children have those alone",
  async run(t, node) {
    const folder = project(t, sources);
    const options = ["--max-old-space-size=300", "--stack-trace-limit=20"] as const;
    const environment = { NODE_OPTIONS: `${options[0]} --import ${autoFile(folder)} ${options[1]}` };
    const server = await Server.start(t, node, folder, ["node", "cluster.mjs"], { environment });
    for (const path of ["/", "/child"]) assert.equal((await server.told(path)).options, options.join(" "));
    await server.check();
    await server.stop(5);
  },
});

combine({
  tool: "Node.js",
  collection: "none",
  what: "`--inspect`, with a debugger attached to the server",
  async run(t, node) {
    const server = await start(t, node, ["node", ...auto, "--inspect=127.0.0.1:0", "plain.mjs", "graceful"]);
    const [, address = ""] = server.running.stderr.text.match(/[\s\S]*Debugger listening on (ws:\S+)/) ?? [];
    const socket = new WebSocket(address);
    await once(socket, "open");
    const answer = once(socket, "message");
    socket.send(JSON.stringify({ id: 1, method: "Runtime.evaluate", params: { expression: "process.ppid" } }));
    const [message] = (await answer) as [MessageEvent<string>];
    assert.equal(JSON.parse(message.data).result.result.value, 1);
    await server.check();
    // With a debugger Node.js waits for its leave at the end.
    const left = server.running.errorLineMatching(/^Waiting for the debugger to disconnect/);
    void left.then(
      () => socket.close(),
      () => {},
    );
    await server.stop(5);
  },
});

// The first process runs no preload, or hands it to another: nothing is wrong but that it stays.
const pnpmExecutable = cached("pnpm@12.21.0");
const staying: readonly (readonly [tool: string, what: string, words: readonly string[]])[] = [
  ["Node.js", "`node --run start`, by NODE_OPTIONS", ["node", "--run", "start"]],
  ["Node.js", "`node --watch server.js`, by NODE_OPTIONS", ["node", "--watch", "plain.mjs"]],
  ["tsx", "`tsx --import rein/auto server.ts`: tsx hands it on", [...auto, "plain.mjs"]],
  [
    "pnpm",
    "`pnpm start` of its executable, by NODE_OPTIONS",
    [join(pnpmExecutable.folder, `node_modules/@pnpm/exe.linux-${process.arch}/pnpm`), "start"],
  ],
];
for (const [name, what, words] of staying) {
  const isTsx = name === "tsx";
  combine({
    tool: name,
    what,
    ...(isTsx ? {} : { collection: "none", version: name === "pnpm" ? "12.21.0" : "" }),
    skip: name === "pnpm" && pnpmExecutable.unavailable,
    async run(t, node) {
      const application = { name: "application", private: true, scripts: { start: "node plain.mjs" } };
      const folder = project(t, { ...sources, "package.json": application });
      const environment = isTsx ? {} : byVariable(autoFile(folder));
      const command = isTsx ? [tool("tsx"), ...words] : words;
      const server = await Server.start(t, node, folder, command, { environment });
      assert.notEqual((await server.told("/")).first, "rein");
      assert.equal(await server.get("/orphans"), "0");
      return "it stays PID 1";
    },
  });
}

combine({
  tool: "vite",
  what: "`vite preview`",
  async run(t, node) {
    const folder = project(t, { "index.html": "<h1>hello</h1>" });
    await output(t, node, folder, [tool("vite"), "build"]);
    const vite = ["node", ...auto, tool("vite")];
    const server = await Server.start(t, node, folder, [...vite, "preview", "--host=127.0.0.1", "--port=0"]);
    assert.equal(readFileSync(`/proc/${server.first}/comm`, "utf8"), "rein\n");
    assert.match(await server.get("/"), /hello/);
    server.assertClean();
    await server.stop(143);
  },
});

const next: Files = {
  "answers.mjs": sources["answers.mjs"] as string,
  "app/[[...path]]/route.js": `import { answers } from "../../answers.mjs";
export const dynamic = "force-dynamic";
export const GET = (request) => new Response(answers[new URL(request.url).pathname]());
`,
};
for (const kind of ["standalone", "start"] as const) {
  combine({
    tool: "next",
    what: kind === "start" ? "`next start`" : '`output: "standalone"`, `node server.js`',
    collection: "npm-long",
    short: "never",
    async run(t, node) {
      const standalone = kind === "standalone" ? 'output: "standalone", outputFileTracingRoot: root, ' : "";
      const config = `import { join } from "node:path";
const root = join(import.meta.dirname, "../..");
export default { ${standalone}turbopack: { root } };
`;
      const folder = project(t, { ...next, "next.config.mjs": config }, "npm-long");
      const environment = { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" };
      const command = ["node", tool("next", "npm-long")];
      await output(t, node, folder, [...command, "build"], { environment });
      const words = [...command, "start", "--hostname=127.0.0.1", "--port=0"];
      // It takes 0 for no port.
      const place = { HOSTNAME: "127.0.0.1", PORT: String(await freePort()) };
      const directory = join(folder, ".next/standalone/applications", basename(folder));
      const options =
        kind === "start"
          ? { environment: { ...environment, ...byVariable(autoFile(folder)) } }
          : { environment: { ...environment, ...place, ...byVariable(autoFile(folder)) }, directory };
      const server = await Server.start(t, node, folder, kind === "start" ? words : ["node", "server.js"], options);
      await server.check();
      await server.stop(143);
    },
  });
}

const register = "@opentelemetry/auto-instrumentations-node/register";
const tracing = {
  OTEL_TRACES_EXPORTER: "console",
  OTEL_METRICS_EXPORTER: "none",
  OTEL_LOGS_EXPORTER: "none",
  OTEL_NODE_RESOURCE_DETECTORS: "none",
};
for (const [words, what, status, options] of [
  [`${auto.join(" ")} --require ${register} traced.cjs graceful`, "its spans are written at SIGTERM", 5, ""],
  [`--require ${register} ${auto.join(" ")} traced.cjs graceful`, "its spans are written at SIGTERM", 5, ""],
  // It listens for SIGTERM itself, which thereby ends nothing any more, also without rein.
  [
    `${auto.join(" ")} --require ${register} traced.cjs`,
    "no handler but its own; `--grace 1s` ends it",
    137,
    "--grace 1s",
  ],
] as const) {
  combine({
    tool: "@opentelemetry/auto-instrumentations-node",
    what: `\`node ${words.replace(" graceful", "")}\`: ${what}`,
    collection: "npm-long",
    short: "never",
    async run(t, node) {
      const environment = { ...tracing, REIN_OPTIONS: options };
      const folder = project(t, sources, "npm-long");
      const server = await Server.start(t, node, folder, ["node", ...words.split(" ")], { environment });
      await server.check();
      await server.stop(status);
      assert.match(server.running.stdout.text, /traceId/);
    },
  });
}

const chromium = "/usr/bin/chromium";
for (const [mode, what, status] of [
  ["graceful", "SIGTERM closes the browser", 5],
  ["default", "SIGTERM without a handler", 143],
] as const) {
  combine({
    tool: "puppeteer-core",
    what: `Debian's Chromium, closed and crashed, \`--no-sandbox\`; ${what}`,
    collection: "npm-long",
    short: "never",
    skip: !existsSync(chromium) && `there is no ${chromium}: apt-get install chromium`,
    async run(t, node) {
      const folder = project(t, sources, "npm-long");
      const environment = { CHROMIUM: chromium, HOME: folder };
      const server = await Server.start(t, node, folder, ["node", ...auto, "browser.mjs", mode], { environment });
      await server.check("/browse", "6 * 7 = 42");
      await server.check("/crash", "6 * 7 = 42");
      await server.stop(status);
    },
  });
}

/** A port that nobody has a moment before. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
