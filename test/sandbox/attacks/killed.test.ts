// SIGKILL of the supervisor or of the set-up stage between any two system calls: nothing remains.

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { children } from "../../support/processes.ts";
import { type Running, startCommand } from "../../support/rein.ts";
import { Tracer, tracingUnavailable } from "../../support/trace.ts";
import { attacksUnavailable, type Caller, callers, openAttack, type Programs } from "./attack.ts";

/** A sandbox with much to set up; its payload would stay. */
function sandbox(programs: Programs): string[] {
  // Network namespaces take long to make, and nothing is done with one that is not done without.
  const namespaces = ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts"];
  const files = ["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"];
  const more = ["--bind", join(programs.folder, "bound"), "/mnt", "--dir", "/tmp/a/b", "--symlink", "a", "/tmp/c"];
  return [programs.rein, ...namespaces, ...files, ...more, "--ro-bind", programs.folder, programs.folder];
}

function open(t: TestContext): Programs {
  const programs = openAttack(t);
  mkdirSync(join(programs.folder, "bound"), { mode: 0o777 });
  return programs;
}

/** How the machine's mounts and the folder look from outside. */
function traces(programs: Programs): string {
  return readFileSync("/proc/self/mountinfo", "utf8") + readdirSync(programs.folder, { recursive: true }).sort().join();
}

/** A process that becomes the supervisor at a line on its stdin. */
async function startWaiting(t: TestContext, caller: Caller, programs: Programs): Promise<Running> {
  const launch = [...caller.prefix, programs.payload, "launch", "say=waits", "line", "--"];
  const supervisor = startCommand(t, [...launch, ...sandbox(programs), "--", programs.payload, "wait"]);
  await supervisor.lineMatching(/^waits$/);
  return supervisor;
}

/** Halts a process when `amount` of its system calls are over; `wake` is called when it is traced. */
async function halt(t: TestContext, programs: Programs, pid: number, amount: number, wake = (): void => {}) {
  const halted = startCommand(t, [programs.attack, "halt", `${pid}`, `${amount}`]);
  await halted.lineMatching(/^tracing$/);
  wake();
  await halted.lineMatching(/^halted$/);
  return halted;
}

async function letGo(halted: Running): Promise<void> {
  halted.stdin.end();
  await halted.exit();
}

/** The calls of a process up to and with the first of this name. */
async function callsUpTo(tracer: Tracer, name: string): Promise<number> {
  for (let count = 1; ; count++) {
    const call = (await tracer.call()) ?? assert.fail(`it ended before ${name}`);
    if (call.name === name) return count;
    tracer.goOn();
  }
}

interface Counts {
  /** Of the supervisor until it has a child, and until it waits for signals. */
  readonly child: number;
  readonly supervisor: number;
  /** Of the child until it is the init that waits for signals. */
  readonly stage: number;
}

async function countCalls(t: TestContext, caller: Caller, programs: Programs): Promise<Counts> {
  const supervisor = await startWaiting(t, caller, programs);
  const pid = Number(supervisor.process.pid);
  const tracer = await Tracer.attach(t, pid);
  supervisor.stdin.write("\n");
  const child = await callsUpTo(tracer, "clone");
  const stageTracer = await Tracer.attach(t, children(pid)[0] ?? assert.fail("no child"));
  tracer.goOn();
  const rest = await callsUpTo(tracer, "wait4");
  const stage = await callsUpTo(stageTracer, "wait4");
  supervisor.process.kill("SIGKILL");
  await tracer.letGo();
  await stageTracer.letGo();
  await supervisor.closed();
  return { child, supervisor: child + rest, stage };
}

const skip = attacksUnavailable || tracingUnavailable;

for (const caller of callers) {
  describe(caller.name, { skip }, () => {
    test("the supervisor, after each of its system calls", async (t) => {
      const programs = open(t);
      const before = traces(programs);
      const { supervisor: count } = await countCalls(t, caller, programs);
      assert.ok(count > 20, `${count} calls`);
      for (let amount = 0; amount < count; amount++) {
        const supervisor = await startWaiting(t, caller, programs);
        const wake = (): void => void supervisor.stdin.write("\n");
        const halted = await halt(t, programs, Number(supervisor.process.pid), amount, wake);
        supervisor.process.kill("SIGKILL");
        await letGo(halted);
        // Its output ends when nobody of the sandbox is left.
        await supervisor.closed();
      }
      assert.equal(traces(programs), before);
    });

    // It takes long; the stage's signal at the supervisor's end hangs on its credentials, and its own end on nothing.
    for (const victim of caller.uid === 0 ? (["stage"] as const) : (["supervisor"] as const)) {
      test(`the ${victim}, after each system call of the stage`, async (t) => {
        const programs = open(t);
        const before = traces(programs);
        const counts = await countCalls(t, caller, programs);
        assert.ok(counts.stage > 100, `${counts.stage} calls`);
        for (let amount = 0; amount < counts.stage; amount++) {
          const supervisor = await startWaiting(t, caller, programs);
          const pid = Number(supervisor.process.pid);
          const outer = await halt(t, programs, pid, counts.child - 1, () => void supervisor.stdin.write("\n"));
          const stage = children(pid)[0] ?? assert.fail("no child");
          const inner = await halt(t, programs, stage, amount, () => void outer.stdin.end());
          process.kill(victim === "stage" ? stage : pid, "SIGKILL");
          await letGo(inner);
          const { status } = await supervisor.closed();
          assert.equal(status, victim === "stage" ? 128 + 9 : null, `after ${amount} calls`);
        }
        assert.equal(traces(programs), before);
      });
    }
  });
}
