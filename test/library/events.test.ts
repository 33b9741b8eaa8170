// What the executable tells of a program, as its readers get it.

import assert from "node:assert/strict";
import { once } from "node:events";
import { suite, test } from "node:test";
import { run, type StatusEvent } from "rein";
import { stat } from "../support/processes.ts";

/** More of them than are kept, and than a pipe holds. */
const MANY_ZOMBIES = "i=0; while [ $i -lt 3000 ]; do (true &) ; i=$((i+1)); done";

async function all(events: AsyncIterable<StatusEvent>): Promise<StatusEvent[]> {
  const seen: StatusEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

suite("events", () => {
  test("arrive in time order, typed", async () => {
    const subprocess = run("sh", ["-c", "exit 3"], { reject: false, drain: false });
    const events: StatusEvent[] = [];
    for await (const event of subprocess.events) events.push(event);
    const [started, exited] = events;
    assert.ok(started?.event === "started" && exited?.event === "exited");
    assert.equal(started.command, "sh");
    assert.equal(exited.pid, started.pid);
    assert.equal(exited.status, 3);
    await subprocess;
  });

  test("tell what was forwarded, while it runs", async () => {
    const subprocess = run("sleep", ["60"], { reject: false });
    const names: string[] = [];
    for await (const event of subprocess.events) {
      names.push(event.event === "forwarded" ? `forwarded ${event.signal}` : event.event);
      if (event.event === "started") subprocess.kill("SIGHUP");
      if (event.event === "exited") assert.equal(event.signal, "SIGHUP");
    }
    assert.deepEqual(names.slice(0, 3), ["started", "forwarded SIGHUP", "exited"]);
    await subprocess;
  });

  test("nobody has to read them", async () => {
    // More than a pipe holds, of what the executable says of zombies.
    const script = "i=0; while [ $i -lt 2000 ]; do (true &) ; i=$((i+1)); done";
    assert.equal((await run("sh", ["-c", script])).exitCode, 0);
  });

  test("can be read when it has ended", async () => {
    const subprocess = run("true");
    await subprocess;
    const events: string[] = [];
    for await (const { event } of subprocess.events) events.push(event);
    assert.equal(events[0], "started");
  });

  test("there are none without the executable, or when they are switched off", async () => {
    for (const options of [{ init: false }, { events: false }]) {
      const subprocess = run("true", options);
      for await (const event of subprocess.events) assert.fail(event.event);
      await subprocess;
    }
  });

  test("a program that fails while they are read is no unhandled rejection", async (t) => {
    const unhandled = t.mock.fn();
    process.on("unhandledRejection", unhandled);
    t.after(() => process.off("unhandledRejection", unhandled));
    const subprocess = run("sh", ["-c", "exit 3"], { drain: false });
    const names: string[] = [];
    for await (const { event } of subprocess.events) {
      names.push(event);
      if (event === "started") await once(subprocess.nodeChildProcess, "close");
    }
    assert.deepEqual(names, ["started", "exited"]);
    assert.equal(unhandled.mock.callCount(), 0);
    await assert.rejects(subprocess, { exitCode: 3 });
  });

  test("each of several readers has all of them, whenever it begins", async () => {
    const subprocess = run("sh", ["-c", "exit 3"], { drain: false, reject: false });
    const [first, second] = await Promise.all([all(subprocess.events), all(subprocess.events)]);
    await subprocess;
    const third = await all(subprocess.events);
    assert.deepEqual(
      first.map(({ event }) => event),
      ["started", "exited"],
    );
    assert.deepEqual([second, third], [first, first]);
  });

  test("a reader that has seen enough leaves the others alone", async () => {
    const subprocess = run("true", { drain: false });
    for await (const { event } of subprocess.events) if (event === "started") break;
    assert.equal((await all(subprocess.events)).at(-1)?.event, "exited");
    await subprocess;
  });

  test("the end is never left out: nobody reads", async () => {
    const subprocess = run("sh", ["-c", `${MANY_ZOMBIES}; exit 3`], { drain: false, reject: false });
    await subprocess;
    const events = await all(subprocess.events);
    assert.equal(events.length, 1000);
    assert.equal(events[0]?.event, "started");
    assert.equal(events.find((event) => event.event === "exited")?.status, 3);
  });

  test("the end is never left out: this process is busy while it happens", async () => {
    const options = { drain: false, stdio: "ignore", reject: false } as const;
    const subprocess = run("sh", ["-c", `${MANY_ZOMBIES}; exit 3`], options);
    // Nothing is taken from the pipe until the executable has ended, too.
    while (stat(subprocess.pid ?? 0)?.state !== "Z");
    await subprocess;
    const events = await all(subprocess.events);
    assert.equal(events.find((event) => event.event === "exited")?.status, 3);
  });
});
