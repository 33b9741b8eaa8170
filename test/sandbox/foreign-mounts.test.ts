// Mounts that somebody else answers for: another user's FUSE, which root may not look into, and an automounter that is gone.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { accessSync, mkdirSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { descendants, isAlive, stat, statusField } from "../support/processes.ts";
import { startCommand } from "../support/rein.ts";
import { type Maker, testCrowd, testSandbox } from "../support/sandbox.ts";
import { CTRL_C, openTerminal, terminalUnavailable } from "../support/terminal.ts";
import { eventually } from "../support/waiting.ts";

/** Runs the executable with these words where a shell's commands have mounted something on a folder; ends it when it hangs. */
function runWhere(make: Maker, folder: string, mount: string, words: readonly string[]): ReturnType<Maker["run"]> {
  const script = `
    exec unshare --mount --pid --fork --kill-child --mount-proc timeout 60 bash -c '
      cd "$0" && ${mount} || exit 77; timeout -s KILL 20 setsid -w "$@"' ${folder} "$@"`;
  return make.within(script, words);
}

const isThere = (path: string): boolean => {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
};

testSandbox("root binds and masks another user's FUSE mount", async (make) => {
  if (!make.isRoot || !isThere("/dev/fuse")) return;
  const folder = make.folder();
  const place = join(folder, "mount");
  mkdirSync(place);
  const mount = "exec 7<>/dev/fuse && mount -i -t fuse -o fd=7,rootmode=40000,user_id=1234,group_id=1234 none mount";
  const seen = ["--", "grep", "-c", " /mnt/x ", "/proc/self/mountinfo"];
  const bound = ["--ro-bind", "/", "/", "--tmpfs", "/mnt", "--bind", place, "/mnt/x", ...seen];
  const result = await runWhere(make, folder, mount, bound);
  if (result.status === 77) return;
  assert.deepEqual([result.status, result.stdout, result.stderr], [0, "1\n", ""]);
  if (make.dialect !== "rein") return;
  const masked = await runWhere(make, folder, mount, ["--bind", "/", "/", "--mask", place, "--", "ls", "-A", place]);
  assert.deepEqual([masked.status, masked.stdout, masked.stderr], [0, "", ""]);
});

testSandbox("what an automounter serves is mounted over, and not asked for", async (make) => {
  if (!make.isRoot) return;
  const folder = make.folder();
  const place = join(folder, "mount");
  mkdirSync(place);
  const mount = "exec 8> >(sleep 60) && mount -i -t autofs -o fd=8,pgrp=$$,minproto=5,maxproto=5,direct none mount";
  for (const words of [
    ["--tmpfs", place],
    ["--dir", place],
    ["--bind", "/usr", place],
  ]) {
    const result = await runWhere(make, folder, mount, ["--bind", "/", "/", ...words, "--", "echo", "ran"]);
    if (result.status === 77) return;
    assert.deepEqual([result.status, result.stdout, result.stderr], [0, "ran\n", ""], words.join(" "));
  }
});

/** The words that become the sandbox, with a source below it that an automounter never answers for. */
function unanswered(make: Maker, options: readonly string[]): string[] {
  const folder = make.folder();
  mkdirSync(join(folder, "mount"));
  execFileSync("mkfifo", ["-m", "666", join(folder, "pipe")]);
  // Processes of its group are not kept waiting: another one's than ours.
  const mount = "mount -i -t autofs -o fd=8,pgrp=1,minproto=5,maxproto=5,direct none mount";
  const script = `cd "$0" && exec 8<>pipe && ${mount} && exec 8>&- && cd / && exec "$@"`;
  const words = make.words([
    "--bind",
    "/",
    "/",
    "--tmpfs",
    "/mnt",
    ...options,
    "--bind",
    join(folder, "mount"),
    "/mnt/x",
  ]);
  return ["unshare", "--mount", "bash", "-c", script, folder, ...words, "--", "echo", "ran"];
}

/**
 * The sandbox's processes, once one below the first waits. The first is bash before, whose mount(8) waits for a moment
 * too; and as rein it may wait for its own file, before it has blocked any signal.
 */
function whereOneIsHeld(top: number): number[] | false {
  const below = descendants(top);
  const isSandbox = !["unshare", "bash"].includes(statusField(top, "Name"));
  return isSandbox && below.some((pid) => stat(pid)?.state === "D") && [top, ...below];
}

const lives = [
  [],
  ["--unshare-pid", "--proc", "/proc"],
  ["--unshare-all", "--as-pid-1"],
  ["--unshare-pid", "--new-session"],
];

testCrowd("while a source's automounter does not answer, what asks for the end ends it", async (make, t) => {
  if (process.getuid?.() !== 0) return t.skip("only root can mount without an automounter");
  for (const life of [...lives, ["--unshare-pid", "--json-status-fd", "2"], ["--unshare-ipc", "--info-fd", "2"]]) {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const) {
      const running = startCommand(t, unanswered(make, life));
      const top = running.process.pid ?? -1;
      const all = await eventually(`it waits\n${running.seen()}`, () => whereOneIsHeld(top));
      running.process.kill(signal);
      const isKilled = make.dialect === "bwrap";
      const wanted = isKilled ? { status: null, signal } : { status: 128 + constants.signals[signal], signal: null };
      assert.deepEqual(await running.exit(), wanted, `${life.join(" ")} ${signal}`);
      await running.closed();
      await eventually("all of them are gone", () => !all.some(isAlive));
      assert.equal(running.stdout.text, "");
    }
  }
});

testCrowd("so do Ctrl-C and the end of the terminal", async (make, t) => {
  if (process.getuid?.() !== 0) return t.skip("only root can mount without an automounter");
  if (terminalUnavailable !== false) return t.skip(terminalUnavailable);
  for (const life of lives) {
    for (const signal of ["SIGINT", "SIGHUP"] as const) {
      const terminal = openTerminal(t, unanswered(make, life));
      const top = await terminal.descendant(1);
      const all = await eventually(`it waits\n${terminal.running.seen()}`, () => whereOneIsHeld(top));
      if (signal === "SIGINT") terminal.type(CTRL_C);
      else terminal.hangUp();
      const isKilled = make.dialect === "bwrap";
      const wanted = isKilled ? { status: null, signal } : { status: 128 + constants.signals[signal], signal: null };
      assert.deepEqual(await terminal.ending(), wanted, `${life.join(" ")} ${signal}`);
      await eventually("all of them are gone", () => !all.some(isAlive));
    }
  }
});
