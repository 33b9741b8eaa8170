// A container ends as its command did.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { newName, remove, runContainer } from "../support/container.ts";
import { ask, client, containerOptions, engine, engineUnavailable, manners } from "../support/engine.ts";

const endings: readonly [what: string, command: readonly string[], status: number][] = [
  ...[0, 1, 3, 125, 255].map((status): [string, string[], number] => [
    `exit status ${status} passes`,
    ["/payload", "exit", `${status}`],
    status,
  ]),
  ["ended by SIGTERM: 143", ["/payload", "kill-self", "15"], 143],
  ["ended by SIGKILL: 137", ["/payload", "kill-self", "9"], 137],
  ["ended by a fault: 139", ["/payload", "kill-self", "11"], 139],
];

for (const manner of manners) {
  describe(`${engine}, ${manner.name}: the exit status`, { skip: engineUnavailable }, () => {
    const failures: typeof endings = [
      [`not in PATH: ${manner.notFound}`, ["no-such-command"], manner.notFound],
      [`not a program: ${manner.notExecutable}`, ["/etc/passwd"], manner.notExecutable],
    ];
    for (const [what, command, status] of [...endings, ...failures]) {
      test(what, async (t) => {
        const result = await runContainer(t, manner, command);
        assert.equal(result.status, status, result.stderr);
      });
    }

    test("an option maps it to 0", async (t) => {
      const result = await runContainer(t, manner, ["/payload", "exit", "3"], { rein: ["-e", "3"] });
      assert.equal(result.status, 0, result.stderr);
    });

    test("not in PATH: the message names it, and goes to stderr only", async (t) => {
      const result = await runContainer(t, manner, ["no-such-command"]);
      assert.match(result.stderr, /no-such-command/);
      assert.equal(result.stdout, "");
    });

    test("run again, it is the same", async (t) => {
      const name = newName();
      t.after(() => remove(name));
      await ask(
        t,
        "create",
        "--name",
        name,
        ...containerOptions,
        ...manner.words("busybox", ["/payload", "exit", "4"], []),
      );
      for (let round = 0; round < 2; round++) assert.equal((await client(t, "start", "--attach", name)).status, 4);
    });
  });
}
