// --umask: which permissions the files that the command makes do not get.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { openPrograms, usersUnavailable, withAccounts } from "../support/accounts.ts";
import { modes } from "../support/modes.ts";
import { children, statusField } from "../support/processes.ts";
import { executable, type Options, run, runCommand, startCommand } from "../support/rein.ts";

/** What a shell with this mask says. */
const ask = ["/bin/sh", "-c", "umask"];
/** A caller's mask that no option here asks for. */
const callers = (command: readonly string[]): string[] => [
  "/bin/sh",
  "-c",
  'umask 0044 && exec "$@"',
  "sh",
  ...command,
];

for (const mode of modes) {
  const skip = mode.unavailable;

  test(`${mode.name}: the command has the mask that is asked for, of several the last one`, { skip }, async (t) => {
    const options: Options = { options: ["--umask", "0777", "--umask", "27"] };
    const { status, stdout, stderr } = await run(t, mode, ask, options);
    assert.deepEqual([status, stdout.trim(), stderr], [0, "0027", ""]);
  });

  test(`${mode.name}: from REIN_OPTIONS, too`, { skip }, async (t) => {
    const { stdout } = await run(t, mode, ask, { environment: { REIN_OPTIONS: "--umask=002" } });
    assert.equal(stdout.trim(), "0002");
  });
}

async function maskOf(t: TestContext, command: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await runCommand(t, callers(command));
  assert.deepEqual([status, stderr], [0, ""]);
  return stdout.trim();
}

test("without it the command has the caller's", async (t) => {
  assert.equal(await maskOf(t, [executable, "--", ...ask]), "0044");
});

test("a mask of 0 is one, too", async (t) => {
  assert.equal(await maskOf(t, [executable, "--umask", "0", "--", ...ask]), "0000");
});

test("it is the command's alone: the init keeps the caller's", async (t) => {
  const sleeper = ["/bin/sh", "-c", "echo ready; read line"];
  const init = startCommand(t, callers([executable, "--umask", "0077", "--", ...sleeper]));
  await init.lineMatching(/^ready$/);
  const own = init.process.pid ?? 0;
  const [command = 0] = children(own);
  assert.deepEqual([statusField(own, "Umask"), statusField(command, "Umask")], ["0044", "0077"]);
  init.stdin.end();
  await init.closed();
});

describe("with --user", { skip: usersUnavailable }, () => {
  test("it is the user's command's", async (t) => {
    const { folder, rein } = openPrograms(t);
    const prefix = withAccounts(folder, { passwd: "app:x:1234:1235::/:\n", group: "" });
    const words = [...prefix, rein, "--umask", "0007", "--user", "app", "--", ...ask];
    const { status, stdout, stderr } = await runCommand(t, words);
    assert.deepEqual([status, stdout.trim(), stderr], [0, "0007", ""]);
  });
});

for (const value of ["", "8", "1000", "u=rwx", "-1", "0o22", "0022 "]) {
  test(`${JSON.stringify(value)} is refused, and it is said what is accepted`, async (t) => {
    const { status, stderr } = await runCommand(t, [executable, "--umask", value, "--", "true"]);
    assert.equal(status, 125);
    assert.equal(stderr, `rein: --umask: "${value}" is not a mask; give octal digits up to 0777, as 0022\n`);
  });
}
