// kill(0, …) is for the caller's process group, whichever PID namespace its members are in: a command that shares the
// group of whoever started the sandbox ends it.

import assert from "node:assert/strict";
import { runCommand } from "../../support/rein.ts";
import { everything, type Maker, testSandbox } from "../../support/sandbox.ts";
import { CTRL_C, openTerminal, terminalUnavailable } from "../../support/terminal.ts";

/** How a command could come to share it. */
const lives: readonly (readonly string[])[] = [
  ["--unshare-pid", "--proc", "/proc"],
  ["--unshare-pid", "--as-pid-1", "--proc", "/proc"],
  ["--unshare-all", "--as-pid-1", "--proc", "/proc", "--dev", "/dev"],
  ["--single-child", "--unshare-pid", "--proc", "/proc"],
  ["--single-child", "--unshare-pid", "--as-pid-1"],
  ["--single-child", "--unshare-user", "--unshare-pid", "--cap-add", "ALL"],
];

/** A caller who tells that it is still there. */
const script = '"$@"; echo "status $?"';

/** The words of a caller of that user's, who leads the group, and starts the sandbox. */
function caller(make: Maker, sandbox: readonly string[]): string[] {
  const all = make.words(sandbox);
  const start = all.findIndex((word) => word.endsWith("/rein"));
  return [...all.slice(0, start), "bash", "-c", script, "bash", ...all.slice(start)];
}

function words(make: Maker, life: readonly string[], command: readonly string[]): string[] {
  return [...life, ...everything, ...(make.isRoot ? [] : ["--unshare-user"]), "--", ...command];
}

testSandbox(
  "kill(0, SIGKILL) in a PID namespace ends nobody outside",
  async (make, t) => {
    for (const life of lives) {
      for (const signal of ["KILL", "TERM"]) {
        // Its child kills the group: PID 1 would not die of it.
        const kill = `(kill -${signal} 0) & wait; kill -${signal} 0; exit 5`;
        const result = await runCommand(t, caller(make, words(make, life, ["sh", "-c", kill])));
        assert.match(result.stdout, /^status \d+\n$/, `${life.join(" ")} ${signal} ${result.stderr} ${result.signal}`);
      }
    }
  },
  { dialect: "rein" },
);

testSandbox(
  "on a terminal --new-session is the way out, and Ctrl-C still ends the sandbox",
  async (make, t) => {
    if (terminalUnavailable !== false) return t.skip(terminalUnavailable);
    for (const life of lives) {
      const kill = words(make, [...life, "--new-session"], ["sh", "-c", "(kill -KILL 0) & wait; kill -KILL 0; exit 5"]);
      const terminal = openTerminal(t, caller(make, kill));
      await terminal.lineMatching(/^status \d+$/);
      const stay = words(
        make,
        [...life, "--new-session"],
        ["sh", "-c", "trap 'exit 6' INT; echo ready; while :; do sleep 0.05; done"],
      );
      const other = openTerminal(t, make.words(stay));
      await other.lineMatching(/^ready$/);
      other.type(CTRL_C);
      assert.equal((await other.ending()).status, 6, life.join(" "));
    }
  },
  { dialect: "rein" },
);

testSandbox(
  "without --new-session the terminal's Ctrl-C reaches it as before",
  async (make, t) => {
    if (terminalUnavailable !== false) return t.skip(terminalUnavailable);
    for (const life of lives) {
      const stay = words(make, life, ["sh", "-c", "trap 'exit 6' INT; echo ready; while :; do sleep 0.05; done"]);
      const terminal = openTerminal(t, make.words(stay));
      await terminal.lineMatching(/^ready$/);
      terminal.type(CTRL_C);
      assert.equal((await terminal.ending()).status, 6, life.join(" "));
    }
  },
  { dialect: "rein" },
);

testSandbox(
  "without a terminal the supervisor passes signals on to the group of its own",
  async (make) => {
    for (const life of lives) {
      const stay = words(make, life, ["sh", "-c", "trap 'exit 6' TERM; echo ready; while :; do sleep 0.05; done"]);
      const running = make.start(stay);
      await running.lineMatching(/^ready$/);
      running.process.kill("SIGTERM");
      assert.equal((await running.exit()).status, 6, life.join(" "));
    }
  },
  { dialect: "rein" },
);
