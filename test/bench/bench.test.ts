// The benchmark runs to its end, and what has no noise stays below its limits: instructions, system calls. (The file's
// size is in test/build.) Times have no place here: they are the machine's.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { instructions, sum, systemCalls } from "../../bench/counts.ts";
import { buildPrograms } from "../../bench/programs.ts";
import { children, statusField, waitsForEver } from "../support/processes.ts";
import { executable, startCommand } from "../support/rein.ts";
import { eventually } from "../support/waiting.ts";

const root = join(import.meta.dirname, "../..");

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "rein-bench-test-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

// As they are, and a little more: what makes one larger says so here.
/** 10 500 before it looked whether its file is set-uid, whether anything confines the command, and for a true /proc. */
const MOST_INSTRUCTIONS = 10_900;
const MOST_CALLS = 24;
/** wait4 and rt_sigtimedwait, by their numbers: how often the init calls them hangs on how soon the payload ends. */
const WAITS = [61, 128];
/** 196 before there were sandboxes, whose stop signals come this way too, and before the code was made smaller at this cost. */
const MOST_FOR_A_SIGNAL = 240;
/** In kB. */
const MOST_CODE = 12;
/** In kB: a page of what changes, one to three of the stack, whose place in them the kernel draws by lot. */
const MOST_OF_ITS_OWN = 16;

/** In kB. */
const MOST_OF_A_SANDBOX = 100;
const MOST_INSTRUCTIONS_OF_A_SANDBOX = 77_000;
/**
 * 152 before the init gave up the set-up's capabilities (capget, capset), the command got a keyring of its own (keyctl), and
 * each standard stream was looked at, whether it is a directory (three statx), and each mount point, whether another
 * sandbox has made it (three).
 */
const MOST_CALLS_OF_A_SANDBOX = 161;
/** recvmsg, too: its supervisor looks for a word whenever it has waited. */
const SANDBOX_WAITS = [47, ...WAITS];
const needsRoot = process.getuid?.() !== 0 && "this needs root";

const otherMachine = process.arch !== "x64" && "the limits are for x64";

test("from start to exit of a payload it takes no more instructions and system calls than it did", {
  skip: otherMachine,
}, (t) => {
  const programs = buildPrograms(folder(t));
  // Copied: every character of its path is counted, too.
  const copy = join(programs.folder, "rein");
  copyFileSync(executable, copy);
  const command = [copy, "--", programs.nop];
  const calls = callsBut(WAITS, systemCalls(programs, "plain", command));
  assert.ok(calls >= 8 && calls <= MOST_CALLS, `${calls} system calls`);
  const count = instructions(programs, "plain", command);
  assert.ok(count > 100 && count <= MOST_INSTRUCTIONS, `${count} instructions`);
});

function callsBut(waits: readonly number[], calls: ReadonlyMap<number, number>): number {
  return sum(new Map([...calls].filter(([number]) => !waits.includes(number))));
}

test("a sandbox takes no more instructions and system calls than it did", { skip: needsRoot || otherMachine }, (t) => {
  const programs = buildPrograms(folder(t));
  const copy = join(programs.folder, "rein");
  copyFileSync(executable, copy);
  const places = ["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/mnt"];
  const command = [
    copy,
    "--unshare-pid",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-net",
    ...places,
    "--",
    programs.nop,
  ];
  // Where somebody renames or mounts something meanwhile openat2(2) has to be tried again, on a busy machine in most runs.
  let calls = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 20 && calls > MOST_CALLS_OF_A_SANDBOX; run++)
    calls = Math.min(calls, callsBut(SANDBOX_WAITS, systemCalls(programs, "plain", command)));
  assert.ok(calls >= 100 && calls <= MOST_CALLS_OF_A_SANDBOX, `${calls} system calls`);
  const count = instructions(programs, "plain", command);
  assert.ok(count > 1000 && count <= MOST_INSTRUCTIONS_OF_A_SANDBOX, `${count} instructions`);
  t.diagnostic(`${count} instructions, ${calls} system calls`);
});

test("a signal takes no more instructions than it did", { skip: otherMachine }, (t) => {
  const programs = buildPrograms(folder(t));
  const poked = (signals: number): number =>
    instructions(programs, "plain", [executable, "--", programs.payload, "poke", `${signals}`]);
  const count = Math.round((poked(101) - poked(1)) / 100);
  assert.ok(count > 10 && count <= MOST_FOR_A_SIGNAL, `${count} instructions`);
});

test("while it waits, its code is resident only where it is needed to wait, and little is its own", {
  skip: otherMachine,
}, async (t) => {
  const programs = buildPrograms(folder(t));
  // Without the caller's environment, of which the init holds a copy.
  const words = ["env", "-i", executable, "--", programs.payload, "wait"];
  const init = startCommand(t, words);
  const sizes = (): number[] => {
    const mappings = readFileSync(`/proc/${init.process.pid}/smaps`, "utf8");
    const code = /r-xp .*\/rein\n(?:.*\n)*?Rss: +(\d+)/.exec(mappings)?.[1];
    const data = /rw-p .*\/rein\n(?:.*\n)*?Rss: +(\d+)/.exec(mappings)?.[1];
    const own = /^Private_Dirty: +(\d+)/m.exec(readFileSync(`/proc/${init.process.pid}/smaps_rollup`, "utf8"))?.[1];
    return [Number(code), Number(own), Number(data)];
  };
  // Before it has begun, nothing of it is resident.
  await eventually("the init waits for ever", () => waitsForEver(init.process.pid!));
  // What makes it more: a function that runs while the command does and is not listed there, or those listed have grown.
  await eventually(`at most ${MOST_CODE} kB of code (see scripts/build/resident.ts)`, () =>
    sizes()[0]! <= MOST_CODE ? true : undefined,
  );
  assert.equal(sizes()[2], 0, "kB of the file's data: the constants are not resident");
  assert.ok(sizes()[1]! <= MOST_OF_ITS_OWN, `${sizes()[1]} kB of its own`);
});

test("the processes of a sandbox take little together", {
  skip: needsRoot || otherMachine,
}, async (t) => {
  const { payload } = buildPrograms(folder(t));
  const options = ["--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"];
  const supervisor = startCommand(t, [executable, ...options, "--", payload, "wait"]).process.pid ?? 0;
  const inside = await eventually("the payload runs", () => {
    const init = children(supervisor)[0];
    return init !== undefined && children(init).length === 1 && statusField(init, "Name") === "rein-init"
      ? init
      : undefined;
  });
  // All that is mapped and in memory, counted twice where both have the same page.
  const resident = (pid: number): number =>
    Number(/^Rss: +(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1]);
  await eventually(`at most ${MOST_OF_A_SANDBOX} kB`, () => {
    const sum = resident(supervisor) + resident(inside);
    if (sum > MOST_OF_A_SANDBOX) return undefined;
    t.diagnostic(`${sum} kB`);
    return true;
  });
});

test("a quick run of the benchmark writes its page", (t) => {
  const output = folder(t);
  const words = [join(root, "bench/bench.ts"), "--quick", "--output", output, "--executable", executable];
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8", cwd: root });
  assert.equal(status, 0, stderr);
  const page = readFileSync(join(output, "README.md"), "utf8");
  const pictures = [...page.matchAll(/^!\[.+\]\((.+\.svg)\)$/gm)].map(([, file]) => file!);
  assert.ok(pictures.length >= 8, `${pictures.length} pictures`);
  assert.deepEqual(
    pictures.toSorted(),
    readdirSync(output)
      .filter((name) => name.endsWith(".svg"))
      .toSorted(),
  );
  for (const file of pictures) {
    const svg = readFileSync(join(output, file), "utf8");
    assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/, file);
  }
  const { figures } = JSON.parse(readFileSync(join(output, "run.json"), "utf8")) as {
    figures: Record<string, object[]>;
  };
  for (const name of ["start", "counts", "memory", "crowd", "size", "signal", "orphans", "growth", "node"])
    assert.ok(figures[name]!.length > 0, name);
});
