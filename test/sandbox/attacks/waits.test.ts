// While a sandbox waits for something, it is not deaf: what asks a program to end ends it at once, with all of it. A
// FIFO in somebody else's files is not waited for at all.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, symlinkSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { descendants, isAlive, stat, statusField } from "../../support/processes.ts";
import { type Ending, type Running, runCommand, startCommand } from "../../support/rein.ts";
import { everything, type Maker, openPayload, testCrowd } from "../../support/sandbox.ts";
import {
  CTRL_BACKSLASH,
  CTRL_C,
  openShell,
  openTerminal,
  type Terminal,
  terminalUnavailable,
} from "../../support/terminal.ts";
import { eventually } from "../../support/waiting.ts";

const [PIDFD_OPEN, SIGNALFD4] = process.arch === "x64" ? [434, 289] : [434, 74];
const EPERM = 1;
const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const;

/** What is waited for: nothing ever comes from descriptor 3. */
interface Wait {
  readonly name: string;
  readonly options: readonly string[];
}

const lives: readonly (readonly string[])[] = [
  [],
  ["--unshare-pid", "--proc", "/proc"],
  ["--unshare-pid", "--as-pid-1", "--proc", "/proc"],
  ["--unshare-user", "--unshare-pid", "--dev", "/dev"],
  ["--unshare-user", "--unshare-pid", "--cap-add", "ALL"],
  ["--unshare-pid", "--new-session"],
  ["--unshare-pid", "--json-status-fd", "5"],
];

const waits: readonly Wait[] = [
  ...lives.map((life) => ({ name: `--block-fd ${life.join(" ")}`, options: [...life, "--block-fd", "3"] })),
  ...lives.slice(0, 3).flatMap((life) => [
    { name: `--file ${life.join(" ")}`, options: [...life, "--tmpfs", "/mnt", "--file", "3", "/mnt/file"] },
    { name: `--seccomp ${life.join(" ")}`, options: [...life, "--seccomp", "3"] },
  ]),
  { name: "--bind-data", options: ["--unshare-pid", "--tmpfs", "/mnt", "--bind-data", "3", "/mnt/file"] },
  { name: "--block-fd when all is told", options: ["--unshare-user", "--info-fd", "5", "--block-fd", "3"] },
  { name: "--args", options: ["--args", "3"] },
  {
    name: "--userns-block-fd",
    options: ["--unshare-user", "--unshare-pid", "--userns-block-fd", "3", "--info-fd", "5"],
  },
  {
    name: "--userns-block-fd without an init",
    options: ["--unshare-user", "--userns-block-fd", "3", "--info-fd", "5"],
  },
];

function fifo(make: Maker): string {
  const path = `${make.folder()}/fifo`;
  execFileSync("mkfifo", ["-m", "666", path]);
  return path;
}

/** The words that open the descriptors and become the sandbox. */
function words(make: Maker, options: readonly string[]): string[] {
  const script = 'exec 3<>"$0" 5>/dev/null; exec "$@"';
  return ["bash", "-c", script, fifo(make), ...make.words([...everything, ...options, "--", "echo", "ran"])];
}

/** The process and all below it, as soon as all of them are ours and wait. */
function waiting(running: Running, top: number, wait: Wait): Promise<number[]> {
  // The options are read by the first, and all else is another's to do.
  const least = wait.options.includes("--args") ? 1 : 2;
  return eventually(`the sandbox waits\n${running.seen()}`, () => {
    const all = [top, ...descendants(top)];
    return (
      all.length >= least && all.every((pid) => stat(pid)?.state === "S" && /^(rein|bwrap)/.test(nameOf(pid))) && all
    );
  });
}

function nameOf(pid: number): string {
  try {
    return statusField(pid, "Name");
  } catch {
    return "";
  }
}

/** Nobody of them is left, and nothing was run. */
async function assertGone(running: Running, all: readonly number[]): Promise<void> {
  // The output ends with the last who could write to it.
  await running.closed();
  await eventually("all of them are gone", () => !all.some(isAlive));
  assert.doesNotMatch(running.stdout.text, /ran/);
}

/** Under the name bwrap the signal itself ends the supervisor, but where it reads its options. */
function endedBy(make: Maker, signal: NodeJS.Signals, wait: Wait): Ending {
  const isKilled = make.dialect === "bwrap" && !wait.options.includes("--args");
  return isKilled ? { status: null, signal } : { status: 128 + constants.signals[signal], signal: null };
}

testCrowd("a signal that asks for the end ends every wait, with all of it", async (make, t) => {
  for (const wait of waits) {
    const ends = SIGNALS.map(async (signal) => {
      const running = startCommand(t, words(make, wait.options));
      const all = await waiting(running, running.process.pid ?? -1, wait);
      running.process.kill(signal);
      const ending = await running.exit();
      assert.deepEqual(ending, endedBy(make, signal, wait), `${wait.name} ${signal}`);
      await assertGone(running, all);
    });
    await Promise.all(ends);
  }
});

testCrowd("as PID 1, too", async (make, t) => {
  if (process.getuid?.() !== 0) return t.skip("only root makes a PID namespace without a user namespace");
  for (const wait of waits) {
    const ends = SIGNALS.map(async (signal) => {
      const running = startCommand(t, ["unshare", "--pid", "--fork", "--", ...words(make, wait.options)]);
      const first = await eventually("there is PID 1", () => descendants(running.process.pid ?? -1)[0]);
      const all = await waiting(running, first, wait);
      process.kill(first, signal);
      const ending = await running.exit();
      assert.equal(ending.status, 128 + constants.signals[signal], `${wait.name} ${signal}`);
      await assertGone(running, all);
    });
    await Promise.all(ends);
  }
});

testCrowd("SIGKILL of the supervisor leaves nobody behind", async (make, t) => {
  for (const wait of waits) {
    const running = startCommand(t, words(make, wait.options));
    const all = await waiting(running, running.process.pid ?? -1, wait);
    running.process.kill("SIGKILL");
    await assertGone(running, all);
  }
});

testCrowd("a stage that is killed is the end of the supervisor's wait", async (make, t) => {
  for (const wait of waits.filter(({ options }) => options.includes("--userns-block-fd"))) {
    const running = startCommand(t, words(make, wait.options));
    const all = await waiting(running, running.process.pid ?? -1, wait);
    process.kill(all[1] ?? -1, "SIGKILL");
    assert.equal((await running.exit()).status, 128 + constants.signals.SIGKILL, wait.name);
    await assertGone(running, all);
  }
});

testCrowd("Ctrl-C, Ctrl-\\ and a terminal that is closed do", async (make, t) => {
  if (terminalUnavailable !== false) return t.skip(terminalUnavailable);
  const ways: readonly (readonly [NodeJS.Signals, (terminal: Terminal) => void])[] = [
    ["SIGINT", (terminal) => terminal.type(CTRL_C)],
    ["SIGQUIT", (terminal) => terminal.type(CTRL_BACKSLASH)],
    ["SIGHUP", (terminal) => terminal.hangUp()],
  ];
  for (const wait of waits) {
    const ends = ways.map(async ([signal, act]) => {
      const terminal = openTerminal(t, words(make, wait.options));
      const all = await waiting(terminal.running, await terminal.descendant(1), wait);
      act(terminal);
      assert.deepEqual(await terminal.ending(), endedBy(make, signal, wait), `${wait.name} ${signal}`);
      await eventually("all of them are gone", () => !all.some(isAlive));
    });
    await Promise.all(ends);
  }
});

testCrowd("so does Ctrl-C in a shell, which has its terminal back, and the end of the shell", async (make, t) => {
  if (terminalUnavailable !== false) return t.skip(terminalUnavailable);
  for (const wait of waits.slice(0, 3).concat(waits.slice(-2))) {
    const shell = await openShell(t);
    const { terminal } = shell;
    const line = words(make, wait.options)
      .map((word) => `'${word}'`)
      .join(" ");
    const leader = await terminal.descendant(1);
    shell.type(line);
    const first = await eventually("it is started", () => descendants(leader)[0]);
    await waiting(terminal.running, first, wait);
    terminal.type(CTRL_C);
    await shell.prompt();
    assert.equal(await shell.status(), 128 + constants.signals.SIGINT, wait.name);

    shell.type(line);
    const second = await eventually("it is started again", () => descendants(leader)[0]);
    const all = await waiting(terminal.running, second, wait);
    terminal.hangUp();
    await eventually("all of them are gone", () => !all.some(isAlive));
  }
});

testCrowd("what comes in the end is taken: a pipe that is slow is as good as a file", async (make) => {
  const script = 'exec 3< <(sleep 0.2; printf fi; sleep 0.2; echo ve) 4< <(sleep 0.2; echo); exec "$@"';
  for (const life of lives.slice(0, 5)) {
    const options = [...life, "--tmpfs", "/mnt", "--file", "3", "/mnt/file", "--block-fd", "4"];
    const result = await make.within(script, [...everything, ...options, "--", "cat", "/mnt/file"]);
    assert.deepEqual([result.status, result.stdout], [0, "five\n"], `${life.join(" ")} ${result.stderr}`);
  }
});

testCrowd("a FIFO at the place of --file, --lock-file or --join is refused, and not waited for", async (make) => {
  const path = fifo(make);
  const cases = [
    ["--file", "3", path],
    ["--lock-file", path],
    ["--unshare-pid", "--lock-file", path],
    ...(make.dialect === "rein" ? [["--join", `net:${path}`]] : []),
  ];
  // Nobody has it open, and somebody has.
  for (const opened of ["", `4<>${path}`]) {
    for (const options of cases) {
      const result = await make.within(`exec 3</dev/null ${opened}; exec "$@"`, [
        ...everything,
        ...options,
        "--",
        "echo",
        "ran",
      ]);
      assert.deepEqual([result.status, result.stdout], [make.refusal, ""], `${options.join(" ")} ${result.stderr}`);
      if (!options.includes("--join")) assert.ok(result.stderr.includes(path), result.stderr);
    }
  }
});

testCrowd("nor is an --info-fd or --json-status-fd that nobody reads", async (make, t) => {
  for (const life of [[], ["--unshare-pid"]]) {
    const path = fifo(make);
    // Full: what is in it is never read.
    const script = 'exec 3<>"$0"; timeout 0.5 cat /dev/zero >&3; exec "$@"';
    for (const option of ["--info-fd", "--json-status-fd"]) {
      const sandbox = make.words([...everything, ...life, option, "3", "--", "echo", "ran"]);
      const running = startCommand(t, ["bash", "-c", script, path, ...sandbox]);
      await running.lineMatching(/^ran$/);
      assert.equal((await running.exit()).status, 0);
    }
  }
});

testCrowd(
  "a program that maps ids and does not end is ended with it",
  async (make, t) => {
    const folder = make.folder();
    const waits = `${folder}/newuidmap`;
    writeFileSync(waits, "#!/bin/sh\nexec sleep 1000\n");
    chmodSync(waits, 0o755);
    for (const signal of SIGNALS) {
      const options = ["--unshare-user", "--uid-map", "0:100000:10", "--gid-map", "0:100000:10"];
      const sandbox = make.words([...everything, ...options, "--", "echo", "ran"]);
      const running = startCommand(t, sandbox, { environment: { PATH: `${folder}:${process.env.PATH}` } });
      const top = running.process.pid ?? -1;
      const all = await eventually(`the program runs\n${running.seen()}`, () => {
        const found = descendants(top);
        return found.some((pid) => stat(pid)?.state === "S" && nameOf(pid) === "sleep") && [top, ...found];
      });
      running.process.kill(signal);
      assert.equal((await running.exit()).status, 128 + constants.signals[signal]);
      await assertGone(running, all);
    }
  },
  { person: "an ordinary user", dialect: "rein" },
);

testCrowd(
  "nor is the process between two PID namespaces waited for where that is so",
  async (make, t) => {
    const words = make.words([...everything, "--pidns", "9", "--unshare-pid", "--", "echo", "ran"]);
    const open = ["sh", "-c", 'exec 9</proc/self/ns/pid "$@"', "sh"];
    const deny = `deny=${PIDFD_OPEN}:${EPERM}`;
    const result = await runCommand(t, [openPayload, "launch", deny, "--", ...open, ...words]);
    assert.deepEqual([result.status, result.stdout], [make.refusal, ""], result.stderr);
  },
  { person: "root" },
);

testCrowd(
  "nor does one outlast a wait for it that cannot be made, for want of descriptors or by a filter",
  async (make, t) => {
    const folder = make.folder();
    // It sleeps for the sum of its arguments.
    symlinkSync("/usr/bin/sleep", `${folder}/newuidmap`);
    const environment = { PATH: `${folder}:${process.env.PATH}` };
    const options = ["--unshare-user", "--uid-map", "0:100000:10", "--gid-map", "0:100000:10"];
    const sandbox = make.words([...everything, ...options, "--", "echo", "ran"]);
    const refusing = (call: number): string[] => [openPayload, "launch", `deny=${call}:${EPERM}`, "--"];
    const limited = Array.from({ length: 9 }, (_, i) => ["prlimit", `--nofile=${i + 4}:${i + 4}`]);
    for (const before of [refusing(PIDFD_OPEN), refusing(SIGNALFD4), ...limited]) {
      const running = startCommand(t, [...before, ...sandbox], { environment });
      const top = running.process.pid ?? -1;
      const waits = await eventually(`it waits, or has given up\n${running.seen()}`, () => {
        const isThere = descendants(top).some((pid) => nameOf(pid) === "newuidmap" && stat(pid)?.state === "S");
        return isThere ? "yes" : isAlive(top) ? undefined : "no";
      });
      if (waits === "yes") running.process.kill("SIGTERM");
      const { status } = await running.exit();
      // Where it cannot wait, the program was to be seen for a moment only.
      const mayBe = waits === "yes" ? [128 + constants.signals.SIGTERM, 125] : [125];
      assert.ok(mayBe.includes(status ?? -1), running.seen());
      await assertGone(running, descendants(top));
    }
  },
  { person: "an ordinary user", dialect: "rein" },
);
