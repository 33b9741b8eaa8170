// Where control groups of version 2 can be had for a test: here, where this machine's hierarchy has the controllers and we
// are root; else in a kernel of its own, User Mode Linux, which has this machine's files for its root.

import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { tooFewProcesses } from "./process-limit.ts";

const controllers = "/sys/fs/cgroup/cgroup.controllers";
const areHere =
  process.getuid?.() === 0 &&
  existsSync(controllers) &&
  ["cpu", "memory", "pids"].every((one) => readFileSync(controllers, "utf8").split(/\s/).includes(one));
const userModeLinux = (process.env.PATH ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "linux.uml"))
  .find((file) => existsSync(file));

/** Why there are none, or false. */
export const controlGroupsUnavailable: string | false =
  !areHere &&
  ((process.arch !== "x64" && "no controllers of version 2 here") ||
    (userModeLinux === undefined &&
      "neither controllers of version 2 here, nor linux.uml (Debian's user-mode-linux)") ||
    (process.getuid?.() !== 0 && tooFewProcesses));

const HERE = `
mount -t tmpfs none /mnt; T=/mnt
G=/sys/fs/cgroup/rein-test-$$
mkdir "$G" && echo +cpu +memory +pids >/sys/fs/cgroup/cgroup.subtree_control &&
  echo +cpu +memory +pids >"$G/cgroup.subtree_control" || exit 1`;
const MACHINE = `
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t cgroup2 -o nsdelegate none /sys/fs/cgroup
mount -t devtmpfs none /dev; ip link set lo up 2>/dev/null`;

/**
 * Runs shell scripts, one after the other, as root where there are control groups. In each, `$G` is a group of the
 * hierarchy that has the three controllers for those below it and no processes; `enter GROUP COMMAND...` becomes the
 * command in a group below it that it makes, `own GROUP` gives that group to the user 1000, and `$T` is an empty directory.
 * Returns what each has written to its output and error output, and which groups it has left below `$G`, which are removed.
 */
export async function runScripts(
  scripts: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, { output: string; groups: string[] }>> {
  const folder = mkdtempSync(join(tmpdir(), "rein-groups-"));
  try {
    writeFileSync(
      join(folder, "enter"),
      '#!/bin/sh\nmkdir -p "$G/$1" && echo $$ >"$G/$1/cgroup.procs" && shift && exec "$@"\n',
      {
        mode: 0o755,
      },
    );
    const lines = ["#!/bin/sh", ...(areHere ? [] : [MACHINE]), HERE, `export G T PATH="${folder}:$PATH"`];
    lines.push('own() { mkdir -p "$G/$1"; chown 1000 "$G/$1" "$G/$1/cgroup.procs" "$G/$1/cgroup.subtree_control"; }');
    for (const [name, script] of Object.entries(scripts)) {
      writeFileSync(join(folder, `script-${lines.length}`), script);
      lines.push(
        `echo; echo "== ${name}"`,
        `(. ${folder}/script-${lines.length}) 2>&1`,
        'echo; echo "== groups"; (cd "$G" && find . -mindepth 1 -depth -type d)',
        'find "$G" -mindepth 1 -type d -exec sh -c \'echo 1 >"$0/cgroup.kill"\' {} \\; 2>/dev/null',
        'for try in 1 2 3; do find "$G" -mindepth 1 -depth -type d -exec rmdir {} \\; 2>/dev/null; done',
      );
    }
    lines.push('rmdir "$G"', ...(areHere ? [] : ["echo o >/proc/sysrq-trigger; read -r end"]));
    const file = join(folder, "init");
    writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o755 });
    const machine = [
      ...["root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro", "mem=512M", `init=${file}`],
      ...["con=null", "con0=null,fd:1", "quiet", "loglevel=0"],
    ];
    const [command = "", ...args] = areHere ? ["unshare", "--mount", file] : [userModeLinux ?? "", ...machine];
    const { stdout } = await promisify(execFile)(command, args, { timeout: 120_000, maxBuffer: 1 << 24 });
    return read(stdout.replaceAll("\r", ""));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function read(text: string): ReadonlyMap<string, { output: string; groups: string[] }> {
  const parts = text.split(/\n== (.+)\n/).slice(1);
  const results = new Map<string, { output: string; groups: string[] }>();
  for (let at = 0; at < parts.length; at += 4) {
    const [name = "", output = "", , groups = ""] = parts.slice(at, at + 4);
    results.set(name, { output: output.trim(), groups: groups.split("\n").filter((line) => line.startsWith("./")) });
  }
  return results;
}
