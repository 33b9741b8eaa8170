// The init as a job of an interactive shell, and as a command in a script.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { children, stat } from "../support/processes.ts";
import {
  bashLine,
  CTRL_C,
  CTRL_Z,
  openShell,
  openTerminal,
  type Shell,
  shellEnvironment,
  type Terminal,
  terminalUnavailable,
} from "../support/terminal.ts";
import { eventually } from "../support/waiting.ts";

/** The payload program with a command that does not touch the terminal: see `stayer`. */
const STAYER = '"$PAYLOAD" delay 10 0 0';

interface Job {
  readonly shell: Shell;
  readonly terminal: Terminal;
  /** The shell's own process group. */
  readonly home: number;
  readonly init: number;
  readonly payload: number;
}

/** Opens an interactive bash and has it run a command line whose payload says "ready", in the foreground or with `&`. */
async function startJob(t: TestContext, command: string): Promise<Job> {
  const shell = await openShell(t);
  const { terminal } = shell;
  const home = await terminal.foreground();
  if (command.endsWith("&")) {
    // The prompt may be there before the payload or after it.
    const lines = await shell.run(command);
    if (!lines.some((line) => line.startsWith("ready "))) await terminal.ready();
  } else {
    shell.type(command);
    await terminal.ready();
  }
  return { shell, terminal, home, init: await terminal.descendant(2), payload: await terminal.descendant(3) };
}

async function bothAre(job: Job, what: string, isSo: (state: string) => boolean): Promise<void> {
  await eventually(`init and payload are ${what}\n${job.terminal.running.seen()}`, () =>
    [job.init, job.payload].every((pid) => isSo(stat(pid)?.state ?? "gone")),
  );
}

const stopped = (job: Job): Promise<void> => bothAre(job, "stopped", (state) => state === "T");
const goingOn = (job: Job): Promise<void> => bothAre(job, "going on", (state) => state === "S" || state === "R");

/** Ends the foreground job with Ctrl-C, and says with which status. */
async function interrupted(job: Job): Promise<number> {
  job.terminal.type(CTRL_C);
  await job.shell.prompt();
  return job.shell.status();
}

describe("a job of an interactive shell", { skip: terminalUnavailable }, () => {
  test("Ctrl-C ends it with 130", async (t) => {
    const job = await startJob(t, `"$REIN" -- ${STAYER}`);
    assert.equal(await job.terminal.foreground(), job.payload);
    assert.equal(await interrupted(job), 130);
    assert.equal(await job.terminal.foreground(), job.home);
  });

  test("Ctrl-Z stops init and payload and gives the prompt back, fg continues both", async (t) => {
    const job = await startJob(t, `"$REIN" -- ${STAYER}`);
    // More than once: stopping and going on leave nothing behind.
    for (let round = 0; round < 3; round++) {
      job.terminal.type(CTRL_Z);
      assert.match((await job.shell.prompt()).join("\n"), /Stopped/);
      await stopped(job);
      assert.match((await job.shell.run("jobs")).join("\n"), /Stopped/);
      assert.equal(await job.terminal.foreground(), job.home);

      job.shell.type("fg");
      await job.terminal.foregroundThat("the payload", (group) => group === job.payload);
      await goingOn(job);
    }
    assert.equal(await interrupted(job), 130);
  });

  test("Ctrl-Z and bg: both go on, the shell keeps the terminal; fg and Ctrl-C end it", async (t) => {
    const job = await startJob(t, `"$REIN" -- ${STAYER}`);
    job.terminal.type(CTRL_Z);
    await job.shell.prompt();
    await stopped(job);

    await job.shell.run("bg");
    await goingOn(job);
    assert.match((await job.shell.run("jobs")).join("\n"), /Running/);
    assert.equal(await job.terminal.foreground(), job.home);
    job.shell.type("read line; echo got=$line");
    assert.deepEqual(await job.shell.run("hello"), ["got=hello"]);

    job.shell.type("fg");
    await job.terminal.foregroundThat("the job", (group) => group !== job.home);
    assert.equal(await interrupted(job), 130);
  });

  test("with -c as well: Ctrl-Z, fg, Ctrl-C", async (t) => {
    const job = await startJob(t, `"$REIN" -c -- ${STAYER}`);
    job.terminal.type(CTRL_Z);
    assert.match((await job.shell.prompt()).join("\n"), /Stopped/);
    await stopped(job);
    job.shell.type("fg");
    await goingOn(job);
    await job.terminal.foregroundThat("the job", (group) => group !== job.home);
    assert.equal(await interrupted(job), 130);
  });

  test("kill ends a stopped job", async (t) => {
    const job = await startJob(t, `"$REIN" -- ${STAYER}`);
    job.terminal.type(CTRL_Z);
    await job.shell.prompt();
    await stopped(job);
    // The shell sends SIGTERM, and SIGCONT so that it can be taken.
    await job.shell.run("kill %1; wait %1");
    await eventually("init and payload are gone", () => !stat(job.init) && !stat(job.payload));
    assert.equal(await job.terminal.foreground(), job.home);
  });

  test("a shell as the payload: a job of a job", async (t) => {
    const shell = await openShell(t);
    const { terminal } = shell;
    const home = await terminal.foreground();
    await shell.run(`"$REIN" -- ${bashLine}`);
    const inner = await terminal.foreground();
    assert.notEqual(inner, home);
    shell.type(STAYER);
    await terminal.ready();
    terminal.type(CTRL_Z);
    assert.match((await shell.prompt()).join("\n"), /Stopped/);
    // It was the inner shell that stopped its job; the inner shell itself goes on.
    assert.equal(await terminal.foreground(), inner);
    await shell.run("kill %1; wait; exit 7");
    // A first exit is refused while there were stopped jobs; this is the outer shell or the inner one's second try.
    if ((await terminal.foreground()) === inner) await shell.run("exit 7");
    assert.equal(await terminal.foreground(), home);
    assert.equal(await shell.status(), 7);
  });

  test("in a pipeline: Ctrl-Z stops all of it, fg and Ctrl-C end it", async (t) => {
    const shell = await openShell(t);
    const { terminal } = shell;
    const home = await terminal.foreground();
    shell.type(`"$REIN" -- ${STAYER} | cat`);
    await terminal.ready();
    terminal.type(CTRL_Z);
    assert.match((await shell.prompt()).join("\n"), /Stopped/);
    assert.equal(await terminal.foreground(), home);
    const leader = await terminal.descendant(1);
    await eventually("the whole pipeline is stopped", () => children(leader).every((pid) => stat(pid)?.state === "T"));
    shell.type("fg");
    await terminal.foregroundThat("the payload", (group) => group !== home);
    await eventually("the whole pipeline goes on", () => children(leader).every((pid) => stat(pid)?.state !== "T"));
    terminal.type(CTRL_C);
    await shell.prompt();
    assert.equal(await terminal.foreground(), home);
    assert.deepEqual(await shell.run("jobs"), []);
  });

  test("hang-up: the payload is told", async (t) => {
    const job = await startJob(t, `"$REIN" -- ${STAYER}`);
    job.terminal.hangUp();
    // The shell tells its jobs, and is gone; SIGHUP ends a sleep.
    await eventually(
      "init and payload are gone",
      () => stat(job.payload) === undefined && stat(job.init) === undefined,
    );
  });

  test("stopped, and then hung up: it does not stay", async (t) => {
    const job = await startJob(t, `"$REIN" -- ${STAYER}`);
    job.terminal.type(CTRL_Z);
    await job.shell.prompt();
    await stopped(job);
    job.terminal.hangUp();
    await eventually(
      "init and payload are gone",
      () => stat(job.payload) === undefined && stat(job.init) === undefined,
    );
  });
});

describe("started in the background", { skip: terminalUnavailable }, () => {
  test("it does not take the terminal: the shell reads on", async (t) => {
    const job = await startJob(t, `"$REIN" -- ${STAYER} &`);
    assert.equal(await job.terminal.foreground(), job.home);
    job.shell.type("read line; echo got=$line");
    assert.deepEqual(await job.shell.run("hello"), ["got=hello"]);
    await job.shell.run("kill %1; wait %1");
    assert.equal(await job.shell.status(), 143);
    // Nor has its end moved anything.
    assert.deepEqual(await job.shell.run("echo alive"), ["alive"]);
    assert.equal(await job.terminal.foreground(), job.home);
  });

  test("brought to the foreground it gets Ctrl-C", async (t) => {
    const job = await startJob(t, `"$REIN" -- ${STAYER} &`);
    job.shell.type("fg");
    await job.terminal.foregroundThat("the job", (group) => group !== job.home);
    assert.equal(await interrupted(job), 130);
  });

  test("a payload that reads the terminal stops as a job (tty input), and fg gives it the terminal", async (t) => {
    const command = `"$REIN" -- sh -c 'echo ready 1; read line; echo got=$line' &`;
    const job = await startJob(t, command);
    await stopped(job);
    const jobs = await eventuallyListed(job.shell, /Stopped/);
    assert.match(jobs, /Stopped/);
    assert.deepEqual(await job.shell.run("echo alive"), ["alive"]);

    job.shell.type("fg");
    await job.terminal.foregroundThat("the payload", (group) => group === job.payload);
    job.terminal.type("hello\n");
    await job.terminal.lineMatching(/^got=hello$/);
    await job.shell.prompt();
    assert.equal(await job.shell.status(), 0);
    assert.equal(await job.terminal.foreground(), job.home);
  });

  test("brought to the foreground before it reads, it reads as well", async (t) => {
    const command = `"$REIN" -- sh -c 'trap "read line; echo got=\\$line; exit 6" USR1; sleep 1000 & echo ready 1; wait' &`;
    const job = await startJob(t, command);
    job.shell.type("fg");
    await job.terminal.foregroundThat("the job", (group) => group !== job.home);
    process.kill(job.init, "SIGUSR1");
    job.terminal.type("hello\n");
    await job.terminal.lineMatching(/^got=hello$/);
    await job.shell.prompt();
    assert.equal(await job.shell.status(), 6);
  });

  test("stty tostop: the init's own messages do not stop it", async (t) => {
    const shell = await openShell(t);
    await shell.run("stty tostop");
    await shell.run('"$REIN" -vv true & wait $!');
    assert.equal(await shell.status(), 0);
    await shell.run(`"$REIN" -vv -- sh -c 'exit 3'`);
    assert.equal(await shell.status(), 3);
  });

  test("stty tostop: a payload that writes stops as a job (tty output), and fg lets it", async (t) => {
    const shell = await openShell(t);
    const { terminal } = shell;
    await shell.run("stty tostop");
    await shell.run(`"$REIN" -- sh -c 'echo written; exit 5' &`);
    assert.match(await eventuallyListed(shell, /Stopped/), /Stopped/);
    shell.type("fg");
    await terminal.lineMatching(/^written$/);
    await shell.prompt();
    assert.equal(await shell.status(), 5);
  });
});

/** What `jobs` says once it says so: a shell takes note of its jobs between two commands only. */
async function eventuallyListed(shell: Shell, pattern: RegExp): Promise<string> {
  for (let turn = 0; ; turn++) {
    const listed = (await shell.run("jobs")).join("\n");
    if (pattern.test(listed) || turn > 1000) return listed;
  }
}

describe("started from a script", { skip: terminalUnavailable }, () => {
  /** A script that runs a command line and then reads a line of its own from the terminal. */
  function script(t: TestContext, command: string): Terminal {
    const text = `${command}; echo status=$?; read line; echo got=$line`;
    return openTerminal(t, ["bash", "--norc", "--noprofile", "-c", text], { environment: shellEnvironment });
  }

  async function readsAfterwards(terminal: Terminal, status: number): Promise<void> {
    assert.equal(await terminal.line(), `status=${status}`);
    terminal.type("hello\n");
    assert.equal(await terminal.line(), "got=hello");
    assert.deepEqual(await terminal.ending(), { status: 0, signal: null });
  }

  test("the script reads the terminal afterwards", async (t) => {
    await readsAfterwards(script(t, `"$REIN" -- sh -c 'exit 3'`), 3);
  });

  test("also after a payload that read from it", async (t) => {
    const terminal = script(t, `"$REIN" -- sh -c 'read line; echo first=$line'`);
    terminal.type("one\n");
    assert.equal(await terminal.line(), "first=one");
    await readsAfterwards(terminal, 0);
  });

  test("also after a payload that was killed", async (t) => {
    await readsAfterwards(script(t, `"$REIN" -- sh -c 'kill -9 $$'`), 137);
  });

  test("also after a payload that could not be executed", async (t) => {
    const terminal = script(t, `"$REIN" /nowhere/at-all 2>/dev/null`);
    await readsAfterwards(terminal, 127);
  });

  test("also after an interactive shell, which takes the terminal for each of its jobs", async (t) => {
    const terminal = script(t, `"$REIN" -- ${bashLine}`);
    await terminal.lineMatching(/^prompt>$/);
    terminal.type("true\n");
    await terminal.lineMatching(/^prompt>$/);
    terminal.type("exit 4\n");
    await terminal.lineMatching(/^exit$/);
    await readsAfterwards(terminal, 4);
  });

  test("also after a payload that left the terminal to a group that is gone", async (t) => {
    // The inner bash has job control: its job has the foreground, and kills the shell that would take it back.
    const inner = `set -m; sh -c 'echo $$; kill -9 $PPID'; true`;
    // The job's number, until the init has reaped it.
    const payload = 'job=$(bash --norc --noprofile -c "$INNER"); while kill -0 $job; do :; done; exit 8';
    const terminal = script(t, `INNER="${inner.replaceAll("$", "\\$")}" "$REIN" -- sh -c '${payload}' 2>/dev/null`);
    await readsAfterwards(terminal, 8);
  });

  // A shell without job control starts it in its own process group, which is in the foreground.
  for (const [what, redirection] of [
    ["its stdin is /dev/null, as such a shell has it", ""],
    ["its stdin is /dev/null on purpose", "</dev/null"],
    ["its stdin is closed", "<&-"],
  ] as const) {
    test(`in the background of a script: the script reads on (${what})`, async (t) => {
      const command = `"$REIN" -- ${STAYER} ${redirection} & read first; echo first=$first; read second; echo second=$second`;
      const terminal = script(t, `${command}; kill $!; wait $!`);
      await terminal.ready();
      for (const line of ["first=one", "second=two"]) {
        terminal.type(`${line.slice(-3)}\n`);
        assert.equal(await terminal.line(), line);
      }
      await readsAfterwards(terminal, 143);
    });
  }
});
