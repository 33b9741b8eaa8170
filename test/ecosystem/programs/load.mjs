// load.mjs CALLER WHAT AMOUNT, with --expose-gc: does it that often, or with so many bytes; says a line now and then, and at
// the end "done". Fails when something of it is left in this process.

import assert from "node:assert/strict";
import { EventEmitter, getEventListeners, once } from "node:events";
import { readdirSync } from "node:fs";
import { setTimeout as pause, setImmediate as turn } from "node:timers/promises";
import { execa } from "execa";
import { command, init, register, run } from "rein";

register("true", () => {});
register("sleep", () => pause(600_000));
register("head", async () => {
  const piece = Buffer.alloc(2 ** 16);
  for (let left = Number(process.argv[3]); left > 0; left -= piece.length) {
    if (!process.stdout.write(left < piece.length ? piece.subarray(0, left) : piece))
      await once(process.stdout, "drain");
  }
});

const [, , caller, what, amountInWords] = process.argv;
const amount = Number(amountInWords);
const start = { execa, "run()": run, "command()": command }[caller];
const sleep = (options) => start("sleep", ["600"], { reject: false, ...options });
const bytes = (count, options) => start("head", ["-c", String(count), "/dev/zero"], options);

const warnings = [];
process.on("warning", (warning) => warnings.push(String(warning)));

async function usage() {
  // What was closed goes in later turns.
  for (let count = 0; count < 5; count++) {
    await turn();
    gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  const listeners = process.eventNames().map((name) => process.listenerCount(name));
  return {
    bytes: heapUsed + external,
    descriptors: readdirSync("/proc/self/fd").length,
    listeners: listeners.reduce((sum, count) => sum + count, 0),
    // Timers, pipes, processes.
    resources: process.getActiveResourcesInfo().length,
  };
}

function assertSame(before, after, growth = 2_000_000) {
  const { bytes: bytesBefore, ...restBefore } = before;
  const { bytes: bytesAfter, ...restAfter } = after;
  assert.deepEqual(restAfter, restBefore);
  assert.ok(bytesAfter - bytesBefore < growth, `${bytesAfter - bytesBefore} bytes more`);
}

/** A number of subprocesses that have started. */
const many = async (options) => {
  const all = Array.from({ length: amount }, () => sleep(options));
  await Promise.all(all.map(({ nodeChildProcess }) => nodeChildProcess.pid ?? once(nodeChildProcess, "spawn")));
  console.log("started");
  return all;
};

const loads = {
  async "at once"() {
    const results = await Promise.all(Array.from({ length: amount }, () => start("true")));
    assert.ok(results.every(({ exitCode }) => exitCode === 0));
  },
  async "in a row"() {
    let early;
    for (let count = 0; count < amount; count++) {
      assert.equal((await start("true")).exitCode, 0);
      if (count % Math.ceil(amount / 20) !== 0) continue;
      // Not at the first: what is compiled and cached stays.
      if (count > 0) early ??= await usage();
      console.log(count);
    }
    assertSame(early, await usage(), 1_000_000);
  },
  async "ended at once"() {
    const all = await many();
    for (const one of all) one.kill();
    const results = await Promise.all(all);
    assert.ok(results.every(({ isTerminated }) => isTerminated));
  },
  async "one AbortSignal for all"() {
    const controller = new AbortController();
    const all = await many({ cancelSignal: controller.signal });
    controller.abort();
    const results = await Promise.all(all);
    assert.ok(results.every(({ isCanceled }) => isCanceled));
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
  },
  async "aborted before, while and after they start"() {
    const all = Array.from({ length: amount }, async (_, index) => {
      const controller = new AbortController();
      const ways = [() => {}, turn, () => pause(index % 100), () => pause(300)];
      if (index % 5 === 4) controller.abort();
      const subprocess = sleep({ cancelSignal: controller.signal });
      await ways[index % 5]?.();
      controller.abort();
      return subprocess;
    });
    const results = await Promise.all(all);
    assert.ok(results.every(({ isCanceled }) => isCanceled));
  },
  async "timed out"() {
    const results = await Promise.all(await many({ timeout: 200 }));
    assert.ok(results.every(({ timedOut }) => timedOut));
  },
  async "output that is read as it comes"() {
    const subprocess = bytes(amount, { buffer: false });
    let count = 0;
    for await (const piece of subprocess.stdout) {
      if (Math.floor(count / 1e8) !== Math.floor((count + piece.length) / 1e8)) console.log(count);
      count += piece.length;
    }
    assert.equal((await subprocess).exitCode, 0);
    assert.equal(count, amount);
    assert.ok(process.resourceUsage().maxRSS < 300_000, `${process.resourceUsage().maxRSS} kB`);
  },
  async "output to a file"() {
    const { exitCode } = await bytes(amount, { stdout: { file: "/dev/null" }, buffer: false });
    assert.equal(exitCode, 0);
    assert.ok(process.resourceUsage().maxRSS < 300_000, `${process.resourceUsage().maxRSS} kB`);
  },
  async "output piped on"() {
    const { stdout } = await bytes(amount, { buffer: false }).pipe(execa("wc", ["-c"]));
    assert.equal(Number(stdout), amount);
    assert.ok(process.resourceUsage().maxRSS < 300_000, `${process.resourceUsage().maxRSS} kB`);
  },
  async "output beyond `maxBuffer`"() {
    const { isMaxBuffer, stdout } = await bytes(amount, { reject: false, maxBuffer: 1e6, encoding: "buffer" });
    assert.deepEqual([isMaxBuffer, stdout.length], [true, 1e6]);
  },
  async "output that is left to execa, with `buffer: false`"() {
    assert.equal((await bytes(amount, { buffer: false })).exitCode, 0);
    assert.ok(process.resourceUsage().maxRSS < 300_000, `${process.resourceUsage().maxRSS} kB`);
  },
  async "standard input that nobody reads, to the program's end"() {
    const { exitCode, failed } = await start("true", { input: Buffer.alloc(amount), reject: false });
    assert.deepEqual([exitCode, failed], [0, false]);
  },
  async "standard input that nobody reads, to a timeout"() {
    const { timedOut } = await sleep({ input: Buffer.alloc(amount), timeout: 200 });
    assert.equal(timedOut, true);
  },
  async "standard input without an end"() {
    let isClosed = false;
    async function* pieces() {
      try {
        for (;;) yield Buffer.alloc(2 ** 16);
      } finally {
        isClosed = true;
      }
    }
    const { timedOut, originalMessage } = await sleep({ stdin: pieces(), timeout: 200 });
    assert.equal(timedOut, true, originalMessage);
    assert.ok(isClosed);
  },
  async "standard input that is never ended"() {
    const { exitCode } = await start("true", { stdin: "pipe" });
    assert.equal(exitCode, 0);
  },
};

if (!init()) await main();

async function main() {
  const { defaultMaxListeners } = EventEmitter;
  // What is loaded and compiled at the first start stays.
  await start("true", { timeout: 60_000, cancelSignal: new AbortController().signal });
  const before = await usage();
  await loads[what]();
  assertSame(before, await usage(), 10_000_000);
  assert.deepEqual(warnings, []);
  assert.equal(EventEmitter.defaultMaxListeners, defaultMaxListeners);
  console.log("done");
}
