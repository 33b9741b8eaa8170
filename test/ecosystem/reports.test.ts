// What others have reported of orphans, signals and exit codes, of programs that start programs: the same with run() and
// command(), and what is right there.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { asPid1, noPid1 } from "../library/support/pid-1.ts";
import { descendants } from "../support/processes.ts";
import type { Ending } from "../support/rein.ts";
import { eventually } from "../support/waiting.ts";
import { area } from "./support/combination.ts";
import { Mark } from "./support/mark.ts";
import { begin, execute, sharedProject } from "./support/project.ts";

const combine = area("Public reports");
const folder = sharedProject({
  "package.json": {
    ...{ name: "application", private: true, type: "module" },
    scripts: {
      serve: `node -e "console.log('there'); setInterval(() => {}, 1000)"`,
      stubborn: `trap '' TERM; echo there; while :; do sleep 1; done`,
      short: "sleep 600",
    },
  },
  "reports.mjs": readFileSync(join(import.meta.dirname, "programs/reports.mjs"), "utf8"),
  "server.mjs": "console.log('there'); setInterval(() => {}, 1000);",
});

interface Report {
  /** Where it is: owner/name#number. */
  readonly report: string;
  /** What is right. */
  readonly right: string;
  /** The program's case. */
  readonly does: string;
  /** When it says that all are there it gets this signal. */
  readonly signal?: NodeJS.Signals;
  /** When it is there it is told to end by itself. */
  readonly isTold?: boolean;
  /** How it ends then, or by itself; else it goes on, and nobody is left of what it started. */
  readonly ends?: Partial<Ending>;
  /** What it has said in the end. */
  readonly says?: RegExp;
  /** How many processes it has below it, when all are there. */
  readonly below?: number;
}

const reports: readonly Report[] = [
  {
    report: "sindresorhus/execa#96",
    right: "`kill()` ends the whole tree, also who is in a session of its own",
    does: "kill",
  },
  {
    report: "sindresorhus/execa#419",
    right: "`kill()` ends what a shell waits for, and the promise is settled",
    does: "kill a shell",
  },
  {
    report: "sindresorhus/execa#488",
    right: "`process.exit()` ends the server behind `npm run`",
    does: "npm run",
    ends: { status: 3 },
  },
  {
    report: "sindresorhus/execa#765",
    right: "12 at once with inherited outputs warn of nothing",
    does: "outputs that are inherited, too",
  },
  {
    report: "sindresorhus/execa#767",
    right: "`kill()` 12 times in a row warns of nothing, and is followed by SIGKILL",
    does: "kill, often",
  },
  {
    report: "sindresorhus/execa#761",
    right: "`timeout` ends it with a file as input that is not read to its end",
    does: "a file that is not read to its end",
  },
  { report: "tapjs/signal-exit#44", right: "30 at once warn of nothing", does: "many exit listeners" },
  {
    report: "tapjs/signal-exit#70",
    right: "a function's asynchronous clean-up has its time when the program has ended",
    does: "clean-up",
    isTold: true,
    ends: { status: 3 },
    says: /^cleaned up$/m,
  },
  { report: "pkrumins/node-tree-kill#36", right: "the tree ends without `ps`", does: "no ps" },
  {
    report: "pkrumins/node-tree-kill#45",
    right: "a program that ends itself ends all branches of its tree",
    does: "two trees",
    ends: { signal: "SIGTERM" },
  },
  {
    report: "tapjs/foreground-child#58",
    right: "SIGKILL of the program ends its child, without one process more than the executable",
    does: "one without a watchdog",
    signal: "SIGKILL",
    ends: { signal: "SIGKILL" },
    below: 2,
  },
  {
    report: "open-cli-tools/concurrently#155",
    right: "a job that ignores SIGTERM is killed",
    does: "concurrently's stubborn job",
  },
  {
    report: "open-cli-tools/concurrently#193",
    right: "SIGHUP, as of a closed terminal, ends the tree",
    does: "one tree",
    signal: "SIGHUP",
    ends: { signal: "SIGHUP" },
  },
  {
    report: "open-cli-tools/concurrently#470",
    right: "SIGINT is a failure, with the signal and no exit code",
    does: "SIGINT is no success",
  },
  {
    report: "mysticatea/npm-run-all#6",
    right: "where one fails, an AbortSignal ends the others with their trees",
    does: "one fails, the others end",
  },
  {
    report: "mysticatea/npm-run-all#139",
    right: "a script that ignores SIGTERM is killed",
    does: "npm-run-all's stubborn script",
  },
  { report: "mysticatea/npm-run-all#243", right: "SIGABRT is a failure", does: "abort is no success" },
  {
    report: "nodejs/node#14684",
    right: "a function that has filled its heap has failed",
    does: "a full heap is no success",
  },
  {
    report: "nodejs/node#2039",
    right: "SIGTERM of the program ends its children",
    does: "one tree",
    signal: "SIGTERM",
    ends: { signal: "SIGTERM" },
  },
  {
    report: "tinylibs/tinyexec#138",
    right: "a process that is left behind with the output open holds nobody up",
    does: "one holds the output",
  },
];

for (const { report, right, does, isTold, signal, ends, says, below } of reports) {
  combine({
    tool: report,
    version: "",
    what: right,
    async run(t, node) {
      const mark = new Mark();
      const running = begin(t, node, folder(), [node.path, "reports.mjs", does], { environment: mark.environment });
      if (isTold) {
        await running.lineMatching(/^there$/);
        running.stdin.write("\n");
      }
      if (signal !== undefined) {
        await running.lineMatching(/^there$/);
        if (below !== undefined) assert.equal(descendants(running.process.pid as number).length, below);
        running.process.kill(signal);
      }
      if (ends === undefined) await running.lineMatching(/^done$/);
      else {
        const ending = await running.exit();
        assert.deepEqual({ ...ending, ...ends }, ending, running.seen());
      }
      const except = ends === undefined ? running.process.pid : undefined;
      const seen = `${mark.bearers(except)} have ended\n${running.seen()}`;
      await eventually(seen, () => mark.bearers(except).length === 0);
      running.stdin.end();
      const ending = await running.closed();
      if (ends === undefined) assert.deepEqual(ending, { status: 0, signal: null }, running.seen());
      if (says !== undefined) assert.match(running.stdout.text, says);
    },
  });
}

combine({
  tool: "tapjs/foreground-child#71",
  version: "",
  what: "the command's end by a signal is 128+n, as PID 1 too",
  skip: noPid1,
  async run(t, node) {
    for (const prefix of [[], asPid1]) {
      const words = [...prefix, "node_modules/.bin/rein", "--", "sh", "-c", "kill -SEGV $$"];
      assert.equal((await execute(t, node, folder(), words)).status, 139);
    }
  },
});

combine({
  tool: "nodejs/node-v0.x-archive#9131",
  version: "",
  what: "SIGTERM ends a server that is PID 1 and has no listener, with `rein/auto`",
  skip: noPid1,
  async run(t, node) {
    const words = [...asPid1, node.path, "--import", "rein/auto", "server.mjs"];
    const running = begin(t, node, folder(), words);
    await running.lineMatching(/^there$/);
    process.kill(descendants(running.process.pid as number)[0] as number, "SIGTERM");
    assert.equal((await running.exit()).status, 143);
  },
});
