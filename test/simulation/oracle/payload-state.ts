// What the payload finds: at its execve everything is what the plan says, or it
// is not executed. The rules again, written apart from the executable.

import { Attributes, Capability, type Identity, type Ids, type Limit } from "../kernel/attributes.ts";
import type { CallName, Execution } from "../kernel/calls.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Process } from "../kernel/process.ts";
import { Signal, signalName, UNBLOCKABLE } from "../kernel/signal-set.ts";
import type { Plan } from "./plan.ts";
import { Violation } from "./violation.ts";

const UNLIMITED = 0xffff_ffff_ffff_ffffn;
/** The calls that make this state: when one of them fails, the payload's start may. */
const STARTING: readonly CallName[] = [
  "clone", "execve", "setgroups", "setresgid", "setresuid", "capget", "capset", "prlimit64", "prctl", "chdir", "openat",
  "read", "write", "fcntl", "signalfd4", "keyctl",
]; // biome-ignore format: a set

const EXCUSED = "If a call that failed is a reason, it belongs into STARTING of oracle/payload-state.ts";

const PATH_MAX = 4096;
/** How long a secret's pipe may be silent, in milliseconds. */
const PATIENCE = 5000;

interface User {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly home: string;
}

export class PayloadState {
  readonly #kernel: Kernel;
  readonly #plan: Plan;
  readonly #identity: Identity;
  readonly #caller: Attributes;
  /** The environment that the init got, without its own variables. */
  readonly #environment: readonly string[];
  readonly #command: string;
  readonly #descriptors: ReadonlySet<number>;
  readonly #faulted = new Set<CallName>();
  #hasFailed = false;
  #isToEnd = false;
  #hasStarted = false;

  constructor(kernel: Kernel, plan: Plan, identity: Identity, environment: readonly string[], command: string) {
    this.#kernel = kernel;
    this.#plan = plan;
    this.#identity = identity;
    this.#caller = new Attributes(identity);
    this.#environment = environment;
    this.#command = command;
    this.#descriptors = new Set(kernel.init.files?.files.keys());
  }

  /** A call is made to fail. */
  faulted(name: CallName): void {
    this.#faulted.add(name);
    if (STARTING.includes(name)) this.#hasFailed = true;
  }

  /** A signal ends the init while it waits for something, before there is a payload. */
  endsBySignal(): void {
    this.#isToEnd = true;
  }

  /** A call has come back in the child. */
  returned(result: number): void {
    if (result < 0) this.#hasFailed = true;
  }

  /** The payload is executed. */
  executes(payload: Process, execution: Execution): void {
    if (this.#isToEnd) differs("start", "there", "a signal has asked for the end");
    this.#hasStarted = true;
    const user = this.#user();
    if (user === "nobody") differs("user", "somebody", "nobody of that name");
    const environment = this.#variables(payload, user);
    if (environment === "refused") differs("environment", "any", "a secret that cannot be had");
    same("environment", [...execution.envp].sort(), [...environment].sort());
    this.#checkCommand(execution);
    this.#checkIdentity(payload, user);
    this.#checkSettings(payload);
    this.#checkSignals(payload);
    this.#checkDescriptors(payload);
    this.#checkStreams(payload, user);
  }

  /** The init has ended: a payload that was not started needs a reason. */
  ended(): void {
    if (this.#isToEnd) return;
    if (this.#hasStarted || this.#plan.endsAtOnce !== undefined || (this.#hasFailed && !this.#isEasy())) return;
    // No file has such a name.
    if (this.#command === "" || this.#command.length >= PATH_MAX) return;
    const { payload } = this.#kernel;
    // A signal has ended the child, or the init's own parent had ended before.
    if (payload !== undefined && ((payload.waitStatus & 0x7f) !== 0 || payload.waitStatus >> 8 === 128 + Signal.KILL))
      return;
    const user = this.#user();
    if (user === "nobody" || this.#variables(payload, user) === "refused") return;
    throw new Violation("the payload was refused", `although nothing is wrong. ${EXCUSED}`);
  }

  /** Whether the plan is such that nothing in it can fail by itself: a call that does is one made too early or too late. */
  #isEasy(): boolean {
    const { directory, limits, oomScore } = this.#plan;
    const { entries } = this.#kernel.tree;
    const command = entries.get(this.#command);
    return (
      STARTING.every((name) => !this.#faulted.has(name)) &&
      this.#identity === "root" &&
      limits.length === 0 &&
      oomScore === undefined &&
      (directory === undefined || directory === "/srv") &&
      command?.kind === "program" &&
      command.mode === undefined
    );
  }

  #checkCommand({ path, argv }: Execution): void {
    const isShell = argv[0] === "/bin/sh" && path === "/bin/sh";
    const [name, ...rest] = isShell ? argv.slice(1) : argv;
    same("arguments", rest, ["argument"]);
    const expected = this.#command.slice(this.#command.lastIndexOf("/") + 1);
    if (name !== this.#command && !(isShell && name?.endsWith(`/${expected}`))) differs("argv[0]", name, this.#command);
    if (!isShell && !path.endsWith(`/${expected}`)) differs("path", path, this.#command);
  }

  #checkIdentity(payload: Process, user: User | undefined): void {
    const { uids, gids, groups, sets, bounding } = attributesOf(payload);
    const caller = this.#caller;
    const thrice = (id: number): Ids => [id, id, id];
    same("user", uids, user === undefined ? caller.uids : thrice(user.uid));
    same("group", gids, user === undefined ? caller.gids : thrice(user.gid));
    const wanted = user === undefined ? caller.groups : user.groups;
    // Who may not set them has had them already, but for the group itself, which makes no difference.
    const others = (list: readonly number[]): number[] => list.filter((group) => group !== gids[0]).toSorted();
    if (caller.has(Capability.SETGID)) same("supplementary groups", groups, wanted);
    else same("supplementary groups", others(groups), others(wanted));
    const left = ~this.#plan.dropped;
    same("bounding set", bounding, caller.bounding & left);
    const isRootStill = uids.includes(0) || !caller.uids.includes(0);
    same("permitted set", sets.permitted, isRootStill ? caller.sets.permitted & left : 0n);
    same("effective set", sets.effective, isRootStill ? caller.sets.effective & left : 0n);
    same("inheritable set", sets.inheritable, caller.sets.inheritable & left);
  }

  #checkSettings(payload: Process): void {
    const { filters, hasOwnKeyring, noNewPrivileges, limits, oomScore, directory } = attributesOf(payload);
    const plan = this.#plan;
    if (!this.#faulted.has("keyctl")) same("keyring of its own", hasOwnKeyring, plan.user !== undefined);
    same("no_new_privs", noNewPrivileges, plan.noNewPrivileges);
    // Where a call that looks for a terminal has failed there may be one.
    const knows = (["prctl", "openat", "ioctl"] as const).every((name) => !this.#faulted.has(name));
    if (knows) same("filter against typing", filters, this.#isKeptFromTyping(payload) ? 1 : 0);
    const expected = new Map<number, Limit>(this.#caller.limits);
    const amount = (value: number | "unlimited"): bigint => (value === "unlimited" ? UNLIMITED : BigInt(value));
    for (const { resource, soft, hard } of plan.limits)
      expected.set(resource, { soft: amount(soft), hard: amount(hard) });
    for (const [resource, { soft, hard }] of expected) {
      same(`soft limit ${resource}`, limits.get(resource)?.soft, soft);
      same(`hard limit ${resource}`, limits.get(resource)?.hard, hard);
    }
    same("limits", limits.size, expected.size);
    same("oom_score_adj", oomScore, plan.oomScore ?? this.#caller.oomScore);
    same("working directory", directory, plan.directory ?? this.#caller.directory);
  }

  /** Whatever confines keeps from typing, where there is a terminal to type on or the right to all of them; if it can. */
  #isKeptFromTyping(payload: Process): boolean {
    const { dropped, noNewPrivileges } = this.#plan;
    const user = this.#user();
    const confines = noNewPrivileges || dropped !== 0n || user !== undefined;
    const isRoot = user === undefined || (user !== "nobody" && user.uid === 0);
    const leaves = isRoot && ((dropped >> BigInt(Capability.SYS_ADMIN)) & 1n) === 0n;
    const can = noNewPrivileges || this.#identity === "root";
    return confines && can && (leaves || this.#hasTerminal(payload));
  }

  #hasTerminal(payload: Process): boolean {
    const { terminal } = this.#kernel;
    const streams = [0, 1, 2].map((descriptor) => payload.files?.files.get(descriptor)?.kind);
    return streams.includes("terminal") || terminal?.isControlling(payload) === true;
  }

  #checkSignals(payload: Process): void {
    const { init, setup } = this.#kernel;
    const ignored = [...payload.actions].filter(([, action]) => action === "ignore").map(([signal]) => signal);
    const isRuntimes = setup.ignored.includes(Signal.PIPE) && setup.ignored.includes(Signal.XFSZ);
    const kept = setup.ignored.filter((signal) => !isRuntimes || (signal !== Signal.PIPE && signal !== Signal.XFSZ));
    same("ignored signals", ignored.sort().map(signalName), [...kept].sort().map(signalName));
    same("signal mask", payload.mask, setup.blocked & ~UNBLOCKABLE);
    // Nobody asked for it: a kernel or a filter that refuses it does not keep the payload from its work.
    const hasGroup = !this.#plan.sharesGroup && !this.#faulted.has("setpgid");
    if (hasGroup) same("process group", payload.group, payload.pid);
    else if (this.#plan.sharesGroup) same("process group", payload.group, init.group);
    if (setup.mode === "subreaper") same("parent-death signal", payload.parentDeathSignal, Signal.KILL);
    else if (setup.mode === "pid1") same("parent-death signal", payload.parentDeathSignal, 0);
  }

  /** Those of the caller, less the one that is the init's own, and nothing else. */
  #checkDescriptors(payload: Process): void {
    if (this.#faulted.has("fcntl") || this.#faulted.has("close")) return;
    const { closing } = attributesOf(payload);
    const open = [...(payload.files?.files.keys() ?? [])].filter((descriptor) => !closing.has(descriptor));
    const expected = [...this.#descriptors].filter((descriptor) => descriptor !== this.#plan.statusFile);
    same("descriptors", open.sort(), expected.sort());
  }

  /** With `--user` its pipes are the user's, and a container's terminal, if root may give them away. */
  #checkStreams(payload: Process, user: User | undefined): void {
    if (!this.#caller.has(Capability.CHOWN)) return;
    if ((["fchown", "fstatfs", "getsid", "statx"] as const).some((name) => this.#faulted.has(name))) return;
    const { init } = this.#kernel;
    const given = init.pid === 1 && init.session === 1 ? ["pipe", "terminal"] : ["pipe"];
    for (const descriptor of [0, 1, 2]) {
      const file = payload.files?.files.get(descriptor);
      if (file === undefined) continue;
      const isGiven = user !== undefined && given.includes(file.kind);
      same(`owner of ${descriptor}`, this.#kernel.ownerOf(file), isGiven ? user.uid : this.#caller.uids[0]);
    }
  }

  /** Whom the plan means; undefined for the caller. */
  #user(): User | "nobody" | undefined {
    const text = this.#plan.user;
    if (text === undefined) return undefined;
    const colon = text.indexOf(":");
    const name = colon < 0 ? text : text.slice(0, colon);
    const isId = /^\d+$/.test(name);
    const record = this.#records("/etc/passwd").find(([first, , uid]) => (isId ? uid : first) === name);
    if (record === undefined && !isId) return "nobody";
    const uid = Number(record?.[2] ?? name);
    const home = record?.[5] ?? "/";
    const gid = record === undefined ? (this.#caller.gids[0] as number) : Number(record[3]);
    if (colon >= 0) {
      const group = text.slice(colon + 1);
      const isNumber = /^\d+$/.test(group);
      const found = this.#records("/etc/group").find(([first, , number]) => (isNumber ? number : first) === group);
      if (found === undefined && !isNumber) return "nobody";
      return { uid, gid: Number(found?.[2] ?? group), groups: [], home };
    }
    const isMember = (line: readonly string[]): boolean =>
      record !== undefined && (line[3] ?? "").split(",").includes(record[0] as string);
    const groups = this.#records("/etc/group")
      .filter(isMember)
      .map((line) => Number(line[2]));
    return { uid, gid, groups, home };
  }

  #records(path: string): string[][] {
    const entry = this.#kernel.tree.entries.get(path);
    return entry?.kind === "text"
      ? entry.text
          .split("\n")
          .filter(Boolean)
          .map((line) => line.split(":"))
      : [];
  }

  #variables(payload: Process | undefined, user: User | "nobody" | undefined): string[] | "refused" {
    const variables = new Map(
      this.#environment.map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]),
    );
    if (variables.get("WATCHDOG_PID") === String(this.#kernel.init.pid)) variables.delete("WATCHDOG_PID");
    if (variables.get("LISTEN_PID") === String(this.#kernel.init.pid)) {
      variables.set("LISTEN_PID", String(payload?.pid));
      variables.delete("LISTEN_PIDFDID");
    }
    const setHome = (): void => {
      if (user !== undefined && user !== "nobody") variables.set("HOME", user.home);
    };
    setHome();
    for (const change of this.#plan.environment) {
      if (change.kind === "setenv") variables.set(change.name, change.value);
      else if (change.kind === "unsetenv") variables.delete(change.name);
      else if (change.kind === "clearenv") {
        variables.clear();
        setHome();
      } else {
        const path = variables.get(`${change.name}_FILE`);
        if (path === undefined) continue;
        const entry = this.#kernel.tree.entries.get(path);
        const isText = entry?.kind === "text" || (entry?.kind === "fifo" && entry.after < PATIENCE);
        if (!isText || variables.has(change.name)) return "refused";
        variables.delete(`${change.name}_FILE`);
        variables.set(change.name, entry.text.replace(/\n$/, ""));
      }
    }
    return [...variables].map(([name, value]) => `${name}=${value}`);
  }
}

function attributesOf(process: Process): Attributes {
  if (process.attributes === undefined) throw new Error(`${process} has no attributes`);
  return process.attributes;
}

type Comparable = string | number | bigint | boolean | undefined | readonly (string | number)[];

function same(what: string, is: Comparable, expected: Comparable): void {
  const isSame = Array.isArray(is) && Array.isArray(expected) ? areSame(is, expected) : is === expected;
  if (!isSame) differs(what, is, expected);
}

function areSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((value, i) => value === right[i]);
}

function differs(what: string, is: Comparable, expected: Comparable): never {
  throw new Violation("the payload's state is wrong", `its ${what} is ${is}, not ${expected}`);
}
