// A scene of an init on both kernels: what it tells on its status descriptor, and how it ends.

import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Mode } from "../../support/modes.ts";
import { payload } from "../../support/payload.ts";
import { children } from "../../support/processes.ts";
import { start } from "../../support/rein.ts";
import { Pipe } from "../kernel/files.ts";
import { Instance, Program } from "../kernel/module.ts";
import { STATUS_DESCRIPTOR } from "../oracle/options.ts";
import { run } from "../schedules/run.ts";
import type { ScheduledEvent, Setup } from "../schedules/schedule.ts";
import { type InitScene, PAUSE } from "./init-scenes.ts";

/** What the init tells: without numbers that differ, those who are reaped in a row in any order. */
function story(lines: readonly string[]): string[] {
  const told: string[] = [];
  let row: string[] = [];
  const flush = (): void => {
    told.push(...row.sort());
    row = [];
  };
  for (const line of lines) {
    const { pid: _pid, command: _command, ...event } = JSON.parse(line) as Record<string, unknown>;
    const text = JSON.stringify(event);
    if (event.event === "reaped") row.push(text);
    else {
      flush();
      told.push(text);
    }
  }
  flush();
  return told;
}

export interface Told {
  readonly status: number | null | undefined;
  readonly story: string[];
}

export async function initOnRealKernel(t: TestContext, mode: Mode, scene: InitScene): Promise<Told> {
  const options = ["--json-status-fd", `${STATUS_DESCRIPTOR}`, ...(scene.words ?? [])];
  const running = await start(t, mode, [payload, ...scene.command], { options, extraPipes: 1 });
  const events = running.extra.get(STATUS_DESCRIPTOR);
  assert.ok(events !== undefined);
  const lines = [await events.next()];
  if (scene.isReady === true) await running.ready();
  for (const act of scene.acts ?? []) {
    if (act.to === "init") running.signal(act.signal ?? 0);
    else if (act.to === "payload") process.kill(children(running.pid)[0] ?? 0, act.signal ?? 0);
    if (act.to === "stdin" && act.awaits === 0) running.stdin.end();
    for (let i = 0; i < act.awaits; i++) lines.push(await events.next());
    if (act.to === "stdin" && act.awaits > 0) running.stdin.end();
  }
  const { status } = await running.exit();
  lines.push(...(await events.rest()));
  return { status, story: story(lines) };
}

export function initOnSimulatedKernel(mode: Mode, scene: InitScene): Told {
  const setup: Setup = {
    mode: mode.name === "PID 1" ? "pid1" : "subreaper",
    dialect: "rein",
    options: [{ kind: "status" }, ...(scene.options ?? [])],
    command: "/bin/app",
    proc: "own",
    terminal: "none",
    groupsAreOutside: false,
    leadsSession: mode.name !== "PID 1",
    stdinIsTerminal: false,
    stderr: "reads",
    status: "reads",
    ignored: [],
    blocked: [],
    children: [],
    payload: { name: "payload", ...scene.script },
    callTime: 1,
  };
  const events = (scene.acts ?? []).flatMap((act, i): ScheduledEvent[] => {
    const at = { milliseconds: PAUSE * (i + 1) };
    if (act.to === "init") return [{ at, what: { kind: "signal", signal: act.signal ?? 0, from: "outside" } }];
    return act.to === "payload" ? [{ at, what: { kind: "signal-payload", signal: act.signal ?? 0 } }] : [];
  });
  const outcome = run({ seed: 0, setup, events, faults: [] }, new Instance(Program.product()));
  assert.equal(outcome.violation, undefined);
  const file = outcome.kernel.init.files?.get(STATUS_DESCRIPTOR);
  assert.ok(file instanceof Pipe);
  return { status: outcome.status, story: story(file.text.trimEnd().split("\n")) };
}
