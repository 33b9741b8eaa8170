// --drain and an interactive shell that somebody has opened beside the command, as by `docker exec -it CONTAINER bash`.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, test } from "node:test";
import { pid1 } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { start } from "../support/rein.ts";
import { Signal } from "../support/signals.ts";
import { openTerminal, terminalUnavailable } from "../support/terminal.ts";

const { TERM } = Signal;
const skip = pid1.unavailable || terminalUnavailable || (process.getuid?.() !== 0 && "only root can enter it");

describe("PID 1: an interactive shell does not make a stop last the whole --drain", { skip }, () => {
  for (const shell of [
    ["bash", "--norc", "--noediting", "-i"],
    ["dash", "-i"],
    ["busybox", "sh", "-i"],
    ["zsh", "-fi"],
  ]) {
    const file = shell[0]!;
    const isThere = ["/bin", "/usr/bin"].some((folder) => existsSync(`${folder}/${file}`));
    test(file, { skip: !isThere && `there is no ${file}` }, async (t) => {
      const rein = await start(t, pid1, [payload, "delay", `${TERM}`, "0", "7"], { options: ["--drain", "1h"] });
      await rein.ready();
      const enter = ["nsenter", "--target", `${rein.pid}`, "--pid", "--mount", "--", "setsid", "--ctty", ...shell];
      const terminal = openTerminal(t, enter);
      terminal.type("echo at-$((1 + 1))\n");
      await terminal.lineMatching(/at-2/);
      rein.signal(TERM);
      assert.deepEqual(await rein.exit(), { status: 7, signal: null });
    });
  }

  test("who takes its SIGTERM gets nothing but that", async (t) => {
    const rein = await start(t, pid1, [payload, "delay", `${TERM}`, "0", "7"], { options: ["--drain", "1h"] });
    await rein.ready();
    const enter = ["nsenter", "--target", `${rein.pid}`, "--pid", "--mount", "--", "setsid", "--ctty"];
    const terminal = openTerminal(t, [...enter, payload, "delay", `${TERM}`, "300", "0"]);
    await terminal.ready();
    rein.signal(TERM);
    await terminal.lineMatching(/^got 15/);
    await terminal.lineMatching(/^done/);
    assert.deepEqual(await rein.exit(), { status: 7, signal: null });
  });
});
