// The payload on a terminal, with nobody above the init who knows jobs: `docker run -it`.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { pid1 } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { executable } from "../support/rein.ts";
import {
  bash,
  CTRL_BACKSLASH,
  CTRL_C,
  CTRL_Z,
  openShell,
  openTerminal,
  Shell,
  shellEnvironment,
  stayer,
  type Terminal,
  terminalUnavailable,
} from "../support/terminal.ts";

interface Place {
  readonly name: string;
  readonly prefix: readonly string[];
  readonly skip: string | false;
  /** How many generations the init is below the terminal. */
  readonly generation: number;
  /** Whether a hang-up is told to the init: it is to the leader of the session. */
  readonly leadsSession: boolean;
}

const places: readonly Place[] = [
  {
    // The session and the init's process group are outside the namespace: all their numbers read as 0.
    name: "PID 1, not the session's leader",
    prefix: pid1.prefix,
    skip: terminalUnavailable || pid1.unavailable,
    generation: 2,
    leadsSession: false,
  },
  {
    // As a container engine does it. The terminal has to be taken from unshare's session, which only root may.
    name: "PID 1, the session's leader",
    prefix: [...pid1.prefix, "setsid", "--ctty"],
    skip: terminalUnavailable || pid1.unavailable || (process.getuid?.() !== 0 && "only root can move a terminal"),
    generation: 2,
    leadsSession: true,
  },
  { name: "not PID 1", prefix: [], skip: terminalUnavailable, generation: 1, leadsSession: true },
];

/** Runs the payload program under the init on a terminal, and waits for its "ready". */
async function onTerminal(
  t: TestContext,
  place: Place,
  options: readonly string[],
  command: string,
): Promise<Terminal> {
  const terminal = openTerminal(t, [...place.prefix, executable, ...options, "--", payload, command]);
  await terminal.ready();
  return terminal;
}

/**
 * The signals that the payload has seen so far, by number. What the init still
 * had to forward comes before the last real-time signal: of several pending
 * ones the lowest is taken first.
 */
async function signalsSeen(terminal: Terminal, place: Place): Promise<number[]> {
  process.kill(await terminal.descendant(place.generation), 64);
  const seen: number[] = [];
  for (;;) {
    const number = Number((await terminal.lineMatching(/^signal (\d+)$/))[1]);
    if (number === 64) return seen;
    seen.push(number);
  }
}

for (const place of places) {
  describe(`a terminal, ${place.name}`, { skip: place.skip }, () => {
    for (const options of [[], ["-g"], ["-c"]]) {
      const name = ["rein", ...options].join(" ");

      test(`${name}: Ctrl-C and Ctrl-\\ reach the payload, each once`, async (t) => {
        const terminal = await onTerminal(t, place, options, "signals");
        terminal.type(CTRL_C);
        assert.deepEqual(await terminal.line(), "signal 2");
        // In the caller's group unshare gets it as well, and ends.
        if (place.leadsSession || options[0] !== "-c") {
          terminal.type(CTRL_BACKSLASH);
          assert.deepEqual(await terminal.line(), "signal 3");
        }
        assert.deepEqual(await signalsSeen(terminal, place), []);
      });

      test(`${name}: a change of the window's size reaches the payload, once`, async (t) => {
        const terminal = await onTerminal(t, place, options, "signals");
        for (let rows = 30; rows < 35; rows++) {
          terminal.resize(rows, 100);
          assert.deepEqual(await terminal.line(), "signal 28");
        }
        assert.deepEqual(await signalsSeen(terminal, place), []);
      });

      test(`${name}: the payload reads the terminal, and Ctrl-D ends it`, async (t) => {
        const terminal = openTerminal(t, [...place.prefix, executable, ...options, "--", "cat"]);
        terminal.type("hello\n");
        assert.equal(await terminal.line(), "hello");
        terminal.type("\x04");
        assert.deepEqual(await terminal.ending(), { status: 0, signal: null });
      });
    }

    test("the payload is in the foreground, in a group of its own; with -c in the init's", async (t) => {
      for (const options of [[], ["-c"]]) {
        const terminal = await onTerminal(t, place, options, "signals");
        const init = await terminal.descendant(place.generation);
        const child = await terminal.descendant(place.generation + 1);
        const foreground = await terminal.foreground();
        if (options.length === 0) assert.equal(foreground, child);
        else assert.notEqual(foreground, child);
        assert.notEqual(init, child);
      }
    });

    test("jobs work in an interactive bash", async (t) => {
      const shell = await openShell(t, [...place.prefix, executable, "--"]);
      const { terminal } = shell;
      const home = await terminal.foreground();

      shell.type('"$PAYLOAD" delay 10 0 0');
      await terminal.ready();
      const job = await terminal.foreground();
      assert.notEqual(job, home);

      terminal.type(CTRL_Z);
      assert.match((await shell.prompt()).join("\n"), /Stopped/);
      assert.match((await shell.run("jobs")).join("\n"), /Stopped/);
      assert.equal(await terminal.foreground(), home);

      shell.type("fg");
      await terminal.foregroundThat("the job", (group) => group === job);
      terminal.type(CTRL_C);
      await shell.prompt();
      assert.equal(await shell.status(), 130);

      shell.type("exit 3");
      assert.deepEqual(await terminal.ending(), { status: 3, signal: null });
    });

    test("Ctrl-C at a command that a script waits for ends both with 130", async (t) => {
      const script = ["sh", "-c", '"$@"; true', "sh", ...stayer];
      const terminal = openTerminal(t, [...place.prefix, executable, "--", ...script]);
      await terminal.ready();
      terminal.type(CTRL_C);
      assert.deepEqual(await terminal.ending(), { status: 130, signal: null });
    });

    test("Ctrl-Z, with no shell to say fg to, leaves the command running: Ctrl-C still ends it", async (t) => {
      const terminal = openTerminal(t, [...place.prefix, executable, "--", ...stayer]);
      await terminal.ready();
      terminal.type(CTRL_Z);
      terminal.type(CTRL_C);
      assert.deepEqual(await terminal.ending(), { status: 130, signal: null });
    });

    test("a hang-up reaches the payload", {
      skip: !place.leadsSession && "only a session's leader is told",
    }, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), "rein-terminal-"));
      t.after(() => rmSync(folder, { recursive: true }));
      const file = join(folder, "hung-up");
      // What it has to say goes to a file: there is no terminal any more.
      const script = `trap 'echo hung up >"$0"; kill $!; exit 5' HUP; sleep 1000 >/dev/null & echo ready 1; wait`;
      const terminal = openTerminal(t, [...place.prefix, executable, "--", "sh", "-c", script, file]);
      await terminal.ready();
      terminal.hangUp();
      assert.deepEqual(await terminal.ending(), { status: 5, signal: null });
      assert.equal(readFileSync(file, "utf8"), "hung up\n");
    });

    test("with its stdin from elsewhere the payload still has the terminal: it reads /dev/tty, and gets Ctrl-C", async (t) => {
      const inner = `read line </dev/tty; echo "got $line"; exec "$PAYLOAD" delay 10 0 0`;
      const outer = `exec "$REIN" -- sh -c '${inner}' </dev/null`;
      const terminal = openTerminal(t, [...place.prefix, "sh", "-c", outer], { environment: shellEnvironment });
      terminal.type("hello\n");
      assert.equal(await terminal.line(), "got hello");
      await terminal.ready();
      terminal.type(CTRL_C);
      assert.deepEqual(await terminal.ending(), { status: 130, signal: null });
    });

    test("a bash inside keeps its jobs when the init itself says much on the terminal", async (t) => {
      const shell = new Shell(
        openTerminal(t, [...place.prefix, executable, "-vv", "--", ...bash], {
          environment: shellEnvironment,
        }),
      );
      await shell.prompt();
      await shell.run("stty tostop");
      await shell.run("(sh -c 'true & true & true &') & wait");
      assert.deepEqual(
        (await shell.run("echo alive")).filter((line) => line === "alive"),
        ["alive"],
      );
      shell.type("exit 4");
      assert.deepEqual(await shell.terminal.ending(), { status: 4, signal: null });
    });
  });
}
