// Signals from outside to inside, and the end of all when the time has come.

import assert from "node:assert/strict";
import { children, descendants, isAlive, processes, statusField } from "../support/processes.ts";
import { type Running, startCommand } from "../support/rein.ts";
import { everything, type Maker, openPayload, testCrowd, testSandbox } from "../support/sandbox.ts";
import { Signal } from "../support/signals.ts";
import { eventually } from "../support/waiting.ts";

const { HUP, INT, KILL, QUIT, TERM, USR1, RTMAX } = Signal;

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

testCrowd(
  "go on to the payload, which ends with its own status",
  async (make) => {
    for (const life of lives) {
      const running = await started(make, life, ["signals"]);
      for (const signal of [HUP, USR1, QUIT, RTMAX, TERM]) {
        kill(running, signal);
        await running.lineMatching(new RegExp(`\\b${signal}\\b`));
      }
      running.stop();
      await running.exit();
    }
  },
  { dialect: "rein" },
);

testCrowd(
  "end bwrap itself, and with --die-with-parent all that it has started",
  async (make, t) => {
    for (const life of lives) {
      for (const signal of ["SIGHUP", "SIGINT", "SIGTERM", "SIGUSR1", "SIGKILL"] as const) {
        for (const dies of [true, false]) {
          const options = dies ? [...life, "--die-with-parent"] : life;
          // Node.js closes the input of who has ended, and so this command reads none.
          const running = make.start([...everything, ...options, "--", "sh", "-c", "echo ready; exec sleep 600"]);
          await running.lineMatching(/^ready$/);
          const inside = descendants(running.process.pid ?? 0);
          // Whoever is left is the test's to end.
          t.after(() => {
            for (const pid of inside.filter(isAlive)) process.kill(pid, KILL);
          });
          running.process.kill(signal);
          assert.deepEqual(await running.exit(), { status: null, signal }, `${life.join(" ")} ${signal}`);
          if (dies) await eventually(`${inside} have ended`, () => !inside.some(isAlive));
          else assert.ok(inside.every(isAlive), `${life.join(" ")} ${signal}`);
        }
      }
    }
  },
  { dialect: "bwrap" },
);

testSandbox(
  "go on to the command where bwrap is PID 1: the kernel would throw them away",
  async (make, t) => {
    for (const life of lives) {
      const sandbox = make.words([...everything, ...life, "--", openPayload, "signals"]);
      const running = startCommand(t, ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", ...sandbox]);
      await running.ready();
      const [first] = descendants(running.process.pid ?? 0);
      process.kill(first ?? 0, TERM);
      await running.lineMatching(new RegExp(`\\b${TERM}\\b`));
    }
  },
  { dialect: "bwrap", person: "root" },
);

testSandbox(
  "a payload that a signal kills is 128 and its number, inside and outside",
  async (make) => {
    for (const life of lives) {
      // PID 1 has to have a handler.
      if (life.includes("--as-pid-1")) continue;
      const running = await started(make, life, ["wait"]);
      kill(running, TERM);
      assert.deepEqual(await running.exit(), { status: 128 + TERM, signal: null }, life.join(" "));
    }
  },
  { dialect: "rein" },
);

testSandbox(
  "a PID 1 that has no handler for a signal that asks for an end is killed; one that ignores it is not",
  async (make) => {
    const life = ["--unshare-pid", "--as-pid-1"];
    for (const signal of [TERM, INT]) {
      const running = await started(make, life, ["wait"]);
      // Asks for nothing.
      kill(running, USR1);
      kill(running, signal);
      assert.deepEqual(await running.exit(), { status: 128 + KILL, signal: null });
      assert.match(running.stderr.text, /SIGKILL/);
    }
    const script = "trap '' TERM; trap 'echo told; exit 5' INT; echo ready; while :; do read -r line || exit 6; done";
    const running = make.start([...everything, ...life, "--", "sh", "-c", script]);
    await running.lineMatching(/^ready$/);
    kill(running, TERM);
    kill(running, INT);
    running.stdin.write("\n");
    await running.lineMatching(/^told$/);
    assert.deepEqual(await running.exit(), { status: 5, signal: null });
  },
  { dialect: "rein" },
);

testSandbox(
  "that come before the payload is there wait for it",
  async (make) => {
    for (const life of lives.slice(0, 2)) {
      const words = [...everything, ...life, "--block-fd", "3", "--json-status-fd", "1", "--", openPayload, "wait"];
      const running = make.start(words, { extraPipes: 1 });
      await running.lineMatching(/"set-up"/);
      kill(running, TERM);
      // The kernel has it for the supervisor before it says so of the one that it went on to.
      (running.process.stdio[3] as NodeJS.WritableStream).write("x");
      assert.deepEqual(await running.exit(), { status: 128 + TERM, signal: null }, life.join(" "));
    }
  },
  { dialect: "rein" },
);

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

testCrowd(
  "kill -9 of the supervisor ends all inside",
  async (make) => {
    for (const life of lives) {
      const running = await started(make, life, ["wait"]);
      const inside = descendants(running.process.pid ?? 0);
      assert.ok(inside.length > 0);
      running.process.kill("SIGKILL");
      await eventually(`${inside} have ended`, () => !inside.some(isAlive));
    }
  },
  { dialect: "rein" },
);

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
