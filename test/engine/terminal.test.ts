// `run -it`: a terminal in the container, behind the client's own.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { Container, containerWords, newName } from "../support/container.ts";
import { engine, engineUnavailable, type Manner, manners } from "../support/engine.ts";
import { CTRL_C, CTRL_Z, openTerminal, type Terminal } from "../support/terminal.ts";

/** Runs a container on a terminal. Lines of the screen end with a carriage return. */
function runOnTerminal(t: TestContext, manner: Manner, command: readonly string[]): [Terminal, Container] {
  const container = new Container(t, newName());
  const words = [engine, "run", "--interactive", "--tty", "--name", container.name];
  return [openTerminal(t, [...words, ...containerWords(manner, command)]), container];
}

/** An interactive shell in a container. It echoes: what is looked for must not be in the command line. */
async function openShell(t: TestContext, manner: Manner): Promise<Terminal> {
  const [terminal] = runOnTerminal(t, manner, ["sh"]);
  terminal.type("echo shell=$?\n");
  await terminal.lineMatching(/^shell=0\r$/);
  return terminal;
}

/**
 * Makes the client's terminal 33 by 99 until a line says that this has arrived. The client takes note of a new size some
 * time after the container runs, and of one before then never: there is no event to wait for.
 */
async function resized(terminal: Terminal, line: RegExp): Promise<void> {
  const resize = (): void => {
    terminal.resize(33, 98);
    terminal.resize(33, 99);
  };
  const repetition = setInterval(resize, 200);
  try {
    resize();
    await terminal.lineMatching(line);
  } finally {
    clearInterval(repetition);
  }
}

for (const manner of manners) {
  describe(`${engine}, ${manner.name}: a terminal`, { skip: engineUnavailable }, () => {
    test("the payload has it, and is in the foreground", async (t) => {
      // The process group and the foreground's one, of /proc/PID/stat.
      const script =
        "echo tty $(tty); read -r _ _ _ _ group _ _ foreground _ </proc/$$/stat; echo $((group == foreground))";
      const [terminal] = runOnTerminal(t, manner, ["sh", "-c", script]);
      await terminal.lineMatching(/^tty \/dev\/\S+\r$/);
      await terminal.lineMatching(/^1\r$/);
      assert.equal((await terminal.ending()).status, 0);
    });

    test("Ctrl-C reaches the payload, whose exit status passes", async (t) => {
      const [terminal] = runOnTerminal(t, manner, ["/payload", "delay", "2", "0", "5"]);
      await terminal.lineMatching(/^ready /);
      terminal.type(CTRL_C);
      await terminal.lineMatching(/got 2\r$/);
      assert.equal((await terminal.ending()).status, 5);
    });

    test("Ctrl-C ends a payload without a handler: 130", async (t) => {
      const [terminal] = runOnTerminal(t, manner, ["/payload", "wait"]);
      await terminal.lineMatching(/^ready /);
      terminal.type(CTRL_C);
      assert.equal((await terminal.ending()).status, 130);
    });

    test("a new size reaches the payload as SIGWINCH", async (t) => {
      const [terminal] = runOnTerminal(t, manner, ["sh", "-c", "stty size; exec /payload delay 28 0 5"]);
      await terminal.lineMatching(/^ready /);
      await resized(terminal, /^got 28\r$/);
      assert.equal((await terminal.ending()).status, 5);
    });

    test("a shell sees the new size", async (t) => {
      const terminal = await openShell(t, manner);
      terminal.type('while [ "$(stty size)" != "33 99" ]; do :; done; echo size=$?\n');
      await resized(terminal, /^size=0\r$/);
    });

    test("a shell's jobs: Ctrl-Z stops one, fg goes on with it, Ctrl-C ends it", async (t) => {
      const terminal = await openShell(t, manner);
      for (let round = 0; round < 3; round++) {
        terminal.type("/payload delay 10 0 0\n");
        await terminal.lineMatching(/^ready /);
        terminal.type(CTRL_Z);
        await terminal.lineMatching(/Stopped/);
        // Twice: a SIGCHLD on the way loses what the shell writes (n_tty_write() gives EINTR, and its printf no second try).
        terminal.type("bg; jobs; jobs\n");
        await terminal.lineMatching(/Running/);
        terminal.type("fg\n");
        await terminal.lineMatching(/^\/payload delay 10 0 0\r$/);
        terminal.type(CTRL_C);
        // On a line of its own: what stands behind `fg` ends with it.
        terminal.type("echo status=$?\n");
        await terminal.lineMatching(/^status=130\r$/);
      }
      terminal.type("exit 7\n");
      assert.equal((await terminal.ending()).status, 7);
    });

    test("stop ends what runs on it", async (t) => {
      const [terminal, container] = runOnTerminal(t, manner, ["/payload", "delay", "15", "0", "5"]);
      await terminal.lineMatching(/^ready /);
      assert.equal(await container.stop(), 5);
      assert.equal((await terminal.ending()).status, 5);
    });
  });
}
