// CVE-2017-5226, CVE-2019-10063, CVE-2023-28100: the payload types on its caller's terminal what the caller's shell then runs.

import assert from "node:assert/strict";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { APP, field } from "../../support/accounts.ts";
import { runCommand } from "../../support/rein.ts";
import { openTerminal, screenEnds, terminalUnavailable } from "../../support/terminal.ts";
import { attacksUnavailable, type Caller, callers, contained, type Dialect, openAttack, root } from "./attack.ts";

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

/** What takes something from a command without a sandbox; a confined command that types on the terminal is not confined. */
const confinements: Record<string, readonly string[]> = {
  Landlock: ["--landlock-rw", "/", "--landlock-exec", "/"],
  "no new privileges": ["--no-new-privs"],
};
const ofRoot: Record<string, readonly string[]> = {
  "another user": ["--user", `${APP}:${APP}`],
  "a capability less": ["--cap-drop", "CAP_NET_RAW"],
  "CAP_SYS_ADMIN less": ["--cap-drop", "CAP_SYS_ADMIN"],
};

const showsStatus = ["cat", "/proc/self/status"];

/** Runs `rein` on a terminal without a sandbox, under another name too; all that was said, the init's words too, which may come last. */
async function onTerminal(t: TestContext, words: readonly string[]): Promise<string[]> {
  const terminal = openTerminal(t, words);
  await terminal.ending();
  return (await terminal.running.stdout.rest()).map((line) => line.trimEnd());
}

function assertNothingTyped(lines: readonly string[]): void {
  const attempts = lines.filter((line) => line.includes("TIOC"));
  assert.ok(attempts.length >= 6, lines.join("\n"));
  for (const line of attempts) assert.match(line, / EPERM$/, lines.join("\n"));
  assert.ok(lines.includes("another request ok"), lines.join("\n"));
  assert.ok(!lines.some((line) => line.startsWith("rein:")), lines.join("\n"));
}

for (const caller of callers) {
  describe(`${caller.name}, without a sandbox`, { skip }, () => {
    for (const [name, options] of Object.entries({ ...confinements, ...(caller === root ? ofRoot : {}) })) {
      test(`${name}: nothing is typed`, async (t) => {
        const { rein, attack } = openAttack(t);
        assertNothingTyped(await onTerminal(t, [...caller.prefix, rein, ...options, "--", attack, "terminal"]));
      });
    }

    test("a seccomp profile: nothing is typed, up to the call of a 32-bit program, which ends it", async (t) => {
      const { rein, attack } = openAttack(t);
      const shell = ["sh", "-c", '"$0" terminal; echo done', attack];
      const options = ["--seccomp-profile", "default"];
      const lines = await onTerminal(t, [...caller.prefix, rein, ...options, "--", ...shell]);
      const attempts = lines.filter((line) => line.includes("TIOC"));
      assert.ok(attempts.length >= 3, lines.join("\n"));
      for (const line of attempts) assert.match(line, / EPERM$/, lines.join("\n"));
    });

    test("under another name, by REIN_OPTIONS", async (t) => {
      const { folder, rein, attack } = openAttack(t);
      const tini = join(folder, "tini");
      symlinkSync(rein, tini);
      const variable = "REIN_OPTIONS=--no-new-privs";
      assertNothingTyped(
        await onTerminal(t, [...caller.prefix, "env", variable, tini, "-s", "--", attack, "terminal"]),
      );
    });

    test("what is not confined may type, and gets no filter", async (t) => {
      const { rein } = openAttack(t);
      const result = await runCommand(t, [...caller.prefix, rein, "--umask", "022", "--", ...showsStatus]);
      assert.deepEqual(field(result, "Seccomp"), ["0"]);
    });
  });
}

describe("root without a sandbox", { skip }, () => {
  test("--user leaves set-uid programs their work", async (t) => {
    const { rein } = openAttack(t);
    const script = 'grep -E "^(NoNewPrivs|Seccomp):" /proc/self/status; echo done';
    const lines = await onTerminal(t, [rein, "--user", `${APP}`, "--", "sh", "-c", script]);
    assert.deepEqual(lines, ["NoNewPrivs:\t0", "Seccomp:\t2", "done"]);
  });

  // As in a container: the kernel takes a filter neither without CAP_SYS_ADMIN nor without no_new_privs.
  const inContainer = ["setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin"];
  for (const value of ["1", "0"]) {
    test(`without CAP_SYS_ADMIN, legacy_tiocsti being ${value}: a warning only where the kernel lets it`, async (t) => {
      const { folder, rein, attack } = openAttack(t);
      const setting = join(folder, "setting");
      writeFileSync(setting, `${value}\n`);
      const file = "/proc/sys/dev/tty/legacy_tiocsti";
      const cover = ["unshare", "--mount", "sh", "-c", `mount --bind ${setting} ${file} && exec "$@"`, "sh"];
      const words = [...cover, ...inContainer, rein, "--user", `${APP}`];
      const lines = await onTerminal(t, [...words, "--", attack, "terminal"]);
      const said = lines.filter((line) => line.startsWith("rein: "));
      assert.equal(said.length, Number(value), lines.join("\n"));
      for (const line of said) assert.match(line, /may type on its terminal.*Permission denied; give --no-new-privs/);
      // And nobody is warned who has no terminal.
      const quiet = await runCommand(t, [...words, "--", "true"]);
      assert.deepEqual([quiet.status, quiet.stderr], [0, ""]);
      assertNothingTyped(await onTerminal(t, [...words, "--no-new-privs", "--", attack, "terminal"]));
    });
  }

  test("--landlock without a terminal: root may open those of others, and types on none", async (t) => {
    const { rein } = openAttack(t);
    const result = await runCommand(t, [rein, "--landlock-rw", "/", "--landlock-exec", "/", "--", ...showsStatus]);
    assert.deepEqual(field(result, "Seccomp"), ["2"]);
  });

  for (const dialect of ["rein", "bwrap"] as const) {
    test(`${dialect} --new-session, the capability kept: it types on no terminal of others either`, async (t) => {
      const lines = await tried(t, root, dialect, [...contained, "--new-session"]);
      const attempts = lines.filter((line) => line.includes("stdin TIOC"));
      assert.ok(attempts.length >= 3, lines.join("\n"));
      for (const line of attempts) assert.match(line, / EPERM$/, lines.join("\n"));
    });
  }
});
