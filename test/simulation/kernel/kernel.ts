// A simulated Linux, as deep as an init can see. Its parts are beside this file;
// here they come together, with one process that runs the executable's module.

import { Clock } from "./clock.ts";
import type { Entry, Proc } from "./file-tree.ts";
import { FileTree } from "./file-tree.ts";
import { FileTable, type OpenFile } from "./files.ts";
import type { Process, Role } from "./process.ts";
import { Processes } from "./processes.ts";
import { type Program, ProgramRun } from "./programs.ts";
import { Signals } from "./signals.ts";
import { Terminal } from "./terminal.ts";

/** What the init is started in. */
export interface KernelSetup {
  readonly mode: "pid1" | "subreaper";
  readonly proc: Proc;
  /** Whether the init's group is in the foreground of a terminal, in its background, or has none. */
  readonly terminal: "none" | "foreground" | "background";
  /** The terminal's groups are those of an outer PID namespace. */
  readonly groupsAreOutside: boolean;
  /** The init leads its session, as a container's first process does: no shell is above it. */
  readonly leadsSession: boolean;
  readonly ignored: readonly number[];
  readonly blocked: bigint;
  readonly entries: ReadonlyMap<string, Entry>;
  /** The program that execve starts, whatever its path. */
  readonly payload: Program;
}

const HOST_INIT = 1;
const CALLER = 50;
const BYSTANDER = 60;
const INIT = 100;

export class Kernel {
  readonly clock = new Clock();
  readonly processes: Processes;
  readonly signals: Signals;
  readonly tree: FileTree;
  readonly setup: KernelSetup;
  readonly init: Process;
  terminal: Terminal | undefined;
  /** Whose the open files are that have been given away. */
  readonly owners = new Map<OpenFile, number>();
  /** The first process that the init made. */
  payload: Process | undefined;

  constructor(setup: KernelSetup) {
    this.setup = setup;
    const isFirst = setup.mode === "pid1";
    this.processes = new Processes(isFirst ? 2 : INIT + 1);
    this.signals = new Signals(this.processes);
    this.tree = new FileTree(this, setup.entries, setup.proc);
    this.init = isFirst ? this.#makeFirst() : this.#makeBelowCaller();
    this.init.mask = setup.blocked;
    for (const signal of setup.ignored) this.init.actions.set(signal, "ignore");
    if (setup.terminal !== "none") {
      const background = isFirst ? -1 : CALLER;
      const foreground = setup.terminal === "foreground" ? this.init.group : background;
      this.terminal = new Terminal(this.processes, this.signals, this.init.session, foreground);
    }
  }

  /** The user whose the file is: the caller, until it is given away. */
  ownerOf(file: OpenFile): number {
    return this.owners.get(file) ?? this.init.attributes?.uids[0] ?? 0;
  }

  #makeFirst(): Process {
    const init = this.processes.create(undefined, "init", "rein", 1);
    init.isUnkillable = true;
    this.processes.root = init;
    if (this.setup.groupsAreOutside) init.group = init.session = 0;
    return init;
  }

  /** The host's init, a shell, the init in a job of its own, and beside it somebody whom all of this is no business of. */
  #makeBelowCaller(): Process {
    const quiet: Program = {
      name: "shell",
      steps: [],
      reaps: true,
      notes: Array.from({ length: 64 }, (_, i) => i + 1),
    };
    const host = this.processes.create(undefined, "bystander", "systemd", HOST_INIT);
    host.isUnkillable = true;
    this.processes.root = host;
    new ProgramRun(this, host, { ...quiet, name: "systemd" });
    const caller = this.processes.create(host, "caller", "shell", CALLER);
    caller.group = caller.session = CALLER;
    new ProgramRun(this, caller, quiet);
    const bystander = this.processes.create(host, "bystander", "bystander", BYSTANDER);
    bystander.group = bystander.session = BYSTANDER;
    new ProgramRun(this, bystander, { ...quiet, name: "bystander" });
    const init = this.processes.create(caller, "init", "rein", INIT);
    init.actions.clear();
    init.group = INIT;
    if (this.setup.leadsSession) init.session = INIT;
    return init;
  }

  /** Gives the init its descriptors. */
  open(files: ReadonlyMap<number, OpenFile>): void {
    this.init.files = new FileTable(files);
  }

  /** A new process with a program, as after fork and execve. */
  startProgram(parent: Process | undefined, role: Role, program: Program, pid?: number): Process {
    const process = this.processes.create(parent, role, program.name, pid);
    new ProgramRun(this, process, program);
    return process;
  }

  /** An orphan: somebody's child whose parent has ended, given to the init by the kernel. */
  startOrphan(program: Program, hasOwnSession: boolean): Process {
    const orphan = this.processes.create(this.init, "descendant", program.name);
    orphan.mask = 0n;
    orphan.actions.clear();
    const { payload } = this;
    const member = payload === undefined ? undefined : this.processes.members(payload.group)[0];
    if (hasOwnSession || member === undefined) orphan.group = orphan.session = orphan.pid;
    else [orphan.group, orphan.session] = [member.group, member.session];
    new ProgramRun(this, orphan, program);
    return orphan;
  }

  /** Everybody alive for whom the init answers: below it, and as PID 1 those too who entered its namespace. */
  charges(): Process[] {
    return [...this.processes.all.values()].filter((process) => process.isAlive && this.isCharge(process));
  }

  isCharge(process: Process): boolean {
    if (process === this.init) return false;
    if (this.setup.mode === "pid1") return true;
    for (let above = process.parent; above !== undefined; above = above.parent) if (above === this.init) return true;
    return false;
  }
}
