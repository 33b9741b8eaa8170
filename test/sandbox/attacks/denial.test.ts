// A payload that will not go: many processes, deaf, stopped, in sessions of their own; and one that is PID 1 itself.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { type Running, startCommand } from "../../support/rein.ts";
import { attacksUnavailable, callers, contained, dialects, openAttack, outcomes, runSandbox } from "./attack.ts";

const AMOUNT = 2000;

async function crowd(t: TestContext, words: readonly string[]): Promise<Running> {
  const running = startCommand(t, words);
  await running.lineMatching(new RegExp(`^crowd ${AMOUNT}$`));
  return running;
}

for (const caller of callers) {
  for (const dialect of dialects) {
    describe(`${caller.name}, ${dialect}`, { skip: attacksUnavailable }, () => {
      for (const options of [contained, [...contained, "--as-pid-1"]]) {
        const name = options.slice(5).join(" ");
        test(`${name} SIGKILL outside ends ${AMOUNT} processes inside`, async (t) => {
          const programs = openAttack(t);
          // Under the name bwrap nobody ends with it otherwise.
          const dies = dialect === "bwrap" ? ["--die-with-parent"] : [];
          const sandbox = [programs[dialect], ...options, ...dies];
          const words = [...caller.prefix, ...sandbox, "--", programs.attack, "crowd", `${AMOUNT}`];
          const running = await crowd(t, words);
          running.process.kill("SIGKILL");
          // The output ends with the last of them.
          assert.equal((await running.closed()).signal, "SIGKILL");
        });
      }

      test("--as-pid-1: it ends as the payload does, and with it all its processes", async (t) => {
        const programs = openAttack(t);
        const script = 'sleep 1000 & setsid sleep 1000 & echo "$$"; exit 9';
        const options = [...contained, "--as-pid-1"];
        const result = await runSandbox(t, caller, programs[dialect], options, ["sh", "-c", script]);
        assert.deepEqual([result.status, result.stdout], [9, "1\n"], result.stderr);
      });

      test("--as-pid-1: the kernel drops what it would send itself", async (t) => {
        const programs = openAttack(t);
        const options = [...contained, "--as-pid-1"];
        const result = await runSandbox(t, caller, programs[dialect], options, [programs.attack, "first"]);
        assert.deepEqual([result.status, outcomes(result).pid], [0, "1"], result.stdout);
      });
    });
  }

  test(`${caller.name}, rein --grace: SIGTERM outside ends a deaf crowd`, { skip: attacksUnavailable }, async (t) => {
    const programs = openAttack(t);
    const options = [...contained, "--grace", "100ms"];
    const words = [...caller.prefix, programs.rein, ...options, "--", programs.attack, "crowd", `${AMOUNT}`];
    const running = await crowd(t, words);
    running.process.kill("SIGTERM");
    assert.equal((await running.closed()).status, 128 + 9);
  });
}
