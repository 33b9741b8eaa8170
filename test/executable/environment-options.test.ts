// --setenv, --unsetenv, --clearenv and --file-env, in the order in which they are given.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { assertRefused } from "../support/accounts.ts";
import { payload, payloadUnavailable } from "../support/payload.ts";
import { isRunning, stat } from "../support/processes.ts";
import { executable, type Result, runCommand, startCommand } from "../support/rein.ts";
import { eventually } from "../support/waiting.ts";

/** Nothing in it that the user may not enter: a name would then be forbidden (126) instead of not found. */
const PATH = "/usr/local/bin:/usr/bin:/bin";

function rein(
  t: TestContext,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Result> {
  return runCommand(t, [executable, ...words], { environment: { PATH, ...environment } });
}

/** The value of a variable for the payload, byte for byte in brackets; "unset" without it. */
async function variableFor(
  t: TestContext,
  name: string,
  options: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const script = `if [ "\${${name}+set}" ]; then printf "[%s]" "$${name}"; else printf unset; fi`;
  const result = await rein(t, [...options, "/bin/sh", "-c", script], environment);
  assert.equal(result.status, 0, result.stderr);
  assert.equal(result.stderr, "");
  return result.stdout;
}

const cases: readonly { readonly options: readonly string[]; readonly value: string }[] = [
  { options: [], value: "[old]" },
  { options: ["--setenv", "A", "new"], value: "[new]" },
  { options: ["--setenv=A", "new"], value: "[new]" },
  { options: ["--setenv", "A", ""], value: "[]" },
  { options: ["--setenv", "A", "a=b c\n\td"], value: "[a=b c\n\td]" },
  { options: ["--setenv", "A", "-v"], value: "[-v]" },
  { options: ["--setenv", "A", "ünïcödé €"], value: "[ünïcödé €]" },
  { options: ["--setenv", "A", "1", "--setenv", "A", "2"], value: "[2]" },
  { options: ["--unsetenv", "A"], value: "unset" },
  { options: ["--unsetenv", "AA"], value: "[old]" },
  { options: ["--unsetenv", "A", "--setenv", "A", "new"], value: "[new]" },
  { options: ["--setenv", "A", "new", "--unsetenv", "A"], value: "unset" },
  { options: ["--clearenv"], value: "unset" },
  { options: ["--clearenv", "--setenv", "A", "new"], value: "[new]" },
  { options: ["--setenv", "A", "new", "--clearenv"], value: "unset" },
  { options: ["--setenv", "AA", "x", "--unsetenv", "AA"], value: "[old]" },
];

describe("variables", { skip: payloadUnavailable }, () => {
  for (const { options, value } of cases) {
    test(`A=old ${options.join(" ")} gives ${JSON.stringify(value)}`, async (t) => {
      assert.equal(await variableFor(t, "A", options, { A: "old" }), value);
    });
  }

  test("--clearenv leaves nothing at all, and the command is found all the same", async (t) => {
    const cleared = await rein(t, ["--clearenv", payload, "environment"]);
    assert.match(cleared.stdout, /^variables 0 0 /m);
    const one = await rein(t, ["--clearenv", "--setenv", "A", "b", payload, "environment"]);
    assert.match(one.stdout, /^variables 1 4 /m);
    assert.equal((await rein(t, ["--clearenv", "sh", "-c", "exit 4"])).status, 4);
  });

  test("the command is looked for in the PATH that it is given", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "rein-environment-"));
    t.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "only-here"), "#!/bin/sh\nexit 6\n", { mode: 0o755 });
    assert.equal((await rein(t, ["--setenv", "PATH", folder, "only-here"])).status, 6);
    assert.equal((await rein(t, ["only-here"])).status, 127);
  });

  test("hundreds of them", async (t) => {
    const options = Array.from({ length: 500 }, (_, i) => ["--setenv", `N${i}`, `${i}`]).flat();
    const result = await rein(t, [...options, "sh", "-c", "env | grep -c '^N[0-9]'"]);
    assert.equal(result.stdout, "500\n", result.stderr);
  });

  test("--unsetenv leaves the others in their order", async (t) => {
    const names = Array.from({ length: 300 }, (_, i) => `N${i}`);
    const unset = names.filter((_, i) => i % 3 !== 0);
    const environment = Object.fromEntries(names.map((name) => [name, "x"]));
    const result = await rein(t, [...unset.flatMap((name) => ["--unsetenv", name]), "env"], environment);
    const left = result.stdout.match(/^N\d+(?==x$)/gm);
    assert.deepEqual(
      left,
      names.filter((name) => !unset.includes(name)),
    );
  });

  test("very long ones", async (t) => {
    const value = "x".repeat(100_000);
    assert.equal(await variableFor(t, "A", ["--setenv", "A", value]), `[${value}]`);
  });
});

describe("--file-env", { skip: payloadUnavailable }, () => {
  /** A file with this content. */
  function secretFile(t: TestContext, content: string | Uint8Array): string {
    const folder = mkdtempSync(join(tmpdir(), "rein-secret-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "secret");
    writeFileSync(file, content);
    return file;
  }

  function fifoFor(t: TestContext): string {
    const file = secretFile(t, "");
    rmSync(file);
    execFileSync("mkfifo", [file]);
    return file;
  }

  const contents = {
    "secret\n": "secret",
    secret: "secret",
    "secret\n\n": "secret\n",
    "\nsecret\n": "\nsecret",
    "secret\r\n": "secret\r",
    "a=b c\td\n": "a=b c\td",
    "": "",
    "\n": "",
    "ünïcödé\n": "ünïcödé",
  };
  for (const [content, value] of Object.entries(contents)) {
    test(`${JSON.stringify(content)} gives ${JSON.stringify(value)}, and the name of the file is gone`, async (t) => {
      const environment = { PASSWORD_FILE: secretFile(t, content) };
      assert.equal(await variableFor(t, "PASSWORD", ["--file-env", "PASSWORD"], environment), `[${value}]`);
      assert.equal(await variableFor(t, "PASSWORD_FILE", ["--file-env", "PASSWORD"], environment), "unset");
    });
  }

  test("without it NAME_FILE is a variable like any other", async (t) => {
    const file = secretFile(t, "secret\n");
    assert.equal(await variableFor(t, "PASSWORD", [], { PASSWORD_FILE: file }), "unset");
    assert.equal(await variableFor(t, "PASSWORD_FILE", [], { PASSWORD_FILE: file }), `[${file}]`);
  });

  test("where only NAME is set, or neither is, all stays as it is", async (t) => {
    assert.equal(await variableFor(t, "PASSWORD", ["--file-env", "PASSWORD"], { PASSWORD: "own" }), "[own]");
    assert.equal(await variableFor(t, "PASSWORD", ["--file-env", "PASSWORD"]), "unset");
  });

  test("more than one, and each only its own", async (t) => {
    const environment = { A_FILE: secretFile(t, "1\n"), B_FILE: secretFile(t, "2\n"), C_FILE: "/nowhere" };
    for (const [name, value] of Object.entries({ A: "[1]", B: "[2]", C: "unset", C_FILE: "[/nowhere]" })) {
      assert.equal(await variableFor(t, name, ["--file-env", "A", "--file-env=B"], environment), value);
    }
  });

  test("in the order of the options", async (t) => {
    const file = secretFile(t, "secret\n");
    assert.equal(await variableFor(t, "A", ["--setenv", "A_FILE", file, "--file-env", "A"]), "[secret]");
    assert.equal(await variableFor(t, "A", ["--file-env", "A", "--setenv", "A", "own"], { A_FILE: file }), "[own]");
    assert.equal(
      await variableFor(t, "A", ["--unsetenv", "A", "--file-env", "A"], { A: "own", A_FILE: file }),
      "[secret]",
    );
    assert.equal(await variableFor(t, "A", ["--clearenv", "--file-env", "A"], { A_FILE: file }), "unset");
    assert.equal(await variableFor(t, "A", ["--file-env", "A", "--unsetenv", "A"], { A_FILE: file }), "unset");
  });

  test("both set is refused, and neither value is told", async (t) => {
    const environment = { PASSWORD: "own-value", PASSWORD_FILE: secretFile(t, "secret-value\n") };
    const result = await rein(t, ["--file-env", "PASSWORD", "true"], environment);
    assertRefused(result, [/--file-env/, /PASSWORD\b/, /PASSWORD_FILE/]);
    assert.doesNotMatch(result.stderr, /own-value|secret-value/);
  });

  test("a file that cannot be read is refused by its name", async (t) => {
    for (const [file, why] of [
      ["/nowhere/at-all", /No such file or directory/],
      ["/etc", /Is a directory/],
      ["", /No such file or directory/],
    ] as const) {
      const result = await rein(t, ["--file-env", "A", "true"], { A_FILE: file });
      assertRefused(result, [/--file-env/, /\bA\b/, new RegExp(file), why]);
    }
  });

  test("a pipe will do, however slow: process substitution, a FIFO whose writer comes later", async (t) => {
    const fifo = fifoFor(t);
    const command = '"$0" --file-env A sh -c "echo \\$A"';
    const substitution = `A_FILE=/dev/fd/3; export A_FILE; (sleep 0.2; printf se; sleep 0.2; echo cret) | { exec 3<&0 </dev/null; ${command}; }`;
    const later = `A_FILE="$1"; export A_FILE; (sleep 0.2; echo secret >"$1") & ${command}; wait`;
    for (const script of [substitution, later]) {
      const result = await runCommand(t, ["sh", "-c", script, executable, fifo], { environment: { PATH } });
      assert.deepEqual([result.status, result.stdout, result.stderr], [0, "secret\n", ""]);
    }
  });

  test("a pipe from which nothing comes is refused by its name, and not waited for for ever", async (t) => {
    // Two of them: at the end of one run's writer the other run would find the end of the file.
    const fifos = [fifoFor(t), fifoFor(t)] as const;
    const silent = 'exec 3<>"$1"; A_FILE="$1" exec "$0" --file-env A true';
    const results = await Promise.all([
      rein(t, ["--file-env", "A", "true"], { A_FILE: fifos[0] }),
      runCommand(t, ["sh", "-c", silent, executable, fifos[1]], { environment: { PATH } }),
    ]);
    for (const [i, result] of results.entries())
      assertRefused(result, [/--file-env/, /\bA\b/, new RegExp(fifos[i] ?? ""), /nothing comes from it/]);
  });

  test("nor is the program deaf meanwhile", async (t) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const) {
      const environment = { A_FILE: fifoFor(t) };
      const running = startCommand(t, [executable, "--file-env", "A", "true"], { environment });
      await eventually("it waits", () => {
        const pid = running.process.pid ?? -1;
        return isRunning(pid, executable) && stat(pid)?.state === "S";
      });
      running.process.kill(signal);
      assert.deepEqual(await running.exit(), { status: 128 + constants.signals[signal], signal: null });
    }
  });

  test("a device: an empty one is an empty value, an endless one is refused", async (t) => {
    assert.equal(await variableFor(t, "A", ["--file-env", "A"], { A_FILE: "/dev/null" }), "[]");
    assertRefused(await rein(t, ["--file-env", "A", "true"], { A_FILE: "/dev/zero" }), [/--file-env/, /\/dev\/zero/]);
  });

  test("a NUL byte is refused, the rest is not told", async (t) => {
    const file = secretFile(t, new TextEncoder().encode("hid\0den"));
    const result = await rein(t, ["--file-env", "A", "true"], { A_FILE: file });
    assertRefused(result, [/--file-env/, /\bA\b/, new RegExp(file), /NUL/]);
    assert.doesNotMatch(result.stderr, /hid|den/);
  });

  test("a large one arrives; one larger than the kernel takes is refused", async (t) => {
    const value = "x".repeat(100_000);
    assert.equal(await variableFor(t, "A", ["--file-env", "A"], { A_FILE: secretFile(t, value) }), `[${value}]`);
    for (const size of [131_072, 262_144, 1_000_000]) {
      const file = secretFile(t, "x".repeat(size));
      assertRefused(await rein(t, ["--file-env", "A", "true"], { A_FILE: file }), [/--file-env/, new RegExp(file)]);
    }
  });

  test("what is said at the most talkative does not tell the secret", async (t) => {
    const environment = { PASSWORD_FILE: secretFile(t, "secret-value\n") };
    const result = await rein(t, ["-vvv", "--file-env", "PASSWORD", payload, "exit"], environment);
    assert.equal(result.status, 0);
    assert.doesNotMatch(result.stderr, /secret-value/);
  });
});
