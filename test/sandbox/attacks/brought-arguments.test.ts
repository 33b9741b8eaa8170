// What --args brings is secret, and everybody on the machine reads the arguments of everybody's processes in /proc.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Writable } from "node:stream";
import { descendants, descriptors, stat } from "../../support/processes.ts";
import type { Running } from "../../support/rein.ts";
import { everything, type Maker, openPayload, testCrowd } from "../../support/sandbox.ts";
import { eventually } from "../../support/waiting.ts";

const SECRET = "hush-4711";

/** How the stages can follow on each other. */
const lives: readonly (readonly string[])[] = [
  [],
  ["--unshare-pid", "--proc", "/proc"],
  ["--unshare-pid", "--as-pid-1", "--proc", "/proc"],
  ["--unshare-user", "--unshare-pid", "--proc", "/proc", "--dev", "/dev"],
  ["--unshare-user", "--unshare-pid", "--cap-add", "ALL"],
  ["--unshare-user", "--disable-userns"],
];

/** All processes that were started. */
function everyone(running: Running): number[] {
  const top = running.process.pid ?? -1;
  return [top, ...descendants(top)];
}

/** Whether a stage waits. */
function hasWaiting(running: Running): boolean {
  return everyone(running).some((pid) => words(pid).startsWith("rein-setup\0") && stat(pid)?.state === "S");
}

/** A process's words, as everybody sees them. */
function words(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

function assertSilent(running: Running): void {
  for (const pid of everyone(running)) assert.ok(!words(pid).includes(SECRET), words(pid).replaceAll("\0", " "));
}

function bring(running: Running, text: string): void {
  (running.process.stdio[3] as Writable).end(text);
}

function start(make: Maker, options: readonly string[], command: readonly string[]): Running {
  const own = ["--args", "3", ...everything, ...options, "--block-fd", "4"];
  const running = make.start([...own, "--", ...command], { extraPipes: 2 });
  bring(running, `--setenv\0SECRET\0${SECRET}\0`);
  return running;
}

testCrowd("no process shows what --args brought, while a stage waits and as long as the command runs", async (make) => {
  for (const life of lives) {
    const script = 'test "$SECRET" && echo "$SECRET"; read -r line; exit 7';
    const running = start(make, life, ["sh", "-c", script]);
    await eventually(`a stage waits\n${running.seen()}`, () => {
      assertSilent(running);
      return hasWaiting(running);
    });
    (running.process.stdio[4] as Writable).write("x");
    assert.equal(await running.line(), SECRET, life.join(" "));
    assertSilent(running);
    running.stdin.write("\n");
    assert.equal((await running.exit()).status, 7, running.seen());
  }
});

testCrowd("nothing that holds it is left open, for the command or the init", async (make) => {
  for (const life of lives) {
    const running = start(make, life, [openPayload, "delay", "10", "0", "0"]);
    (running.process.stdio[4] as Writable).write("x");
    await running.ready();
    for (const pid of everyone(running))
      for (const file of descriptors(pid).values()) assert.doesNotMatch(file, /memfd/, `${life.join(" ")}: ${pid}`);
    running.stop();
  }
});

testCrowd("several --args, an empty one, and one that cannot be read twice", async (make) => {
  for (const life of lives) {
    const script =
      "exec 3<<<'' 5<<<'' 6<<<''; printf -- '--setenv\\0A\\0one' | { exec 3<&0; printf -- '--setenv\\0B\\0two\\0' | { exec 5<&0 6</dev/null; exec \"$@\"; }; }";
    const show = ["sh", "-c", 'echo "$A $B"; for n in 3 5 6; do test -e /proc/self/fd/$n && echo $n; done'];
    const both = await make.within(script, [
      ...everything,
      ...life,
      "--args",
      "3",
      "--args",
      "6",
      "--args",
      "5",
      "--",
      ...show,
    ]);
    assert.equal(both.stdout, "one two\n", `${life.join(" ")}: ${both.stderr}`);
    const twice = await make.within(script, [...everything, ...life, "--args", "3", "--args", "3", "--", ...show]);
    assert.equal(twice.status, make.refusal);
    assert.match(twice.stderr, /--args(: descriptor 3| data): Bad file descriptor/);
  }
});

testCrowd("where there is no memory for it, nothing is run", async (make) => {
  const script = 'exec 3< <(printf -- --unshare-user); ulimit -f 0; exec "$@"';
  const result = await make.within(script, [...everything, "--args", "3", "--", "echo", "ran"]);
  assert.deepEqual([result.status, result.stdout], [make.refusal, ""]);
  assert.match(result.stderr, /--args: cannot keep in memory what it brought: File too large/);
});

testCrowd("on a standard stream, too: the command finds it closed", async (make) => {
  for (const life of lives) {
    const show = ["sh", "-c", 'echo "$A"; ls /proc/self/fd | head -1'];
    const words = [...everything, ...life, "--args", "0", "--", ...show];
    const result = await make.within("printf -- '--setenv\\0A\\0one\\0' | \"$@\"", words);
    // ls(1) opens the directory there.
    assert.equal(result.stdout, "one\n0\n", `${life.join(" ")}: ${result.stderr}`);
  }
});
