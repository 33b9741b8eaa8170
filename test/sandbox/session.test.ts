// The terminal, and sessions.

import assert from "node:assert/strict";
import { everything, testSandbox } from "../support/sandbox.ts";
import { CTRL_C, openTerminal, terminalUnavailable } from "../support/terminal.ts";

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

testSandbox("--new-session: the terminal is out of reach, and its Ctrl-C still ends the sandbox", async (make, t) => {
  if (terminalUnavailable !== false) return t.skip(terminalUnavailable);
  for (const life of [[], ["--unshare-pid", "--proc", "/proc"]]) {
    const script =
      "(: </dev/tty) 2>/dev/null || echo none; trap 'echo got; exit 5' INT; echo ready; while :; do sleep 0.05; done";
    const words = make.words([...everything, ...life, "--new-session", "--", "sh", "-c", script]);
    const terminal = openTerminal(t, words);
    await terminal.lineMatching(/^none$/);
    await terminal.lineMatching(/^ready$/);
    terminal.type(CTRL_C);
    await terminal.lineMatching(/^got$/);
    assert.deepEqual(await terminal.ending(), { status: 5, signal: null });
  }
});

testSandbox("on a terminal the payload has it, and Ctrl-C comes once", async (make, t) => {
  if (terminalUnavailable !== false) return t.skip(terminalUnavailable);
  for (const life of [[], ["--unshare-pid", "--proc", "/proc", "--dev", "/dev"]]) {
    const script = "trap 'echo got; exit 5' INT; test -t 0 && echo ready; while :; do sleep 0.05; done";
    const terminal = openTerminal(t, make.words([...everything, ...life, "--", "sh", "-c", script]));
    await terminal.lineMatching(/^ready$/);
    terminal.type(CTRL_C);
    await terminal.lineMatching(/^got$/);
    assert.deepEqual(await terminal.ending(), { status: 5, signal: null });
  }
});

testSandbox("--dev on a terminal: /dev/console is that terminal", async (make, t) => {
  if (terminalUnavailable !== false) return t.skip(terminalUnavailable);
  const script = "stat -Lc %t:%T /dev/console /dev/stdin | uniq -c";
  const terminal = openTerminal(t, make.words([...everything, "--dev", "/dev", "--", "sh", "-c", script]));
  await terminal.lineMatching(/^ *2 88:/);
});
