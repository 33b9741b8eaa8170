// SIGKILL of the supervisor or of the set-up stage between any two system calls: nothing remains.

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { type Running, startCommand } from "../../support/rein.ts";
import { Tracer, tracingUnavailable } from "../../support/trace.ts";
import { attacksUnavailable, type Caller, callers, openAttack, type Programs } from "./attack.ts";

const skip = attacksUnavailable || tracingUnavailable;

interface Traced {
  readonly supervisor: Running;
  readonly tracer: Tracer;
}

/** A sandbox with much to set up; its payload would stay. */
function sandbox(programs: Programs): string[] {
  const bound = join(programs.folder, "bound");
  // Network namespaces take long to make, and nothing is done with one that is not done without.
  const namespaces = ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts"];
  const files = ["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"];
  const more = ["--bind", bound, "/mnt", "--dir", "/tmp/a/b", "--symlink", "a", "/tmp/c"];
  return [programs.rein, ...namespaces, ...files, ...more, "--ro-bind", programs.folder, programs.folder];
}

async function startTraced(t: TestContext, caller: Caller, programs: Programs): Promise<Traced> {
  const launch = [...caller.prefix, programs.payload, "launch", "say=waits", "line", "--"];
  const supervisor = startCommand(t, [...launch, ...sandbox(programs), "--", programs.payload, "wait"]);
  await supervisor.lineMatching(/^waits$/);
  const tracer = await Tracer.attach(t, Number(supervisor.process.pid));
  supervisor.stdin.write("\n");
  await tracer.haltAfter("execve");
  return { supervisor, tracer };
}

/** Goes on to the halt after `amount` more calls; false when the process does not get there: it has ended, or waits. */
async function step(tracer: Tracer, amount: number): Promise<boolean> {
  for (let i = 0; i < amount; i++) {
    tracer.goOn();
    if ((await tracer.call()) === undefined) return false;
  }
  return true;
}

function openPlace(t: TestContext): Programs {
  const programs = openAttack(t);
  mkdirSync(join(programs.folder, "bound"), { mode: 0o777 });
  return programs;
}

/** How the machine's mounts and the folder look from outside. */
function traces(programs: Programs): string {
  return readFileSync("/proc/self/mountinfo", "utf8") + readdirSync(programs.folder, { recursive: true }).sort().join();
}

/** The calls of the supervisor from its beginning until it waits for signals. */
async function callsOfSupervisor(t: TestContext, caller: Caller, programs: Programs): Promise<number> {
  const { supervisor, tracer } = await startTraced(t, caller, programs);
  let count = 0;
  for (let last = ""; last !== "wait4"; count++) {
    tracer.goOn();
    last = (await tracer.call())?.name ?? assert.fail("it ended");
  }
  supervisor.process.kill("SIGKILL");
  await tracer.letGo();
  await supervisor.closed();
  return count;
}

/** A sandbox whose set-up stage is traced, and waits for the word to go. */
async function startStage(t: TestContext, caller: Caller, programs: Programs): Promise<Traced & { stage: number }> {
  const { supervisor, tracer } = await startTraced(t, caller, programs);
  let pid = 0;
  while (pid === 0) {
    tracer.goOn();
    const call = await tracer.call();
    if (call === undefined) assert.fail("the supervisor ended before it had a child");
    if (call.name === "clone") pid = call.result;
  }
  const ofStage = await Tracer.attach(t, pid);
  await tracer.letGo();
  await ofStage.call();
  return { supervisor, tracer: ofStage, stage: pid };
}

/** The calls of the stage until it is the init that waits for signals. */
async function callsOfStage(t: TestContext, caller: Caller, programs: Programs): Promise<number> {
  const { supervisor, tracer } = await startStage(t, caller, programs);
  let count = 0;
  for (let last = ""; last !== "wait4"; count++) {
    tracer.goOn();
    last = (await tracer.call())?.name ?? assert.fail("it ended");
  }
  supervisor.process.kill("SIGKILL");
  await supervisor.closed();
  return count;
}

for (const caller of callers) {
  describe(caller.name, { skip }, () => {
    test("the supervisor, after each of its system calls", async (t) => {
      const programs = openPlace(t);
      const before = traces(programs);
      const count = await callsOfSupervisor(t, caller, programs);
      assert.ok(count > 20, `${count} calls`);
      for (let amount = 0; amount <= count; amount++) {
        const { supervisor, tracer } = await startTraced(t, caller, programs);
        assert.ok(await step(tracer, amount));
        supervisor.process.kill("SIGKILL");
        await tracer.letGo();
        // Its output ends when nobody of the sandbox is left.
        await supervisor.closed();
      }
      assert.equal(traces(programs), before);
    });

    test("the supervisor or the set-up stage, after each system call of that one", async (t) => {
      const programs = openPlace(t);
      const before = traces(programs);
      const count = await callsOfStage(t, caller, programs);
      assert.ok(count > 100, `${count} calls`);
      for (let amount = 0; amount <= count; amount++) {
        const first = await startStage(t, caller, programs);
        assert.ok(await step(first.tracer, amount));
        first.supervisor.process.kill("SIGKILL");
        await first.supervisor.closed();
        await first.tracer.letGo();

        const second = await startStage(t, caller, programs);
        assert.ok(await step(second.tracer, amount));
        process.kill(second.stage, "SIGKILL");
        await second.tracer.letGo();
        assert.equal((await second.supervisor.closed()).status, 128 + 9, `after ${amount} calls`);
      }
      assert.equal(traces(programs), before);
    });
  });
}
