// As many options as a generator may write, far more than a command line holds: they come from a file.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "../support/rein.ts";
import { everything, type Maker, testSandbox } from "../support/sandbox.ts";

/** Runs a command with options in a file; `before` is a shell's command before that. */
function runWith(
  make: Maker,
  words: readonly string[],
  command: readonly string[],
  before = "",
): Promise<Result & { readonly took: number }> {
  const file = join(make.folder(), "options");
  writeFileSync(file, words.map((word) => `${word}\0`).join(""));
  const since = performance.now();
  const script = `${before} exec 9<${file}; exec "$@"`;
  return make
    .within(script, [...everything, "--args", "9", "--", ...command])
    .then((result) => ({ ...result, took: performance.now() - since }));
}

const times = (count: number, words: (i: number) => string[]): string[] =>
  Array.from({ length: count }, (_, i) => words(i)).flat();

testSandbox("tens of thousands of options are carried out, in every stage", async (make) => {
  const words = ["--unshare-user", "--unshare-pid", "--tmpfs", "/mnt", ...times(30_000, (i) => ["--dir", `/mnt/${i}`])];
  const result = await runWith(make, words, ["sh", "-c", "ls /mnt | wc -l"]);
  assert.deepEqual([result.status, result.stdout.trim(), result.stderr], [0, "30000", ""]);
});

testSandbox("20 000 bind mounts are there", async (make) => {
  const words = ["--tmpfs", "/mnt", ...times(20_000, (i) => ["--bind", "/etc/passwd", `/mnt/${i}`])];
  const result = await runWith(make, words, ["sh", "-c", "ls /mnt | wc -l"]);
  assert.deepEqual([result.status, result.stdout.trim(), result.stderr], [0, "20000", ""]);
});

testSandbox("50 000 variables are set and taken out in no more time each than 5000", async (make) => {
  const command = ["sh", "-c", 'echo "$V0 $V1 $V2 $V4999"; env | grep -c ^V'];
  const asked = (count: number): string[] => [
    ...times(count, (i) => ["--setenv", `V${i}`, `old ${i}`]),
    ...times(count / 5, (i) => ["--unsetenv", `V${5 * i + 1}`]),
    ...times(count, (i) => (i % 5 === 1 ? [] : ["--setenv", `V${i}`, `${i}`])),
  ];
  const few = await runWith(make, asked(5000), command);
  assert.deepEqual([few.status, few.stdout], [0, "0  2 4999\n4000\n"], few.stderr);
  const many = await runWith(make, asked(50_000), command);
  assert.deepEqual([many.status, many.stdout], [0, "0  2 4999\n40000\n"], many.stderr);
  // Ten times the work; a square would be 100 times.
  assert.ok(many.took < 40 * few.took, `5000: ${few.took} ms, 50000: ${many.took} ms`);
});

testSandbox(
  "what is set, taken out, cleared and set again among many changes is as its last change has it",
  async (make) => {
    const many = times(1000, (i) => ["--setenv", `M${i}`, "x"]);
    const words = ["--setenv", "A", "1", ...many, "--unsetenv", "A", "--setenv", "B", "1", "--clearenv"];
    words.push("--setenv", "B", "2", "--unsetenv", "B", "--setenv", "B", "3", "--setenv", "C", "4");
    const result = await runWith(make, words, ["/usr/bin/env"]);
    assert.deepEqual([result.status, result.stdout.replace(/^PWD=.*\n/m, "")], [0, "B=3\nC=4\n"], result.stderr);
  },
);

testSandbox("a value of megabytes is read, and refused by nobody but the kernel", async (make) => {
  const result = await runWith(make, ["--setenv", "A", "x".repeat(3_000_000), "--unsetenv", "A"], ["echo", "ran"]);
  assert.deepEqual([result.status, result.stdout], [0, "ran\n"], result.stderr);
  const long = await runWith(make, ["--setenv", "A", "x".repeat(3_000_000)], ["/bin/echo", "ran"]);
  assert.match(long.stderr, /: Argument list too long\n/);
  assert.equal(long.stdout, "");
});

testSandbox("options that the kernel gives no memory for are refused, and nothing is run", async (make) => {
  const words = times(100_000, (i) => ["--dir", `/mnt/${i}`]);
  for (const limit of ["ulimit -v 8000;", "ulimit -d 8000;"]) {
    const result = await runWith(make, words, ["echo", "ran"], limit);
    assert.deepEqual([result.status, result.stdout], [make.refusal, ""]);
    assert.equal(result.stderr, `${make.dialect}: the options take more memory than the kernel gives\n`);
  }
});

testSandbox("as many rules of Landlock as options are loaded", async (make) => {
  if (make.dialect !== "rein") return;
  const words = times(150_000, () => ["--landlock-ro", "/usr"]);
  const result = await runWith(make, [...words, "--landlock-exec", "/"], ["/bin/echo", "ran"]);
  if (/Landlock/.test(result.stderr)) return;
  assert.deepEqual([result.status, result.stdout], [0, "ran\n"], result.stderr);
});
