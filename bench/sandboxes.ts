import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FLOOR, findInPath, REIN } from "./candidates.ts";
import { sum, systemCalls } from "./counts.ts";
import { type Bench, columns, divided, type Figure, figure } from "./figure.ts";
import { type Command, Measure } from "./measure.ts";

/** A command that makes a sandbox around a payload. */
export interface Sandbox {
  name: string;
  command: Command;
}

/** What they do besides is not about the sandbox: a shell and threads, and state on disk. */
const others = ["unshare", "runc", "crun"];

/** Namespaces that all but the first set have; a user namespace is not among them, we are root. */
const NAMESPACES = ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net"];

/** The programs that take bubblewrap's options: bubblewrap, and rein when this build of it does. */
export function bubblewraps({ candidates, note }: Bench): Sandbox[] {
  const found: Sandbox[] = [];
  for (const { name, file } of candidates.filter((one) => one.name === REIN || one.version.startsWith("rein "))) {
    const help = spawnSync(file, ["--help-sandbox"], { encoding: "utf8" });
    if (help.status === 0) found.push({ name, command: [file] });
    else note(`${name}: this build makes no sandboxes, left out of them; give one that does: REIN=FILE`);
  }
  const bwrap = findInPath("bwrap");
  if (bwrap === undefined) note("bwrap: not installed, left out");
  else found.push({ name: "bwrap", command: [bwrap] });
  return found;
}

/** Around runners that need it: crun refuses where the cgroups of two versions are mounted side by side. */
function withOneCgroupVersion(runner: string): string[] {
  if (existsSync("/sys/fs/cgroup/cgroup.controllers")) return [runner];
  const script = 'mount -t cgroup2 none /sys/fs/cgroup && exec "$@"';
  return ["unshare", "--mount", "sh", "-c", script, "sh", runner];
}

/** From before the fork of the outermost process to after the wait for it. */
export async function sandbox(bench: Bench): Promise<Figure[]> {
  const { programs, amounts, modes, progress, note } = bench;
  if (!modes.includes("namespace")) {
    note("sandboxes: measured as root only, left out");
    return [];
  }
  const root = join(mkdtempSync(join(programs.folder, "sandbox-")), "root");
  const image = imageFolder(programs.folder, programs.nop);
  mkdirSync(root);
  const like = (words: readonly string[]): Sandbox[] =>
    bubblewraps({ ...bench, note: () => {} }).map(({ name, command }) => ({ name, command: [...command, ...words] }));
  bubblewraps(bench);
  const floors = (more: readonly string[], words: readonly string[]): Sandbox[] => [
    { name: FLOOR, command: [programs.sandboxFloor, ...words] },
    { name: `${FLOOR}+exec`, command: [programs.sandboxFloor, "+execution", ...words] },
    { name: `${FLOOR}+more`, command: [programs.sandboxFloor, "+execution", ...more, ...words] },
  ];
  const sets: Record<string, Sandbox[]> = {
    "processes of its own": [
      ...floors(["+covers"], ["pids", programs.nop]),
      ...like(["--dev-bind", "/", "/", "--unshare-pid", "--proc", "/proc", "--", programs.nop]),
      ...unshare(["--pid", "--fork", "--mount-proc", programs.nop]),
    ],
    "the host read-only": [
      ...floors(["+covers", "+links", "+loopback"], ["host", root, programs.nop]),
      ...like(["--ro-bind", "/", "/", ...NAMESPACES, ...mounts("/mnt"), "--", programs.nop]),
    ],
    "an image": [
      ...floors(["+covers", "+links", "+loopback"], ["image", root, image, "/nop"]),
      ...like(["--ro-bind", image, "/", ...NAMESPACES, ...mounts("/tmp"), "--", "/nop"]),
      ...runtimes(bundle(programs.folder, image), note),
    ],
  };
  const measure = new Measure(withOneCgroupVersion(programs.measure));
  const figures: Figure[] = [];
  for (const [set, sandboxes] of Object.entries(sets)) {
    const name = `sandbox with ${set}, start to exit`;
    const commands = sandboxes.map(({ command }) => command);
    const rounds = await measure.rounds("start", amounts.sandboxes, "plain", commands, (done) =>
      progress(name, done, amounts.sandboxes),
    );
    const series = divided(columns(rounds, sandboxes.length, 2), 1000);
    const names = sandboxes.map((one) => one.name);
    figures.push(figure({ name, unit: "µs", rounds: rounds.length }, names, series));
    const counted = sandboxes.filter((one) => !others.includes(one.name));
    const calls = counted.map(({ command }) => [sum(systemCalls(programs, "plain", command))]);
    const head = { name: `sandbox with ${set}, system calls`, unit: "", rounds: 1 };
    figures.push(
      figure(
        head,
        counted.map((one) => one.name),
        calls,
      ),
    );
  }
  return figures;
}

function mounts(temporary: string): string[] {
  return ["--proc", "/proc", "--dev", "/dev", "--tmpfs", temporary];
}

function unshare(words: readonly string[]): Sandbox[] {
  const file = findInPath("unshare");
  return file === undefined ? [] : [{ name: "unshare", command: [file, ...words] }];
}

/** The smallest image: a payload, and places to mount on. */
function imageFolder(folder: string, payload: string): string {
  const image = join(folder, "image");
  for (const name of ["proc", "dev", "tmp"]) mkdirSync(join(image, name), { recursive: true });
  copyFileSync(payload, join(image, "nop"));
  return image;
}

/** An OCI bundle (config.json of the runtime specification) that asks for the same as the options for the others. */
function bundle(folder: string, image: string): string {
  const path = join(folder, "bundle");
  mkdirSync(path);
  const mount = (destination: string, type: string, options: string[]): object => ({
    destination,
    type,
    source: type,
    options,
  });
  const config = {
    ociVersion: "1.0.2",
    process: { user: { uid: 0, gid: 0 }, args: ["/nop"], env: ["PATH=/"], cwd: "/" },
    root: { path: image, readonly: true },
    mounts: [
      mount("/proc", "proc", ["nosuid", "nodev", "noexec"]),
      mount("/dev", "tmpfs", ["nosuid", "mode=755"]),
      mount("/dev/pts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]),
      mount("/tmp", "tmpfs", ["nosuid", "nodev"]),
    ],
    linux: { namespaces: ["pid", "ipc", "uts", "mount", "network"].map((type) => ({ type })) },
  };
  writeFileSync(join(path, "config.json"), JSON.stringify(config));
  return path;
}

/** The container runtimes that work here; in turns, so that one name for the container will do. */
function runtimes(path: string, note: (text: string) => void): Sandbox[] {
  const found: Sandbox[] = [];
  for (const name of ["runc", "crun"]) {
    const file = findInPath(name);
    if (file === undefined) {
      note(`${name}: not installed, left out`);
      continue;
    }
    const command = [file, "run", "--bundle", path, `rein-bench-${process.pid}`];
    const [first, ...words] = withOneCgroupVersion(command[0]!);
    try {
      execFileSync(first!, [...words, ...command.slice(1)], { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
      found.push({ name, command });
    } catch (error) {
      note(`${name}: does not run here, left out: ${error instanceof Error ? error.message.split("\n")[1] : error}`);
    }
  }
  return found;
}
