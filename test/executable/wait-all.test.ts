// --wait-all: the init stays for those whom the command leaves behind.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { type Mode, modes, pid1, subreaper } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { children } from "../support/processes.ts";
import { executable, type Running, run, start } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";
import { eventually } from "../support/waiting.ts";

const { HUP, INT, TERM, USR1 } = Signal;

/** A daemon that says what it gets and ends with it, or stays; the command that has started it ends with 3. */
async function startDaemon(
  t: TestContext,
  mode: Mode,
  options: readonly string[],
  kind: "obeys" | "stays" = "obeys",
): Promise<Running> {
  const trap = kind === "stays" ? 'trap "" TERM; ' : "";
  const daemon = `sh -c '${trap}exec "$0" delay ${kind === "stays" ? USR1 : TERM} 0 0' "$0"`;
  // The command waits for a line, so that signals may come before its end.
  const script = `setsid ${daemon} & read -r line; exit 3`;
  const rein = await start(t, mode, ["sh", "-c", script, payload], {
    options: ["--wait-all", ...options],
  });
  await rein.ready();
  return rein;
}

async function commandEnds(rein: Running): Promise<void> {
  const [command] = children(rein.pid);
  assert.ok(command !== undefined);
  rein.stdin.write("end\n");
  await eventually("the init has another child", () => {
    const left = children(rein.pid);
    return left.length === 1 && left[0] !== command;
  });
}

for (const mode of modes) {
  describe(`${mode.name}: --wait-all`, { skip: mode.unavailable, concurrency: 4 }, () => {
    test("a daemon goes on, a stop signal ends it, and the status is the command's", async (t) => {
      for (const signal of [TERM, INT]) {
        const rein = await startDaemon(t, mode, []);
        await commandEnds(rein);
        rein.signal(HUP);
        rein.signal(signal);
        assert.equal(await rein.line(), `got ${TERM}`);
        assert.deepEqual(await rein.exit(), { status: 3, signal: null });
      }
    });

    test("its end is that of the last, without a signal", async (t) => {
      const script = "(sleep 0.3; echo last) & (sleep 0.2; echo before) & exit 4";
      const result = await run(t, mode, ["sh", "-c", script], { options: ["--wait-all"] });
      assert.deepEqual([result.status, result.stdout], [4, "before\nlast\n"]);
    });

    test("a stop that the command has got is one for those it leaves, too", async (t) => {
      const script = `trap 'exit 5' TERM; setsid "$0" delay ${TERM} 0 0 & while :; do read -r line; done`;
      const rein = await start(t, mode, ["sh", "-c", script, payload], { options: ["--wait-all"] });
      await rein.ready();
      rein.signal(TERM);
      assert.equal(await rein.line(), `got ${TERM}`);
      assert.deepEqual(await rein.exit(), { status: 5, signal: null });
    });

    for (const option of ["--grace", "--drain"]) {
      test(`who does not end is killed after ${option}, from the stop signal on`, async (t) => {
        const rein = await startDaemon(t, mode, [`${option}=200ms`], "stays");
        await commandEnds(rein);
        const since = performance.now();
        rein.signal(TERM);
        assert.deepEqual(await rein.exit(), { status: 3, signal: null });
        assert.ok(performance.now() - since >= 199);
        await rein.closed();
      });
    }
  });
}

test("in a sandbox the init inside waits for all, and the caller with it", { skip: pid1.unavailable }, async (t) => {
  const script = "(sleep 0.3; echo last) & exit 4";
  const result = await run(t, subreaper, ["sh", "-c", script], { options: ["--unshare-pid", "--wait-all"] });
  assert.deepEqual([result.status, result.stdout], [4, "last\n"]);
});

describe("--wait-all under other names", { skip: subreaper.unavailable }, () => {
  for (const name of ["tini", "dumb-init", "catatonit"]) {
    test(`${name}, which adopts no orphans: a daemon goes on`, async (t) => {
      const script = `exec -a ${name} "$REIN" sh -c 'setsid "$0" delay ${TERM} 0 0 & read -r line; exit 3' "$PAYLOAD"`;
      const rein = await start(t, subreaper, [], {
        executable: "bash",
        options: ["-c", script],
        environment: { REIN: executable, PAYLOAD: payload, REIN_OPTIONS: "--wait-all" },
      });
      await rein.ready();
      await commandEnds(rein);
      rein.signal(TERM);
      assert.equal(await rein.line(), `got ${TERM}`);
      assert.deepEqual(await rein.exit(), { status: 3, signal: null });
    });
  }
});
