// The executable for arm64, under qemu's user emulation where this machine is another.
//
// qemu makes a plain fork of a vfork, so that the child's memory is its own there: what the init learns
// through the shared memory elsewhere (that the command could not be executed) it does not learn here.

import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { modes } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { start } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";

const built = join(import.meta.dirname, "../../dist/linux-arm64/rein");
const emulator = "/usr/bin/qemu-aarch64-static";
const missing = [built, ...(process.arch === "arm64" ? [] : [emulator])].find((path) => !existsSync(path));
const unavailable = missing !== undefined && `there is no ${missing}`;

const folder = mkdtempSync(join(tmpdir(), "rein-arm64-"));
after(() => rmSync(folder, { recursive: true }));
const executable = join(folder, "rein");
writeFileSync(executable, `#!/bin/sh\nexec ${process.arch === "arm64" ? "" : emulator} '${built}' "$@"\n`);
chmodSync(executable, 0o755);

for (const mode of modes) {
  const skip = unavailable || mode.unavailable;

  for (const [words, status] of [
    [["exit", "0"], 0],
    [["exit", "255"], 255],
    [["kill-self", "15"], 143],
  ] as const) {
    test(`arm64, ${mode.name}: ${words.join(" ")} gives ${status}`, { skip }, async (t) => {
      const rein = await start(t, mode, [payload, ...words], { executable });
      assert.deepEqual(await rein.exit(), { status, signal: null });
    });
  }

  test(`arm64, ${mode.name}: signals reach the payload`, { skip }, async (t) => {
    const rein = await start(t, mode, [payload, "signals"], { executable });
    await rein.ready();
    for (const signal of [Signal.HUP, Signal.TERM, Signal.USR1, Signal.WINCH]) {
      rein.signal(signal);
      assert.equal(await rein.line(), `signal ${signal}`);
    }
    rein.stdin.end();
    assert.deepEqual(await rein.exit(), { status: 0, signal: null });
  });

  // qemu 7's prctl(2) knows no PR_SET_CHILD_SUBREAPER.
  const noSubreaper = process.arch !== "arm64" && mode.prefix.length === 0 && "the emulator makes no subreaper";
  test(`arm64, ${mode.name}: orphans are reaped`, { skip: skip || noSubreaper }, async (t) => {
    const rein = await start(t, mode, [payload, "orphans", "100", "0"], { executable, options: ["-w"] });
    for (let reaped = 0; reaped < 100; reaped++) await rein.errorLineMatching(/^rein: reaped zombie process \d+$/);
    rein.stdin.end();
    assert.deepEqual(await rein.exit(), { status: 0, signal: null });
  });

  test(`arm64, ${mode.name}: what is not there is 127, and named`, { skip }, async (t) => {
    const rein = await start(t, mode, ["/no-such-file"], { executable });
    assert.deepEqual(await rein.exit(), { status: 127, signal: null });
    assert.equal(await rein.errorLine(), "rein: cannot run /no-such-file: No such file or directory");
  });
}
