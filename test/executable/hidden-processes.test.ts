// A /proc that shows only a part (hidepid=, subset=pid): --drain finds its own all the same.

import assert from "node:assert/strict";
import { chmodSync, existsSync } from "node:fs";
import { describe, type TestContext, test } from "node:test";
import { APP, asOrdinaryUser, openPrograms, usersUnavailable } from "../support/accounts.ts";
import { type Mode, pid1, subreaper } from "../support/modes.ts";
import { startCommand } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";

/** As containers are by default. */
const withoutTracing = ["setpriv", "--bounding-set", "-sys_ptrace", "--inh-caps", "-sys_ptrace"];

/** Who runs the init, and whose payload. */
const callers = {
  root: { caller: [], options: [] },
  "root without CAP_SYS_PTRACE, for another user": {
    caller: withoutTracing,
    options: ["--user", `${APP}:${APP}`],
  },
  "an ordinary user": { caller: asOrdinaryUser, options: [] },
} as const;

const proc = ["hidepid=2", "hidepid=4", "subset=pid"];

/**
 * Runs the payload program's `tree` under the init until a SIGTERM, with such a
 * /proc; returns what it said when nobody is left.
 */
async function runTree(
  t: TestContext,
  mode: Mode,
  who: (typeof callers)[keyof typeof callers],
  mount: string,
  drain: string,
  kind: string,
): Promise<string> {
  const { rein, payload } = openPrograms(t);
  // Who runs a file that may not be read can be traced by the privileged only, and so is hidden from its own user too.
  chmodSync(payload, 0o711);
  const namespace = mode.prefix.length > 0 ? mode.prefix : ["unshare", "--mount"];
  const enter = ["sh", "-c", 'mount -t proc -o "$0" proc /proc && exec "$@"', mount, ...who.caller];
  // As PID 1 the init looks into /proc only when it leaves out the payload's group, which has had its SIGTERM.
  const options = [...who.options, ...(mode === pid1 ? ["-g"] : []), "--drain", drain];
  const command = [payload, "tree", kind, "2", "50", "7"];
  const running = startCommand(t, [...namespace, ...enter, rein, ...options, "--", ...command]);
  await running.ready();
  await running.findInit(mode);
  running.signal(Signal.TERM);
  assert.deepEqual(await running.closed(), { status: 7, signal: null }, running.seen());
  return running.stdout.text;
}

const noList = !existsSync(`/proc/self/task/${process.pid}/children`) && "this kernel has no list of children";

describe("/proc hides processes", { skip: usersUnavailable || subreaper.unavailable || noList }, () => {
  for (const [name, who] of Object.entries(callers)) {
    for (const mount of proc) {
      for (const mode of [subreaper, pid1]) {
        test(`${mode.name}: ${name}, ${mount}: workers are asked to end`, { skip: mode.unavailable }, async (t) => {
          for (const kind of ["orphan", "session"]) {
            const said = await runTree(t, mode, who, mount, "1m", kind);
            assert.equal(said.match(/cleaned$/gm)?.length, 2, said);
          }
        });

        test(`${mode.name}: ${name}, ${mount}: stubborn ones are killed`, { skip: mode.unavailable }, async (t) => {
          await runTree(t, mode, who, mount, "200ms", "stubborn");
        });
      }
    }
  }
});
