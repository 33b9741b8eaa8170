// Commands that the init may not signal: of another user, where the init has not CAP_KILL (kill(2)).

import assert from "node:assert/strict";
import { chmodSync, copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { APP, asOrdinaryUser, openPrograms, usersUnavailable } from "../support/accounts.ts";
import { type Mode, modes, pid1, subreaper } from "../support/modes.ts";
import { children } from "../support/processes.ts";
import { type Running, start, startCommand } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";

const { CONT, KILL, TERM, USR1 } = Signal;
const app = `${APP}:${APP}`;
/** As `docker run --cap-drop ALL --cap-add SETUID --cap-add SETGID`. */
const hardened = ["setpriv", "--bounding-set=-all,+setuid,+setgid"];
const becomeApp = ["setpriv", `--reuid=${APP}`, `--regid=${APP}`, "--clear-groups"];

/** Starts the init below words that become it. */
function startBelow(
  t: TestContext,
  mode: Mode,
  words: readonly string[],
  options: readonly string[],
  command: readonly string[],
): Promise<Running> {
  return start(t, mode, command, { executable: words[0]!, options: [...words.slice(1), ...options] });
}

/** The payload becomes root in every way by a set-uid program, started by an ordinary user's init. */
function startRoots(t: TestContext, mode: Mode, options: readonly string[]): Promise<Running> {
  const programs = openPrograms(t);
  const become = join(programs.folder, "become-root");
  const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => existsSync(path));
  assert.ok(setpriv !== undefined);
  copyFileSync(setpriv, become);
  chmodSync(become, 0o4755);
  const command = [become, "--reuid=0", "--regid=0", "--clear-groups", programs.payload, "wait"];
  return startBelow(t, mode, [...asOrdinaryUser, programs.rein], options, command);
}

for (const mode of modes) {
  describe(`${mode.name}: without CAP_KILL`, { skip: usersUnavailable || mode.unavailable }, () => {
    for (const [what, options, words] of [
      ["--user", ["--user", app], []],
      ["a command that changes its user itself, as entry scripts do", [], becomeApp],
    ] as const) {
      test(`${what}: signals reach it`, async (t) => {
        const programs = openPrograms(t);
        const command = [...words, programs.payload, "signals"];
        const rein = await startBelow(t, mode, [...hardened, programs.rein], options, command);
        await rein.ready();
        for (const signal of [USR1, TERM, USR1]) {
          rein.signal(signal);
          assert.equal(await rein.line(), `signal ${signal}`);
        }
        rein.stdin.end();
        assert.deepEqual(await rein.exit(), { status: 0, signal: null });
        assert.equal(rein.stderr.text, "");
      });

      test(`${what}: --grace ends it, and what it has started`, async (t) => {
        const programs = openPrograms(t);
        const script = 'trap "" TERM; setsid "$0" ignore 15 & exec "$0" ignore 15';
        const command = [...words, "sh", "-c", script, programs.payload];
        const more = [...options, "--grace=300ms"];
        const rein = await startBelow(t, mode, [...hardened, programs.rein], more, command);
        await rein.ready();
        await rein.ready();
        rein.signal(TERM);
        assert.deepEqual(await rein.exit(), { status: 128 + KILL, signal: null });
        await rein.closed();
      });
    }

    test("the command may not signal the init, before and after", async (t) => {
      const programs = openPrograms(t);
      const look = 'kill -0 $PPID 2>/dev/null && echo "may signal" || echo "may not"';
      const command = [
        "sh",
        "-c",
        `trap '${look}' USR1; ${look}; while :; do read -r line; [ "$line" != end ] || exit 5; done`,
      ];
      const rein = await startBelow(t, mode, [...hardened, programs.rein], ["--user", app], command);
      assert.equal(await rein.line(), "may not");
      for (let i = 0; i < 2; i++) {
        rein.signal(USR1);
        assert.equal(await rein.line(), "may not");
      }
      rein.stdin.write("end\n");
      assert.deepEqual(await rein.exit(), { status: 5, signal: null });
    });
  });
}

describe("an ordinary user's init of a command that became root", {
  skip: usersUnavailable || pid1.unavailable,
}, () => {
  test("as PID 1 the end of --grace ends it all the same: 137, and it is said what is missing", async (t) => {
    const rein = await startRoots(t, pid1, ["--grace", "300ms"]);
    await rein.ready();
    rein.signal(TERM);
    assert.deepEqual(await rein.exit(), { status: 128 + KILL, signal: null });
    await rein.closed();
    const said = rein.stderr.text;
    assert.match(said, /^rein: process \d+ is user 0's: signals to it need CAP_KILL\nrein: cannot forward SIGTERM: /);
    assert.equal(said.match(/CAP_KILL/g)?.length, 1);
  });

  test("elsewhere it is said, and the init waits for the command's end", async (t) => {
    const rein = await startRoots(t, subreaper, ["--grace", "10ms"]);
    await rein.ready();
    rein.signal(TERM);
    await rein.errorLineMatching(/cannot forward SIGTERM: Operation not permitted/);
    await rein.errorLineMatching(/sending SIGKILL/);
    const [command] = children(rein.pid);
    assert.ok(command !== undefined);
    process.kill(command, TERM);
    assert.deepEqual(await rein.exit(), { status: 128 + TERM, signal: null });
  });
});

test("without CAP_KILL --parent-death goes on to work after the first signal", {
  skip: usersUnavailable || subreaper.unavailable,
}, async (t) => {
  const programs = openPrograms(t);
  const script = '"$0" -v --user "$1" --parent-death USR1 -- "$2" delay "$3" 0 5 & echo "child $!"; exec "$2" wait';
  const words = ["sh", "-c", script, programs.rein, app, programs.payload, `${USR1}`];
  const parent = startCommand(t, [...hardened, ...words]);
  const init = Number((await parent.lineMatching(/^child (\d+)$/))[1]);
  for (let i = 0; i < 2; i++) await parent.ready();
  process.kill(init, CONT);
  await parent.errorLineMatching(/^rein: forwarded SIGCONT$/);
  parent.process.kill("SIGKILL");
  assert.equal(await parent.line(), `got ${USR1}`);
  await parent.closed();
});
