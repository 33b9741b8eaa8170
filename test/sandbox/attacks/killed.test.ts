// SIGKILL of the supervisor or of the set-up stage between any two system calls: nothing remains.

import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
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
  const bound = join(programs.folder, "bound");
  mkdirSync(bound);
  chmodSync(bound, 0o777);
  return programs;
}

/** How the machine's mounts and the folder look from outside. */
function traces(programs: Programs): string {
  return readFileSync("/proc/self/mountinfo", "utf8") + readdirSync(programs.folder, { recursive: true }).sort().join();
}

/** A process that becomes the supervisor at a line on its stdin. */
async function startWaiting(
  t: TestContext,
  caller: Caller,
  programs: Programs,
  options: readonly string[],
  words: readonly string[] = sandbox(programs),
): Promise<Running> {
  const launch = [...caller.prefix, programs.payload, "launch", "say=waits", "line", "--"];
  const supervisor = startCommand(t, [...launch, ...words, ...options, "--", programs.payload, "wait"]);
  await supervisor.lineMatching(/^waits$/);
  return supervisor;
}

/** Halts a process when `amount` of its system calls are over; `wake` is called when it is traced. */
async function halt(t: TestContext, programs: Programs, pid: number, amount: number, wake: () => void) {
  const halted = startCommand(t, [programs.attack, "halt", `${pid}`, `${amount}`]);
  await halted.lineMatching(/^tracing$/);
  wake();
  await halted.lineMatching(/^halted$/);
  return halted;
}

/** Halts the stage that a waiting process will start, or waits until that waits; `number` is its pid, or that of its calls. */
async function haltStage(t: TestContext, programs: Programs, supervisor: Running, amount: number) {
  const halted = startCommand(t, [programs.attack, "halt-child", `${supervisor.process.pid}`, `${amount}`]);
  await halted.lineMatching(/^tracing$/);
  supervisor.stdin.write("\n");
  const [, number] = await halted.lineMatching(/^(?:halted|waits) ([0-9]+)$/);
  return { halted, number: Number(number) };
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

/** The supervisor's calls until it waits for signals. */
async function countCalls(t: TestContext, caller: Caller, programs: Programs): Promise<number> {
  const supervisor = await startWaiting(t, caller, programs, []);
  const tracer = await Tracer.attach(t, Number(supervisor.process.pid));
  supervisor.stdin.write("\n");
  const count = await callsUpTo(tracer, "wait4");
  supervisor.process.kill("SIGKILL");
  await tracer.letGo();
  await supervisor.closed();
  return count;
}

/** The stage's calls until it is the init that waits for signals. */
async function countStageCalls(
  t: TestContext,
  caller: Caller,
  programs: Programs,
  options: readonly string[],
  words?: readonly string[],
): Promise<number> {
  const supervisor = await startWaiting(t, caller, programs, options, words);
  const { halted, number } = await haltStage(t, programs, supervisor, 1_000_000);
  supervisor.process.kill("SIGKILL");
  await letGo(halted);
  await supervisor.closed();
  return number;
}

/** What is told of the stage is told before it is executed, which it waits for; afterwards all are the same. */
const starts = {
  "that is executed at once": { options: [], most: Number.POSITIVE_INFINITY },
  "that waits for its supervisor": { options: ["--json-status-fd", "1"], most: 25 },
} as const;

const skip = attacksUnavailable || tracingUnavailable;

for (const caller of callers) {
  describe(caller.name, { skip }, () => {
    test("the supervisor, after each of its system calls", async (t) => {
      const programs = open(t);
      const before = traces(programs);
      const count = await countCalls(t, caller, programs);
      assert.ok(count > 20, `${count} calls`);
      for (let amount = 0; amount < count; amount++) {
        const supervisor = await startWaiting(t, caller, programs, []);
        const wake = (): void => void supervisor.stdin.write("\n");
        const halted = await halt(t, programs, Number(supervisor.process.pid), amount, wake);
        supervisor.process.kill("SIGKILL");
        await letGo(halted);
        // Its output ends when nobody of the sandbox is left.
        await supervisor.closed();
      }
      assert.equal(traces(programs), before);
    });

    test("a stage that makes mount points in the caller's files", async (t) => {
      const programs = open(t);
      const folder = join(programs.folder, "bound");
      const makes = ["--bind", "/", "/", "--ro-bind", "/dev/null", `${folder}/a/b/c`, "--tmpfs", `${folder}/a/d`];
      const words = [programs.rein, "--unshare-user", "--unshare-pid", ...makes];
      const before = traces(programs);
      const count = await countStageCalls(t, caller, programs, [], words);
      // It is its supervisor that is killed then, and they stay.
      rmSync(join(folder, "a"), { recursive: true });
      let isMade = false;
      for (let amount = 0; amount < count; amount++) {
        const supervisor = await startWaiting(t, caller, programs, [], words);
        const { halted, number: stage } = await haltStage(t, programs, supervisor, amount);
        isMade ||= existsSync(`${folder}/a/d`);
        process.kill(stage, "SIGKILL");
        await letGo(halted);
        await supervisor.closed();
        assert.equal(traces(programs), before, `after ${amount} calls`);
      }
      assert.ok(isMade, "it made nothing while it was looked at");
    });

    // It takes long; the stage's signal at the supervisor's end hangs on its credentials, and its own end on nothing.
    for (const victim of caller.uid === 0 ? (["stage"] as const) : (["supervisor"] as const)) {
      for (const [start, { options, most }] of Object.entries(starts)) {
        test(`the ${victim}, after each system call of a stage ${start}`, async (t) => {
          const programs = open(t);
          const before = traces(programs);
          const count = await countStageCalls(t, caller, programs, options);
          assert.ok(count > 100, `${count} calls`);
          for (let amount = 0; amount < Math.min(count, most); amount++) {
            const supervisor = await startWaiting(t, caller, programs, options);
            const { halted, number: stage } = await haltStage(t, programs, supervisor, amount);
            process.kill(victim === "stage" ? stage : Number(supervisor.process.pid), "SIGKILL");
            await letGo(halted);
            const { status } = await supervisor.closed();
            assert.equal(status, victim === "stage" ? 128 + 9 : null, `after ${amount} calls`);
          }
          assert.equal(traces(programs), before);
        });
      }
    }
  });
}
