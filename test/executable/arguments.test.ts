// Arguments and environment reach the payload as they were given, however many they are.

import assert from "node:assert/strict";
import { test } from "node:test";
import { modes } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { executable, run, runCommand } from "../support/rein.ts";

/** 64-bit FNV-1a over the words, each with the NUL at its end: as the payload counts. */
function summary(words: readonly string[]): string {
  let hash = 0xcbf29ce484222325n;
  let bytes = 0;
  for (const byte of Buffer.from(words.map((word) => `${word}\0`).join(""), "utf8")) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
    bytes++;
  }
  return `${words.length} ${bytes} ${hash.toString(16).padStart(16, "0")}`;
}

for (const mode of modes) {
  const skip = mode.unavailable;

  test(`${mode.name}: every argument arrives as it is`, { skip }, async (t) => {
    const odd = [
      "",
      "-g",
      "--",
      "--version",
      " ",
      "a b",
      "\n",
      "\t'\"\\$`*",
      "-e",
      "300",
      "ünï",
      "\u{1f40e}",
      "=",
      "%s%n",
      "--help",
    ];
    const { status, stdout } = await run(t, mode, [payload, "arguments", ...odd]);
    assert.deepEqual([status, stdout], [0, `arguments ${summary(odd)}\nend\n`]);
  });

  test(`${mode.name}: a megabyte of arguments arrives`, { skip }, async (t) => {
    // A single word may be 128 kB long, the kernel says.
    const words = Array.from({ length: 8 }, (_, i) => `${i}`.repeat(120_000));
    for (let i = 0; i < 5000; i++) words.push(`argument ${i}`);
    const { status, stdout } = await run(t, mode, [payload, "arguments", ...words]);
    assert.deepEqual([status, stdout], [0, `arguments ${summary(words)}\nend\n`]);
  });

  test(`${mode.name}: ten thousand variables arrive`, { skip }, async (t) => {
    const environment: Record<string, string> = { EMPTY: "", LONG: "x".repeat(100_000) };
    for (let i = 0; i < 10_000; i++) environment[`VARIABLE_${i}`] = `value ${i}`;
    const command = [payload, "environment", "VARIABLE_0", "VARIABLE_9999", "EMPTY", "NONE"];
    const expected = await runCommand(t, command, { environment });
    const got = await run(t, mode, command, { environment });
    const withoutPid = (text: string): string => text.replace(/^pid .*\n/, "");
    assert.equal(withoutPid(got.stdout), withoutPid(expected.stdout));
    assert.match(got.stdout, /^VARIABLE_9999=value 9999$/m);
    assert.equal(got.status, 0);
  });

  test(`${mode.name}: no environment at all stays none`, { skip }, async (t) => {
    const { status, stdout } = await run(t, mode, [payload, "environment"], { launch: ["clear-environment"] });
    assert.equal(status, 0);
    assert.match(stdout, /^variables 0 0 /m);
  });

  test(`${mode.name}: LISTEN_PID names the payload when it named the init, and LISTEN_FDS stays`, {
    skip,
  }, async (t) => {
    const environment = { LISTEN_FDS: "1", LISTEN_FDNAMES: "web", LISTEN_PID: "1" };
    const command = [payload, "environment", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"];
    const ours = await run(t, mode, command, { environment, launch: ["listen-pid=0", "open=3:/dev/null"] });
    const pid = /^pid (\d+)$/m.exec(ours.stdout)?.[1];
    assert.match(ours.stdout, new RegExp(`^LISTEN_PID=${pid}\nLISTEN_FDS=1\nLISTEN_FDNAMES=web$`, "m"));

    // Meant for another process: not ours to touch.
    const others = await run(t, mode, command, { environment: { LISTEN_FDS: "1", LISTEN_PID: "4000000" } });
    assert.match(others.stdout, /^LISTEN_PID=4000000\nLISTEN_FDS=1\nLISTEN_FDNAMES unset$/m);
    const none = await run(t, mode, command);
    assert.match(none.stdout, /^LISTEN_PID unset\nLISTEN_FDS unset\nLISTEN_FDNAMES unset$/m);
  });

  test(`${mode.name}: WATCHDOG_PID goes when it named the init, whose watchdog is the payload's then`, {
    skip,
  }, async (t) => {
    const command = ["sh", "-c", "echo $WATCHDOG_USEC $WATCHDOG_PID"];
    const others = await run(t, mode, command, { environment: { WATCHDOG_USEC: "5", WATCHDOG_PID: "4000000" } });
    assert.equal(others.stdout, "5 4000000\n");
    const script = 'WATCHDOG_USEC=5 WATCHDOG_PID=$$ exec "$@"';
    const words = [...mode.prefix, "sh", "-c", script, "sh", executable, "--", ...command];
    assert.equal((await runCommand(t, words)).stdout, "5\n");
  });

  test(`${mode.name}: REIN_OPTIONS counts as options, and the payload does not see it`, { skip }, async (t) => {
    const command = [payload, "environment", "REIN_OPTIONS", "REIN_OPTION"];
    const environment = { REIN_OPTIONS: "-g --map-exit 0:9", REIN_OPTION: "kept" };
    const { status, stdout } = await run(t, mode, command, { environment });
    assert.match(stdout, /^REIN_OPTIONS unset\nREIN_OPTION=kept$/m);
    assert.equal(status, 9);
    const plain = await runCommand(t, command, { environment: { REIN_OPTION: "kept" } });
    assert.equal(/^variables .*$/m.exec(stdout)?.[0], /^variables .*$/m.exec(plain.stdout)?.[0]);
  });
}
