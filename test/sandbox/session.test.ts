// The terminal, and sessions.

import assert from "node:assert/strict";
import { descendants, isAlive } from "../support/processes.ts";
import type { Ending } from "../support/rein.ts";
import { everything, type Maker, testSandbox } from "../support/sandbox.ts";
import { CTRL_C, openTerminal, terminalUnavailable } from "../support/terminal.ts";
import { eventually } from "../support/waiting.ts";

const session = "cut -d' ' -f1,6 /proc/self/stat; exec true";

testSandbox("--new-session: the payload is in a session that is not the caller's", async (make) => {
  for (const life of [[], ["--unshare-pid", "--proc", "/proc"]]) {
    const own = await make.script([...everything, ...life], session);
    const other = await make.script([...everything, ...life, "--new-session"], session);
    assert.equal(other.status, 0, other.stderr);
    // Outside of its PID namespace a session has no number there.
    const numbers = [own, other].map((result) => result.stdout.trim().split(" ")[1]);
    assert.notEqual(numbers[0], numbers[1]);
    assert.notEqual(numbers[1], "0");
  }
});

const handler = "trap 'echo got; exit 5' INT; echo ready; while :; do sleep 0.05; done";

/** Ctrl-C ends rein with its command, and under the name bwrap that alone. */
function assertInterrupted(make: Maker, ending: Ending): void {
  const expected = make.dialect === "rein" ? { status: 5, signal: null } : { status: null, signal: "SIGINT" };
  assert.deepEqual(ending, expected);
}

testSandbox("--new-session: the terminal is out of reach, and its Ctrl-C still ends the sandbox", async (make, t) => {
  if (terminalUnavailable !== false) return t.skip(terminalUnavailable);
  for (const life of [[], ["--unshare-pid", "--proc", "/proc"]]) {
    const script = `(: </dev/tty) 2>/dev/null || echo none; ${handler}`;
    const options = [...everything, ...life, "--new-session", "--die-with-parent"];
    const terminal = openTerminal(t, make.words([...options, "--", "sh", "-c", script]));
    await terminal.lineMatching(/^none$/);
    await terminal.lineMatching(/^ready$/);
    const all = descendants(terminal.running.process.pid ?? -1);
    terminal.type(CTRL_C);
    // Under the name bwrap nobody tells the command.
    if (make.dialect === "rein") await terminal.lineMatching(/^got$/);
    assertInterrupted(make, await terminal.ending());
    await eventually("all of them are gone", () => !all.some(isAlive));
  }
});

testSandbox("on a terminal the payload has it, and Ctrl-C comes once", async (make, t) => {
  if (terminalUnavailable !== false) return t.skip(terminalUnavailable);
  for (const life of [[], ["--unshare-pid", "--proc", "/proc", "--dev", "/dev"]]) {
    const terminal = openTerminal(t, make.words([...everything, ...life, "--", "sh", "-c", `test -t 0 && ${handler}`]));
    await terminal.lineMatching(/^ready$/);
    terminal.type(CTRL_C);
    // Under the name bwrap it has to write before the terminal is gone, which is the end of its session's leader.
    if (make.dialect === "rein") await terminal.lineMatching(/^got$/);
    assertInterrupted(make, await terminal.ending());
  }
});

testSandbox(
  "Ctrl-C ends a shell's loop, which looks whether it was that signal that has ended the command",
  async (make, t) => {
    if (terminalUnavailable !== false) return t.skip(terminalUnavailable);
    for (const life of [[], ["--unshare-pid"], ["--unshare-pid", "--as-pid-1", "--die-with-parent"]]) {
      const command = make.words([...everything, ...life, "--", "sh", "-c", "echo ready; exec sleep 600"]);
      const loop = `while :; do ${command.map((word) => `'${word}'`).join(" ")}; done`;
      const terminal = openTerminal(t, ["bash", "--norc", "--noprofile", "-c", loop]);
      await terminal.lineMatching(/^ready$/);
      terminal.type(CTRL_C);
      assert.deepEqual(await terminal.ending(), { status: null, signal: "SIGINT" });
      assert.equal(terminal.running.stdout.text.match(/ready/g)?.length, 1);
    }
  },
  { dialect: "bwrap" },
);

testSandbox("--dev on a terminal: /dev/console is that terminal", async (make, t) => {
  if (terminalUnavailable !== false) return t.skip(terminalUnavailable);
  const script = "stat -Lc %t:%T /dev/console /dev/stdin | uniq -c";
  const terminal = openTerminal(t, make.words([...everything, "--dev", "/dev", "--", "sh", "-c", script]));
  await terminal.lineMatching(/^ *2 88:/);
});
