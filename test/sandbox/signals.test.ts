// Signals from outside to inside, and the end of all when the time has come.

import assert from "node:assert/strict";
import { children, descendants, isAlive, processes, statusField } from "../support/processes.ts";
import type { Running } from "../support/rein.ts";
import { everything, type Maker, openPayload, testCrowd, testSandbox } from "../support/sandbox.ts";
import { Signal } from "../support/signals.ts";
import { eventually } from "../support/waiting.ts";

const { HUP, KILL, QUIT, TERM, USR1, RTMAX } = Signal;

/** With an init inside and without, as PID 1 itself, and in another session. */
const lives: readonly (readonly string[])[] = [
  [],
  ["--unshare-pid", "--proc", "/proc"],
  ["--unshare-pid", "--as-pid-1", "--proc", "/proc"],
  ["--unshare-pid", "--proc", "/proc", "--new-session"],
  ["--new-session"],
];

function kill(running: Running, signal: number): void {
  process.kill(running.process.pid ?? 0, signal);
}

async function started(make: Maker, words: readonly string[], command: readonly string[]): Promise<Running> {
  const running = make.start([...everything, ...words, "--", openPayload, ...command]);
  await running.ready();
  return running;
}

testCrowd("go on to the payload, which ends with its own status", async (make) => {
  for (const life of lives) {
    const running = await started(make, life, ["signals"]);
    for (const signal of [HUP, USR1, QUIT, RTMAX, TERM]) {
      kill(running, signal);
      await running.lineMatching(new RegExp(`\\b${signal}\\b`));
    }
    running.stop();
    await running.exit();
  }
});

testSandbox("a payload that a signal kills is 128 and its number, inside and outside", async (make) => {
  for (const life of lives) {
    // As PID 1 it would ignore what it has no handler for.
    if (life.includes("--as-pid-1")) continue;
    const running = await started(make, life, ["wait"]);
    kill(running, TERM);
    assert.deepEqual(await running.exit(), { status: 128 + TERM, signal: null }, life.join(" "));
  }
});

testSandbox("that come before the payload is there wait for it", async (make) => {
  for (const life of lives.slice(0, 2)) {
    const words = [...everything, ...life, "--block-fd", "3", "--json-status-fd", "1", "--", openPayload, "wait"];
    const running = make.start(words, { extraPipes: 1 });
    await running.lineMatching(/"set-up"/);
    kill(running, TERM);
    // The kernel has it for the supervisor before it says so of the one that it went on to.
    (running.process.stdio[3] as NodeJS.WritableStream).write("x");
    assert.deepEqual(await running.exit(), { status: 128 + TERM, signal: null }, life.join(" "));
  }
});

testSandbox(
  "-g inside: the whole group of the payload gets them",
  async (make) => {
    const running = make.start([
      ...[...everything, "--unshare-pid", "-g", "--", "sh", "-c"],
      `trap "echo shell; wait" TERM; (trap "echo child; exit" TERM; echo ready; while :; do sleep 0.05; done) & wait; wait`,
    ]);
    await running.lineMatching(/^ready$/);
    kill(running, TERM);
    const lines = [await running.line(), await running.line()].sort();
    assert.deepEqual(lines, ["child", "shell"]);
  },
  { dialect: "rein" },
);

testSandbox(
  "--grace inside: who has not ended is killed, and all with it",
  async (make) => {
    const running = await started(make, ["--unshare-pid", "--grace", "300ms"], ["ignore", `${TERM}`]);
    const since = performance.now();
    kill(running, TERM);
    assert.deepEqual(await running.exit(), { status: 128 + KILL, signal: null });
    assert.ok(performance.now() - since >= 299);
  },
  { dialect: "rein" },
);

testSandbox(
  "--drain inside: the others are asked to end before the sandbox does",
  async (make) => {
    const script = `(trap "echo asked; exit" TERM; echo ready; while :; do sleep 0.05; done) & read -r line; exit 3`;
    const running = make.start([...everything, "--unshare-pid", "--drain", "10s", "--", "sh", "-c", script]);
    await running.lineMatching(/^ready$/);
    running.stdin.write("\n");
    assert.equal(await running.line(), "asked");
    assert.deepEqual(await running.exit(), { status: 3, signal: null });
  },
  { dialect: "rein" },
);

testCrowd("kill -9 of the supervisor ends all inside", async (make) => {
  for (const life of lives) {
    const running = await started(make, life, ["wait"]);
    const inside = descendants(running.process.pid ?? 0);
    assert.ok(inside.length > 0);
    running.process.kill("SIGKILL");
    await eventually(`${inside} have ended`, () => !inside.some(isAlive));
  }
});

testSandbox("kill -9 of the supervisor ends a set-up that waits for its maps or its go", async (make) => {
  const waits = [
    ["--block-fd", "3"],
    ["--unshare-user", "--userns-block-fd", "3", "--info-fd", "1"],
  ];
  for (const wait of waits) {
    const running = make.start([...everything, ...wait, "--", "true"], { extraPipes: 1 });
    const inside = await eventually("the stage is there", () => {
      const found = children(running.process.pid ?? 0);
      return found.length > 0 && found;
    });
    running.process.kill("SIGKILL");
    await eventually(`${inside} have ended`, () => !inside.some(isAlive));
  }
});

testSandbox("--die-with-parent: the end of the parent is the end of all", async (make) => {
  const words = make.words([...everything, "--unshare-pid", "--die-with-parent", "--", openPayload, "signals"]);
  const dialect = words[words.indexOf(everything[0] ?? "") - 1] ?? "";
  const running = make.start([
    ...everything,
    "--",
    "sh",
    "-c",
    // In the background a shell gives nothing to read, and the payload would end.
    `exec 3<&0; "$@" <&3 & wait`,
    "sh",
    ...words.slice(words.indexOf(dialect)),
  ]);
  await running.ready();
  const parent = await eventually("the shell is there", () => {
    return descendants(running.process.pid ?? 0).find((pid) => statusField(pid, "Name") === "sh");
  });
  const below = await eventually("the supervisor, the init and the payload are seen", () => {
    const found = descendants(parent);
    return found.length === 3 && found;
  });
  process.kill(parent, "SIGKILL");
  await eventually(`${below} have ended`, () => !below.some(isAlive));
  assert.ok(processes().includes(process.pid));
});
