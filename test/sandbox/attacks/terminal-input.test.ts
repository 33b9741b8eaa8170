// CVE-2017-5226, CVE-2019-10063, CVE-2023-28100: the payload types on its caller's terminal what the caller's shell then runs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, type TestContext, test } from "node:test";
import { openTerminal, screenEnds, terminalUnavailable } from "../../support/terminal.ts";
import { attacksUnavailable, type Caller, callers, contained, type Dialect, openAttack } from "./attack.ts";

const skip = attacksUnavailable || terminalUnavailable;
const devices = ["--dev-bind", "/dev", "/dev"];

function legacy(): boolean {
  try {
    return readFileSync("/proc/sys/dev/tty/legacy_tiocsti", "utf8").trim() === "1";
  } catch {
    // Before Linux 6.2 everybody may.
    return true;
  }
}

/** What a payload on the caller's terminal could do. */
async function tried(t: TestContext, caller: Caller, dialect: Dialect, options: readonly string[]): Promise<string[]> {
  const programs = openAttack(t);
  const words = [...caller.prefix, programs[dialect], ...options, ...devices, "--", programs.attack, "terminal"];
  const terminal = openTerminal(t, words);
  const lines: string[] = [];
  for (let line = ""; line !== "done"; lines.push(line)) line = (await terminal.line()).trimEnd();
  await terminal.ending();
  await screenEnds(terminal);
  return lines;
}

for (const caller of callers) {
  describe(caller.name, { skip }, () => {
    for (const options of [contained, [...contained, "--as-pid-1"], ["--ro-bind", "/", "/"]]) {
      const name = options.slice(3).join(" ");
      test(`rein ${name}: nothing is typed, and all else works`, async (t) => {
        const lines = await tried(t, caller, "rein", options);
        const attempts = lines.filter((line) => line.includes("TIOC"));
        assert.ok(attempts.length >= 6, lines.join("\n"));
        for (const line of attempts) assert.match(line, / EPERM$/, lines.join("\n"));
        assert.ok(lines.includes("another request ok"), lines.join("\n"));
      });
    }

    test("rein, the terminal on one stream alone, or on a descriptor that is kept: nothing is typed either", async (t) => {
      const { rein, attack } = openAttack(t);
      const words = [...contained, ...devices, "--", attack, "terminal"].join(" ");
      const script = `"$@" ${words} </dev/null 2>/dev/null; "$@" --keep-fd 9 ${words} </dev/null 2>/dev/null 9<&1`;
      const terminal = openTerminal(t, [...caller.prefix, "sh", "-c", script, "sh", rein]);
      const attempts: string[] = [];
      for (let done = 0; done < 2; ) {
        const line = (await terminal.line()).trimEnd();
        if (line === "done") done++;
        if (line.includes("TIOC")) attempts.push(line);
      }
      assert.ok(attempts.length >= 6, attempts.join("\n"));
      for (const line of attempts) assert.doesNotMatch(line, / ok$/, attempts.join("\n"));
      await terminal.ending();
      await screenEnds(terminal);
    });

    for (const dialect of ["rein", "bwrap"] as const) {
      test(`${dialect} --new-session: the terminal is not the payload's`, async (t) => {
        const lines = await tried(t, caller, dialect, [...contained, "--new-session", "--cap-drop", "ALL"]);
        for (const line of lines.filter((each) => each.includes("TIOC"))) assert.doesNotMatch(line, / ok$/, line);
        assert.ok(lines.includes("another request ENOTTY"), lines.join("\n"));
      });
    }

    test("bwrap without --new-session: as bubblewrap does, it leaves that to its caller", {
      skip: !legacy() && "this kernel refuses it by itself",
    }, async (t) => {
      const lines = await tried(t, caller, "bwrap", contained);
      assert.ok(
        lines.some((line) => line.endsWith("/dev/tty TIOCSTI ok")),
        lines.join("\n"),
      );
    });
  });
}
