import { type Candidate, FLOOR, findInPath, REIN, unversioned } from "./candidates.ts";
import { type Bench, columns, divided, type Figure, figure, modeName, namesOf } from "./figure.ts";
import { memory } from "./memory.ts";

/** What people write when Node.js is the container's first process: start the command, pass SIGTERM on, end as it did. */
const SCRIPT = `
const child = require("node:child_process").spawn(process.argv[1], process.argv.slice(2), { stdio: "inherit" });
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => child.kill(signal));
child.on("exit", (status, signal) => process.exit(signal ? 128 + require("node:os").constants.signals[signal] : status));
`;

/** Orphans that are made to see who is left. */
const ORPHANS = 100;

/** Node.js itself in the place of an init: what that takes, and what it leaves behind. */
export async function node(bench: Bench): Promise<Figure[]> {
  const { candidates, programs, measure, amounts, modes, progress } = bench;
  const file = process.execPath || findInPath("node")!;
  const before = [file, "-e", SCRIPT, "--"];
  const itself: Candidate = {
    ...unversioned("node", file),
    version: `Node.js ${process.versions.node}`,
    words: { plain: before, namespace: before },
    isSubreaper: false,
  };
  const all = [...candidates.filter(({ name }) => name === FLOOR || name === REIN), itself];
  const mode = modes.at(-1)!;
  const starts = await measure.rounds(
    "start",
    amounts.nodeStarts,
    mode,
    all.map(({ words }) => [...words[mode], programs.nop]),
    (done) => progress(`Node.js in an init's place, ${modeName(mode)}`, done, amounts.nodeStarts),
  );
  const head = { mode, rounds: starts.length };
  const times = divided(columns(starts, all.length, 2), 1000);
  const figures = [figure({ name: "with Node.js, start to exit", unit: "µs", ...head }, namesOf(all), times)];
  const [resident, privately] = await memory({ ...bench, candidates: all, amounts: { ...amounts, holds: 1 } });
  figures.push({ ...resident!, name: "with Node.js, resident memory" });
  figures.push({ ...privately!, name: "with Node.js, private memory" });
  if (mode !== "namespace") return figures;
  const commands = all.map(({ words }) => [...words[mode], programs.payload, "left", `${ORPHANS}`]);
  const left = await measure.rounds("result", 1, mode, commands, () => {});
  const name = `with Node.js, zombies left of ${ORPHANS} orphans`;
  figures.push(figure({ name, unit: "", mode, rounds: 1 }, namesOf(all), columns(left, all.length)));
  return figures;
}
