// An image FROM scratch: a read-only root with nothing in it but the init and a static payload.

import assert from "node:assert/strict";
import { readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { openPrograms, usersUnavailable } from "../support/accounts.ts";
import { pid1, subreaper } from "../support/modes.ts";
import { children, stat, statusField } from "../support/processes.ts";
import { type Options, type Result, type Running, startCommand } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";
import { eventually } from "../support/waiting.ts";

interface Place {
  readonly name: string;
  readonly unshare: readonly string[];
  readonly isPid1: boolean;
}

// No --mount-proc: there is no /proc in this root at all.
const asPid1: Place = {
  name: pid1.name,
  unshare: ["unshare", "--mount", "--pid", "--fork", "--kill-child"],
  isPid1: true,
};
const asSubreaper: Place = { name: subreaper.name, unshare: ["unshare", "--mount"], isPid1: false };

/** Makes the folder a read-only root and runs words there; whatever is mounted goes with the namespace. */
const ENTER = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && cd "$0" && exec chroot . "$@"';

function startInScratch(t: TestContext, place: Place, words: readonly string[], options: Options = {}): Running {
  const { folder } = openPrograms(t);
  // The executable's own name chooses its dialect; some are tried by a link's name.
  const [program = ""] = words;
  const file = join(folder, program.slice(1));
  if (program !== "/rein") renameSync(join(folder, "rein"), file);
  assert.equal(readdirSync(folder).length, 2);
  return startCommand(t, [...place.unshare, "sh", "-c", ENTER, folder, ...words], options);
}

async function runInScratch(
  t: TestContext,
  place: Place,
  words: readonly string[],
  options: Options = {},
): Promise<Result> {
  const running = startInScratch(t, place, words, { stdin: "ignore", ...options });
  const ending = await running.closed();
  return { ...ending, stdout: running.stdout.text, stderr: running.stderr.text };
}

/** The init's pid as seen from outside. */
async function initOf(running: Running, place: Place): Promise<number> {
  const outer = running.process.pid ?? 0;
  if (!place.isPid1) return outer;
  return eventually("the init is there", () => children(outer)[0]);
}

for (const place of [asPid1, asSubreaper]) {
  describe(`${place.name} in a scratch image`, { skip: usersUnavailable || pid1.unavailable, concurrency: 4 }, () => {
    test("exits as its payload does", async (t) => {
      for (const status of [0, 42]) {
        const result = await runInScratch(t, place, ["/rein", "/payload", "exit", `${status}`]);
        assert.deepEqual(result, { status, signal: null, stdout: "", stderr: "" });
      }
      assert.equal((await runInScratch(t, place, ["/rein", "--", "payload", "exit", "3"])).status, 127);
      const relative = await runInScratch(t, place, ["/rein", "./payload", "kill-self", "9"]);
      assert.deepEqual([relative.status, relative.stderr], [137, ""]);
    });

    test("says what cannot be found", async (t) => {
      const result = await runInScratch(t, place, ["/rein", "sh", "-c", "true"]);
      assert.equal(result.status, 127);
      assert.match(result.stderr, /^rein: [^\n]*\bsh: No such file or directory[^\n]*\n$/);
    });

    test("forwards signals", async (t) => {
      const running = startInScratch(t, place, ["/rein", "/payload", "signals"]);
      await running.ready();
      const init = await initOf(running, place);
      for (const signal of [Signal.HUP, Signal.TERM, Signal.ABRT, Signal.WINCH, Signal.RTMIN + 3]) {
        process.kill(init, signal);
        assert.equal(await running.line(), `signal ${signal}`);
      }
      running.stdin.end();
      assert.deepEqual(await running.exit(), { status: 0, signal: null });
      assert.equal(running.stderr.text, "");
    });

    test("reaps orphans", async (t) => {
      const running = startInScratch(t, place, ["/rein", "/payload", "orphans", "500", "6"]);
      await running.ready();
      await running.lineMatching(/^ended$/);
      const init = await initOf(running, place);
      await eventually("all orphans are reaped", () => children(init).length === 1);
      running.stdin.end();
      assert.deepEqual(await running.exit(), { status: 6, signal: null });
    });

    test("stops with the terminal's signals as it does elsewhere", async (t) => {
      const running = startInScratch(t, place, ["/rein", "/payload", "delay", "10", "0", "7"]);
      await running.ready();
      const init = await initOf(running, place);
      const [child = 0] = children(init);
      process.kill(init, Signal.TSTP);
      await eventually("the payload is stopped", () => stat(child)?.state === "T");
      process.kill(init, Signal.CONT);
      process.kill(init, Signal.USR1);
      assert.deepEqual(await running.exit(), { status: 7, signal: null });
    });

    test("gives its workers time to end", async (t) => {
      // Not as PID 1, and without a /proc to find the others in, the payload's own group is all that can be reached.
      const kind = place.isPid1 ? "orphan" : "group";
      const running = startInScratch(t, place, ["/rein", "--drain", "1h", "/payload", "tree", kind, "3", "100", "7"]);
      await running.ready();
      running.stdin.end();
      assert.deepEqual(await running.exit(), { status: 7, signal: null });
      const said = await running.stdout.rest();
      assert.equal(said.filter((line) => line.endsWith("cleaned")).length, 3);
    });

    test("kills who does not end in the grace time", async (t) => {
      const running = startInScratch(t, place, ["/rein", "--grace", "200ms", "/payload", "ignore", "15"]);
      await running.ready();
      process.kill(await initOf(running, place), Signal.TERM);
      assert.deepEqual(await running.exit(), { status: 137, signal: null });
    });

    test("runs it as another user by number, without an /etc; a name is refused", async (t) => {
      const running = startInScratch(t, place, ["/rein", "--user", "7:8", "/payload", "wait"]);
      await running.ready();
      const [child = 0] = children(await initOf(running, place));
      assert.equal(statusField(child, "Uid"), "7\t7\t7\t7");
      assert.equal(statusField(child, "Gid"), "8\t8\t8\t8");
      const named = await runInScratch(t, place, ["/rein", "--user", "app", "/payload", "exit"]);
      assert.equal(named.status, 125);
      assert.match(named.stderr, /^rein: [^\n]*\bapp\b[^\n]*\/etc\/passwd[^\n]*\n$/);
    });

    test("takes everything else that needs no file", async (t) => {
      const words = [
        "--cap-drop",
        "ALL",
        "--no-new-privs",
        "--rlimit",
        "nofile=64",
        "--setenv",
        "A",
        "b",
        "--chdir",
        "/",
      ];
      const result = await runInScratch(t, place, ["/rein", ...words, "/payload", "environment", "A"]);
      assert.equal(result.status, 0, result.stderr);
      assert.match(result.stdout, /^A=b$/m);
      const score = await runInScratch(t, place, ["/rein", "--oom-score-adj", "500", "/payload", "exit"]);
      assert.equal(score.status, 125);
      assert.match(score.stderr, /^rein: --oom-score-adj[^\n]*No such file or directory[^\n]*\n$/);
    });

    test("is the init that a container engine mounts as /init and calls with --", async (t) => {
      const result = await runInScratch(t, place, ["/init", "--", "/payload", "exit", "5"]);
      assert.deepEqual([result.status, result.stderr], [5, ""]);
    });

    test("is docker-init there as well", async (t) => {
      const result = await runInScratch(t, place, ["/docker-init", "-s", "--", "/payload", "exit", "5"]);
      assert.deepEqual([result.status, result.stderr], [5, ""]);
    });
  });
}
