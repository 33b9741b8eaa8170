// Kernels and filters that do not let the init signal by a descriptor (pidfd_send_signal(2)), or at all.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { modes, pid1, subreaper } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { start } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";

const { TERM } = Signal;
const PIDFD_SEND_SIGNAL = 424;
const KILL = process.arch === "arm64" ? 129 : 62;
const EPERM = 1;
const ENOSYS = 38;

for (const mode of modes) {
  describe(`${mode.name}: pidfd_send_signal(2) is refused`, { skip: mode.unavailable }, () => {
    for (const [name, errno] of Object.entries({ EPERM, ENOSYS })) {
      test(`${name}: --drain asks those who are left by their numbers`, async (t) => {
        // As PID 1 the init goes through /proc only when it leaves out the command's group, which has had its SIGTERM.
        const options = [...(mode === pid1 ? ["-g"] : []), "--drain", "1h"];
        const command = [payload, "tree", "session", "2", "50", "7"];
        const rein = await start(t, mode, command, { options, launch: [`deny=${PIDFD_SEND_SIGNAL}:${errno}`] });
        await rein.ready();
        rein.signal(TERM);
        assert.deepEqual(await rein.exit(), { status: 7, signal: null });
        const said = await rein.stdout.rest();
        assert.equal(said.filter((line) => / cleaned$/.test(line)).length, 2, said.join("\n"));
      });
    }
  });
}

test("subreaper: where nobody may be signalled --drain says so, once", { skip: subreaper.unavailable }, async (t) => {
  const launch = [`deny=${PIDFD_SEND_SIGNAL}:${EPERM}`, `deny=${KILL}:${EPERM}`];
  const command = ["sh", "-c", '"$0" delay 10 0 0 & read -r line; exit 7', payload];
  const rein = await start(t, subreaper, command, { options: ["--drain", "50ms"], launch });
  await rein.ready();
  rein.stdin.end();
  assert.deepEqual(await rein.exit(), { status: 7, signal: null });
  assert.equal(rein.stderr.text.match(/^rein: kill: Operation not permitted$/gm)?.length, 1, rein.stderr.text);
});
