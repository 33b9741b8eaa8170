// Mounts that somebody else answers for: another user's FUSE, which root may not look into, and an automounter that is gone.

import assert from "node:assert/strict";
import { accessSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Maker, testSandbox } from "../support/sandbox.ts";

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
