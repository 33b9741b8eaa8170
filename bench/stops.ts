// How long it takes until many trees that are stopped at once have ended: `node bench/stops.ts [--library] [COUNT...]`.
//
// Each tree is an init with a shell and two processes in sessions of their own, which are asked to end after the shell.
// With --library each is started and stopped by `run()`. REIN=FILE takes another build of the executable.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({ options: { library: { type: "boolean" } }, allowPositionals: true });
const executable = process.env.REIN || join(import.meta.dirname, `../dist/linux-${process.arch}/rein`);
const words = ["sh", "-c", "setsid sleep 1000 & setsid sleep 1000 & echo ready; wait"];

/** A tree that is there; `stop` stops it, and says how the init ended. */
interface Tree {
  stop(): Promise<string>;
}

async function startByHand(): Promise<Tree> {
  const init = spawn(executable, ["--drain", "1h", "--", ...words], { stdio: ["ignore", "pipe", "inherit"] });
  await once(init.stdout, "data");
  return {
    async stop() {
      const end = once(init, "exit");
      init.kill();
      const [status, signal] = await end;
      return `${status ?? signal}`;
    },
  };
}

async function startByLibrary(): Promise<Tree> {
  process.env.REIN_EXECUTABLE ??= executable;
  const { run } = await import("../src/library/index.ts");
  const subprocess = run(words[0]!, words.slice(1), {
    stdin: "ignore",
    stderr: "inherit",
    buffer: false,
    reject: false,
  });
  await once(subprocess.stdout!, "data");
  return {
    async stop() {
      subprocess.kill();
      const { signal, exitCode } = await subprocess;
      return `${signal ?? exitCode}`;
    },
  };
}

const counts =
  positionals.length > 0 ? positionals.map(Number) : values.library === true ? [10, 100, 300] : [10, 100, 1000];
for (const count of counts) {
  const trees: Tree[] = [];
  while (trees.length < count) {
    const more = Array.from(
      { length: Math.min(20, count - trees.length) },
      values.library ? startByLibrary : startByHand,
    );
    trees.push(...(await Promise.all(more)));
  }
  const since = performance.now();
  const ends = await Promise.all(trees.map((tree) => tree.stop()));
  const took = performance.now() - since;
  const ways = [...Map.groupBy(ends, (end) => end)].map(([end, { length }]) => `${length} by ${end}`).join(", ");
  console.log(`${count} trees: ${Math.round(took)} ms, ${(took / count).toFixed(2)} ms each; ended ${ways}`);
}
