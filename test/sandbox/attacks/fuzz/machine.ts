// A machine that may be broken: namespaces with a root in memory, of which everything is looked at from outside. What an
// attack reaches ends there, and not on the machine that runs the tests.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { children, stat } from "../../../support/processes.ts";
import { DEVICES, FILES, FOLDERS, USER } from "./files.ts";
import type { Promises } from "./sets.ts";

/** The kernel's settings that commands try to change: harmless ones. They are put back. */
const SETTINGS = ["/proc/sys/kernel/printk_ratelimit_burst"];
/** Files of /proc that are the whole machine's, whose modes are put back. */
const PROC_FILES = ["/proc/uptime"];

export class Machine {
  /** Its root, as seen from here. */
  readonly root: string;
  /** By name; what must not be seen in a command's output, by the promise. */
  readonly secrets = new Map<string, string>();
  /** Its first process. */
  pid = 0;
  readonly #controls: string | undefined;
  readonly #process: ChildProcess;
  /** The numbers here of its two processes that are not to be touched. */
  #canaries: readonly number[] = [];
  readonly #ended: Promise<unknown>;
  #state = new Map<string, string>();

  private constructor(root: string, programs: { readonly fuzz: string; readonly rein: string }) {
    this.root = root;
    for (const name of ["session", "key", "variable", "root's canary", "the user's canary"]) this.#secret(name);
    execFileSync("mount", ["-t", "tmpfs", "-o", "mode=0755", "machine", root]);
    this.#fill(programs);
    this.#controls = controlGroup();
    const words = ["machine", root, this.#controls ?? "-", `${USER}`];
    const env = {
      ROOTS_SECRET: this.secrets.get("root's canary"),
      USERS_SECRET: this.secrets.get("the user's canary"),
    };
    this.#process = spawn(programs.fuzz, words, { env, stdio: ["pipe", "pipe", "inherit"] });
    this.#ended = new Promise((resolve) => this.#process.once("exit", resolve));
  }

  /** Makes one at an empty folder; the caller's mount namespace must be its own. */
  static async start(root: string, programs: { readonly fuzz: string; readonly rein: string }): Promise<Machine> {
    const machine = new Machine(root, programs);
    let text = "";
    for await (const piece of machine.#process.stdout as Readable) {
      text += piece;
      // In either order: two processes say them.
      if (/^ready$/m.test(text) && /^\d+\n/m.test(text)) break;
    }
    machine.pid = Number(/^\d+$/m.exec(text)?.[0]);
    if (!(machine.pid > 0)) throw new Error(`the machine did not start: ${text}`);
    // Its canaries wait when they have been executed.
    const isReady = (pid: number): boolean =>
      readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("fuzz\0canary") && stat(pid)?.state === "S";
    const last = performance.now() + 10_000;
    while (machine.#canaries.length < 2 || !machine.#canaries.every(isReady)) {
      if (performance.now() > last) throw new Error("the machine's canaries did not start");
      machine.#canaries = children(machine.pid);
      await pause(1);
    }
    machine.remember();
    return machine;
  }

  /** The words that run a command on it. */
  get enter(): readonly string[] {
    const kinds = [
      "--mount",
      "--pid",
      "--ipc",
      "--uts",
      "--net",
      ...(this.#controls === undefined ? [] : ["--cgroup"]),
    ];
    return ["nsenter", "--target", `${this.pid}`, ...kinds, "--"];
  }

  async stop(): Promise<void> {
    this.#process.stdin?.end();
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), 5000);
    await this.#ended;
    clearTimeout(timer);
    execFileSync("umount", ["--recursive", "--lazy", this.root]);
  }

  /** Takes what is there now as what is to stay. */
  remember(): void {
    this.#state = this.#look({ work: "fixed", ownAttributes: false, secrets: new Set(), limits: [] });
  }

  /** Whatever has become of it that a set promised not to happen. Processes have so many milliseconds to end. */
  async changes(promise: Promises, patience: number): Promise<string[]> {
    const left = await this.#leftProcesses(patience);
    const now = this.#look(promise);
    const changes: string[] = left.map((one) => `process: left behind: ${one}`);
    let isFixedMoved = false;
    for (const [what, before] of this.#state) {
      const after = now.get(what);
      if (isGiven(what, promise) || after === before || loosely(before, promise) === loosely(after, promise)) continue;
      const place = what.startsWith("file: /work/fixed") ? movedTo(before, now) : undefined;
      if (place !== undefined) isFixedMoved = true;
      changes.push(
        place === undefined ? `${what} was ${before} and is ${after ?? "gone"}` : `${what} is moved to ${place}`,
      );
    }
    for (const [what, after] of now) {
      if (this.#state.has(what) || isGiven(what, promise)) continue;
      const isInPlace = isFixedMoved && what.startsWith("file: /work/fixed/");
      changes.push(`${what} is ${isInPlace ? "in the place of what was moved" : "new"}: ${after}`);
    }
    this.#putBack();
    return changes;
  }

  /** Makes /work as it was: the next command is to find the same. */
  renew(): void {
    for (const name of readdirSync(join(this.root, "work"))) {
      rmSync(join(this.root, "work", name), { recursive: true, force: true });
    }
    for (const { path, mode, owner } of FOLDERS.filter(({ path }) => path.startsWith("/work"))) {
      this.#own(path, mode, owner, () => mkdirSync(join(this.root, path), { recursive: true }));
    }
    for (const { path, mode, owner } of FILES.filter(({ path }) => path.startsWith("/work"))) {
      this.#own(path, mode, owner, () => writeFileSync(join(this.root, path), this.secrets.get(path) ?? ""));
    }
    this.remember();
  }

  #secret(name: string): string {
    const secret = `SECRET-${randomBytes(9).toString("hex")}`;
    this.secrets.set(name, secret);
    return secret;
  }

  #own(path: string, mode: number, owner: number, make: () => void): void {
    make();
    chownSync(join(this.root, path), owner, owner);
    chmodSync(join(this.root, path), mode);
  }

  #fill(programs: { readonly fuzz: string; readonly rein: string }): void {
    const at = (path: string): string => join(this.root, path);
    for (const { path, mode, owner } of FOLDERS) this.#own(path, mode, owner, () => mkdirSync(at(path)));
    for (const { path, mode, owner } of FILES) {
      this.#own(path, mode, owner, () => writeFileSync(at(path), this.#secret(path)));
    }
    for (const name of ["rein", "bwrap"]) {
      this.#own(`/bin/${name}`, 0o755, 0, () => copyFileSync(programs.rein, at(`/bin/${name}`)));
    }
    for (const [name, mode] of [
      ["fuzz", 0o755],
      ["set-uid", 0o4755],
    ] as const) {
      this.#own(`/bin/${name}`, mode, 0, () => copyFileSync(programs.fuzz, at(`/bin/${name}`)));
    }
    const accounts = `root:x:0:0::/root:/bin/sh\nuser:x:${USER}:${USER}::/home/user:/bin/sh\n`;
    this.#own("/etc/passwd", 0o644, 0, () => writeFileSync(at("/etc/passwd"), accounts));
    this.#own("/etc/group", 0o644, 0, () => writeFileSync(at("/etc/group"), `root:x:0:\nuser:x:${USER}:\n`));
    for (const [name, major, minor] of DEVICES) {
      execFileSync("mknod", ["-m", "0666", at(`/dev/${name}`), "c", `${major}`, `${minor}`]);
    }
    execFileSync("mount", ["-t", "devpts", "-o", "newinstance,mode=0620,ptmxmode=0666", "devpts", at("/dev/pts")]);
    symlinkSync("pts/ptmx", at("/dev/ptmx"));
  }

  /** Those of its processes that should have ended, when they have had the time to; they end now. */
  async #leftProcesses(patience: number): Promise<string[]> {
    const isLeft = (): string[] =>
      readdirSync(`/proc/${this.pid}/root/proc`).filter((name) => /^\d+$/.test(name) && Number(name) > 3);
    const last = performance.now() + patience;
    try {
      while (isLeft().length > 0 && performance.now() < last) await pause(2);
      return isLeft().map((pid) => {
        const command = readFileSync(`/proc/${this.pid}/root/proc/${pid}/cmdline`, "utf8");
        return command.split("\0").slice(0, 2).join(" ");
      });
    } catch {
      return ["it cannot be seen any more"];
    }
  }

  #look(promise: Promises): Map<string, string> {
    const seen = new Map<string, string>();
    this.#lookAtFiles("", seen, promise);
    const guarded = (what: string, look: () => string): void => {
      try {
        seen.set(what, look());
      } catch (error) {
        seen.set(what, `not to be seen: ${error instanceof Error ? error.message : error}`);
      }
    };
    guarded("mounts: of the machine", () => readFileSync(`/proc/${this.pid}/mountinfo`, "utf8"));
    for (const [index, pid] of this.#canaries.entries()) {
      guarded(`process: canary ${index}`, () => {
        const { state, parent, group, session, start } = stat(pid) ?? {};
        const status = readFileSync(`/proc/${pid}/status`, "utf8");
        const fields = status.split("\n").filter((line) => /^(Uid|Gid|Groups|TracerPid|Umask|Seccomp|Cap)/.test(line));
        return [state, parent, group, session, start, ...fields, readFileSync(`/proc/${pid}/limits`, "utf8")].join(" ");
      });
      guarded(`process: namespaces of canary ${index}`, () =>
        readdirSync(`/proc/${pid}/ns`)
          .map((kind) => readlinkSync(`/proc/${pid}/ns/${kind}`))
          .join(),
      );
      guarded(
        `process: nice value of canary ${index}`,
        () => `${readFileSync(`/proc/${pid}/stat`, "utf8").split(" ")[18]}`,
      );
    }
    for (const file of SETTINGS) guarded(`setting: ${file}`, () => readFileSync(file, "utf8"));
    for (const file of PROC_FILES) guarded(`setting: mode of ${file}`, () => lstatSync(file).mode.toString(8));
    if (this.#controls !== undefined) this.#lookAtControls(this.#controls, "", guarded);
    return seen;
  }

  #lookAtFiles(folder: string, seen: Map<string, string>, promise: Promises): void {
    const status = lstatSync(join(this.root, folder || "/"), { bigint: true });
    const { mode, uid, gid, ino, size, mtimeNs, ctimeNs, rdev, nlink } = status;
    const attributes = `mode ${mode.toString(8)} owner ${uid}:${gid} times ${mtimeNs} ${ctimeNs}`;
    // A device's times are changed by who uses it.
    const isDevice = status.isCharacterDevice() || status.isBlockDevice();
    let text = `inode ${ino} ${isDevice ? `mode ${mode.toString(8)} owner ${uid}:${gid} device ${rdev}` : attributes}`;
    if (status.isSymbolicLink()) text += ` leads to ${readlinkSync(join(this.root, folder))}`;
    else if (status.isFile() && size < 4096n)
      text += ` links ${nlink} holds ${JSON.stringify(readFileSync(join(this.root, folder), "latin1"))}`;
    else if (status.isFile()) text += ` links ${nlink} size ${size}`;
    const what = `file: ${folder || "/"}`;
    seen.set(what, text);
    if (!status.isDirectory() || ["/proc", "/sys", "/dev/pts"].includes(folder)) return;
    // Beneath what is given there may be what is not: it was moved.
    if (isGiven(what, promise) && folder !== "/work" && promise.work !== "all but fixed") return;
    for (const name of readdirSync(join(this.root, folder))) this.#lookAtFiles(`${folder}/${name}`, seen, promise);
  }

  #lookAtControls(folder: string, name: string, guarded: (what: string, look: () => string) => void): void {
    for (const file of ["cgroup.freeze", "cgroup.subtree_control", "cgroup.type", "pids.max"]) {
      const path = join(folder, file);
      if (existsSync(path)) guarded(`control group: ${name}/${file}`, () => readFileSync(path, "utf8"));
    }
    const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    guarded(`control group: folders of ${name || "/"}`, () => folders.map((entry) => entry.name).join());
    for (const entry of folders) this.#lookAtControls(join(folder, entry.name), `${name}/${entry.name}`, guarded);
    if (name === "/callers/canary")
      guarded("control group: the canaries", () => readFileSync(join(folder, "cgroup.procs"), "utf8"));
  }

  /** What is not of this machine alone. */
  #putBack(): void {
    for (const file of SETTINGS) {
      const before = this.#state.get(`setting: ${file}`);
      if (before !== undefined && before !== readFileSync(file, "utf8")) writeFileSync(file, before);
    }
    for (const file of PROC_FILES) {
      const before = this.#state.get(`setting: mode of ${file}`);
      if (before !== undefined) chmodSync(file, Number.parseInt(before, 8) & 0o7777);
    }
  }
}

/** Whether the command may do with it as it likes. */
function isGiven(what: string, { work }: Promises): boolean {
  const path = what.startsWith("file: ") ? what.slice(6) : "";
  if (path !== "/work" && !path.startsWith("/work/")) return false;
  if (work === "fixed") return false;
  return work === "given" || (path !== "/work/fixed" && !path.startsWith("/work/fixed/"));
}

/** Without what Landlock leaves: attributes and times of what the user may write to, and the mode of its own files. */
function loosely(text: string | undefined, { ownAttributes }: Promises): string | undefined {
  if (!ownAttributes || text === undefined) return text;
  const timeless = text.replace(/times \d+ \d+/, "");
  return new RegExp(`owner ${USER}:`).test(text) ? timeless.replace(/mode \d+ owner \d+:\d+/, "") : timeless;
}

/** Where a file is now that was somewhere else; a folder's times tell that it was moved. */
function movedTo(before: string, now: ReadonlyMap<string, string>): string | undefined {
  const timeless = (text: string): string =>
    /^inode \d+ mode 4/.test(text) ? text.replace(/times \d+ \d+/, "") : text;
  return [...now].find(([, after]) => timeless(after) === timeless(before))?.[0];
}

/** A control group for the machine, below our own; undefined where there is none. */
function controlGroup(): string | undefined {
  const top = /^(?:\S+ ){4}(\S+) .* - cgroup2 /m.exec(readFileSync("/proc/self/mountinfo", "utf8"))?.[1];
  const own = /^0::(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1];
  if (top === undefined || own === undefined) return undefined;
  const path = join(top, own, `rein-attacks-${process.pid}-${randomBytes(3).toString("hex")}`);
  try {
    mkdirSync(path);
    return path;
  } catch {
    return undefined;
  }
}
