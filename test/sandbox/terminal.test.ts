// A sandbox as a job of an interactive shell: Ctrl-Z, fg, bg, Ctrl-C and the window's size.

import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { descendants, stat, statusField } from "../support/processes.ts";
import { everything, type Maker, openPayload, testSandbox } from "../support/sandbox.ts";
import {
  CTRL_C,
  CTRL_Z,
  openShell,
  openTerminal,
  type Shell,
  type Terminal,
  terminalUnavailable,
} from "../support/terminal.ts";
import { deadline, eventually } from "../support/waiting.ts";

/** Without an init inside, with one, as PID 1 or not, and with the payload as PID 1 in its place. */
const lives: readonly (readonly string[])[] = [
  [],
  ["--unshare-pid", "--proc", "/proc"],
  ["--lock-file", "/etc/passwd"],
  ["--unshare-pid", "--as-pid-1", "--proc", "/proc"],
  ["--unshare-user", "--unshare-pid", "--proc", "/proc", "--dev", "/dev"],
];

const alone: readonly string[] = [openPayload, "delay", "10", "0", "0"];
/** A payload that has children in its group: all of them are the job. */
const pipeline: readonly string[] = ["sh", "-c", '"$@" | cat; exit 7', "sh", ...alone];

const quoted = (words: readonly string[]): string =>
  words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");

interface Job {
  readonly shell: Shell;
  readonly terminal: Terminal;
  /** The shell's own process group. */
  readonly home: number;
  readonly supervisor: number;
  /** The payload and its children. */
  readonly payload: readonly number[];
}

/** Whether it is PID 1 of a namespace of its own: not even the terminal stops that. */
const isFirst = (pid: number): boolean => /\t1$/.test(statusField(pid, "NSpid"));
/** Whether it is an init inside: its supervisor stops in its place. */
const isInit = (pid: number): boolean => /^(rein-init|bwrap)$/.test(statusField(pid, "Name"));

/** Has an interactive bash run a sandbox. */
async function startJob(make: Maker, t: TestContext, words: readonly string[]): Promise<Job> {
  const shell = await openShell(t);
  const { terminal } = shell;
  const home = await terminal.foreground();
  shell.type(quoted(make.words([...everything, ...words])));
  await terminal.ready();
  const supervisor = await terminal.descendant(2);
  const payload = descendants(supervisor).filter((pid) => !isFirst(pid) && !isInit(pid));
  return { shell, terminal, home, supervisor, payload };
}

async function allAre(job: Job, what: string, states: string): Promise<void> {
  const all = [job.supervisor, ...job.payload];
  await eventually(`${all} are ${what}\n${job.terminal.running.seen()}`, () =>
    all.every((pid) => states.includes(stat(pid)?.state ?? "gone")),
  );
}

const stopped = (job: Job): Promise<void> => allAre(job, "stopped", "T");
const goingOn = (job: Job): Promise<void> => allAre(job, "going on", "SR");

/** Ends the foreground job with Ctrl-C. */
async function interrupted(job: Job): Promise<void> {
  job.terminal.type(CTRL_C);
  await job.shell.prompt();
  assert.equal(await job.shell.status(), 130);
  assert.equal(await job.terminal.foreground(), job.home);
}

async function pressedCtrlZ(job: Job): Promise<void> {
  job.terminal.type(CTRL_Z);
  assert.match((await job.shell.prompt()).join("\n"), /Stopped/);
  await stopped(job);
  assert.equal(await job.terminal.foreground(), job.home);
}

async function brought(job: Job): Promise<void> {
  job.shell.type("fg");
  await job.terminal.foregroundThat("the job", (group) => group !== job.home);
  await goingOn(job);
}

/** Waits until `jobs` says so: a shell takes note of its jobs between two commands only. */
async function stoppedJob(shell: Shell): Promise<void> {
  const end = performance.now() + deadline;
  while (!/Stopped/.test((await shell.run("jobs")).join("\n")))
    assert.ok(performance.now() < end, shell.terminal.running.seen());
}

for (const life of lives) {
  const testTerminal = (name: string, body: (make: Maker, t: TestContext) => Promise<void>): void =>
    testSandbox([...life, name].join(" "), async (make, t) => {
      if (terminalUnavailable !== false) return t.skip(terminalUnavailable);
      await body(make, t);
    });

  testTerminal("Ctrl-Z stops all and gives the prompt back, fg continues all, Ctrl-C ends it", async (make, t) => {
    const job = await startJob(make, t, [...life, "--", ...pipeline]);
    // More than once: stopping and going on leave nothing behind.
    for (let round = 0; round < 3; round++) {
      await pressedCtrlZ(job);
      assert.match((await job.shell.run("jobs")).join("\n"), /Stopped/);
      await brought(job);
    }
    await interrupted(job);
  });

  testTerminal("Ctrl-Z and bg: all goes on and the shell keeps the terminal; then fg and Ctrl-C", async (make, t) => {
    // Who is brought to the foreground while it runs is told by nobody: what the terminal sends then rein passes on to the
    // payload alone. As PID 1, on the other hand, that would ignore it.
    const command = make.dialect === "rein" && !life.includes("--as-pid-1") ? alone : pipeline;
    const job = await startJob(make, t, [...life, "--", ...command]);
    await pressedCtrlZ(job);
    await job.shell.run("bg");
    await goingOn(job);
    assert.equal(await job.terminal.foreground(), job.home);
    job.shell.type("read line; echo got=$line");
    assert.deepEqual(await job.shell.run("hello"), ["got=hello"]);
    await brought(job);
    await pressedCtrlZ(job);
    await brought(job);
    await interrupted(job);
  });

  testTerminal("in the background it stops when it reads the terminal, and reads on after fg", async (make, t) => {
    const shell = await openShell(t);
    const command = ["sh", "-c", "read line; echo got=$line"];
    const home = await shell.terminal.foreground();
    await shell.run(`${quoted(make.words([...everything, ...life, "--", ...command]))} &`);
    await stoppedJob(shell);
    shell.type("fg");
    await shell.terminal.foregroundThat("the job", (group) => group !== home);
    shell.terminal.type("hello\n");
    await shell.terminal.lineMatching(/^got=hello$/);
    await shell.prompt();
    assert.equal(await shell.status(), 0);
    assert.equal(await shell.terminal.foreground(), home);
  });

  testTerminal("with no shell above to say fg, Ctrl-Z does nothing", async (make, t) => {
    const terminal = openTerminal(t, make.words([...everything, ...life, "--", ...pipeline]));
    await terminal.ready();
    terminal.type(CTRL_Z);
    terminal.type(CTRL_C);
    const expected = make.dialect === "rein" ? { status: 130, signal: null } : { status: null, signal: "SIGINT" };
    assert.deepEqual(await terminal.ending(), expected);
  });

  testTerminal("a change of the window's size reaches the payload, once", async (make, t) => {
    const terminal = openTerminal(t, make.words([...everything, ...life, "--", openPayload, "signals"]));
    await terminal.ready();
    for (let rows = 30; rows < 35; rows++) {
      terminal.resize(rows, 100);
      assert.equal(await terminal.line(), "signal 28");
    }
  });
}
