// A confined command on its caller's terminal: it reads what is typed to the shell, and changes what lasts of the terminal.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { openTerminal, screenEnds, terminalUnavailable } from "../../support/terminal.ts";
import { attacksUnavailable, type Caller, callers, openAttack, root } from "./attack.ts";

const skip = attacksUnavailable || terminalUnavailable;

/** The terminal is the caller's own; `script` is a shell's, and runs `"$@"`. */
async function tried(t: TestContext, caller: Caller, script: string): Promise<Record<string, string>> {
  const { folder, rein } = openAttack(t);
  const words = [rein, "--confine", "--ro-bind", folder, "/opt", "--", "/opt/attack", "terminal-settings"];
  const owned = `chown ${caller.uid} "$(tty)"; exec "$@"`;
  const shell = [...caller.prefix, "bash", "-c", script, "bash", ...words];
  const terminal = openTerminal(t, ["sh", "-c", owned, "sh", ...shell]);
  await terminal.ending();
  const lines = (await terminal.running.stdout.rest()).map((line) => line.trimEnd());
  await screenEnds(terminal);
  assert.ok(lines.includes("done"), lines.join("\n"));
  const told = lines.filter((line) => /^(read|terminal|T\w+) \d \w+$/.test(line));
  return Object.fromEntries(told.map((line) => [line.replace(/ \w+$/, ""), line.replace(/.* /, "")]));
}

function assertSettingsStay(told: Record<string, string>, files: readonly number[]): void {
  const attempts = Object.entries(told).filter(([what]) => what.startsWith("T"));
  assert.equal(attempts.length, 51);
  for (const [what, outcome] of attempts) {
    if (files.includes(Number(what.at(-1)))) assert.equal(outcome, "EPERM", what);
    else assert.notEqual(outcome, "ok", what);
  }
}

for (const caller of callers) {
  test(`${caller.name}: in the foreground it reads its input, and leaves the terminal as it is`, {
    skip,
  }, async (t) => {
    const told = await tried(t, caller, '"$@"');
    assertSettingsStay(told, [0, 1, 2]);
    const { "read 0": input, "read 1": output, "read 2": error } = told;
    assert.deepEqual([input, output, error], ["ok", "EBADF", "EBADF"]);
  });

  test(`${caller.name}: in the background it reads nothing of it`, { skip }, async (t) => {
    const told = await tried(t, caller, 'set -m; "$@" & wait');
    assertSettingsStay(told, [1, 2]);
    const { "terminal 0": input, "read 1": output, "read 2": error } = told;
    assert.deepEqual([input, output, error], ["ENOTTY", "EBADF", "EBADF"]);
  });
}

test("in a session that is not the terminal's it reads nothing of it either", { skip }, async (t) => {
  const told = await tried(t, root, 'setsid -w "$@"');
  assert.deepEqual([told["terminal 0"], told["read 1"], told["read 2"]], ["ENOTTY", "EBADF", "EBADF"]);
});
