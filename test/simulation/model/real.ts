// A scene on the real kernel: its processes are puppets (test/support/payload/puppet.c).

import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import type { TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { payload } from "../../support/payload.ts";
import { children, statusField } from "../../support/processes.ts";
import { type Running, startCommand } from "../../support/rein.ts";
import { eventually } from "../../support/waiting.ts";
import {
  OUTSIDER,
  type Place,
  resultText,
  type Scene,
  type Step,
  stepsOf,
  Trace,
  type View,
  valuesOf,
} from "./scene.ts";

const FIRST_CHANNEL = 3;
const CHANNELS = 10;
/** PF_EXITING in the kernel's sched.h: on the way to be a zombie. */
const EXITING = 4;

interface Puppet {
  readonly name: string;
  readonly channel: number;
  /** As those in its namespace know it, and as we do. */
  readonly pid: number;
  readonly outerPid: number;
  /** Answers that were taken. */
  taken: number;
}

/** /proc/PID/stat after the name, or undefined when the process is gone. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

class RealScene {
  readonly trace = new Trace();
  readonly #running: Running;
  readonly #folder: string;
  readonly #puppets = new Map<string, Puppet>();
  #waiting: { readonly step: Step; readonly puppet: Puppet } | undefined;

  constructor(running: Running, folder: string) {
    this.#running = running;
    this.#folder = folder;
  }

  async run(steps: readonly Step[]): Promise<void> {
    const pid = this.#running.process.pid ?? 0;
    this.#puppets.set(OUTSIDER, { name: OUTSIDER, channel: FIRST_CHANNEL, pid: 0, outerPid: pid, taken: 0 });
    await this.#answer(this.#puppet(OUTSIDER));
    for (const step of steps) {
      this.trace.observe(this.#views());
      await this.#perform(step);
      await this.#untilNobodyRuns();
      await this.#look(`${this.#waiting?.step.actor} returns`);
    }
    this.trace.observe(this.#views());
  }

  #puppet(name: string): Puppet {
    const puppet = this.#puppets.get(name);
    if (puppet === undefined) throw new Error(`who is ${name}?`);
    return puppet;
  }

  async #perform(step: Step): Promise<void> {
    const { actor, call, words } = step;
    const puppet = this.#puppet(actor);
    const channel = FIRST_CHANNEL + this.#puppets.size;
    if (call === "fork" || call === "namespace") {
      await this.#send(puppet, `${call} ${channel}`);
      const [pid = 0] = await this.#answer(puppet);
      await this.#enlist(words[0] ?? "", channel, puppet, pid);
      this.trace.result(step.text, words[0] ?? "");
      return;
    }
    const pidOf = (name: string): number | undefined => {
      const found = this.#puppets.get(name);
      return actor === OUTSIDER ? found?.outerPid : found?.pid;
    };
    const path = call === "execve" && words[0] !== undefined ? join(this.#folder, words[0]) : undefined;
    const values = path === undefined ? valuesOf(step, pidOf).map(String) : [path];
    await this.#send(puppet, [call, ...values].join(" "));
    if (step.mayWait || call === "exit") {
      this.#waiting = { step, puppet };
      await this.#untilNobodyRuns();
      if (!(await this.#look(step.text))) this.trace.note(`${step.text} waits`);
      return;
    }
    this.trace.result(step.text, this.#told(step, puppet, await this.#answer(puppet)));
  }

  /** Notes it when the call that waits has come to its end; returns whether it has. */
  async #look(what: string): Promise<boolean> {
    if (this.#waiting === undefined) return true;
    const { step, puppet } = this.#waiting;
    if (await this.#hasAnswered(puppet)) this.trace.result(what, this.#told(step, puppet, await this.#answer(puppet)));
    else if (this.#isAlive(puppet)) return false;
    else this.trace.note(`${what} never`);
    this.#waiting = undefined;
    return true;
  }

  #told(step: Step, puppet: Puppet, result: readonly number[]): string {
    const isOutside = puppet.name === OUTSIDER;
    return resultText(step, result, (pid) => this.#nameOf((other) => (isOutside ? other.outerPid : other.pid) === pid));
  }

  #nameOf(isWanted: (puppet: Puppet) => boolean): string {
    for (const puppet of this.#puppets.values()) if (isWanted(puppet)) return puppet.name;
    return "nobody";
  }

  async #send({ channel }: Puppet, line: string): Promise<void> {
    const stream = this.#running.process.stdio[channel] as Writable;
    await new Promise<void>((resolve, reject) => {
      stream.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
    });
  }

  async #answer(puppet: Puppet): Promise<number[]> {
    const line = await this.#running.extra.get(puppet.channel)?.next();
    puppet.taken++;
    return (line ?? "").split(" ").filter(Boolean).map(Number);
  }

  /** When nobody runs an answer is in its socket; one turn of the event loop reads what is there. */
  async #hasAnswered(puppet: Puppet): Promise<boolean> {
    await setImmediate();
    await setImmediate();
    const text = this.#running.extra.get(puppet.channel)?.text ?? "";
    return text.split("\n").length - 1 > puppet.taken;
  }

  async #enlist(name: string, channel: number, parent: Puppet, pid: number): Promise<void> {
    const isChild = (outer: number): boolean =>
      parent.name === OUTSIDER ? outer === pid : statusField(outer, "NSpid").split("\t").at(-1) === String(pid);
    const outerPid = await eventually(`${name} is there`, () => children(parent.outerPid).find(isChild));
    // PID 1 of its namespace has another number there than for the outsider.
    this.#puppets.set(name, { name, channel, pid: parent.name === OUTSIDER ? 1 : pid, outerPid, taken: 0 });
  }

  #isAlive({ outerPid }: Puppet): boolean {
    const state = statOf(outerPid)?.[0];
    return state !== undefined && state !== "Z" && state !== "X";
  }

  /**
   * Waits until nobody has anything left to do. Whoever is sent a signal is made
   * runnable at once, so there is nothing under way when nobody runs; twice, for
   * those who were woken by one who had been looked at later.
   */
  async #untilNobodyRuns(): Promise<void> {
    let before = "";
    await eventually("nobody runs", () => {
      const states = [...this.#puppets.values()].map(({ outerPid }) => {
        const fields = statOf(outerPid);
        const state = fields?.[0] ?? "gone";
        return state === "S" && (Number(fields?.[6]) & EXITING) !== 0 ? "exiting" : state;
      });
      const now = states.join(" ");
      const isQuiet = now === before && states.every((state) => ["S", "T", "Z", "gone"].includes(state));
      before = now;
      return isQuiet;
    });
  }

  #views(): Map<string, View> {
    const views = new Map<string, View>();
    for (const puppet of this.#puppets.values())
      if (puppet.name !== OUTSIDER) views.set(puppet.name, this.#view(puppet));
    return views;
  }

  #view({ outerPid }: Puppet): View {
    const fields = statOf(outerPid);
    const named = (pid: number): string => this.#nameOf((other) => other.outerPid === pid);
    const at = (index: number): number => Number(fields?.[index]);
    const set = (name: string): bigint => (fields === undefined ? 0n : BigInt(`0x${statusField(outerPid, name)}`));
    return {
      state: fields === undefined ? "gone" : fields[0] === "Z" ? "zombie" : fields[0] === "T" ? "stopped" : "running",
      parent: named(at(1)),
      group: named(at(2)),
      session: named(at(3)),
      waitStatus: at(49),
      pending: [set("SigPnd"), set("ShdPnd")],
      blocked: set("SigBlk"),
      ignored: set("SigIgn"),
      caught: set("SigCgt"),
    };
  }
}

/** What scenes execute in vain: a program without the permission, one that is none, a folder. */
function filesFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "rein-model-"));
  t.after(() => rmSync(folder, { recursive: true }));
  copyFileSync(payload, join(folder, "locked"));
  chmodSync(join(folder, "locked"), 0o644);
  writeFileSync(join(folder, "script"), "no interpreter\n", { mode: 0o755 });
  mkdirSync(join(folder, "folder"));
  return folder;
}

export async function onRealKernel(t: TestContext, scene: Scene, place: Place): Promise<Trace> {
  const running = startCommand(t, [payload, "puppet", String(FIRST_CHANNEL)], { extraPipes: CHANNELS });
  const acted = new RealScene(running, filesFor(t));
  await acted.run(stepsOf(scene, place));
  return acted.trace;
}
