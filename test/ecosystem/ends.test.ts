// In whatever way a program ends, nobody is left of what it has started: by run() and command(), by these in what these have
// started, and by a worker's.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Node } from "../library/support/nodes.ts";
import type { Ending, Running } from "../support/rein.ts";
import { eventually } from "../support/waiting.ts";
import { area } from "./support/combination.ts";
import { Mark } from "./support/mark.ts";
import { begin, sharedProject } from "./support/project.ts";

const combine = area("Nobody is left when the program ends");
const source = readFileSync(join(import.meta.dirname, "programs/ends.mjs"), "utf8");

/** Where the tree is started, and how many in it say that they are there. */
const places = { "run()": 2, "command()": 2, "run() under command()": 3, "command() under command()": 3 } as const;
type Started = keyof typeof places;
type Place = Started | `${Started} in a worker`;

const plain = ["run()", "command()"] as const;
const nested = ["run() under command()", "command() under command()"] as const;
const inWorker = [...plain, ...nested].map((place) => `${place} in a worker` as const);

/** How the program ends, and with what. */
const ways: Readonly<Record<string, Partial<Ending>>> = {
  "nothing to wait for": { status: 0 },
  "process.exit()": { status: 3 },
  "process.exit() in an exit listener": { status: 4 },
  "process.reallyExit()": { status: 5 },
  "an uncaught exception": { status: 1 },
  "an unhandled rejection": { status: 1 },
  "process.abort()": { signal: "SIGABRT" },
  "its heap is full": { status: null },
};
const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGSEGV", "SIGKILL"] as const;

/** How a worker ends, and the program goes on. */
const workersEnds = [
  "worker.terminate()",
  "in the worker, nothing to wait for",
  "in the worker, process.exit()",
  "in the worker, an uncaught exception",
  "in the worker, an unhandled rejection",
];

const folder = sharedProject({ "ends.mjs": source });

/** Starts the program; resolves with it, and with what waits until nobody is left of its tree. */
async function start(
  t: TestContext,
  node: Node,
  place: Place,
  way: string,
): Promise<{ readonly running: Running; readonly allEnd: () => Promise<void> }> {
  const mark = new Mark();
  const count = places[place.replace(" in a worker", "") as Started];
  const heap = way === "its heap is full" ? ["--max-old-space-size=30"] : [];
  const running = begin(t, node, folder(), [node.path, ...heap, "ends.mjs", place, way], {
    environment: mark.environment,
  });
  for (let seen = 0; seen < count; seen++) await running.lineMatching(/^there$/);
  const left = (): number[] => mark.bearers(running.process.pid);
  assert.ok(left().length >= count, `${left()}\n${running.seen()}`);
  return {
    running,
    allEnd: async () => {
      await eventually(`${left()} have ended\n${running.seen()}`, () => left().length === 0);
    },
  };
}

const quoted = (text: string): string => text.replaceAll(/(process\.|worker\.)?\w+\(\)/g, "`$&`");
/** Only these are in the short form for the others than the plain ones, which it has in all ways. */
const shortly = new Set(["process.exit()", "SIGTERM", "SIGKILL"]);

for (const [tool, tried] of [
  ["run(), command()", plain],
  ["these two under command()", nested],
  ["all four in a worker", inWorker],
] as const) {
  for (const way of [...Object.keys(ways), ...signals]) {
    const endsThere = async (t: TestContext, node: Node, place: Place): Promise<void> => {
      const { running, allEnd } = await start(t, node, place, way);
      if (way in ways) running.stdin.end("\n");
      else running.process.kill(way as NodeJS.Signals);
      const ending = await running.exit();
      assert.deepEqual({ ...ending, ...(ways[way] ?? { signal: way }) }, ending, running.seen());
      await allEnd();
    };
    combine({
      tool: quoted(tool),
      version: "",
      what: quoted(way),
      ...(tried === plain || shortly.has(way) ? {} : { short: "never" }),
      run: async (t, node) => void (await Promise.all(tried.map((place) => endsThere(t, node, place)))),
    });
  }
}

async function workerEnds(t: TestContext, node: Node, place: Place, way: string): Promise<void> {
  const { running, allEnd } = await start(t, node, place, way);
  running.stdin.write("\n");
  await running.lineMatching(/^the worker has ended$/);
  await allEnd();
  running.stdin.end("\n");
  assert.equal((await running.exit()).status, 0, running.seen());
}

for (const way of workersEnds) {
  combine({
    tool: "all four in a worker",
    version: "",
    what: `${quoted(way)}; the program goes on`,
    run: async (t, node) => void (await Promise.all(inWorker.map((place) => workerEnds(t, node, place, way)))),
  });
}
