// `kill`: every signal that an engine accepts arrives, by name and by number.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startContainer } from "../support/container.ts";
import { engine, engineUnavailable, manners } from "../support/engine.ts";
import { forwardable, Signal } from "../support/signals.ts";

// What the engines know besides `Signal`; the names of both are POSIX's.
const numbers: Readonly<Record<string, number>> = {
  ...Signal,
  IOT: 6,
  STKFLT: 16,
  URG: 23,
  XCPU: 24,
  VTALRM: 26,
  PROF: 27,
  IO: 29,
  POLL: 29,
  PWR: 30,
  ...Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`RTMIN+${i + 1}`, Signal.RTMIN + i + 1])),
  ...Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`RTMAX-${i + 1}`, Signal.RTMAX - i - 1])),
};

const names = Object.entries(numbers).filter(([, number]) => forwardable.includes(number));

for (const manner of manners) {
  describe(`${engine}, ${manner.name}: kill`, { skip: engineUnavailable }, () => {
    const forms: readonly [form: string, sent: readonly (readonly [word: string, number: number])[]][] = [
      [`all ${names.length} names`, names],
      [`names with SIG in front`, names.filter((_, i) => i % 8 === 0).map(([name, number]) => [`SIG${name}`, number])],
      [`all ${forwardable.length} numbers`, forwardable.map((number) => [String(number), number])],
    ];
    for (const [form, sent] of forms) {
      test(`${form} reach the payload`, async (t) => {
        const container = await startContainer(t, manner, ["/payload", "signals"]);
        await container.ready();
        for (const [word, number] of sent) {
          await container.kill(word);
          // The very next line: nothing comes twice, and nothing that was not sent.
          assert.equal(await container.logs.line(), `signal ${number}`, word);
        }
      });
    }

    test("a flood of one real-time signal arrives in full", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "signals"]);
      await container.ready();
      const amount = 200;
      const script = `i=0; while [ $i -lt ${amount} ]; do kill -40 1; i=$((i + 1)); done`;
      assert.equal((await container.exec("sh", "-c", script)).status, 0);
      for (let i = 0; i < amount; i++) assert.equal(await container.logs.line(), "signal 40");
    });

    test("SIGKILL: 137", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "signals"]);
      await container.ready();
      await container.kill("KILL");
      assert.equal(await container.wait(), 137);
    });

    test("--group: members of the payload's group get it too", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "family", "2"], { rein: ["-g"] });
      await container.ready();
      await container.kill("USR1");
      const lines = [await container.logs.line(), await container.logs.line(), await container.logs.line()];
      assert.deepEqual(lines.toSorted(), ["member signal 10", "member signal 10", "signal 10"]);
    });
  });
}
