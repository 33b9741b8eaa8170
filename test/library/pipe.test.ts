// execa starts what `pipe` names: what confines is refused there, and never dropped.

import assert from "node:assert/strict";
import { test } from "node:test";
import { OptionError, run } from "rein";

interface Piped extends PromiseLike<unknown> {
  pipe(...args: readonly unknown[]): Piped;
}

/** As a program in JavaScript sees it. */
function source(): Piped {
  return run("echo", ["text"]) as unknown as Piped;
}

function isAbout(option: string): (error: unknown) => boolean {
  return (error) =>
    error instanceof OptionError && error.option === option && /\.pipe\(run\(file, args/.test(error.message);
}

const ways: readonly (readonly [name: string, pipe: (from: Piped) => unknown])[] = [
  ["behind the arguments", (from) => from.pipe("cat", [], { preset: "untrusted" })],
  ["in place of the arguments", (from) => from.pipe("cat", { preset: "untrusted" })],
  ["bound", (from) => from.pipe({ preset: "untrusted" })],
  ["bound to what is bound", (from) => (from.pipe({ all: true }) as unknown as Piped["pipe"])({ preset: "untrusted" })],
  ["at the second one", (from) => from.pipe("cat").pipe("cat", [], { preset: "untrusted" })],
  ["at the second one of run's", (from) => from.pipe(run("cat")).pipe("cat", [], { preset: "untrusted" })],
];

for (const [name, pipe] of ways)
  test(`${name} it is refused`, async () => {
    const from = source();
    assert.throws(() => pipe(from), isAbout("preset"));
    await from;
  });

test("every option of this package is", async () => {
  const options = { namespaces: ["user"], mounts: [], memory: "1G", landlock: {}, grace: 5, noNewPrivileges: true };
  for (const [key, value] of Object.entries(options)) {
    const from = source();
    assert.throws(() => from.pipe("cat", [], { [key]: value }), isAbout(key));
    await from;
  }
});

test("execa's own are taken, in a template, too", async () => {
  const { stdout } = await run("echo", ["text"]).pipe({ lines: true })`cat`.pipe("tr", ["t", "T"], { lines: false });
  assert.equal(stdout, "TexT");
  const confined = run("sh", ["-c", "cat; ls /proc | grep -c '^[0-9]'"], { namespaces: ["user", "pid", "mount"] });
  assert.match((await run("echo", ["text"]).pipe(confined)).stdout, /^text\n[0-9]+$/);
});
