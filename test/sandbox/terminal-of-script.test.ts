// A script that runs an interactive shell in a sandbox, and reads its terminal afterwards.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pid1 } from "../support/modes.ts";
import { executable } from "../support/rein.ts";
import { bubblewrap } from "../support/sandbox.ts";
import { openTerminal, terminalUnavailable } from "../support/terminal.ts";

const skip =
  pid1.unavailable ||
  terminalUnavailable ||
  (!existsSync("/usr/bin/busybox") && !existsSync("/bin/busybox") && "no busybox");
const sandbox = "--bind / / --dev-bind /dev /dev --unshare-pid --proc /proc";

describe("after an interactive shell the script reads its terminal on", { skip }, () => {
  for (const [name, options] of [
    ["bwrap", sandbox],
    ["bwrap", `${sandbox} --as-pid-1`],
    ["bwrap", "--bind / / --dev-bind /dev /dev"],
    ["rein", "-c"],
    ["rein", sandbox],
  ] as const) {
    test(`${name} ${options}`, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), "rein-script-"));
      t.after(() => rmSync(folder, { recursive: true }));
      symlinkSync(executable, join(folder, name));
      const script = `"$0/${name}" ${options} -- busybox sh -i; echo "ended $?"; read -r line; echo "read $line"`;
      const terminal = openTerminal(t, ["sh", "-c", script, folder]);
      terminal.type("echo at-$((1 + 1))\n");
      await terminal.lineMatching(/at-2/);
      terminal.type("exit 5\n");
      await terminal.lineMatching(/ended 5/);
      terminal.type("more\n");
      await terminal.lineMatching(/read more/);
      assert.deepEqual(await terminal.ending(), { status: 0, signal: null });
    });
  }
});

// At its end dash gives the terminal back to the process group that it found in the foreground. Under the name bwrap, and
// under bubblewrap, that is the caller's, which a PID namespace has no number for.
describe("an interactive dash with a command", { skip: pid1.unavailable || terminalUnavailable }, () => {
  for (const [name, options, status] of [
    ["rein", sandbox, 0],
    ["bwrap", sandbox, 2],
    ["bwrap", "--bind / / --dev-bind /dev /dev", 0],
  ] as const) {
    test(`ends with ${status}: ${name} ${options}`, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), "rein-script-"));
      t.after(() => rmSync(folder, { recursive: true }));
      symlinkSync(executable, join(folder, name));
      const programs = [join(folder, name), ...(name === "bwrap" && bubblewrap ? ["bwrap"] : [])];
      for (const program of programs) {
        const script = `"$0" ${options} -- dash -i -c "exec </dev/null; echo ran"; echo "ended $?"`;
        const terminal = openTerminal(t, ["sh", "-c", script, program]);
        await terminal.lineMatching(/^ran/);
        await terminal.lineMatching(new RegExp(`ended ${status}`));
        assert.deepEqual(await terminal.ending(), { status: 0, signal: null });
      }
    });
  }
});
